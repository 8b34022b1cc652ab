import fc from 'fast-check';
import { expect, it } from 'vitest';
import { formatDuration } from './duration';

it.each([
  [0, '0.0s'],
  [-5, '0.0s'],
  [Number.NaN, '0.0s'],
  [300, '0.3s'],
  [14_240, '14.2s'],
  [59_940, '59.9s'],
  [59_950, '1m 00s'],
  [108_000, '1m 48s'],
  [124_400, '2m 04s'],
  [3_599_499, '59m 59s'],
  [3_599_500, '1h 00m'],
  [3_720_000, '1h 02m'],
  [93_900_000, '26h 05m'],
])('shows %d ms as %j', (milliseconds, text) => {
  expect(formatDuration(milliseconds)).toBe(text);
});

it('never shows sixty seconds or sixty minutes', () => {
  fc.assert(
    fc.property(fc.nat({ max: 400_000_000 }), (milliseconds) => {
      expect(formatDuration(milliseconds)).toMatch(/^(\d|[1-5]\d)(\.\d)s$|^\d+m [0-5]\ds$|^\d+h [0-5]\dm$/);
    }),
  );
});
