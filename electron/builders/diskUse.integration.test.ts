import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { CacheRecord, CacheRecordsItem, PruneItem, PruneRequest } from '../../shared/contract';
import { buildkitFilters, parseCacheFilters } from '../../shared/model/cacheFilter';
import { recordKey, searchRecords, totalBytes } from '../../shared/model/cacheRecords';
import { previewPrune } from '../../shared/model/prunePreview';
import type { BuildkitClient } from '../buildkit';
import { startOwnDaemon, type OwnDaemon } from '../testing/ownDaemon';
import { never, testBuilds, type TestBuilds } from '../testing/testBuilds';
import { pruneNodes, readCacheRecords, type CacheNode } from './diskUse';

let daemon: OwnDaemon;
let project: string;
let core: TestBuilds;
const name = 'test';
/** As buildx names a builder's first node. */
const nodeName = 'test0';

beforeAll(async () => {
  daemon = await startOwnDaemon();
  project = await mkdtemp(join(tmpdir(), 'manifold-disk-'));
  await writeFile(join(project, 'file'), 'x'.repeat(1000));
  core = await testBuilds(`unix://${daemon.socketPath}`, project);
});
afterAll(async () => {
  await core.dispose();
  await daemon.dispose();
  await rm(project, { recursive: true, force: true });
});

async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}
const recordsOf = (items: CacheRecordsItem[]): CacheRecord[] =>
  items.flatMap((item) => (item.type === 'records' ? item.records : []));
const read = async (): Promise<CacheRecord[]> =>
  recordsOf(await collect(core.builders.cacheRecords(name, never)));
const prune = (patch: Partial<PruneRequest> = {}): Promise<PruneItem[]> =>
  collect(core.builders.prune({ name, filters: [], all: false, ...patch }, never));
const goneOf = (items: PruneItem[]) => items.flatMap((item) => (item.type === 'pruned' ? [item.record] : []));
const node = (): CacheNode => ({
  node: { name: nodeName, endpoint: `unix://${daemon.socketPath}` },
  reach: (signal) => core.builders.client(name, nodeName, { signal }),
  noteCacheSize: () => undefined,
});

/** A chain, a cache mount and a context: some of every kind. */
async function fill(): Promise<void> {
  const built = await core.run(
    [
      'FROM busybox',
      'RUN head -c 3000000 /dev/zero > /three',
      'RUN head -c 2000000 /dev/zero > /two',
      'RUN --mount=type=cache,target=/cache head -c 1000000 /dev/zero > /cache/one',
      'COPY file /',
    ].join('\n'),
    { platforms: ['linux/amd64'] },
  );
  expect(built.status).toBe('succeeded');
}

describe('the build cache of a real daemon', () => {
  it('is listed with what is known of each record, and its size reaches the list of builders', async () => {
    await fill();
    const items = await collect(core.builders.cacheRecords(name, never));
    expect(items[0]).toEqual({ type: 'nodes', nodes: [nodeName] });
    const records = recordsOf(items);
    const three = records.find(({ description }) => description.includes('/three'))!;
    expect(three).toMatchObject({ node: nodeName, type: 'regular', inUse: false, mutable: false });
    expect(three.size).toBeGreaterThanOrEqual(3_000_000);
    expect(three.lastUsedMs).toBeGreaterThan(Date.now() - 600_000);
    expect(records.map(({ id }) => id)).toContain(three.parents[0]);
    expect(new Set(records.map(({ type }) => type))).toEqual(
      new Set(records.map(({ type }) => type)).add('exec.cachemount').add('source.local'),
    );
    expect(core.builders.get(name)?.nodes[0]?.cacheBytes).toBe(totalBytes(records));
  });

  it.each([
    'type=exec.cachemount',
    'description~=three',
    'id=a',
    'mutable',
    'immutable',
    'private',
    'shared',
  ])('filtered by %s here is what the daemon finds', async (filter) => {
    const parsed = parseCacheFilters([filter]);
    if (!parsed.ok) throw new Error(parsed.error);
    const client = await core.builders.client(name, nodeName, { signal: never });
    const found = await client.diskUsage(buildkitFilters(parsed.value));
    const here = searchRecords(await read(), filter, Date.now());
    expect(here.map(({ id }) => id).sort()).toEqual(found.map(({ id }) => id).sort());
  });

  it.each<[string, Partial<PruneRequest>]>([
    ['one type', { filters: ['type=exec.cachemount'] }],
    ['two types', { filters: ['type=source.local', 'type=exec.cachemount'] }],
    ['a description', { filters: ['description~=/two'] }],
    ['nothing, as all was used just now', { keepDurationSeconds: 3600 }],
    ['everything', { all: true }],
  ])('goes as the preview says: %s', async (_what, patch) => {
    await fill();
    const before = await read();
    const parsed = parseCacheFilters(patch.filters ?? []);
    if (!parsed.ok) throw new Error(parsed.error);
    const { keepDurationSeconds = 0, all = false, ...limits } = patch;
    const expected = previewPrune(
      before,
      { ...parsed.value, keepDurationSeconds },
      { all, limits, nowMs: Date.now() },
    );
    const items = await prune(patch);
    const gone = goneOf(items);
    expect(gone.map(recordKey).sort()).toEqual([...expected.keys].sort());
    expect(items.at(-1)).toEqual({ type: 'done', records: gone.length, bytes: totalBytes(gone) });
    const after = new Set((await read()).map(recordKey));
    for (const record of gone) expect(after.has(recordKey(record))).toBe(false);
    expect(after.size).toBe(before.length - gone.length);
  });

  it('with a limit ends, as the preview does, with the record that takes it under', async () => {
    await fill();
    const before = await read();
    const limit = 5_000_000;
    const total = totalBytes(before.filter(({ shared }) => !shared));
    const expected = previewPrune(
      before,
      { types: [], conditions: [] },
      { all: false, limits: { reservedBytes: limit }, nowMs: Date.now() },
    );
    // Which ones go is an estimate: the daemon ranks anew after every record, and breaks ties by chance.
    const gone = goneOf(await prune({ reservedBytes: limit }));
    const last = gone.at(-1)!;
    expect(total - totalBytes(gone)).toBeLessThan(limit);
    expect(total - totalBytes(gone) + last.size).toBeGreaterThanOrEqual(limit);
    expect(total - expected.bytes).toBeLessThan(limit);
    for (const record of gone) expect(before.find(({ id }) => id === record.id)?.inUse).toBe(false);
  });

  it('refuses filters that can’t be read before anything goes', async () => {
    await fill();
    const before = await read();
    await expect(prune({ filters: ['size=3'] })).rejects.toMatchObject({ code: 'invalid-request' });
    await expect(prune({ filters: ['until=1h'], keepDurationSeconds: 1 })).rejects.toMatchObject({
      code: 'invalid-request',
    });
    expect(await read()).toHaveLength(before.length);
  });

  it('stops when it is cancelled, and the rest stays', async () => {
    // Enough that the daemon is still at it when the cancellation arrives.
    const layers = Array.from({ length: 60 }, (_, index) => `RUN echo ${index} > /layer`);
    const built = await core.run(['FROM busybox', ...layers].join('\n'), { platforms: ['linux/amd64'] });
    expect(built.status).toBe('succeeded');
    const before = await read();
    const cancel = new AbortController();
    const seen: PruneItem[] = [];
    // With a limit the daemon takes one record at a time.
    for await (const item of core.builders.prune(
      { name, filters: [], all: true, reservedBytes: 1 },
      cancel.signal,
    )) {
      seen.push(item);
      cancel.abort();
    }
    expect(seen.map(({ type }) => type)).toEqual(['pruned']);
    const client = await core.builders.client(name, nodeName, { signal: never });
    expect((await client.listWorkers()).length).toBeGreaterThan(0);
    const left = await read();
    expect(left.length).toBeLessThan(before.length);
    expect(left.length).toBeGreaterThan(0);
  });
});

describe('several nodes', () => {
  it('a dead one is told within its deadline; the live one is shown at once', async () => {
    // It takes connections and never says a word.
    const mute = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => mute.once('listening', resolve));
    const { port } = mute.address() as AddressInfo;
    try {
      const address = `tcp://127.0.0.1:${port}`;
      await core.builders.create({ name: 'mute', driver: 'remote', node: { endpoint: address } });
      const dead: CacheNode = {
        node: { name: 'dead', endpoint: address },
        reach: (signal) => core.builders.client('mute', 'mute0', { signal }),
        noteCacheSize: () => undefined,
      };
      const start = Date.now();
      const times: [string, number][] = [];
      for await (const item of readCacheRecords([dead, node()], never)) {
        times.push([item.type, Date.now() - start]);
        if (item.type === 'failed') {
          expect(item).toMatchObject({ node: 'dead', error: { code: 'builder-unreachable' } });
        }
      }
      expect(times.map(([type]) => type)).toEqual(['nodes', 'records', 'failed']);
      expect(times[1]![1]).toBeLessThan(3000);
      expect(times[2]![1]).toBeLessThan(8000);

      const items = await collect(
        pruneNodes([dead, node()], { name, filters: ['type=source.local'], all: false }, never),
      );
      expect(items.map(({ type }) => type)).toContain('failed');
      expect(items.at(-1)?.type).toBe('done');
    } finally {
      await core.builders.remove('mute', { keepState: false }, never);
      mute.close();
    }
  });

  it('an old daemon is not given limits that it would pass over', async () => {
    const client = await core.builders.client(name, nodeName, { signal: never });
    const old: CacheNode = {
      ...node(),
      reach: async () =>
        ({
          info: async () => ({ package: '', version: 'v0.16.0', revision: '', dockerfileVersion: '' }),
          prune: client.prune.bind(client),
        }) as unknown as BuildkitClient,
    };
    const before = await read();
    const items = await collect(pruneNodes([old], { name, filters: [], all: true, maxUsedBytes: 1 }, never));
    expect(items).toMatchObject([
      { type: 'failed', error: { code: 'builder-unavailable' } },
      { type: 'done', records: 0, bytes: 0 },
    ]);
    expect(await read()).toHaveLength(before.length);
  });
});

it('a stopped builder is not started by a look at its disk', async () => {
  const items = await collect(core.builders.cacheRecords('local', never));
  expect(items).toMatchObject([
    { type: 'nodes' },
    { type: 'failed', error: { code: 'builder-unavailable' } },
  ]);
  expect(core.builders.get('local')?.nodes[0]?.status).toBe('stopped');
});
