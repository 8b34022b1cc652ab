import { expect, it } from 'vitest';
import { sampleBuild } from '../../../testing/samples';
import { sampleDigest } from '../../../testing/sampleImages';
import { findSuggestions } from './suggestions';

const result = {
  outputType: 'push' as const,
  digest: sampleDigest('9f'),
  references: ['reg/hello:1'],
  platforms: [],
  cachedSteps: 0,
  totalSteps: 1,
};
const known = {
  recent: ['alpine:3.20', 'reg/hello:0'],
  builds: [
    sampleBuild({ id: 'b3', number: 3, result }),
    sampleBuild({ id: 'b2', number: 2, status: 'failed' }),
    sampleBuild({ id: 'b1', number: 1, result: { ...result, references: [] } }),
  ],
  engine: [
    { context: 'default', id: 'sha256:aa', references: ['hello:dev', 'hello:old'], size: 1, createdMs: 1 },
    { context: 'default', id: 'sha256:bb', references: [], size: 1, createdMs: 1 },
  ],
  tags: undefined,
};

it('offers what was opened, what was built with an image, and what the engine has', () => {
  expect(findSuggestions('', known).map(({ group, label, meta }) => [group, label, meta])).toEqual([
    ['recent', 'alpine:3.20', undefined],
    ['recent', 'reg/hello:0', undefined],
    ['builds', 'reg/hello:1', '#3'],
    ['builds', 'hello', '#1'],
    ['engine', 'hello:dev', 'default'],
    ['engine', 'hello:old', 'default'],
    ['engine', 'sha256:bb', 'default'],
  ]);
});

it('narrows to what was typed, and puts the tags first', () => {
  const tags = { repository: 'reg/hello', tags: ['1', '2'] };
  const found = findSuggestions(' REG/hello:', { ...known, tags });
  expect(found.map(({ label }) => label)).toEqual([
    'reg/hello:1',
    'reg/hello:2',
    'reg/hello:0',
    'reg/hello:1',
  ]);
  expect(found[0]?.source).toEqual({ kind: 'registry', reference: 'reg/hello:1' });
  expect(found.at(-1)?.source).toEqual({ kind: 'build', buildId: 'b3' });
});

it('offers a part of ten thousand tags', () => {
  const tags = { repository: 'a', tags: Array.from({ length: 10_000 }, (_, index) => `v${index}`) };
  expect(findSuggestions('a:v999', { ...known, tags }).map(({ label }) => label)).toContain('a:v9990');
  expect(findSuggestions('a:', { ...known, tags }).length).toBe(50);
});
