import type { CacheRecord } from '../../../../shared/contract';

/** Records of a column that are alike. */
export interface CacheBlock {
  type: string;
  /** How they are used, where a column is of one type. */
  use?: 'inUse' | 'shared' | 'reclaimable';
  /** They are marked to go. */
  goes: boolean;
  bytes: number;
}

export interface CacheColumnOfMap {
  name: string;
  bytes: number;
  /** The largest first; what goes after what stays. */
  blocks: CacheBlock[];
}

/** Sums records up: by node and type, or those of one node by type and use. The largest come first. */
export function mapCache(
  records: readonly CacheRecord[],
  goes: (record: CacheRecord) => boolean,
): CacheColumnOfMap[] {
  const isOneNode = new Set(records.map(({ node }) => node)).size < 2;
  const columns = new Map<string, Map<string, CacheBlock>>();
  for (const record of records) {
    const name = isOneNode ? record.type : record.node;
    const block: CacheBlock = {
      type: record.type,
      ...(isOneNode ? { use: usedHow(record) } : {}),
      goes: goes(record),
      bytes: record.size,
    };
    const blocks = columns.get(name) ?? new Map<string, CacheBlock>();
    columns.set(name, blocks);
    const key = `${block.type}\n${block.use}\n${block.goes}`;
    const same = blocks.get(key);
    if (same === undefined) blocks.set(key, block);
    else same.bytes += block.bytes;
  }
  return [...columns]
    .map(([name, blocks]) => ({
      name,
      bytes: sum([...blocks.values()]),
      blocks: [...blocks.values()].sort((a, b) => Number(a.goes) - Number(b.goes) || b.bytes - a.bytes),
    }))
    .sort((a, b) => b.bytes - a.bytes || (a.name < b.name ? -1 : 1));
}

function usedHow({ inUse, shared }: CacheRecord): NonNullable<CacheBlock['use']> {
  return inUse ? 'inUse' : shared ? 'shared' : 'reclaimable';
}

function sum(blocks: readonly CacheBlock[]): number {
  return blocks.reduce((total, { bytes }) => total + bytes, 0);
}
