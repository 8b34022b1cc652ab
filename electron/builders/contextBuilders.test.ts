import { expect, it } from 'vitest';
import type { DockerContext } from '../../shared/contract';
import { contextBuilders } from './contextBuilders';

const context = (name: string, endpoint: string): DockerContext => ({
  ...{ name, endpoint, description: '', current: false },
});
const names = async (contexts: DockerContext[], ...stored: string[]) =>
  (
    await contextBuilders(
      contexts,
      stored.map((name) => ({ name })),
    )
  ).map(({ name }) => name);

it('makes a builder of every context that no stored builder hides', async () => {
  const contexts = [context('desktop', 'unix:///nowhere.sock'), context('far', 'ssh://me@far')];
  expect(await names(contexts, 'Far')).toEqual(['desktop']);
  expect((await contextBuilders(contexts, []))[1]).toEqual({
    name: 'far',
    driver: 'docker',
    nodes: [{ name: 'far', endpoint: 'far', options: {}, platforms: [], flags: [], files: {} }],
  });
});

it('passes the default context over while its socket is missing', async () => {
  expect(await names([context('default', 'unix:///nowhere.sock')])).toEqual([]);
  expect(await names([context('default', 'unix:///')])).toEqual(['default']);
  expect(await names([context('default', 'tcp://127.0.0.1:2375')])).toEqual(['default']);
});
