import { describe, expect, it } from 'vitest';
import { OutputTail, plainLines } from './outputTail';

describe('OutputTail', () => {
  it('keeps the last twenty lines, cut anywhere', () => {
    const tail = new OutputTail();
    const text = Array.from({ length: 100 }, (_, n) => `line ${n} ü\n`).join('');
    const bytes = Buffer.from(text);
    for (let at = 0; at < bytes.length; at += 7) tail.add('a', bytes.subarray(at, at + 7));
    expect(tail.lines('a')).toEqual(Array.from({ length: 20 }, (_, n) => `line ${n + 80} ü`));
    expect(tail.lines('b')).toEqual([]);
  });

  it('holds little of much', () => {
    const tail = new OutputTail();
    for (let n = 0; n < 10_000; n++) tail.add('a', Buffer.alloc(1000, 'x'));
    tail.add('a', Buffer.alloc(1_000_000, 'y'));
    tail.add('a', Buffer.from('\nend'));
    expect(tail.lines('a').join('').length).toBeLessThan(40_000);
    expect(tail.lines('a').at(-1)).toBe('end');
    tail.forget('a');
    expect(tail.lines('a')).toEqual([]);
  });
});

describe('plainLines', () => {
  it.each([
    ['\u001b[1;31mred\u001b[0m plain', ['red plain']],
    ['10%\r50%\r100%\r\nnext', ['100%', 'next']],
    ['\u001b]8;;http://x\u0007link\u001b]8;;\u0007', ['link']],
    ['', ['']],
  ])('%j', (text, lines) => {
    expect(plainLines(text)).toEqual(lines);
  });
});
