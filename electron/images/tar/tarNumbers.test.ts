import fc from 'fast-check';
import { expect, it } from 'vitest';
import { tarNumber } from './tarNumbers';

const text = (field: string): number => tarNumber(Buffer.from(field, 'latin1'), 0, field.length);

it('reads octal text, wherever it stands in its field', () => {
  const padding = fc.stringMatching(/^[ \0]{0,3}$/);
  fc.assert(
    fc.property(fc.nat(), padding, padding, (value, before, after) => {
      expect(text(`${before}${value.toString(8)}${after || ' '}`)).toBe(value);
    }),
  );
  expect([text('\0\0\0'), text('   ')]).toEqual([0, 0]);
});

it('reads base 256, also below zero', () => {
  fc.assert(
    fc.property(fc.maxSafeInteger(), (value) => {
      const field = Buffer.alloc(12);
      field.writeBigInt64BE(BigInt(value), 4);
      field.fill(value < 0 ? 0xff : 0, 0, 4);
      field[0]! |= 0x80;
      expect(tarNumber(field, 0, 12)).toBe(value);
    }),
  );
});

it.each(['8', '12x', '1 2', '-1', 'abc'])('has no number for %j', (field) => {
  expect(text(field)).toBeNaN();
});

it('has no number for what a JavaScript number can’t hold', () => {
  expect(tarNumber(Buffer.from([0x80, 0, 0, 0, 0, 0x20, 0, 0, 0, 0, 0, 0]), 0, 12)).toBeNaN();
});
