import {
  StudioError,
  type BuilderNode,
  type CacheRecord,
  type CacheRecordsItem,
  type PruneItem,
  type PruneRequest,
} from '../../shared/contract';
import { buildkitFilters, parseCacheFilters } from '../../shared/model/cacheFilter';
import { totalBytes } from '../../shared/model/cacheRecords';
import { GrpcCode, GrpcError, type BuildkitClient, type PruneOptions, type UsageRecord } from '../buildkit';
import { inAnyOrder } from '../system/inAnyOrder';
import { asStudioError } from './nodeWatch';
import { timeLimit } from '../system/timeLimit';

/** What reading and pruning need of a node. */
export interface CacheNode {
  readonly node: Pick<BuilderNode, 'name' | 'endpoint'>;
  reach(signal: AbortSignal): Promise<BuildkitClient>;
  noteCacheSize(bytes: number): void;
}

/** How long a node's connection may take. */
const reachTimeoutMs = 5000;
/** The first reading after builds measures what they left on disk, which takes its time. */
const readTimeoutMs = 60_000;

/**
 * Reads all nodes' records at once: first who is asked, then each node's records or why there are none, as they come.
 * A dead node holds nobody up and is told within 5 seconds. Ends early when `signal` aborts.
 */
export async function* readCacheRecords(
  nodes: readonly CacheNode[],
  signal: AbortSignal,
): AsyncGenerator<CacheRecordsItem, void, undefined> {
  yield { type: 'nodes', nodes: nodes.map(({ node }) => node.name) };
  yield* onAllNodes(nodes, signal, async function* (node, stop) {
    const client = await reach(node, stop);
    const deadline = timeLimit(readTimeoutMs);
    try {
      const records = await client.diskUsage([], AbortSignal.any([stop, deadline]));
      node.noteCacheSize(totalBytes(records));
      const name = node.node.name;
      yield { type: 'records', node: name, records: records.map((record) => cacheRecord(name, record)) };
    } catch (error) {
      if (!deadline.aborted) throw error;
      throw new StudioError(
        {
          code: 'builder-unavailable',
          message: `${node.node.name} did not list its cache within ${readTimeoutMs / 1000} seconds.`,
          hint: 'It may be busy with builds. Try again later.',
        },
        { cause: error },
      );
    }
  });
}

/**
 * Takes records away on all nodes at once and tells each as it goes, then the totals. A node that fails is told and
 * does not stop the others. When `signal` aborts, the daemons stop after the record they are at.
 *
 * @throws StudioError `invalid-request` when the filters can't be read; nothing is taken away then
 */
export async function* pruneNodes(
  nodes: readonly CacheNode[],
  request: PruneRequest,
  signal: AbortSignal,
): AsyncGenerator<PruneItem, void, undefined> {
  const options = pruneOptions(request);
  let records = 0;
  let bytes = 0;
  const items = onAllNodes<PruneItem>(nodes, signal, async function* (node, stop) {
    const client = await reach(node, stop);
    if (options.maxUsedSpace || options.minFreeSpace) await requireSpaceLimits(client, node.node.name, stop);
    for await (const { id, description, size } of client.prune(options, stop)) {
      yield { type: 'pruned', record: { node: node.node.name, id, description, size } };
    }
  });
  for await (const item of items) {
    if (item.type === 'pruned') {
      records++;
      bytes += item.record.size;
    }
    yield item;
  }
  if (!signal.aborted) yield { type: 'done', records, bytes };
}

type Failed = Extract<CacheRecordsItem, { type: 'failed' }>;

/** Runs `work` on every node at once. Being left early stops it everywhere; after `signal` aborted, it just ends. */
async function* onAllNodes<T>(
  nodes: readonly CacheNode[],
  signal: AbortSignal,
  work: (node: CacheNode, stop: AbortSignal) => AsyncGenerator<T>,
): AsyncGenerator<T | Failed, void, undefined> {
  const left = new AbortController();
  const stop = AbortSignal.any([signal, left.signal]);
  const guarded = async function* (node: CacheNode): AsyncGenerator<T | Failed> {
    try {
      yield* work(node, stop);
    } catch (error) {
      if (stop.aborted) return;
      yield { type: 'failed', node: node.node.name, error: nodeFailure(error, node).toData() };
    }
  };
  const items = inAnyOrder(nodes.map(guarded));
  try {
    for (;;) {
      const { value, done } = await items.next();
      if (done || stop.aborted) return;
      yield value;
    }
  } finally {
    left.abort();
    await items.return();
  }
}

async function reach(node: CacheNode, stop: AbortSignal): Promise<BuildkitClient> {
  return node.reach(timeLimit(reachTimeoutMs, stop));
}

function pruneOptions(request: PruneRequest): PruneOptions {
  const parsed = parseCacheFilters(request.filters);
  if (!parsed.ok) throw invalidFilter(parsed.error);
  const until = parsed.value.keepDurationSeconds;
  if (until !== undefined && request.keepDurationSeconds !== undefined) {
    throw invalidFilter('"until" and the time since the last use exclude each other.');
  }
  return {
    filters: buildkitFilters(parsed.value),
    all: request.all,
    keepDurationMs: (until ?? request.keepDurationSeconds ?? 0) * 1000,
    reservedSpace: request.reservedBytes ?? 0,
    maxUsedSpace: request.maxUsedBytes ?? 0,
    minFreeSpace: request.minFreeBytes ?? 0,
  };
}

function invalidFilter(message: string, cause?: unknown): StudioError {
  return new StudioError(
    {
      code: 'invalid-request',
      message,
      hint: 'Write filters as buildx does, such as type=regular, description~=go or until=24h.',
      details: { subject: 'filters' },
    },
    { cause },
  );
}

/** Daemons before BuildKit 0.17 don't know these limits, pass over them, and would take everything away. */
async function requireSpaceLimits(client: BuildkitClient, node: string, signal: AbortSignal): Promise<void> {
  const version = await versionOf(client, signal);
  const [, major, minor] = /^v?(\d+)\.(\d+)\./.exec(version) ?? [];
  if (major !== undefined && (Number(major) > 0 || Number(minor) >= 17)) return;
  throw new StudioError({
    code: 'builder-unavailable',
    message: `${node} runs BuildKit ${version || 'of an unknown version'}, which has no limit for used or free space.`,
    hint: 'Leave both limits empty, or update BuildKit to 0.17 or newer.',
    details: { subject: node },
  });
}

/** Empty for engines before BuildKit 0.11, which don't tell. */
async function versionOf(client: BuildkitClient, signal: AbortSignal): Promise<string> {
  try {
    return (await client.info(signal)).version;
  } catch (error) {
    if (error instanceof GrpcError && error.code === GrpcCode.UNIMPLEMENTED) return '';
    throw error;
  }
}

function nodeFailure(error: unknown, { node }: CacheNode): StudioError {
  if (!(error instanceof GrpcError)) return asStudioError(error, node.endpoint);
  if (/failed to parse \w+ filters/.test(error.message)) return invalidFilter(error.message, error);
  return new StudioError(
    {
      code: 'builder-unavailable',
      message: `${node.name} refuses: ${error.message}`,
      hint: 'Try again, or look into the daemon’s log.',
      details: { subject: node.name },
    },
    { cause: error },
  );
}

function cacheRecord(node: string, { recordType, parents, ...record }: UsageRecord): CacheRecord {
  return { ...record, node, type: recordType, parents: [...parents] };
}
