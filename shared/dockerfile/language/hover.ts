import { isAutomaticArg, type AutomaticArg } from '../automaticArgs';
import { joinedOffset, type Span } from '../source';
import { instructionAt, type LanguageDocument } from './document';
import { occurrenceAt } from './navigation';
import { wordSpan, type DocumentInstruction } from './parts';
import {
  directiveNames,
  flagTopic,
  isInstructionName,
  mountKeyAliases,
  mountKeys,
  mountTypes,
  proxyArgs,
  sharingModes,
  type MountKey,
  type Topic,
} from './tables';
import { variableUses } from './variableUses';
import { fieldsOf, unquoted, type FlagWord, type InstructionWords, type Word } from './words';

/** What stands at a place of the file, for telling about it. */
export type HoverSubject =
  | { readonly kind: 'topic'; readonly topic: Topic }
  | {
      readonly kind: 'variable';
      readonly name: string;
      /** From 1: the values after this line's instruction are its, when it sets the variable there itself. */
      readonly line: number;
      readonly sets: boolean;
      /** Words about it, for those that BuildKit sets. */
      readonly topic?: Topic;
    }
  | { readonly kind: 'stage'; readonly index: number }
  /** A base as it is written, variables included. */
  | { readonly kind: 'image'; readonly reference: string; readonly line: number };

export interface Hover {
  readonly span: Span;
  readonly subject: HoverSubject;
}

/** What can be told about the place; undefined where there is nothing to tell. */
export function hoverAt(document: LanguageDocument, offset: number): Hover | undefined {
  const directive = document.source.directiveLines.find(
    ({ span }) => span.start <= offset && offset <= span.end,
  );
  if (directive !== undefined) {
    const name = directiveNames.find((one) => one === directive.name);
    return name && { span: directive.span, subject: { kind: 'topic', topic: `directive/${name}` } };
  }
  const instruction = instructionAt(document, offset);
  if (instruction === undefined) return undefined;
  const named = occurrenceHover(document, instruction, offset);
  if (named !== undefined) return named;
  if (offset > instruction.span.end) return undefined;
  const at = joinedOffset(instruction, offset);
  for (const words of [instruction.words.inner, instruction.words]) {
    const found = words && wordsHover(document, instruction, words, at);
    if (found !== undefined) return { span: wordSpan(instruction, found.word), subject: found.subject };
  }
  return undefined;
}

function occurrenceHover(
  document: LanguageDocument,
  instruction: DocumentInstruction,
  offset: number,
): Hover | undefined {
  const occurrence = occurrenceAt(document, offset);
  if (occurrence === undefined) return undefined;
  const { span, group, name, role } = occurrence;
  if (group.startsWith('stage:')) {
    return { span, subject: { kind: 'stage', index: Number(group.slice('stage:'.length)) } };
  }
  return { span, subject: variable(instruction, name, role === 'definition') };
}

function variable(instruction: DocumentInstruction, name: string, sets: boolean): HoverSubject {
  const topic = variableTopic(name);
  return { kind: 'variable', name, line: instruction.lines.start, sets, ...(topic && { topic }) };
}

function variableTopic(name: string): `automatic/${AutomaticArg}` | 'proxy' | undefined {
  if (isAutomaticArg(name)) return `automatic/${name}`;
  return (proxyArgs as readonly string[]).includes(name) ? 'proxy' : undefined;
}

interface Found {
  readonly word: Word;
  readonly subject: HoverSubject;
}

function wordsHover(
  document: LanguageDocument,
  instruction: DocumentInstruction,
  words: InstructionWords,
  at: number,
): Found | undefined {
  const { keyword, keywordWord, flags, args } = words;
  if (isIn(keywordWord, at)) {
    if (!isInstructionName(keyword)) return undefined;
    return { word: keywordWord, subject: { kind: 'topic', topic: `instruction/${keyword}` } };
  }
  const use = variableUses(instruction.text, keywordWord.end, instruction.text.length, {
    escape: document.source.directives.escape,
    singleQuotes: false,
  }).find((one) => isIn(one, at));
  // One that nothing in the file sets: BuildKit may, and so may the base image.
  if (use !== undefined) return { word: use, subject: variable(instruction, use.text, false) };
  const flag = flags.find((one) => isIn(one, at));
  if (flag !== undefined) {
    const { value } = flag;
    const isImage = keyword === 'COPY' && flag.name === 'from' && value !== undefined && at >= value.at;
    if (!isImage) return flagHover(keyword, flag, at);
    const word = unquoted(value);
    return { word, subject: imageSubject(word.text, instruction) };
  }
  const [base] = args;
  if (keyword === 'FROM' && base !== undefined && isIn(base, at)) {
    return { word: base, subject: imageSubject(base.text, instruction) };
  }
  return undefined;
}

function imageSubject(reference: string, { lines }: DocumentInstruction): HoverSubject {
  if (reference === 'scratch') return { kind: 'topic', topic: 'value/base scratch' };
  return { kind: 'image', reference, line: lines.start };
}

function flagHover(keyword: string, flag: FlagWord, at: number): Found | undefined {
  const topic = flagTopic(keyword, flag.name);
  if (topic === undefined) return undefined;
  const whole: Found = { word: flag, subject: { kind: 'topic', topic } };
  const { value } = flag;
  if (value === undefined || at < value.at) return whole;
  if (keyword === 'RUN' && flag.name === 'mount') return mountHover(value, at) ?? whole;
  if (keyword === 'RUN' && ['network', 'security'].includes(flag.name)) {
    const known = ['default', 'none', 'host', 'sandbox', 'insecure'].includes(value.text);
    const about = `value/${flag.name} ${value.text}` as Topic;
    return known ? { word: value, subject: { kind: 'topic', topic: about } } : whole;
  }
  return whole;
}

function mountHover(value: Word, at: number): Found | undefined {
  const field = fieldsOf(value).find(({ key, value: of }) => key.at <= at && at <= (of ?? key).end);
  if (field === undefined) return undefined;
  const lower = field.key.text.toLowerCase();
  const key = mountKeyAliases[lower] ?? lower;
  const known: readonly MountKey[] = ['type', ...Object.values(mountKeys).flat()];
  const topicKey = known.find((one) => one === key);
  const about = (word: Word, topic: Topic): Found => ({ word, subject: { kind: 'topic', topic } });
  if (field.value !== undefined && at >= field.value.at) {
    const written = field.value.text.toLowerCase();
    const type = mountTypes.find((one) => one === written);
    if (key === 'type' && type !== undefined) return about(field.value, `mount/${type}`);
    const sharing = sharingModes.find((one) => one === written);
    if (key === 'sharing' && sharing !== undefined) return about(field.value, `value/sharing ${sharing}`);
  }
  return topicKey && about(field.key, `mountKey/${topicKey}`);
}

function isIn({ at, end }: Word, place: number): boolean {
  return at <= place && place <= end;
}
