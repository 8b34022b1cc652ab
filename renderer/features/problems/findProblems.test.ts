import { describe, expect, test } from 'vitest';
import { defaultBuildSettings } from '../../../shared/contract';
import { parseDockerfile } from '../../../shared/dockerfile';
import type { BuildWarning } from '../../../shared/model/progress/types';
import { resolvedGraphs } from '../dockerfile/resolvedStages';
import { buildProblems, localProblems } from './findProblems';

const built = 'FROM a\nRUN b\nRUN c\n';
const location = (startLine: number, endLine = startLine) => ({ file: 'Dockerfile', startLine, endLine });
const warning = (message: string, line: number): BuildWarning => ({
  step: 's',
  level: 1,
  message,
  detail: [],
  url: 'https://docs.example/rule',
  location: location(line),
});

describe('buildProblems', () => {
  const error = { code: 'step-failed', message: 'exit code 1', details: { location: location(3) } } as const;

  test('the failing line and the warnings, each once', () => {
    const text = 'RedundantTargetPlatform: This is already the default (line 1)';
    expect(
      buildProblems(
        { error, warnings: [warning(text, 1), warning(text, 1), warning('just so', 2)] },
        built,
        built,
      ),
    ).toEqual([
      { severity: 'error', message: 'exit code 1', source: 'build', startLine: 3, endLine: 3 },
      {
        severity: 'warning',
        rule: 'RedundantTargetPlatform',
        message: 'This is already the default',
        url: 'https://docs.example/rule',
        source: 'build',
        startLine: 1,
        endLine: 1,
      },
      {
        severity: 'warning',
        message: 'just so',
        url: 'https://docs.example/rule',
        source: 'build',
        startLine: 2,
        endLine: 2,
      },
    ]);
  });

  test('follow their lines when others are edited, and go away with them', () => {
    const lines = (text: string) =>
      buildProblems({ error, warnings: [] }, built, text).map((one) => one.startLine);
    expect(lines('# new\n# new\nFROM a\nRUN b\nRUN c\n')).toEqual([5]);
    expect(lines('FROM a\nRUN c\n')).toEqual([2]);
    expect(lines('FROM a\nRUN b\nRUN d\n')).toEqual([]);
    expect(lines('FROM a\nRUN b\nRUN c\nRUN d\n')).toEqual([3]);
  });

  test('an error without a place is none of the editor’s', () => {
    const cancelled = { code: 'cancelled', message: 'cancelled' } as const;
    expect(buildProblems({ error: cancelled, warnings: [] }, built, built)).toEqual([]);
  });
});

test('localProblems finds what can’t be built on any platform', () => {
  const syntax = parseDockerfile(
    'ARG EMPTY\nFROM alpine\nRUNN x\nCOPY a b\nFROM $EMPTY\nFROM --platform=a/b/c/d x\n',
  );
  const settings = { ...defaultBuildSettings, platforms: ['linux/amd64', 'linux/arm64'] };
  const problems = localProblems(
    syntax,
    resolvedGraphs(syntax, settings, 'linux/amd64'),
    (word) => `no ${word}`,
  );
  expect(problems.map(({ startLine, message }) => [startLine, message])).toEqual([
    [3, 'no RUNN'],
    [5, 'The base "$EMPTY" is empty.'],
    [6, expect.stringContaining('too many parts')],
  ]);
});
