import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CacheRecord } from '../contract/cacheRecords';
import { byNodeAndId, recordKey, searchRecords, totalBytes, totalsByType } from './cacheRecords';

const recordArbitrary: fc.Arbitrary<CacheRecord> = fc.record(
  {
    node: fc.constantFrom('node0', 'node1'),
    id: fc.uuid(),
    type: fc.constantFrom('regular', 'source.local', 'exec.cachemount'),
    description: fc.constantFrom('RUN go build', 'local source for context', ''),
    size: fc.nat(1e9),
    lastUsedMs: fc.nat(1e6),
    usageCount: fc.nat(5),
    inUse: fc.boolean(),
    mutable: fc.boolean(),
    shared: fc.boolean(),
    parents: fc.array(fc.uuid(), { maxLength: 2 }),
  },
  {
    requiredKeys: [
      'node',
      'id',
      'type',
      'description',
      'size',
      'usageCount',
      'inUse',
      'mutable',
      'shared',
      'parents',
    ],
  },
);
const records = fc.uniqueArray(recordArbitrary, { selector: recordKey, maxLength: 30 });
const keys = (list: readonly CacheRecord[]): string[] => list.map(recordKey);

it('the order by node and id keeps every record, and is the same whatever it was before', () => {
  fc.assert(
    fc.property(records, (list) => {
      const ordered = byNodeAndId(list);
      expect(keys(ordered).sort()).toEqual(keys(list).sort());
      expect(byNodeAndId([...list].reverse())).toEqual(ordered);
    }),
  );
});

it('totals lose nothing and are sorted by size', () => {
  fc.assert(
    fc.property(records, (list) => {
      const totals = totalsByType(list);
      expect(totals.reduce((sum, { bytes }) => sum + bytes, 0)).toBe(totalBytes(list));
      expect(totals.reduce((sum, { count }) => sum + count, 0)).toBe(list.length);
      expect(new Set(totals.map(({ type }) => type)).size).toBe(totals.length);
      const sizes = totals.map(({ bytes }) => bytes);
      expect(sizes).toEqual([...sizes].sort((a, b) => b - a));
    }),
  );
});

describe('searching', () => {
  const sample = (patch: Partial<CacheRecord>): CacheRecord => ({
    node: 'node0',
    id: 'a',
    type: 'regular',
    description: 'RUN apk add cmake',
    size: 1,
    usageCount: 1,
    inUse: false,
    mutable: false,
    shared: false,
    parents: [],
    ...patch,
  });
  const list = [
    sample({ id: 'a' }),
    sample({ id: 'b', type: 'source.local', description: 'context: x=y', parents: ['a'] }),
    sample({ id: 'c', node: 'pi', shared: true, lastUsedMs: 90_000 }),
  ];
  it.each([
    ['', 'abc'],
    ['CMAKE', 'ac'],
    ['run cmake', 'ac'],
    ['pi', 'c'],
    ['type=source.local', 'b'],
    ['type=regular shared', 'c'],
    ['type=regular type=source.local private', 'ab'],
    ['description~=^RUN pi', 'c'],
    ['parents=a', 'b'],
    ['until=1h', 'ab'],
    ['x=y', 'b'],
    ['description~=(', ''],
  ])('"%s" finds %s', (query, ids) =>
    expect(
      searchRecords(list, query, 100_000)
        .map(({ id }) => id)
        .join(''),
    ).toBe(ids),
  );

  it('for nothing finds all, and for a record’s own id finds it', () => {
    fc.assert(
      fc.property(records, (many) => {
        expect(searchRecords(many, '  ', 0)).toEqual(many);
        for (const one of many) expect(searchRecords(many, one.id, 0)).toContain(one);
      }),
    );
  });
});
