import { automaticArgs } from '../automaticArgs';
import type { CompletionContext, CompletionItem, PartAnswer } from './completionItem';
import { valueItem } from './flagCompletion';
import { scopeBefore } from './occurrences';
import { stageItems } from './stageCompletion';
import { labelKeys, proxyArgs, shells, stopSignals } from './tables';
import type { ArgumentPart } from './typedPart';
import { variableDetails } from './variableCompletion';

/** What can be an instruction's argument, at the place of the one that is typed. */
export function argumentItems(context: CompletionContext<ArgumentPart>): PartAnswer | undefined {
  const { part } = context;
  const { keyword, before, at, text } = part;
  switch (keyword) {
    case 'FROM':
      return fromItems(context);
    case 'COPY':
    case 'ADD':
      return fileItems(part);
    case 'HEALTHCHECK':
      if (before.length > 0) return undefined;
      return { at, items: ['CMD', 'NONE'].map((word, rank) => keywordItem(word, rank)) };
    case 'STOPSIGNAL':
      return before.length > 0
        ? undefined
        : { at, items: stopSignals.map((one, rank) => valueItem(one, rank)) };
    case 'SHELL':
      return before.length > 0 ? undefined : { at, items: shells.map((one, rank) => valueItem(one, rank)) };
    case 'LABEL':
      if (text.includes('=')) return undefined;
      return {
        at,
        items: labelKeys.map((key, rank) => ({ label: key, kind: 'key', insert: `${key}=`, rank })),
      };
    case 'EXPOSE': {
      const slash = text.indexOf('/');
      if (slash < 0) return undefined;
      return { at: at + slash + 1, items: ['tcp', 'udp', 'sctp'].map((one, rank) => valueItem(one, rank)) };
    }
    case 'ARG':
      if (text.includes('=')) return undefined;
      return { at, items: declarableArgs(context, before) };
    default:
      return undefined;
  }
}

function fromItems(context: CompletionContext<ArgumentPart>): PartAnswer | undefined {
  const { document, instruction, part } = context;
  const { before, at } = part;
  if (before.length === 0) return { at, items: stageItems(document, instruction, 'base'), images: true };
  if (before.length > 1) return undefined;
  const isLower = /^[a-z]+$/.test(instruction.words.keywordWord.text);
  return { at, items: [keywordItem(isLower ? 'as' : 'AS', 0)] };
}

function keywordItem(word: string, rank: number): CompletionItem {
  return { label: word, kind: 'instruction', insert: `${word} `, rank };
}

/** Files of the context, unless the files come from elsewhere. In the JSON form they stand in quotes. */
function fileItems({ text, at, words }: ArgumentPart): PartAnswer | undefined {
  if (words.flags.some(({ name }) => name === 'from') || text.startsWith('<<')) return undefined;
  const open = /^\[?(?:\s*"[^"]*"\s*,)*\s*"([^"]*)$/.exec(text);
  const prefix = open?.[1] ?? text.replace(/^["']/, '');
  if (open === null && text.startsWith('[')) return undefined;
  return { at: at + text.length - prefix.length, items: [], files: { prefix, blanks: open !== null } };
}

/** What an ARG can take up: arguments from above the first FROM and those that BuildKit sets. */
function declarableArgs(
  { document, instruction }: CompletionContext<ArgumentPart>,
  before: readonly string[],
): CompletionItem[] {
  const index = document.instructions.indexOf(instruction);
  const declared = new Set([...scopeBefore(document, index).keys(), ...before]);
  const details = variableDetails(document);
  const global = instruction.stage === undefined ? [] : [...scopeBefore(document, 0, 'global').keys()];
  const named = (label: string, rank: number): CompletionItem => {
    const detail = details.get(label);
    return { label, kind: 'variable', insert: label, ...(detail !== undefined && { detail }), rank };
  };
  return [
    ...global.map((name) => named(name, 0)),
    ...automaticArgs.map((name): CompletionItem => ({ ...named(name, 1), topic: `automatic/${name}` })),
    ...proxyArgs.map((name): CompletionItem => ({ ...named(name, 2), topic: 'proxy' })),
  ].filter(
    ({ label }, at, all) => !declared.has(label) && all.findIndex((one) => one.label === label) === at,
  );
}
