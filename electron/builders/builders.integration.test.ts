import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startBuildkitd } from '../../e2e/engine/buildkitd';
import { provideBuildkit } from '../../scripts/setup/buildkit.mjs';
import type { Builder, BuilderNode } from '../../shared/contract';
import { DaemonGoneError } from '../buildkit';
import { testEngine } from '../testing/engine';
import { noEngine } from '../testing/noEngine';
import { Builders } from './builders';
import { openBuildxStore } from './buildxStore/buildxStore';
import { createDrivers } from './drivers';

const never = new AbortController().signal;
let folder: string;
let opened: Builders[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'manifold-builders-'));
  opened = [];
});
afterEach(async () => {
  await Promise.all(opened.map((builders) => builders.close({ keepDaemons: false })));
  await rm(folder, { recursive: true, force: true });
});

async function open(env: Record<string, string> = {}, corrupt: string[] = []): Promise<Builders> {
  const { buildkitd } = await provideBuildkit();
  const logger = pino({ level: 'silent' });
  const builders = await Builders.open({
    ...noEngine,
    store: openBuildxStore({
      env: { BUILDX_CONFIG: join(folder, 'buildx'), DOCKER_CONFIG: join(folder, 'docker') },
      ownChoiceFile: join(folder, 'own-choice.json'),
      onCorrupt: ({ keptAs }) => corrupt.push(keptAs),
      logger,
    }),
    drivers: createDrivers({
      stateFolder: folder,
      env: { ...process.env, MANIFOLD_BUILDKITD: buildkitd },
      cacheFolder: folder,
    }),
    env,
    logger,
  });
  opened.push(builders);
  return builders;
}

async function until(
  builders: Builders,
  name: string,
  wanted: (node: BuilderNode) => boolean,
): Promise<BuilderNode> {
  for await (const list of builders.watch(never)) {
    const node = list.find((builder) => builder.name === name)?.nodes[0];
    if (node !== undefined && wanted(node)) return node;
  }
  throw new Error('The list of builders ended.');
}

const remote = (name: string, address = testEngine().buildkitAddress) => ({
  name,
  driver: 'remote',
  node: { endpoint: address },
});

describe('Builders', () => {
  it('has a local builder from the start, and the one that the environment names', async () => {
    const alone = await open();
    expect(alone.list()).toMatchObject([
      { name: 'local', current: true, canRemove: false, canStart: true, nodes: [{ status: 'stopped' }] },
    ]);
    const named = await open({ BUILDKIT_HOST: testEngine().buildkitAddress });
    expect(named.list()).toMatchObject([
      { name: 'env', current: true, canRemove: false, canStart: false },
      { name: 'local', current: false },
    ]);
    const node = await until(named, 'env', ({ status }) => status === 'running');
    expect(node.version).toMatch(/^v0\./);
    expect(node.platforms[0]).toEqual({ platform: 'linux/amd64', emulated: false });
    expect(node.platforms.find(({ platform }) => platform === 'linux/arm64')).toMatchObject({
      emulated: true,
      emulator: expect.stringContaining('qemu') as string,
    });
    expect(node.gcPolicy.length).toBeGreaterThan(0);
  });

  it('starts a stopped builder when it is needed, and stops it', async () => {
    const builders = await open();
    const said: string[] = [];
    const client = await builders.client('local', 'node0', {
      signal: never,
      onProgress: (text) => said.push(text),
    });
    expect(said).toEqual(['Starting BuildKit']);
    expect((await client.info()).version).toMatch(/^v0\./);
    expect(await builders.client('local', 'node0', { signal: never })).toBe(client);
    await until(builders, 'local', ({ status }) => status === 'running');
    await builders.stop('local', never);
    expect(builders.get('local')?.nodes[0]?.status).toBe('stopped');
  });

  it('leaves a daemon running when told to, for the next Manifold to go on with', async () => {
    const before = await open();
    await before.start('local', never);
    await before.close({ keepDaemons: true });
    const after = await open();
    await until(after, 'local', ({ status }) => status === 'running');
    await after.close({ keepDaemons: false });
    const last = await open();
    await last.refresh('local');
    expect(last.get('local')?.nodes[0]?.status).toBe('stopped');
  });

  it('keeps builders and the choice of one over a restart', async () => {
    const builders = await open();
    await builders.create(remote('mine'));
    await builders.use('mine');
    const again = await open();
    expect(again.list().map(({ name, current }) => [name, current])).toEqual([
      ['local', false],
      ['mine', true],
    ]);
    await again.remove('mine', { keepState: false }, never);
    expect((await open()).list().map(({ name, current }) => [name, current])).toEqual([['local', true]]);
  });

  it('refuses names and options that don’t fit', async () => {
    const builders = await open();
    await builders.create(remote('mine'));
    await expect(builders.create(remote('mine'))).rejects.toMatchObject({ code: 'conflict' });
    await expect(builders.create(remote('local'))).rejects.toMatchObject({ code: 'conflict' });
    for (const name of ['', '../x', 'a b', '1']) {
      await expect(builders.create(remote(name))).rejects.toMatchObject({
        code: 'invalid-request',
        details: { subject: 'name' },
      });
    }
    await expect(builders.create(remote('b', 'nonsense'))).rejects.toMatchObject({
      details: { subject: 'endpoint' },
    });
    await expect(builders.create({ name: 'c', driver: 'nope', node: {} })).rejects.toMatchObject({
      details: { subject: 'driver' },
    });
    await expect(builders.remove('local', { keepState: false }, never)).rejects.toMatchObject({
      code: 'invalid-request',
    });
    await expect(builders.use('nobody')).rejects.toMatchObject({ code: 'not-found' });
  });

  it('tests what a form describes', async () => {
    const builders = await open();
    const found = await builders.test(remote('x'), never);
    expect(found.platforms).toContain('linux/arm64');
    await expect(builders.test(remote('x', 'unix:///nope.sock'), never)).rejects.toMatchObject({
      code: 'builder-unreachable',
    });
    expect(builders.get('x')).toBeUndefined();
  });

  it('notices at once that a daemon went away, and goes on by itself when it is back', async () => {
    const daemon = await startBuildkitd();
    const builders = await open();
    await builders.create(remote('own', daemon.address));
    await until(builders, 'own', ({ status }) => status === 'running');
    const client = await builders.client('own', 'own0', { signal: never });
    const before = Date.now();
    await daemon.kill();
    const node = await until(builders, 'own', ({ status }) => status === 'unreachable');
    expect(Date.now() - before).toBeLessThan(2000);
    expect(node.error).toMatchObject({ code: 'builder-unreachable', hint: expect.any(String) as string });
    await expect(client.info()).rejects.toBeInstanceOf(DaemonGoneError);
    await expect(builders.client('own', 'own0', { signal: never })).rejects.toMatchObject({
      code: 'builder-unreachable',
    });
    await daemon.restart();
    await until(builders, 'own', ({ status }) => status === 'running');
    expect(await builders.client('own', 'own0', { signal: never })).not.toBe(client);
    await daemon.stop();
  });

  it('is not held up by a node that never answers', async () => {
    const server = createServer(() => undefined);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
    const builders = await open();
    await builders.create(remote('dead', `tcp://127.0.0.1:${(server.address() as AddressInfo).port}`));
    await builders.create(remote('alive'));
    const before = Date.now();
    await until(builders, 'alive', ({ status }) => status === 'running');
    expect(Date.now() - before).toBeLessThan(2000);
    const node = await until(builders, 'dead', ({ status }) => status === 'unreachable');
    expect(Date.now() - before).toBeLessThan(6000);
    expect(node.error?.message).toContain('did not answer');
    const abort = new AbortController();
    const waiting = builders.client('dead', 'dead0', { signal: abort.signal });
    const reason = new Error('enough');
    abort.abort(reason);
    await expect(waiting).rejects.toBe(reason);
    server.close();
  });

  it('sets a damaged builder aside and tells, and loses no other', async () => {
    await (await open()).create(remote('good'));
    await writeFile(join(folder, 'buildx', 'instances', 'bad'), '{"Name": ');
    const corrupt: string[] = [];
    const builders = await open({}, corrupt);
    expect(builders.list().map(({ name }: Builder) => name)).toEqual(['local', 'good']);
    expect(corrupt).toHaveLength(1);
    expect(await readFile(corrupt[0]!, 'utf8')).toBe('{"Name": ');
    await builders.create(remote('bad'));
  });

  it('lists builders that it can’t use, says why, and leaves them as they are', async () => {
    const instances = join(folder, 'buildx', 'instances');
    await mkdir(instances, { recursive: true });
    const container = '{"Name":"cont","Driver":"cloud","Nodes":[{"Name":"cont0","Endpoint":"x"}]}';
    await writeFile(join(instances, 'cont'), container);
    await writeFile(join(instances, 'empty'), '{"Name":"empty","Driver":"remote","Nodes":null}');
    const distant = '{"Name":"Far","Driver":"remote","Nodes":[{"Name":"far0","Endpoint":"ssh://me@far"}]}';
    await writeFile(join(instances, 'far'), distant);
    await writeFile(join(folder, 'buildx', 'current'), '{"Key":"","Name":"cont","Global":true}');
    const builders = await open();
    const node = await until(builders, 'cont', ({ status }) => status === 'unreachable');
    expect(node).toMatchObject({ name: 'cont0', endpoint: 'x', error: { code: 'builder-unavailable' } });
    expect(node.error?.message).toContain('cloud are not supported yet');
    const far = await until(builders, 'Far', ({ status }) => status === 'unreachable');
    expect(far.error?.message).toContain('ssh://me@far');
    const empty = await until(builders, 'empty', ({ status }) => status === 'unreachable');
    expect(empty.error?.message).toContain('no nodes');
    expect(builders.list().map(({ name, current }) => [name, current])).toEqual([
      ['local', true],
      ['Far', false],
      ['cont', false],
      ['empty', false],
    ]);
    expect(builders.get('cont')).toMatchObject({ canRemove: false, canStart: false, canStop: false });
    await expect(builders.remove('cont', { keepState: false }, never)).rejects.toMatchObject({
      code: 'invalid-request',
    });
    await expect(builders.use('cont')).rejects.toMatchObject({ code: 'builder-unavailable' });
    await expect(builders.client('cont', 'cont0', { signal: never })).rejects.toMatchObject({
      code: 'builder-unavailable',
    });
    await builders.create(remote('new'));
    expect(await readFile(join(instances, 'cont'), 'utf8')).toBe(container);
    expect(await readFile(join(instances, 'far'), 'utf8')).toBe(distant);
  });

  it('begins with the builder that BUILDX_BUILDER names, until one is chosen', async () => {
    const before = await open();
    await before.create(remote('One'));
    await before.create(remote('two'));
    await before.use('two');
    const builders = await open({ BUILDX_BUILDER: 'one' });
    const current = () => builders.list().find((builder) => builder.current)?.name;
    expect(current()).toBe('One');
    await builders.use('local');
    expect(current()).toBe('local');
    expect((await open()).get('local')?.current).toBe(true);
    expect((await open({ BUILDX_BUILDER: 'nobody' })).get('local')?.current).toBe(true);
  });

  it('shows a builder of buildx that is named as one of Manifold’s own', async () => {
    const instances = join(folder, 'buildx', 'instances');
    await mkdir(instances, { recursive: true });
    const nodes = [{ Name: 'local0', Endpoint: testEngine().buildkitAddress }];
    await writeFile(
      join(instances, 'local'),
      JSON.stringify({ Name: 'local', Driver: 'remote', Nodes: nodes }),
    );
    const builders = await open();
    await until(builders, 'buildx:local', ({ status }) => status === 'running');
    await builders.use('buildx:local');
    expect(builders.list().map(({ name, current }) => [name, current])).toEqual([
      ['local', false],
      ['buildx:local', true],
    ]);
    await builders.remove('buildx:local', { keepState: false }, never);
    expect(builders.list().map(({ name, current }) => [name, current])).toEqual([['local', true]]);
  });
});
