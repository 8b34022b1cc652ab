import type { SourceLocation } from '../../../../shared/contract';

const around = 2;
const mostLines = 24;

/** The failing lines of a Dockerfile with a few before and after them; long instructions are cut. */
export function failingLines(
  text: string,
  location: Pick<SourceLocation, 'startLine' | 'endLine'>,
): { number: number; text: string; failing: boolean }[] {
  const lines = text.split(/\r?\n/);
  const first = Math.max(1, location.startLine - around);
  const last = Math.min(lines.length, location.endLine + around, first + mostLines - 1);
  const shown = [];
  for (let number = first; number <= last; number++) {
    const failing = number >= location.startLine && number <= location.endLine;
    shown.push({ number, text: lines[number - 1] ?? '', failing });
  }
  return shown;
}
