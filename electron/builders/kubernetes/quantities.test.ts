import fc from 'fast-check';
import { expect, it } from 'vitest';
import { isQuantity, parseBoolean, parseDuration } from './quantities';

it.each(['1', '500m', '1.5', '.5', '4Gi', '1e3', '2E', '100k', '-1'])('%s is a quantity', (text) => {
  expect(isQuantity(text)).toBe(true);
});
it.each(['', 'x', '1GB', '1 Gi', '4gi', '1.2.3', 'Gi'])('%j is no quantity', (text) => {
  expect(isQuantity(text)).toBe(false);
});

it.each([
  ['90s', 90_000],
  ['2m', 120_000],
  ['1h30m', 5_400_000],
  ['1.5h', 5_400_000],
  ['300ms', 300],
  ['0', 0],
])('%s is a duration', (text, ms) => {
  expect(parseDuration(text)).toBe(ms);
});
it.each(['', '5', 's', '1d', '1m 2s', '1mx', '-1s'])('%j is no duration', (text) => {
  expect(parseDuration(text)).toBeUndefined();
});
it('adds the parts of a duration', () => {
  fc.assert(
    fc.property(fc.nat(99), fc.nat(99), fc.nat(99), (h, m, s) => {
      expect(parseDuration(`${h}h${m}m${s}s`)).toBe(((h * 60 + m) * 60 + s) * 1000);
    }),
  );
});

it('reads booleans as Go does', () => {
  expect(['1', 't', 'True'].map(parseBoolean)).toEqual([true, true, true]);
  expect(['0', 'f', 'FALSE'].map(parseBoolean)).toEqual([false, false, false]);
  expect(['', 'yes', 'tRUE'].map(parseBoolean)).toEqual([undefined, undefined, undefined]);
});
