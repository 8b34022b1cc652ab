import fc from 'fast-check';
import { expect, it } from 'vitest';
import { formatBytes, parseBytes } from './bytes';

it.each([
  [0, '0 B'],
  [93, '93 B'],
  [999, '999 B'],
  [1000, '1.00 kB'],
  [1700, '1.70 kB'],
  [61_800, '61.8 kB'],
  [999_499, '999 kB'],
  [999_500, '1.00 MB'],
  [3_104_000, '3.10 MB'],
  [9_996_000, '10.0 MB'],
  [99_960_000, '100 MB'],
  [784_000_000, '784 MB'],
  [11_800_000_000, '11.8 GB'],
  [2e21, '2000 EB'],
  [Number.NaN, '–'],
  [-1, '–'],
])('shows %d bytes as %j', (bytes, text) => {
  expect(formatBytes(bytes)).toBe(text);
});

it('never shows more than three digits and is off by half a percent at most', () => {
  const factors = { B: 1, kB: 1e3, MB: 1e6, GB: 1e9, TB: 1e12, PB: 1e15 };
  fc.assert(
    fc.property(fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER }), (bytes) => {
      const [number, unit] = formatBytes(bytes).split(' ') as [string, keyof typeof factors];
      expect(number.replace('.', '').length).toBeLessThanOrEqual(3);
      expect(Math.abs(Number(number) * factors[unit] - bytes)).toBeLessThanOrEqual(bytes * 0.00501);
    }),
  );
});

it.each([
  ['5 GB', 5e9],
  ['5g', 5e9],
  ['1.5kB', 1500],
  [' 512 MiB ', 512 * 2 ** 20],
  ['2Ti', 2 * 2 ** 40],
  ['17', 17],
  ['17 b', 17],
  ['', undefined],
  ['GB', undefined],
  ['-1 GB', undefined],
  ['5 apples', undefined],
  ['99999999 PB', undefined],
])('"%s" is %s bytes', (text, bytes) => expect(parseBytes(text)).toBe(bytes));
