/** The smallest single replacement that turns one text into the other, in UTF-16 offsets of the first. */
export function smallestEdit(before: string, after: string): { start: number; end: number; text: string } {
  const shorter = Math.min(before.length, after.length);
  let start = 0;
  while (start < shorter && before[start] === after[start]) start += 1;
  let common = 0;
  while (common < shorter - start && before.at(-1 - common) === after.at(-1 - common)) common += 1;
  return { start, end: before.length - common, text: after.slice(start, after.length - common) };
}
