import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startBuildkitd, type Buildkitd } from '../../e2e/engine/buildkitd';
import { StudioError } from '../../shared/contract';
import { testEngine } from '../testing/engine';
import { nodeState, testBuilders } from '../testing/testBuilders';
import type { Builders } from './builders';
import type { Driver } from './driver';
import { createRemoteDriver } from './drivers/remote';

const never = new AbortController().signal;
const running = ({ status }: { status: string }): boolean => status === 'running';
let arm: Buildkitd;
let folder: string;
let builders: Builders;

beforeAll(async () => {
  arm = await startBuildkitd({ platforms: ['linux/arm64'] });
});
afterAll(() => arm.stop());
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'manifold-nodes-'));
  builders = await testBuilders(folder);
  await builders.create({
    name: 'Two',
    driver: 'remote',
    node: { endpoint: testEngine().buildkitAddress, platforms: ['arm64'] },
  });
});
afterEach(async () => {
  await builders.close({ keepDaemons: false });
  await rm(folder, { recursive: true, force: true });
});

const names = (): string[] | undefined => builders.get('Two')?.nodes.map(({ name }) => name);
const fixed = (): string[][] | undefined => builders.get('Two')?.nodes.map((node) => node.fixedPlatforms);
const stored = async () =>
  JSON.parse(await readFile(join(folder, 'buildx', 'instances', 'two'), 'utf8')) as {
    Nodes: { Name: string; Platforms: { architecture: string }[] | null }[];
  };

describe('the nodes of a builder', () => {
  it('are added, and what is connected stays so', async () => {
    await nodeState(builders, 'Two', 'two0', running);
    const client = await builders.client('Two', 'two0', { signal: never });
    await builders.append('Two', { endpoint: arm.address, platforms: ['linux/arm64', 'linux/arm/v7'] });
    expect(names()).toEqual(['two0', 'two1']);
    const second = await nodeState(builders, 'Two', 'two1', running);
    expect(second.platforms.slice(0, 2).map(({ platform }) => platform)).toEqual([
      'linux/arm64',
      'linux/arm/v7',
    ]);
    expect(await builders.client('Two', 'two0', { signal: never })).toBe(client);
    expect(client.lost).toBeUndefined();

    expect(fixed()).toEqual([[], ['linux/arm64', 'linux/arm/v7']]);
    expect((await stored()).Nodes.map(({ Name, Platforms }) => [Name, Platforms?.length ?? 0])).toEqual([
      ['two0', 0],
      ['two1', 2],
    ]);
  });

  it('get platforms fixed and freed again, without losing the connection', async () => {
    await nodeState(builders, 'Two', 'two0', running);
    const client = await builders.client('Two', 'two0', { signal: never });
    await builders.setPlatforms('Two', 'two0', ['linux/arm/v7', 'linux/arm64/v8']);
    const [node] = builders.get('Two')!.nodes;
    expect(node!.fixedPlatforms).toEqual(['linux/arm/v7', 'linux/arm64']);
    await builders.setPlatforms('Two', 'two0', []);
    const free = await nodeState(
      builders,
      'Two',
      'two0',
      ({ platforms }) => platforms[0]?.emulated === false,
    );
    expect(free.platforms[0]?.platform).toBe('linux/amd64');
    expect(await builders.client('Two', 'two0', { signal: never })).toBe(client);
    await expect(builders.setPlatforms('Two', 'two0', ['*'])).rejects.toMatchObject({
      details: { subject: 'platforms' },
    });
  });

  it('are taken out, but not the last', async () => {
    await builders.append('Two', { name: 'Pi', endpoint: arm.address });
    expect(names()).toEqual(['two0', 'pi']);
    await builders.leave('Two', 'two0', never);
    expect(names()).toEqual(['pi']);
    await expect(builders.leave('Two', 'pi', never)).rejects.toMatchObject({ code: 'conflict' });
    await expect(builders.leave('Two', 'nobody', never)).rejects.toMatchObject({ code: 'not-found' });
    await nodeState(builders, 'Two', 'pi', running);
  });

  it('take each name and endpoint once', async () => {
    const endpoint = testEngine().buildkitAddress;
    await expect(builders.append('Two', { endpoint })).rejects.toMatchObject({
      code: 'conflict',
      details: { subject: 'endpoint' },
    });
    await expect(builders.append('Two', { name: 'two0', endpoint: arm.address })).rejects.toMatchObject({
      code: 'conflict',
      details: { subject: 'node' },
    });
    await expect(builders.append('Two', { endpoint: 'nonsense' })).rejects.toMatchObject({
      details: { subject: 'endpoint' },
    });
  });

  it('name what emulates a platform on this machine', async () => {
    const node = await nodeState(builders, 'Two', 'two0', running);
    const emulated = node.platforms.find(({ platform }) => platform === 'linux/arm/v7');
    expect(emulated).toMatchObject({ emulated: true, emulator: expect.stringMatching(/^qemu-arm /) });
  });
});

describe('removing what a driver can’t take away', () => {
  let refuses = true;
  const remote = createRemoteDriver({ env: {} }) as Driver;
  const stubborn: Driver = {
    ...remote,
    name: 'stubborn',
    create(definition) {
      const node = remote.create(definition);
      return {
        endpoint: node.endpoint,
        info: (signal) => node.info(signal),
        boot: (progress, signal) => node.boot(progress, signal),
        stop: (signal) => node.stop(signal),
        dial: (signal) => node.dial(signal),
        remove: async () => {
          if (refuses)
            throw new StudioError({ code: 'builder-unreachable', message: 'The engine is stopped.' });
        },
      };
    },
  };

  it('leaves the builder as it was, unless it is forced', async () => {
    refuses = true;
    const own = await testBuilders(folder, [stubborn]);
    try {
      await own.create({ name: 'odd', driver: 'stubborn', node: { endpoint: arm.address } });
      await expect(own.remove('odd', { keepState: false }, never)).rejects.toThrow('engine is stopped');
      expect(own.get('odd')).toBeDefined();
      await own.refresh('odd');
      await nodeState(own, 'odd', 'odd0', running);
      await own.remove('odd', { keepState: false, force: true }, never);
      expect(own.get('odd')).toBeUndefined();

      await own.create({ name: 'odd', driver: 'stubborn', node: { endpoint: arm.address } });
      refuses = false;
      await own.remove('odd', { keepState: false }, never);
      expect(own.get('odd')).toBeUndefined();
    } finally {
      await own.close({ keepDaemons: false });
    }
  });
});
