import { z } from 'zod';
import { studioErrorSchema } from './errors';

/** One record of a node's build cache, as its daemon tells it. Sizes are bytes. */
export const cacheRecordSchema = z.object({
  node: z.string(),
  /** Unique on its node only. */
  id: z.string(),
  /** Such as `regular`, `source.local`, `exec.cachemount`, `frontend`, `internal`. */
  type: z.string(),
  description: z.string(),
  size: z.number(),
  createdMs: z.number().optional(),
  lastUsedMs: z.number().optional(),
  usageCount: z.number(),
  inUse: z.boolean(),
  mutable: z.boolean(),
  /** Its data belongs to an image of the engine too. */
  shared: z.boolean(),
  /** Ids of the records that it lies on, on the same node. */
  parents: z.array(z.string()),
});
export type CacheRecord = z.infer<typeof cacheRecordSchema>;

/** Which nodes are asked, then the answer of each as it comes. */
export const cacheRecordsItemSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('nodes'), nodes: z.array(z.string()) }),
  z.object({ type: z.literal('records'), node: z.string(), records: z.array(cacheRecordSchema) }),
  z.object({ type: z.literal('failed'), node: z.string(), error: studioErrorSchema }),
]);
export type CacheRecordsItem = z.infer<typeof cacheRecordsItemSchema>;

const bytes = z.number().min(0).max(Number.MAX_SAFE_INTEGER);

/** What to take away. The limits count for each node by itself; without any, all that the filters let go, goes. */
export const pruneRequestSchema = z.object({
  name: z.string().min(1).max(128),
  /** As `docker buildx prune --filter` takes them; see shared/model/cacheFilter.ts. */
  filters: z.array(z.string().max(4096)).max(64),
  /** Internal, frontend and shared records too. */
  all: z.boolean(),
  /** Keeps what was used within this time. */
  keepDurationSeconds: z.number().min(0).max(1e9).optional(),
  reservedBytes: bytes.optional(),
  maxUsedBytes: bytes.optional(),
  minFreeBytes: bytes.optional(),
});
export type PruneRequest = z.infer<typeof pruneRequestSchema>;

/** Each record as it goes, the nodes that failed, and the totals when every node is through. */
export const pruneItemSchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('pruned'),
    record: cacheRecordSchema.pick({ node: true, id: true, description: true, size: true }),
  }),
  z.object({ type: z.literal('failed'), node: z.string(), error: studioErrorSchema }),
  z.object({ type: z.literal('done'), records: z.number(), bytes: z.number() }),
]);
export type PruneItem = z.infer<typeof pruneItemSchema>;
