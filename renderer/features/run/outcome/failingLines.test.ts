import { describe, expect, it } from 'vitest';
import { failingLines } from './failingLines';

const numbers = (text: string, startLine: number, endLine: number): string =>
  failingLines(text, { startLine, endLine })
    .map((line) => `${line.number}${line.failing ? '!' : ''}`)
    .join(' ');

describe('failingLines', () => {
  const text = Array.from({ length: 50 }, (_, index) => `line ${index + 1}`).join('\n');
  it('has two lines around', () => {
    expect(numbers(text, 5, 6)).toBe('3 4 5! 6! 7 8');
    expect(failingLines('FROM a\r\nRUN b', { startLine: 2, endLine: 2 })).toEqual([
      { number: 1, text: 'FROM a', failing: false },
      { number: 2, text: 'RUN b', failing: true },
    ]);
  });
  it('stays within the file and within reason', () => {
    expect(numbers(text, 1, 1)).toBe('1! 2 3');
    expect(numbers(text, 50, 50)).toBe('48 49 50!');
    expect(numbers(text, 60, 61)).toBe('');
    expect(failingLines(text, { startLine: 3, endLine: 50 })).toHaveLength(24);
  });
});
