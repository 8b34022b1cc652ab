import { describe, expect, it } from 'vitest';
import { LogLines } from './logLines';

const text = new TextEncoder();

describe('LogLines.openLine', () => {
  it('is the newest state of a line that has not ended', () => {
    const lines = new LogLines();
    const print = (data: string, step = 0, timeMs = 1): void =>
      lines.add({ type: 'output', step, stream: 1, timeMs, data: text.encode(data) });
    lines.add({ type: 'step', step: 0, id: 'a', name: 'RUN a' });
    expect(lines.openLine).toBeUndefined();
    print('done\n10%');
    expect(lines.openLine).toEqual({ step: 0, stream: 1, timeMs: 1, text: '10%' });
    for (let percent = 11; percent < 5000; percent++) print(`\r${percent}%`, 0, percent);
    expect(lines.openLine).toEqual({ step: 0, stream: 1, timeMs: 4999, text: '\r4999%' });
    print('other', 1);
    expect(lines.openLine?.step).toBe(1);
    print('\n', 1);
    expect(lines.openLine).toBeUndefined();
    print('\r\n');
    expect([0, 1, 2].map((number) => lines.line(number)?.text)).toEqual(['done', 'other', '\r4999%']);
  });
});
