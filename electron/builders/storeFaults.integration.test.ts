import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer, type AddressInfo, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ensureBinaries } from '../../e2e/engine/binaries';
import { startBuildkitd } from '../../e2e/engine/buildkitd';
import { packageProgram } from '../../scripts/setup/command.mjs';
import { testEngine } from '../testing/engine';
import { nodeState, testBuilders } from '../testing/testBuilders';
import type { Builders } from './builders';
import { timeLimit } from '../system/timeLimit';

const never = new AbortController().signal;
const writingStore = fileURLToPath(new URL('../testing/writingStore.ts', import.meta.url));
const running = ({ status }: { status: string }): boolean => status === 'running';
let buildx: string;
let folder: string;
let opened: Builders[];

beforeAll(async () => {
  buildx = (await ensureBinaries({ buildx: true })).buildx!;
  // Compiled on first use.
}, 900_000);
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'manifold-store-faults-'));
  opened = [];
});
afterEach(async () => {
  await Promise.all(opened.map((builders) => builders.close({ keepDaemons: false })));
  await rm(folder, { recursive: true, force: true });
});

async function open(): Promise<Builders> {
  const builders = await testBuilders(folder);
  opened.push(builders);
  return builders;
}

/** What the real buildx lists in the same store. */
async function listedByBuildx(): Promise<string> {
  const { PATH = '', HOME = '' } = process.env;
  const env = { PATH, HOME, BUILDX_CONFIG: join(folder, 'buildx'), DOCKER_CONFIG: join(folder, 'docker') };
  return (await promisify(execFile)(buildx, ['ls', '--timeout', '2s'], { env })).stdout;
}

describe('two Manifolds at once', () => {
  it('see each other’s builders and nodes within a second', async () => {
    const [one, other] = [await open(), await open()];
    const endpoint = testEngine().buildkitAddress;
    await one.create({ name: 'shared', driver: 'remote', node: { endpoint } });
    const seen = async (wanted: () => boolean): Promise<void> => {
      for await (const _list of other.watch(timeLimit(1000))) if (wanted()) return;
      throw new Error('not within a second');
    };
    await seen(() => other.get('shared') !== undefined);
    await one.append('shared', { name: 'far', endpoint: 'tcp://127.0.0.1:1' });
    await seen(() => other.get('shared')?.nodes.length === 2);
    await other.leave('shared', 'far', never);
    await other.use('shared');
    for await (const list of one.watch(timeLimit(1000))) {
      const shared = list.find(({ name }) => name === 'shared');
      if (shared?.nodes.length === 1 && shared.current) return;
    }
    throw new Error('not within a second');
  });

  it('can’t both make a builder of one name, nor lose each other’s nodes', async () => {
    const [one, other] = [await open(), await open()];
    const create = (builders: Builders, port: number) =>
      builders.create({ name: 'twin', driver: 'remote', node: { endpoint: `tcp://127.0.0.1:${port}` } });
    const results = await Promise.allSettled([create(one, 1), create(other, 2)]);
    expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    await Promise.all([one, other].map((builders) => nodeState(builders, 'twin', 'twin0', () => true)));
    const append = (builders: Builders, port: number) =>
      builders.append('twin', { name: `n${port}`, endpoint: `tcp://127.0.0.1:${port}` });
    await Promise.all([10, 11, 12, 13].map((port) => append(port % 2 === 0 ? one : other, port)));
    const text = await readFile(join(folder, 'buildx', 'instances', 'twin'), 'utf8');
    const { Nodes } = JSON.parse(text) as { Nodes: { Name: string }[] };
    expect(Nodes.map(({ Name }) => Name).sort()).toEqual(['n10', 'n11', 'n12', 'n13', 'twin0']);
  });
});

it('a Manifold killed at any moment leaves a whole store that the next one, and buildx, go on with', async () => {
  for (const aliveMs of [0, 7, 23, 61, 140]) {
    await rm(join(folder, 'buildx'), { recursive: true, force: true });
    const child = spawn(packageProgram('tsx'), [writingStore, folder], {
      stdio: ['ignore', 'pipe', 'inherit'],
      detached: true,
    });
    await once(child.stdout, 'data');
    await sleep(aliveMs);
    process.kill(-child.pid!, 'SIGKILL');
    await once(child, 'exit');

    const after = await open();
    expect(after.get('victim')?.nodes[0]?.name).toBe('victim0');
    await after.create({
      name: 'next',
      driver: 'remote',
      node: { endpoint: testEngine().buildkitAddress },
    });
    const listed = await listedByBuildx();
    expect(listed).toMatch(/^victim\*?\s+remote/m);
    expect(listed).toMatch(/^next\s+remote/m);
  }
});

describe('builders whose nodes are gone', () => {
  let silent: Server;
  beforeEach(async () => {
    silent = createServer(() => undefined).listen(0, '127.0.0.1');
    await once(silent, 'listening');
  });
  afterEach(() => silent.close());

  it('ten dead ones hold up neither the list nor the live one', async () => {
    const builders = await open();
    const { port } = silent.address() as AddressInfo;
    for (let dead = 0; dead < 10; dead++) {
      const endpoint = dead < 5 ? `tcp://127.0.0.1:${port}` : 'tcp://127.0.0.1:1';
      await builders.create({ name: `dead${dead}`, driver: 'remote', node: { endpoint } });
    }
    await builders.create({
      name: 'live',
      driver: 'remote',
      node: { endpoint: testEngine().buildkitAddress },
    });
    const before = Date.now();
    const again = await open();
    expect(again.list().filter(({ driver }) => driver === 'remote')).toHaveLength(11);
    expect(Date.now() - before).toBeLessThan(1000);
    await nodeState(again, 'live', 'live0', running);
    expect(Date.now() - before).toBeLessThan(2500);
    const dead = await nodeState(again, 'dead0', 'dead00', ({ status }) => status === 'unreachable');
    expect(Date.now() - before).toBeLessThan(7000);
    expect(dead.error?.message).toContain('did not answer within');
    expect(dead.error?.hint).toBeTruthy();
  }, 60_000);

  it('a node whose state was wiped is used again as it is now', async () => {
    const daemon = await startBuildkitd();
    try {
      const builders = await open();
      await builders.create({ name: 'wiped', driver: 'remote', node: { endpoint: daemon.address } });
      const before = await builders.client('wiped', 'wiped0', { signal: never });
      await daemon.kill();
      await rm(daemon.stateDir, { recursive: true, force: true });
      await daemon.restart();
      await nodeState(builders, 'wiped', 'wiped0', running);
      const after = await builders.client('wiped', 'wiped0', { signal: never });
      expect(after).not.toBe(before);
      expect(await after.diskUsage()).toEqual([]);
    } finally {
      await daemon.stop();
    }
  });
});
