import { Buffer } from 'node:buffer';
import { expect, test } from 'vitest';
import { readLint, readOutline, readTargets } from './answers';

const json = (value: unknown): Uint8Array => Buffer.from(JSON.stringify(value));

test('what Go leaves out or writes as null is nothing', () => {
  expect(readLint(json({ warnings: null, sources: null }))).toEqual({ warnings: [] });
  expect(readLint(json({ warnings: [{ ruleName: 'A' }] })).warnings).toEqual([
    { rule: 'A', description: '', url: '', message: '', ranges: [] },
  ]);
  expect(readOutline(json({}))).toEqual({ args: [], secrets: [], ssh: [] });
  expect(readTargets(json({ targets: [{}], sources: null }))).toEqual([
    { name: '', default: false, description: '', base: '', platform: '' },
  ]);
});

test('a source index below zero means no place', () => {
  const ranges = [{ start: { line: 3 }, end: { line: 4 } }];
  const at = (sourceIndex: number | undefined) =>
    readLint(json({ buildError: { message: 'no', location: { sourceIndex, ranges } } })).error;
  expect(at(undefined)).toEqual({
    message: 'no',
    ranges: [{ start: { line: 3, character: 0 }, end: { line: 4, character: 0 } }],
  });
  expect(at(-1)).toEqual({ message: 'no', ranges: [] });
});

test('an answer that is none is refused', () => {
  expect(() => readLint(Buffer.from('nonsense'))).toThrow(SyntaxError);
  expect(() => readLint(json({ warnings: [{}] }))).toThrow();
  expect(() => readTargets(json([]))).toThrow();
});
