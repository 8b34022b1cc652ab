import { automaticArgs } from '../automaticArgs';
import type { CompletionItem } from './completionItem';
import type { LanguageDocument } from './document';
import { declaredNames, scopeBefore } from './occurrences';
import type { DocumentInstruction } from './parts';
import { proxyArgs } from './tables';

/**
 * The variables that can stand behind a `$` in an instruction. In a stage also the arguments that would need an ARG
 * there: they bring it along.
 */
export function variableItems(
  document: LanguageDocument,
  instruction: DocumentInstruction,
): CompletionItem[] {
  const at = document.instructions.indexOf(instruction);
  const scope = scopeBefore(document, at);
  const details = variableDetails(document);
  const items = new Map<string, CompletionItem>();
  const add = (label: string, rest: Omit<CompletionItem, 'label' | 'kind' | 'insert'>): void => {
    const detail = details.get(label);
    if (items.has(label)) return;
    items.set(label, {
      label,
      kind: 'variable',
      insert: label,
      ...(detail !== undefined && { detail }),
      ...rest,
    });
  };
  for (const name of scope.keys()) {
    const automatic = automaticArgs.find((one) => one === name);
    add(name, { rank: 0, ...(automatic && { topic: `automatic/${automatic}` }) });
  }
  const isGlobal = instruction.stage === undefined || instruction.words.keyword === 'FROM';
  if (isGlobal) {
    for (const name of automaticArgs) add(name, { rank: 1, topic: `automatic/${name}` });
    return [...items.values()];
  }
  const { keyword } = instruction.words.inner ?? instruction.words;
  if (keyword === 'CMD' || keyword === 'ENTRYPOINT' || keyword === 'HEALTHCHECK') return [...items.values()];
  const { start } = instruction.span;
  const declare = (name: string) => ({ also: { span: { start, end: start }, text: `ARG ${name}\n` } });
  for (const name of scopeBefore(document, 0, 'global').keys()) add(name, { rank: 2, ...declare(name) });
  for (const name of automaticArgs) add(name, { rank: 3, topic: `automatic/${name}`, ...declare(name) });
  if (keyword === 'RUN') for (const name of proxyArgs) add(name, { rank: 4, topic: 'proxy' });
  return [...items.values()];
}

/** How each variable is first given a value in the file, as written. */
export function variableDetails({ instructions }: LanguageDocument): ReadonlyMap<string, string> {
  const details = new Map<string, string>();
  for (const { words, text } of instructions) {
    for (const { text: name, at, end } of declaredNames(words)) {
      if (details.has(name) || text[end] !== '=') continue;
      const word = words.args.find((arg) => arg.at === at);
      details.set(name, `${words.keyword} ${word?.text.slice(0, 200)}`);
    }
  }
  return details;
}
