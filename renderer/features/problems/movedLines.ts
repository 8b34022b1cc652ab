/**
 * Where the lines of a text are after it was edited: those before and after the edited stretch keep their content and
 * are found again, those inside of it are not.
 *
 * @returns a function from an old line to the new one, both 1-based; undefined for a line that was edited away
 */
export function movedLines(before: string, after: string): (line: number) => number | undefined {
  if (before === after) return (line) => line;
  const old = before.split('\n');
  const now = after.split('\n');
  const shorter = Math.min(old.length, now.length);
  let same = 0;
  while (same < shorter && old[same] === now[same]) same += 1;
  let sameAtEnd = 0;
  while (sameAtEnd < shorter - same && old.at(-1 - sameAtEnd) === now.at(-1 - sameAtEnd)) sameAtEnd += 1;
  return (line) => {
    if (line <= same) return line;
    return line > old.length - sameAtEnd ? line + now.length - old.length : undefined;
  };
}
