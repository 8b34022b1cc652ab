import { describe, expect, it } from 'vitest';
import type { Step } from '../../../../shared/model/progress/types';
import { LogFormatter } from './formatLog';
import type { LogFormat } from './formatLog';
import { hex } from './terminalTheme';
import { plainText } from './terminalText';

const format: LogFormat = {
  timestamps: 'relative',
  originMs: 1000,
  withPlatform: false,
  words: { continued: '(continued)', cached: 'cached', failed: 'failed', cancelled: 'cancelled' },
  headerBackground: '48;2;1;2;3',
};
const logStep = { id: 'a', name: '[linux/arm64 builder 2/4] RUN  make \\\n all' };
const line = (text: string, timeMs = 4600) => ({
  type: 'line' as const,
  step: logStep,
  line: { step: 0, stream: 1, timeMs, text },
});
function step(parts: Partial<Step>): Step {
  const { id, name } = logStep;
  return {
    id,
    name,
    node: 'n',
    inputs: [],
    status: 'done',
    startedMs: 2000,
    completedMs: 16_200,
    activities: [],
    logLines: 0,
    ...parts,
  };
}
const shown = (formatter: LogFormatter, item: Parameters<LogFormatter['item']>[0]): string =>
  plainText(formatter.item(item)).replaceAll('\u001b[K', '').replace(/\r\n$/, '');

describe('LogFormatter', () => {
  it('writes headers on one background to the end of the row', () => {
    const formatter = new LogFormatter(format);
    const text = formatter.item({ type: 'header', step: logStep, continued: true });
    expect(text.startsWith('\u001b[48;2;1;2;3m')).toBe(true);
    expect(text.endsWith('\u001b[K\u001b[0m\r\n')).toBe(true);
    expect(shown(formatter, { type: 'header', step: logStep, continued: true })).toBe(
      '▸ builder 2/4 RUN make \\ all (continued)',
    );
  });

  it('names the platform where steps of several stand together', () => {
    const formatter = new LogFormatter({ ...format, withPlatform: true });
    expect(shown(formatter, { type: 'header', step: logStep, continued: false })).toBe(
      '▸ linux/arm64 builder 2/4 RUN make \\ all',
    );
  });

  it('cuts very long commands', () => {
    const long = { id: 'a', name: `[1/1] RUN ${'x'.repeat(500)}` };
    const text = shown(new LogFormatter(format), { type: 'header', step: long, continued: false });
    expect(text.length).toBeLessThan(180);
    expect(text.endsWith('…')).toBe(true);
  });

  it.each([
    ['relative', '  3.6 text'],
    ['off', 'text'],
  ] as const)('puts %s timestamps before lines', (timestamps, expected) => {
    expect(shown(new LogFormatter({ ...format, timestamps }), line('text'))).toBe(expected);
  });

  it('puts the time of day before lines', () => {
    const formatter = new LogFormatter({ ...format, timestamps: 'clock' });
    const noon = new Date(2024, 0, 2, 12, 3, 4).getTime();
    expect(shown(formatter, line('text', noon))).toBe('12:03:04 text');
  });

  it('carries a colour over to the step’s next line, and no further', () => {
    const formatter = new LogFormatter({ ...format, timestamps: 'off' });
    expect(formatter.item(line('\u001b[31mred'))).toBe('\u001b[31mred\u001b[0m\r\n');
    const other = { ...line('plain'), line: { ...line('plain').line, step: 1 } };
    expect(formatter.item(other)).toBe('plain\r\n');
    expect(formatter.item(line('still'))).toBe('\u001b[31mstill\u001b[0m\r\n');
    expect(formatter.item(line('end\u001b[0m'))).toContain('\u001b[31mend');
    expect(formatter.item(line('plain'))).toBe('plain\r\n');
  });

  it.each([
    ['done', false, '✓ builder 2/4 RUN make \\ all 14.2s'],
    ['done', true, '✓ builder 2/4 14.2s'],
    ['cached', false, '□ builder 2/4 RUN make \\ all cached'],
    ['failed', true, '✗ builder 2/4 failed · 14.2s'],
    ['cancelled', true, '⊘ builder 2/4 cancelled'],
  ] as const)('closes a %s step (printed: %s)', (status, printed, expected) => {
    expect(shown(new LogFormatter(format), { type: 'finished', step: step({ status }), printed })).toBe(
      expected,
    );
  });

  it('keeps an unfinished line within one row', () => {
    const formatter = new LogFormatter(format);
    const open = { step: 0, stream: 1, timeMs: 4600, text: '\r下载\t\u001b[32m##########' };
    expect(plainText(formatter.tail(open, 40))).toBe('  3.6 下载 ##########');
    expect(plainText(formatter.tail(open, 14))).toBe('  3.6 下载 ##');
  });
});

describe('hex', () => {
  it.each([
    ['rgb(1, 2, 255)', '#0102ff'],
    ['rgba(16, 32, 48, 0.5)', '#102030'],
    ['rgb(1 2 3 / 50%)', '#808080'],
    ['oklab(1 0 0)', '#808080'],
  ])('%s: %s', (colour, expected) => expect(hex(colour)).toBe(expected));
});
