import type { CacheRecord } from '../contract/cacheRecords';
import { cacheFilterTest, parseCacheFilters } from './cacheFilter';

/** Tells records of several nodes apart: ids repeat. */
export function recordKey({ node, id }: Pick<CacheRecord, 'node' | 'id'>): string {
  return `${node}\0${id}`;
}

/**
 * The records that a typed query finds. Words that are filters (`type=regular`, `description~=go`, `shared`, `until=24h`)
 * filter as buildx does; other words have to occur in id, type, description, node or a parent's id, in any case.
 */
export function searchRecords(records: readonly CacheRecord[], query: string, nowMs: number): CacheRecord[] {
  const filters: string[] = [];
  const words: string[] = [];
  for (const word of query.split(/\s+/).filter((word) => word !== '')) {
    (parseCacheFilters([...filters, word]).ok ? filters : words).push(word);
  }
  const parsed = parseCacheFilters(filters);
  const matches = parsed.ok ? cacheFilterTest(parsed.value, 'listing', nowMs) : () => true;
  const wanted = words.map((word) => word.toLowerCase());
  return records.filter((record) => {
    if (!matches(record)) return false;
    if (wanted.length === 0) return true;
    const text = [record.id, record.type, record.description, record.node, ...record.parents]
      .join('\n')
      .toLowerCase();
    return wanted.every((word) => text.includes(word));
  });
}

/** A copy in the order of node and id, which doesn't depend on when records came. */
export function byNodeAndId(records: readonly CacheRecord[]): CacheRecord[] {
  return records.toSorted((a, b) => compareText(a.node, b.node) || compareText(a.id, b.id));
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** What the records of one type come to. */
export interface TypeTotal {
  type: string;
  bytes: number;
  count: number;
}

/** Totals by type, the largest first. */
export function totalsByType(records: readonly CacheRecord[]): TypeTotal[] {
  const totals = new Map<string, TypeTotal>();
  for (const { type, size } of records) {
    const total = totals.get(type) ?? { type, bytes: 0, count: 0 };
    totals.set(type, { type, bytes: total.bytes + size, count: total.count + 1 });
  }
  return [...totals.values()].sort((a, b) => b.bytes - a.bytes || compareText(a.type, b.type));
}

/** Sum of the sizes, in bytes. */
export function totalBytes(records: readonly Pick<CacheRecord, 'size'>[]): number {
  return records.reduce((sum, { size }) => sum + size, 0);
}
