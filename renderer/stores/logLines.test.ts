import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LogLines } from './logLines';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const output = (data: Uint8Array, step = 0, stream = 1) =>
  ({ type: 'output', step, stream, timeMs: 1, data }) as const;
const texts = (lines: LogLines): string[] =>
  Array.from({ length: lines.end - lines.first }, (_, index) => lines.line(lines.first + index)?.text ?? '');

describe('LogLines', () => {
  it('joins what was cut anywhere, even inside of a character', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: 'grapheme' }).filter((text) => !/[\r\n]/.test(text))),
        fc.integer({ min: 1, max: 7 }),
        (written, size) => {
          const lines = new LogLines();
          const all = bytes(written.map((text) => `${text}\n`).join(''));
          for (let at = 0; at < all.length; at += size) lines.add(output(all.subarray(at, at + size)));
          lines.finish();
          expect(texts(lines)).toEqual(written);
        },
      ),
    );
  });

  it('keeps steps and streams apart', () => {
    const lines = new LogLines();
    lines.add(output(bytes('a1 '), 0, 1));
    lines.add(output(bytes('b1\n'), 1, 1));
    lines.add(output(bytes('e1\n'), 0, 2));
    lines.add(output(bytes('a2\n'), 0, 1));
    expect(texts(lines)).toEqual(['b1', 'e1', 'a1 a2']);
  });

  it('takes CR LF for one line end and leaves other returns to the terminal', () => {
    const lines = new LogLines();
    lines.add(output(bytes('10%\r20%\r\nnext\r\n')));
    expect(texts(lines)).toEqual(['10%\r20%', 'next']);
  });

  it('shows the last line of output that has no line end', () => {
    const lines = new LogLines();
    lines.add(output(bytes('no end')));
    expect(texts(lines)).toEqual([]);
    lines.finish();
    expect(texts(lines)).toEqual(['no end']);
  });

  it('drops the oldest lines and says how many, keeping the numbers of the rest', () => {
    const lines = new LogLines(100);
    for (let index = 0; index < 1000; index++) lines.add(output(bytes(`${index}\n`)));
    expect(lines.end).toBe(1000);
    expect(lines.end - lines.first).toBeLessThanOrEqual(100);
    expect(lines.line(999)?.text).toBe('999');
    expect(lines.line(lines.first)?.text).toBe(String(lines.first));
    expect(lines.line(lines.first - 1)).toBeUndefined();
  });

  it('bounds the memory of long lines too', () => {
    const lines = new LogLines(1000, 10_000);
    for (let index = 0; index < 200; index++) lines.add(output(bytes(`${'x'.repeat(999)}\n`)));
    const kept = texts(lines).reduce((sum, text) => sum + text.length, 0);
    expect(kept).toBeLessThanOrEqual(10_000);
    expect(lines.end).toBe(200);
  });

  it('cuts output that never ends its line', () => {
    const lines = new LogLines();
    for (let index = 0; index < 5; index++) lines.add(output(bytes('y'.repeat(40_000))));
    lines.finish();
    expect(texts(lines).join('')).toHaveLength(200_000);
    expect(Math.max(...texts(lines).map((text) => text.length))).toBeLessThan(120_000);
  });
});
