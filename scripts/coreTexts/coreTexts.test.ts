import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { areas, zhCN } from '../../renderer/locales/core/zh-CN';
import { coreTexts } from './coreTexts';

const texts = coreTexts(resolve(import.meta.dirname, '../..'));
const known = new Set(texts.map(({ text }) => text));

const placeholders = (text: string): string[] => [...text.matchAll(/{{\d+}}/g)].map(([one]) => one).sort();

describe('the texts of the core', () => {
  it('are found in the sources, whatever makes them', () => {
    // A property, a template, ways of a condition, an argument that a function puts into a sentence, a table of reasons.
    for (const text of [
      'BuildKit image',
      '"{{0}}" is no image name: {{1}}.',
      '{{0}} is a file, not a folder.',
      '{{0}} is a folder, not a file.',
      'The layer’s archive is damaged: a sparse file has no map.',
      'its certificate has expired',
    ]) {
      expect(known).toContain(text);
    }
    expect(texts.length).toBeGreaterThan(800);
  });

  it('are not those of the log', () => {
    expect(known).not.toContain('a builder’s node can’t be reached');
  });

  it('all have a Chinese one', () => {
    const missing = texts.filter(({ text }) => !(text in zhCN)).map(({ text, file }) => `${file}: ${text}`);
    expect(missing).toEqual([]);
  });

  it('are the only ones that have a Chinese one, and each has one', () => {
    const keys = Object.values(areas).flatMap((table) => Object.keys(table));
    expect(keys.filter((text) => !known.has(text))).toEqual([]);
    expect(keys.filter((text, index) => keys.indexOf(text) !== index)).toEqual([]);
  });

  it.each(Object.entries(areas))('have all their values in Chinese: %s', (_, table) => {
    for (const [english, chinese] of Object.entries(table)) {
      expect(chinese, english).not.toBe('');
      expect(placeholders(chinese), english).toEqual(placeholders(english));
    }
  });
});
