import type { SourceText } from './sourceText';
import type { Fix, TextEdit, Violation } from './types';

/** LegacyKeyValueFormat: `ENV name some value` as `ENV name="some value"`, with the same value. */
export function keyEqualsValue(source: SourceText, { startLine }: Violation): Fix[] {
  const instruction = source.instructionAt(startLine);
  const [key, first] = instruction.parts().args;
  if (key === undefined || first === undefined) return [];
  const value = instruction.text.slice(first.start).trimEnd();
  const end = first.start + value.length;
  const blanks = unquotedBlanks(value, source.escape);
  // Blanks that lie at the seam of two lines are counted as one stretch.
  const isPlain = !/["']/.test(value) && !value.includes(source.escape);
  const separate = (equals: string): TextEdit => instruction.replace(key.end, first.start, equals);
  const edits =
    blanks.length === 0
      ? [separate('=')]
      : isPlain
        ? [separate('="'), instruction.insertBehind(end, '"')]
        : [
            separate('='),
            ...blanks.map((at) =>
              instruction.replace(first.start + at, first.start + at + 1, source.escape + (value[at] ?? '')),
            ),
          ];
  return [{ kind: 'key-equals-value', values: { name: key.text }, edits }];
}

/** Where blanks stand that are neither quoted nor escaped. */
function unquotedBlanks(value: string, escape: string): number[] {
  const blanks: number[] = [];
  let quote = '';
  for (let at = 0; at < value.length; at += 1) {
    const character = value[at] ?? '';
    if (character === escape && quote !== "'") at += 1;
    else if (quote !== '') {
      if (character === quote) quote = '';
    } else if (character === '"' || character === "'") quote = character;
    else if (/\s/.test(character)) blanks.push(at);
  }
  return blanks;
}
