import type { SourceText } from './sourceText';
import type { Fix, Violation } from './types';

/** StageNameCasing: BuildKit compares names without regard to case, so only the definition changes. */
export function lowercaseStageName(source: SourceText, { startLine }: Violation): Fix[] {
  const from = source.instructionAt(startLine);
  const name = from.parts().args[2];
  if (name === undefined) return [];
  const lower = name.text.toLowerCase();
  return [
    {
      kind: 'lowercase-stage-name',
      values: { name: lower },
      edits: [from.replace(name.start, name.end, lower)],
    },
  ];
}

/** FromAsCasing: FROM stays as it is. */
export function matchAsKeyword(source: SourceText, { startLine }: Violation): Fix[] {
  const from = source.instructionAt(startLine);
  const { keyword, args } = from.parts();
  const as = args[1];
  if (keyword === undefined || as === undefined) return [];
  const wanted = inCaseOf(keyword.text, 'as');
  return [
    {
      kind: 'match-as-keyword',
      values: { keyword: wanted },
      edits: [from.replace(as.start, as.end, wanted)],
    },
  ];
}

/** ConsistentInstructionCasing: the message tells the case of the majority. The AS of a FROM goes along. */
export function recaseInstruction(source: SourceText, { startLine, message }: Violation): Fix[] {
  const instruction = source.instructionAt(startLine);
  const { keyword, args } = instruction.parts();
  const majority = /\((lowercase|uppercase)\)$/.exec(message)?.[1];
  if (keyword === undefined || majority === undefined) return [];
  const recased = (word: string): string =>
    majority === 'lowercase' ? word.toLowerCase() : word.toUpperCase();
  const edits = [instruction.replace(keyword.start, keyword.end, recased(keyword.text))];
  const as = args[1];
  if (keyword.text.toUpperCase() === 'FROM' && as?.text.toUpperCase() === 'AS') {
    edits.push(instruction.replace(as.start, as.end, recased(as.text)));
  }
  return [{ kind: 'recase-instruction', values: { keyword: recased(keyword.text) }, edits }];
}

/** A word in the case of a keyword that is already there: lower when that is, upper otherwise. */
export function inCaseOf(keyword: string, word: string): string {
  return keyword === keyword.toLowerCase() ? word.toLowerCase() : word.toUpperCase();
}
