import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { CacheRecord } from '../../../../shared/contract';
import { mapCache } from './cacheColumns';

const record = (patch: Partial<CacheRecord>): CacheRecord => ({
  ...{ node: 'a', id: 'x', type: 'regular', description: '', size: 1, usageCount: 0 },
  ...{ inUse: false, mutable: false, shared: false, parents: [] },
  ...patch,
});

it('has a column a type of one node, with how its records are used', () => {
  const records = [
    record({ size: 5 }),
    record({ size: 3, inUse: true }),
    record({ size: 2 }),
    record({ size: 9, type: 'exec.cachemount', shared: true }),
  ];
  expect(mapCache(records, ({ size }) => size === 5)).toEqual([
    {
      name: 'regular',
      bytes: 10,
      blocks: [
        { type: 'regular', use: 'inUse', goes: false, bytes: 3 },
        { type: 'regular', use: 'reclaimable', goes: false, bytes: 2 },
        { type: 'regular', use: 'reclaimable', goes: true, bytes: 5 },
      ],
    },
    {
      name: 'exec.cachemount',
      bytes: 9,
      blocks: [{ type: 'exec.cachemount', use: 'shared', goes: false, bytes: 9 }],
    },
  ]);
});

it('has a column a node of several', () => {
  const records = [
    record({ size: 1 }),
    record({ node: 'b', size: 4, type: 'frontend' }),
    record({ node: 'b', size: 2 }),
  ];
  expect(mapCache(records, () => false)).toEqual([
    {
      name: 'b',
      bytes: 6,
      blocks: [
        { type: 'frontend', goes: false, bytes: 4 },
        { type: 'regular', goes: false, bytes: 2 },
      ],
    },
    { name: 'a', bytes: 1, blocks: [{ type: 'regular', goes: false, bytes: 1 }] },
  ]);
});

it('loses and adds no byte', () => {
  const one = fc.record({
    node: fc.constantFrom('a', 'b'),
    type: fc.constantFrom('regular', 'internal'),
    size: fc.nat(),
    inUse: fc.boolean(),
    shared: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(one), (patches) => {
      const records = patches.map(record);
      const columns = mapCache(records, ({ size }) => size % 2 === 1);
      const total = (list: readonly { bytes: number }[]): number =>
        list.reduce((sum, { bytes }) => sum + bytes, 0);
      const blocks = columns.flatMap((column) => column.blocks);
      expect(total(columns)).toBe(records.reduce((sum, { size }) => sum + size, 0));
      expect(total(blocks)).toBe(total(columns));
      expect(total(blocks.filter(({ goes }) => goes))).toBe(
        records.filter(({ size }) => size % 2 === 1).reduce((sum, { size }) => sum + size, 0),
      );
    }),
  );
});
