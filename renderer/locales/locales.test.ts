import { describe, expect, it } from 'vitest';
import { errorCodes } from '../../shared/contract';
import { languageOf, resources } from '.';
import { commandIds } from '../app/commands';

const { en, 'zh-CN': zh } = resources;

/** `a.b.c` -> text, for every text of a namespace. */
function flat(texts: unknown, path = ''): [string, string][] {
  if (typeof texts !== 'object' || texts === null) return [[path, String(texts)]];
  return Object.entries(texts).flatMap(([key, value]) => flat(value, path === '' ? key : `${path}.${key}`));
}
const placeholders = (text: string): string[] =>
  [...text.matchAll(/{{\s*(\w+)[^}]*}}/g)].map((match) => match[1]!).sort();

describe('the locales', () => {
  it('have the same namespaces', () => {
    expect(Object.keys(zh).sort()).toEqual(Object.keys(en).sort());
    expect(Object.keys(en)).toContain('app');
  });

  it.each(Object.keys(en))('have the same keys in %s', (namespace) => {
    const keys = (texts: unknown): string[] =>
      flat(texts)
        .map(([key]) => key)
        .sort();
    expect(keys(zh[namespace])).toEqual(keys(en[namespace]));
  });

  it.each(Object.keys(en))('have no empty text and the same placeholders in %s', (namespace) => {
    const translated = new Map(flat(zh[namespace]));
    for (const [key, text] of flat(en[namespace])) {
      const other = translated.get(key) ?? '';
      expect(text, key).not.toBe('');
      expect(other, key).not.toBe('');
      // A plural's "one" may say it without the number.
      if (!key.endsWith('_one')) expect(placeholders(other), key).toEqual(placeholders(text));
    }
  });

  it('have a title and a hint for every error code, and a title for every command', () => {
    const errors = en['errors'] as { title: Record<string, string>; hint: Record<string, string> };
    expect(Object.keys(errors.title).sort()).toEqual([...errorCodes].sort());
    expect(Object.keys(errors.hint).sort()).toEqual([...errorCodes].sort());
    const app = en['app'] as { command: Record<string, string> };
    expect(Object.keys(app.command).sort()).toEqual([...commandIds].sort());
  });
});

describe('the language to show', () => {
  it.each([
    ['zh-CN', 'zh-CN'],
    ['zh-Hans-HK', 'zh-CN'],
    ['zh', 'zh-CN'],
    ['zh-TW', 'en'],
    ['de-AT', 'en'],
    ['', 'en'],
  ])('follows the system: %s -> %s', (system, language) =>
    expect(languageOf('system', system)).toBe(language),
  );

  it('is the chosen one', () => {
    expect(languageOf('en', 'zh-CN')).toBe('en');
    expect(languageOf('zh-CN', 'en-GB')).toBe('zh-CN');
  });
});
