import type { CompletionItem } from './completionItem';
import type { LanguageDocument } from './document';
import type { DocumentInstruction } from './parts';

/**
 * The stages that an instruction can be built on or take files from: those before its own, each name once.
 *
 * @param use `base`: names are compared exactly, so they are offered in lower case
 */
export function stageItems(
  { stages, instructions }: LanguageDocument,
  instruction: DocumentInstruction,
  use: 'base' | 'source',
): CompletionItem[] {
  const at = instructions.indexOf(instruction);
  const own = instruction.stage ?? -1;
  const byName = new Map<string, CompletionItem>();
  for (const { name, base, index, from } of stages) {
    if (name === undefined || from >= at || index === own) continue;
    byName.set(name, {
      label: name,
      kind: 'stage',
      insert: name,
      ...(base !== '' && { detail: `FROM ${base}` }),
      // The nearest stage is the likeliest.
      rank: own - index,
    });
  }
  const scratch: CompletionItem = {
    label: 'scratch',
    kind: 'image',
    insert: 'scratch',
    topic: 'value/base scratch',
    rank: stages.length + 1,
  };
  return use === 'base' ? [...byName.values(), scratch] : [...byName.values()];
}
