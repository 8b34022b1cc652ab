import type { CacheRecord, PruneRequest } from '../contract/cacheRecords';
import { cacheFilterTest, type CacheFilter } from './cacheFilter';
import { recordKey, totalBytes } from './cacheRecords';

export type PruneLimits = Pick<PruneRequest, 'reservedBytes' | 'maxUsedBytes' | 'minFreeBytes'>;

/** What a prune would take away, as far as it can be known from here. */
export interface PrunePreview {
  /** Keys (see `recordKey`) of the records that would go. */
  keys: ReadonlySet<string>;
  bytes: number;
  /** It may be less: how much of the disk is free is known to the daemon only, and taken as nothing here. */
  atMost: boolean;
}

/**
 * Follows the rules of BuildKit's cache manager (cache/manager.go: prune, pruneOnce): only what is not in use goes,
 * records that others lie on go after those, internal, frontend and shared ones with `all` only, and with a limit the
 * seldom and long not used ones go first, until less than the limit is left on the node.
 *
 * An estimate: builds go on meanwhile, and with a limit BuildKit ranks anew after every record.
 */
export function previewPrune(
  records: readonly CacheRecord[],
  filter: CacheFilter,
  options: { all: boolean; limits: PruneLimits; nowMs: number },
): PrunePreview {
  const matches = cacheFilterTest(filter, 'prune', options.nowMs);
  const mayGo = (record: CacheRecord): boolean =>
    !record.inUse &&
    (options.all || !(record.shared || record.type === 'internal' || record.type === 'frontend')) &&
    matches(record);
  const byNode = new Map<string, CacheRecord[]>();
  for (const record of records) {
    const ofNode = byNode.get(record.node);
    if (ofNode === undefined) byNode.set(record.node, [record]);
    else ofNode.push(record);
  }
  const gone = [...byNode.values()].flatMap((ofNode) => goneOfNode(ofNode, mayGo, options.limits));
  return {
    keys: new Set(gone.map(recordKey)),
    bytes: totalBytes(gone),
    atMost: (options.limits.minFreeBytes ?? 0) > 0,
  };
}

function goneOfNode(
  records: readonly CacheRecord[],
  mayGo: (record: CacheRecord) => boolean,
  limits: PruneLimits,
): CacheRecord[] {
  let left = totalBytes(records.filter(({ shared }) => !shared));
  const keep = bytesToKeep(left, limits);
  const ranked = byWorth(records.filter(mayGo));
  const rankOf = new Map(ranked.map((record, rank) => [record.id, rank]));
  const children = new Map<string, number>();
  for (const { parents } of records) {
    for (const parent of parents) children.set(parent, (children.get(parent) ?? 0) + 1);
  }
  const gone: CacheRecord[] = [];
  const isGone = new Set<string>();
  for (let rank = 0; rank < ranked.length;) {
    if (keep !== 0 && left < keep) break;
    const record = ranked[rank]!;
    rank++;
    if (isGone.has(record.id) || (children.get(record.id) ?? 0) > 0) continue;
    gone.push(record);
    isGone.add(record.id);
    left -= record.size;
    for (const parent of record.parents) {
      children.set(parent, (children.get(parent) ?? 1) - 1);
      // A parent that comes before in the ranking is next, now that nothing lies on it any more.
      if (children.get(parent) === 0) rank = Math.min(rank, rankOf.get(parent) ?? rank);
    }
  }
  return gone;
}

/** 0 is "no limit" (calculateKeepBytes). */
function bytesToKeep(
  total: number,
  { reservedBytes = 0, maxUsedBytes = 0, minFreeBytes = 0 }: PruneLimits,
): number {
  let keep = maxUsedBytes;
  if (minFreeBytes > 0) keep = keep === 0 ? total - minFreeBytes : Math.min(keep, total - minFreeBytes);
  return Math.max(keep, reservedBytes);
}

/** In the order in which BuildKit gives records up (sortDeleteRecords): how recently and how often they were used. */
function byWorth(records: readonly CacheRecord[]): CacheRecord[] {
  const recency = ranks(records, ({ lastUsedMs }) => lastUsedMs ?? 0);
  const frequency = ranks(records, ({ usageCount }) => usageCount);
  const worth = (record: CacheRecord): number => recency(record) + frequency(record);
  return [...records].sort((a, b) => worth(a) - worth(b));
}

/** The place of a record's value among all values, up to 1. */
function ranks(
  records: readonly CacheRecord[],
  valueOf: (record: CacheRecord) => number,
): (record: CacheRecord) => number {
  const values = [...new Set(records.map(valueOf).filter((value) => value > 0))].sort((a, b) => a - b);
  const places = new Map(values.map((value, index) => [value, index + 2]));
  return (record) => (places.get(valueOf(record)) ?? 1) / (values.length + 1);
}
