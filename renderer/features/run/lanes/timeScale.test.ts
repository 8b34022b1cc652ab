import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { daemonAheadMs, tickLabel, timeScale } from './timeScale';

describe('timeScale', () => {
  it('keeps still at first, then grows without a jump', () => {
    expect(timeScale(0, true).spanMs).toBe(8000);
    expect(timeScale(7000, true).spanMs).toBe(8000);
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 10_000_000 }), (elapsed) => {
        const before = timeScale(elapsed, true).spanMs;
        const after = timeScale(elapsed + 100, true).spanMs;
        expect(after).toBeGreaterThanOrEqual(before);
        expect(after - before).toBeLessThan(112);
        expect(elapsed).toBeLessThan(after);
      }),
    );
  });

  it('has between two and seven marks within the span, beginning at 0', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 600_000_000 }), fc.boolean(), (elapsed, running) => {
        const { ticks, spanMs } = timeScale(elapsed, running);
        expect(ticks[0]).toBe(0);
        expect(ticks.length).toBeGreaterThanOrEqual(2);
        expect(ticks.length).toBeLessThanOrEqual(8);
        expect(ticks.at(-1)).toBeLessThan(spanMs);
      }),
    );
  });

  it('fits the example of the design', () => {
    expect(timeScale(21_600, true)).toEqual({
      spanMs: 24_000,
      ticks: [0, 4000, 8000, 12_000, 16_000, 20_000],
    });
  });
});

describe('tickLabel', () => {
  it.each([
    [0, '0s'],
    [500, '0.5'],
    [4000, '4'],
    [60_000, '1:00'],
    [90_000, '1:30'],
    [3_600_000, '1h'],
    [5_400_000, '1h30'],
  ])('%d: %s', (ms, label) => expect(tickLabel(ms)).toBe(label));
});

describe('daemonAheadMs', () => {
  const step = (startedMs: number) => ({
    a: {
      id: 'a',
      name: '',
      node: '',
      inputs: [],
      status: 'done' as const,
      activities: [],
      logLines: 0,
      startedMs,
    },
  });
  it.each([
    [1_000_300, 0],
    [999_000, 0],
    [900_000, -100_000],
    [1_500_000, 500_000],
  ])('a first step at %d: %d', (startedMs, ahead) => {
    expect(daemonAheadMs({ startedMs: 1_000_000, steps: step(startedMs) }, 1_010_000)).toBe(ahead);
  });
  it('knows nothing before the first step', () => {
    expect(daemonAheadMs({ startedMs: 5, steps: {} }, 10)).toBe(0);
  });
});
