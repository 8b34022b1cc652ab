import { pino } from 'pino';
import { expect, it } from 'vitest';
import { defaultBuildSettings, type Builder, type BuildOutput } from '../../shared/contract';
import { testBuilder, testNode } from '../testing/testBuilder';
import type { BuilderConnections } from './connections';
import { wakeNodes } from './wakeNodes';

const never = new AbortController().signal;
const asleep = (name: string) => testNode({ name, status: 'stopped', platforms: [] });

/** Names of the nodes that are started for a build; those of `broken` can't be. */
async function woken(
  builder: Builder,
  output: BuildOutput = { type: 'oci' },
  { broken = [] as string[], signal = never } = {},
): Promise<string[]> {
  const started: string[] = [];
  const builders: BuilderConnections = {
    get: () => builder,
    client: async (_builder, node) => {
      started.push(node);
      if (broken.includes(node)) throw new Error('no');
      return undefined as never;
    },
    load: () => Promise.reject(new Error('not asked for')),
    push: () => Promise.reject(new Error('not asked for')),
  };
  const request = {
    ...{ project: '/p', dockerfile: 'Dockerfile', dockerfileText: 'FROM scratch\n', builder: 'b' },
    settings: { ...defaultBuildSettings, output },
  };
  await wakeNodes(request, builders, pino({ level: 'silent' }), signal);
  return started;
}

it('starts those of several nodes that have told nothing yet', async () => {
  const startable = (...nodes: Builder['nodes']): Builder => ({ ...testBuilder(...nodes), canStart: true });
  expect(await woken(startable(asleep('a'), testNode({ name: 'b' }), asleep('c')))).toEqual(['a', 'c']);
  expect(await woken(startable(asleep('a')))).toEqual([]);
  expect(await woken(startable(asleep('a')), { type: 'load' })).toEqual(['a']);
  const starting = { ...asleep('a'), status: 'starting' as const };
  expect(await woken(startable(starting), { type: 'load' })).toEqual(['a']);
  expect(await woken(testBuilder(asleep('a'), asleep('b')))).toEqual([]);
});

it('goes on without one that can’t be started, but not when it was called off', async () => {
  const two: Builder = { ...testBuilder(asleep('a'), asleep('b')), canStart: true };
  expect(await woken(two, undefined, { broken: ['a'] })).toEqual(['a', 'b']);
  const reason = new Error('enough');
  await expect(woken(two, undefined, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
});
