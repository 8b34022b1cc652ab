import fc from 'fast-check';
import { expect, test } from 'vitest';
import { hexColour } from '../../ui/monaco/hexColour';
import { smallestEdit } from './replaceText';

test('smallestEdit turns the one text into the other and leaves alone what is equal', () => {
  expect(smallestEdit('FROM a\nRUN b\n', 'FROM a\nRUN c\n')).toEqual({ start: 11, end: 12, text: 'c' });
  expect(smallestEdit('aa', 'aaa')).toEqual({ start: 2, end: 2, text: 'a' });
  expect(smallestEdit('same', 'same')).toEqual({ start: 4, end: 4, text: '' });
  const text = fc.string({ unit: fc.constantFrom('a', 'b', '\n', '😀') });
  fc.assert(
    fc.property(text, text, (before, after) => {
      const { start, end, text: inserted } = smallestEdit(before, after);
      expect(before.slice(0, start) + inserted + before.slice(end)).toBe(after);
      expect(start).toBeLessThanOrEqual(end);
    }),
  );
});

test('hexColour writes computed colours as Monaco wants them', () => {
  expect(hexColour('rgb(20, 98, 200)')).toBe('#1462c8');
  expect(hexColour('rgba(20, 98, 200, 0.11)')).toBe('#1462c81c');
});
