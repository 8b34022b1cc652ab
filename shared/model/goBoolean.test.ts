import { expect, it } from 'vitest';
import { isGoTrue } from './goBoolean';

it('is true for what Go takes for true, and for nothing else', () => {
  for (const text of ['1', 't', 'T', 'true', 'TRUE', 'True']) expect(isGoTrue(text), text).toBe(true);
  for (const text of [undefined, '', '0', 'false', 'yes', 'tRUE', ' true']) {
    expect(isGoTrue(text), String(text)).toBe(false);
  }
});
