import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { BuilderStore } from '../store';
import { openBuildxStore } from './buildxStore';
import { currentBuilder, defaultsFileName } from './current';
import { buildxFolder } from './location';

let base: string;
let folder: string;
let corrupt: string[];
let store: BuilderStore;

beforeEach(async () => {
  base = await mkdtemp(join(tmpdir(), 'manifold-store-'));
  folder = join(base, 'buildx');
  corrupt = [];
  store = open({});
});
afterEach(() => rm(base, { recursive: true, force: true }));

function open(env: Record<string, string>): BuilderStore {
  return openBuildxStore({
    env: { BUILDX_CONFIG: folder, DOCKER_CONFIG: join(base, 'docker'), ...env },
    ownChoiceFile: join(base, 'own-choice.json'),
    onCorrupt: ({ keptAs }) => corrupt.push(keptAs),
    logger: pino({ level: 'silent' }),
  });
}

const builder = (name: string, address = 'tcp://host:1234') => ({
  name,
  driver: 'remote',
  nodes: [
    { name: `${name.toLowerCase()}0`, endpoint: address, options: {}, platforms: [], flags: [], files: {} },
  ],
});
const instance = (name: string): Promise<string> => readFile(join(folder, 'instances', name), 'utf8');
const never = '2000-01-01T00:00:00Z';

describe('the store of buildx', () => {
  it('reads nothing, and makes nothing, where there is no store', async () => {
    expect(await store.read()).toEqual({ builders: [] });
    expect(await readdir(base)).toEqual([]);
  });

  it('keeps builders in files with lower-case names, sorted', async () => {
    await store.add(builder('b'));
    await store.add(builder('A'));
    expect(await store.read()).toEqual({ builders: [builder('A'), builder('b')] });
    expect(await readdir(join(folder, 'instances'))).toEqual(['a', 'b']);
    expect(await readFile(join(folder, 'activity', 'A'), 'utf8')).toMatch(
      /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/,
    );
    await expect(store.add(builder('B'))).rejects.toMatchObject({ code: 'conflict' });
    await expect(store.add(builder('../c'))).rejects.toMatchObject({ code: 'not-found' });
  });

  it('keeps what others know of a builder when it changes one', async () => {
    await store.add(builder('mine'));
    const before = JSON.parse(await instance('mine')) as { Nodes: object[] };
    const strange = {
      ...before,
      Future: [1],
      Nodes: [
        { ...before.Nodes[0], Platforms: [{ os: 'linux', architecture: 'arm64', later: 1 }], New: true },
      ],
    };
    await writeFile(join(folder, 'instances', 'mine'), JSON.stringify(strange));
    await store.change('mine', (known) => ({
      ...known,
      nodes: known.nodes.map((node) => ({ ...node, endpoint: 'tcp://other:1' })),
    }));
    expect(JSON.parse(await instance('mine'))).toEqual({
      ...strange,
      Nodes: [{ ...strange.Nodes[0], Endpoint: 'tcp://other:1' }],
    });
    await expect(store.change('nobody', (same) => same)).rejects.toMatchObject({ code: 'not-found' });
  });

  it('removes everything of a builder, and nothing of others', async () => {
    await store.add(builder('Mine'));
    await store.add(builder('mine2'));
    await mkdir(join(folder, 'refs', 'Mine', 'mine0'), { recursive: true });
    await store.remove('Mine');
    await store.remove('Mine');
    expect((await store.read()).builders.map(({ name }) => name)).toEqual(['mine2']);
    expect(await readdir(join(folder, 'activity'))).toEqual(['mine2']);
    expect(await readdir(join(folder, 'refs'))).toEqual([]);
  });

  it('notes a use, but not of a builder that is gone', async () => {
    await store.add(builder('mine'));
    await writeFile(join(folder, 'activity', 'mine'), never);
    await store.markUsed('mine');
    expect(await readFile(join(folder, 'activity', 'mine'), 'utf8')).not.toBe(never);
    await store.remove('mine');
    await store.markUsed('mine');
    expect(await readdir(join(folder, 'activity'))).toEqual([]);
  });

  it('remembers the builder in use for the Docker endpoint, as buildx does', async () => {
    await store.add(builder('Mine'));
    const key = 'unix:///var/run/docker.sock';
    await mkdir(join(folder, 'defaults'), { recursive: true });
    await writeFile(join(folder, 'defaults', defaultsFileName(key)), 'mine');
    expect((await store.read()).current).toEqual({ name: 'Mine', own: false });
    await store.use({ name: 'Mine', own: false });
    expect(JSON.parse(await readFile(join(folder, 'current'), 'utf8'))).toEqual({
      Key: key,
      Name: 'Mine',
      Global: false,
    });
    expect(await readdir(join(folder, 'defaults'))).toEqual([]);
    expect((await open({ DOCKER_CONTEXT: 'other' }).read()).current).toBeUndefined();
    await expect(store.use({ name: 'nobody', own: false })).rejects.toMatchObject({ code: 'not-found' });
  });

  it('remembers the choice of a builder of Manifold’s own until another one is made, here or in buildx', async () => {
    await store.add(builder('one'));
    await store.add(builder('two'));
    await store.use({ name: 'one', own: false });
    await store.use({ name: 'local', own: true });
    expect((await open({}).read()).current).toEqual({ name: 'local', own: true });
    const current = JSON.parse(await readFile(join(folder, 'current'), 'utf8')) as { Name: string };
    expect(current.Name).toBe('one');
    await writeFile(join(folder, 'current'), JSON.stringify({ ...current, Name: 'two' }));
    expect((await open({}).read()).current).toEqual({ name: 'two', own: false });
    await store.use({ name: 'local', own: true });
    await store.use({ name: 'two', own: false });
    expect((await store.read()).current).toEqual({ name: 'two', own: false });
  });

  it('sets damaged files aside outside of the folder where buildx looks, and tells', async () => {
    await store.add(builder('good'));
    await writeFile(join(folder, 'instances', 'bad'), '{"Name":');
    await writeFile(join(folder, 'current'), '');
    await mkdir(join(folder, 'instances', 'folder'));
    expect(await store.read()).toEqual({ builders: [builder('good')] });
    expect(corrupt).toHaveLength(2);
    expect(await readFile(corrupt[0]!, 'utf8')).toBe('{"Name":');
    expect(await readdir(join(folder, 'instances'))).toEqual(['folder', 'good']);
    expect(await store.read()).toEqual({ builders: [builder('good')] });
    expect(corrupt).toHaveLength(2);
  });

  it('loses no builder when several write at once', async () => {
    const names = Array.from({ length: 12 }, (_, index) => `b${index}`);
    const stores = [store, open({}), open({})];
    await Promise.all(names.map((name, index) => stores[index % 3]!.add(builder(name))));
    await Promise.allSettled(stores.map((one) => one.add(builder('same'))));
    expect((await store.read()).builders.map(({ name }) => name)).toEqual([...names, 'same'].sort());
    expect(await readdir(folder)).toEqual(['.lock', 'activity', 'defaults', 'instances']);
  });

  it.runIf(process.platform === 'linux')('waits for whoever holds the lock', async () => {
    await store.add(builder('first'));
    const holder = spawn('flock', [join(folder, '.lock'), 'sh', '-c', 'echo; exec cat'], { stdio: 'pipe' });
    await once(holder.stdout, 'data');
    let added = false;
    const adding = store.add(builder('second')).then(() => (added = true));
    await sleep(300);
    expect(added).toBe(false);
    expect((await store.read()).builders).toHaveLength(1);
    holder.stdin.end();
    await adding;
    expect((await store.read()).builders).toHaveLength(2);
  });
});

describe('watching the store', () => {
  /** Resolves when the store, read at each notice, is as wanted; fails after a second. */
  async function seen(wanted: string[], act: () => Promise<unknown>): Promise<void> {
    let stop: () => void = () => undefined;
    let abandon: NodeJS.Timeout | undefined;
    const noticed = new Promise<void>((resolve, reject) => {
      stop = store.watch(() => {
        void store.read().then(({ builders }) => {
          if (JSON.stringify(builders.map(({ name }) => name)) === JSON.stringify(wanted)) resolve();
        });
      });
      abandon = setTimeout(() => reject(new Error('not noticed within a second')), 1000);
    });
    await act();
    await noticed.finally(() => {
      clearTimeout(abandon);
      stop();
    });
  }

  it('notices a store that appears, changes, is replaced and goes away', async () => {
    const other = open({});
    await seen(['a'], () => other.add(builder('a')));
    await seen(['a', 'b'], () => other.add(builder('b')));
    await seen(['b'], () => rm(join(folder, 'instances', 'a')));
    await seen([], () => rename(folder, `${folder}-away`));
    await seen(['b'], () => rename(`${folder}-away`, folder));
    await seen([], () => rm(folder, { recursive: true }));
  });

  it('goes on after the folder was replaced', async () => {
    const other = open({});
    await other.add(builder('a'));
    let notices = 0;
    const stop = store.watch(() => notices++);
    await rename(folder, `${folder}-away`);
    await other.add(builder('b'));
    await sleep(1000);
    notices = 0;
    await other.add(builder('c'));
    await sleep(900);
    stop();
    expect(notices).toBeGreaterThan(0);
  });
});

describe('the builder in use', () => {
  const find = (name: string): string | undefined => (['a', 'b'].includes(name) ? name : undefined);
  const current = (Key: string, Name: string, Global = false) => ({ Key, Name, Global });
  it.each([
    [current('here', 'a'), undefined, 'a'],
    [current('there', 'a'), undefined, undefined],
    [current('there', 'a'), 'b', 'b'],
    [current('there', 'a', true), 'b', 'a'],
    [current('there', 'gone', true), 'b', 'b'],
    [current('here', 'gone'), 'b', undefined],
    [current('here', ''), 'b', 'b'],
    [undefined, 'b', 'b'],
    [undefined, 'gone', undefined],
  ])('%j with the default %j is %j', (file, fallback, expected) => {
    expect(currentBuilder('here', file, fallback, find)).toBe(expected);
  });
});

describe('where things are', () => {
  it('is said by BUILDX_CONFIG, else DOCKER_CONFIG', () => {
    expect(buildxFolder({ BUILDX_CONFIG: '/b', DOCKER_CONFIG: '/d' })).toBe('/b');
    expect(buildxFolder({ BUILDX_CONFIG: '', DOCKER_CONFIG: '/d' })).toBe(join('/d', 'buildx'));
    expect(buildxFolder({})).toMatch(/\.docker.buildx$/);
  });
});
