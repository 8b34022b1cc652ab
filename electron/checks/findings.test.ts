import { expect, test } from 'vitest';
import { SourceText } from '../../shared/dockerfile/fixes';
import type { LintAnswer, SourceRange } from '../buildkit';
import { mergeFindings } from './findings';
import { mergeOutlines } from './outline';

const range = (start: number, end = start): SourceRange => ({
  start: { line: start, character: 0 },
  end: { line: end, character: 0 },
});
const warning = (rule: string, ...ranges: SourceRange[]): LintAnswer['warnings'][number] => ({
  rule,
  message: `${rule}!`,
  description: '',
  url: '',
  ranges,
});
const text = 'FROM a as Base\n\n  RUN b \\\n    c\nMAINTAINER d\n';
const source = new SourceText(text);
const merged = (...answers: [string, LintAnswer][]) =>
  mergeFindings(
    answers.map(([platform, lint]) => ({ platform, lint })),
    source,
  );

test('what platforms say alike is one finding; errors come first, then lines', () => {
  const error = { message: 'no', ranges: [range(5)] };
  const { findings, omitted } = merged(
    [
      'linux/a',
      { warnings: [warning('Late', range(5)), warning('Both', range(3)), warning('Both', range(3))] },
    ],
    ['linux/b', { warnings: [warning('Both', range(3))], error }],
  );
  expect(findings.map(({ rule, severity, platforms }) => [rule, severity, platforms])).toEqual([
    [undefined, 'error', ['linux/b']],
    ['Both', 'warning', ['linux/a', 'linux/b']],
    ['Late', 'warning', ['linux/a']],
  ]);
  expect(omitted).toBe(0);
});

test('lines that lie together are one place, with the columns of its text', () => {
  const { findings } = merged(['linux/a', { warnings: [warning('X', range(4), range(3), range(1))] }]);
  expect(findings[0]!.ranges).toEqual([
    { startLine: 1, startColumn: 1, endLine: 1, endColumn: 15 },
    { startLine: 3, startColumn: 3, endLine: 4, endColumn: 6 },
  ]);
});

test('a fix that changes one word narrows the place to it', () => {
  const { findings } = merged(['linux/a', { warnings: [warning('StageNameCasing', range(1))] }]);
  expect(findings[0]).toMatchObject({
    ranges: [{ startLine: 1, startColumn: 11, endLine: 1, endColumn: 15 }],
    fixes: [{ kind: 'lowercase-stage-name', edits: [{ startOffset: 10, endOffset: 14, text: 'base' }] }],
    ignore: { kind: 'ignore-rule' },
  });
});

test('places that are none, or beyond the text, do no harm', () => {
  const { findings } = merged([
    'linux/a',
    { warnings: [warning('Nowhere', range(0)), warning('Beyond', range(99, 3))] },
  ]);
  expect(findings.map(({ ranges }) => ranges)).toEqual([
    [],
    [{ startLine: 6, startColumn: 1, endLine: 6, endColumn: 2 }],
  ]);
});

test('beyond a thousand they are only counted', () => {
  const warnings = Array.from({ length: 1003 }, (_, index) => warning(`R${index}`, range(1)));
  const { findings, omitted } = merged(['linux/a', { warnings }]);
  expect([findings.length, omitted]).toEqual([1000, 3]);
});

test('outlines: values by platform, a mount is required when it is anywhere', () => {
  const arg = (value: string) => ({ name: 'A', description: 'what it is', value, ranges: [range(1)] });
  const outline = (value: string, required: boolean) => ({
    args: [arg(value)],
    secrets: [{ id: 's', required }],
    ssh: [],
  });
  expect(
    mergeOutlines(
      [
        { platform: 'a', outline: outline('1', false) },
        { platform: 'b', outline: outline('2', true) },
        { platform: 'c', outline: outline('1', false) },
        { platform: 'd', outline: outline('', false) },
      ],
      source,
    ),
  ).toEqual({
    args: [
      {
        name: 'A',
        description: 'what it is',
        values: [
          { value: '1', platforms: ['a', 'c'] },
          { value: '2', platforms: ['b'] },
        ],
        locations: [{ startLine: 1, startColumn: 1, endLine: 1, endColumn: 15 }],
      },
    ],
    secrets: [{ id: 's', required: true }],
    ssh: [],
  });
});
