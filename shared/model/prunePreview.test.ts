import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CacheRecord } from '../contract/cacheRecords';
import { recordKey, totalBytes } from './cacheRecords';
import { previewPrune, type PruneLimits } from './prunePreview';

const nowMs = 10_000_000;
const sample = (id: string, patch: Partial<CacheRecord> = {}): CacheRecord => ({
  node: 'node0',
  id,
  type: 'regular',
  description: '',
  size: 10,
  lastUsedMs: nowMs - 1000,
  usageCount: 1,
  inUse: false,
  mutable: false,
  shared: false,
  parents: [],
  ...patch,
});
const preview = (
  records: CacheRecord[],
  {
    types = [],
    keep = 0,
    all = false,
    limits = {},
  }: { types?: string[]; keep?: number; all?: boolean; limits?: PruneLimits } = {},
) => previewPrune(records, { types, conditions: [], keepDurationSeconds: keep }, { all, limits, nowMs });
const ids = (records: CacheRecord[], options?: Parameters<typeof preview>[1]): string =>
  records
    .filter((record) => preview(records, options).keys.has(recordKey(record)))
    .map(({ id }) => id)
    .join('');

/** Records in chains, where use holds the parents too, as the daemon tells them. */
const records: fc.Arbitrary<CacheRecord[]> = fc
  .array(
    fc.record({
      node: fc.constantFrom('node0', 'node1'),
      parent: fc.option(fc.nat(1000), { nil: undefined }),
      size: fc.nat(1000),
      age: fc.option(fc.nat(100_000), { nil: undefined }),
      usageCount: fc.nat(4),
      held: fc.boolean(),
      type: fc.constantFrom('regular', 'source.local', 'internal', 'frontend'),
    }),
    { maxLength: 25 },
  )
  .map((drafts) => {
    const list: CacheRecord[] = [];
    for (const [index, { node, parent, size, age, usageCount, held, type }] of drafts.entries()) {
      const older = list.filter((record) => record.node === node);
      const under = parent === undefined ? undefined : older[parent % Math.max(1, older.length)];
      const { lastUsedMs: _any, ...record } = sample(String(index), {
        node,
        size,
        usageCount,
        type,
        inUse: held,
      });
      list.push({
        ...record,
        parents: under === undefined ? [] : [under.id],
        ...(age === undefined ? {} : { lastUsedMs: nowMs - age * 1000 }),
      });
    }
    const hold = (record: CacheRecord): void => {
      record.inUse = true;
      for (const other of list) {
        if (other.node === record.node && record.parents.includes(other.id)) hold(other);
      }
    };
    for (const record of list) if (record.inUse) hold(record);
    return list;
  });

describe('what a prune takes away', () => {
  it('is never in use, never under a record that stays, and its size is the sum', () => {
    fc.assert(
      fc.property(records, fc.nat(90), fc.boolean(), fc.nat(5000), (list, keep, all, reservedBytes) => {
        const { keys, bytes } = preview(list, { keep, all, limits: { reservedBytes } });
        const gone = list.filter((record) => keys.has(recordKey(record)));
        expect(gone).toHaveLength(keys.size);
        expect(bytes).toBe(totalBytes(gone));
        for (const record of gone) expect(record.inUse).toBe(false);
        for (const record of list.filter((one) => !gone.includes(one))) {
          for (const parent of record.parents)
            expect(keys.has(recordKey({ node: record.node, id: parent }))).toBe(false);
        }
      }),
    );
  });

  it('is, without a limit, everything that nothing holds', () => {
    fc.assert(
      fc.property(records, (list) => {
        const { keys } = preview(list, { all: true });
        expect(keys.size).toBe(list.filter(({ inUse }) => !inUse).length);
      }),
    );
  });

  it('shrinks when more has to stay', () => {
    fc.assert(
      fc.property(records, fc.nat(90), fc.nat(90), (list, a, b) => {
        const few = preview(list, { keep: Math.max(a, b) }).keys;
        const many = preview(list, { keep: Math.min(a, b) }).keys;
        for (const key of few) expect(many.has(key)).toBe(true);
        expect(preview(list, { limits: { reservedBytes: 1 } }).keys.size).toBeLessThanOrEqual(
          preview(list).keys.size,
        );
      }),
    );
  });

  it('ends on each node with the record that takes it under the limit', () => {
    fc.assert(
      fc.property(records, fc.integer({ min: 1, max: 8000 }), (list, reservedBytes) => {
        for (const node of ['node0', 'node1']) {
          const ofNode = list.filter((record) => record.node === node);
          const { keys, bytes } = preview(ofNode, { limits: { reservedBytes } });
          const total = totalBytes(ofNode);
          if (total < reservedBytes) expect(keys.size).toBe(0);
          const largest = Math.max(
            0,
            ...ofNode.filter((record) => keys.has(recordKey(record))).map(({ size }) => size),
          );
          if (keys.size > 0) expect(total - bytes + largest).toBeGreaterThanOrEqual(reservedBytes);
        }
      }),
    );
  });

  it('spares internal, frontend and shared records unless all may go', () => {
    const list = [
      sample('a', { type: 'internal' }),
      sample('b', { type: 'frontend' }),
      sample('c', { shared: true }),
      sample('d'),
    ];
    expect(ids(list)).toBe('d');
    expect(ids(list, { all: true })).toBe('abcd');
  });

  it('is of the types asked for, and leaves what others of another type lie on', () => {
    const list = [sample('a'), sample('b', { type: 'source.local', parents: ['a'] }), sample('c')];
    expect(ids(list, { types: ['regular'] })).toBe('c');
    expect(ids(list, { types: ['regular', 'source.local'] })).toBe('abc');
  });

  it('is the long and seldom used first when there is a limit', () => {
    const list = [
      sample('a', { lastUsedMs: nowMs - 1, usageCount: 9 }),
      sample('b', { lastUsedMs: nowMs - 500, usageCount: 1 }),
      sample('c', { lastUsedMs: nowMs - 900, usageCount: 1 }),
    ];
    expect(ids(list, { limits: { reservedBytes: 25 } })).toBe('c');
    expect(ids(list, { limits: { maxUsedBytes: 15 } })).toBe('bc');
    expect(ids(list, { limits: { maxUsedBytes: 5, reservedBytes: 25 } })).toBe('c');
    expect(ids(list, { limits: { reservedBytes: 31 } })).toBe('');
  });

  it('takes the whole of a needed free space as missing, and says so', () => {
    const list = [sample('a', { lastUsedMs: nowMs - 1 }), sample('b', { lastUsedMs: nowMs - 900 })];
    const { bytes, atMost } = preview(list, { limits: { minFreeBytes: 5 } });
    expect([bytes, atMost]).toEqual([10, true]);
    expect(preview(list, { limits: { reservedBytes: 5 } }).atMost).toBe(false);
  });

  it('tells nodes apart that have the same ids', () => {
    const list = [sample('a'), sample('a', { node: 'node1', inUse: true })];
    expect([...preview(list).keys]).toEqual([recordKey({ node: 'node0', id: 'a' })]);
  });

  it('is found quickly among 10,000 records', () => {
    const list = Array.from({ length: 10_000 }, (_unused, index) =>
      sample(String(index), {
        parents: index % 10 === 0 ? [] : [String(index - 1)],
        lastUsedMs: nowMs - ((index * 7919) % 100_000),
        usageCount: index % 13,
      }),
    );
    const start = performance.now();
    expect(preview(list, { limits: { reservedBytes: 50_000 } }).keys.size).toBe(5001);
    expect(performance.now() - start).toBeLessThan(1000);
  });
});
