import { z } from 'zod';
import { buildResultSchema, buildStatusSchema } from '../../contract/builds';
import { sourceLocationSchema, studioErrorSchema } from '../../contract/errors';

export const stepStatuses = ['queued', 'running', 'cached', 'done', 'failed', 'cancelled'] as const;
export const stepStatusSchema = z.enum(stepStatuses);
export type StepStatus = z.infer<typeof stepStatusSchema>;

/** Something a step does inside, such as one layer's download. `total` is 0 when unknown. */
export const activitySchema = z.object({
  id: z.string(),
  name: z.string(),
  current: z.number(),
  total: z.number(),
  startedMs: z.number().optional(),
  completedMs: z.number().optional(),
});
export type Activity = z.infer<typeof activitySchema>;

/** One vertex of the solve graph. Times are milliseconds since the epoch by the daemon's clock. */
export const stepSchema = z.object({
  /** The vertex digest; with several nodes followed by what tells theirs apart, as they may run equal vertexes. */
  id: z.string(),
  /** As BuildKit names it: `[linux/arm64 builder 2/4] RUN make`. */
  name: z.string(),
  /** Name of the node that runs it; empty for what Manifold does itself. */
  node: z.string(),
  /** Digests of the vertexes it waits for. */
  inputs: z.array(z.string()),
  status: stepStatusSchema,
  /** When it was taken up last. */
  startedMs: z.number().optional(),
  completedMs: z.number().optional(),
  /** Milliseconds that it worked before `startedMs`: an image is first resolved and, much later, pulled. */
  earlierMs: z.number().optional(),
  error: z.string().optional(),
  activities: z.array(activitySchema),
  logLines: z.int(),
});
export type Step = z.infer<typeof stepSchema>;

export const buildWarningSchema = z.object({
  step: z.string(),
  level: z.int(),
  message: z.string(),
  detail: z.array(z.string()),
  url: z.string().optional(),
  location: sourceLocationSchema.optional(),
});
export type BuildWarning = z.infer<typeof buildWarningSchema>;

/** Lines of the Dockerfile, 1-based and inclusive, by the id of the step that they make. */
export const stepSourcesSchema = z.record(z.string(), z.array(z.object({ start: z.int(), end: z.int() })));

/** A build as far as it has come. Steps are in the order in which the daemon announced them. */
export const buildProgressSchema = z.object({
  id: z.string(),
  /** The lanes, in the order of the request. */
  platforms: z.array(z.string()),
  /** Which of them each node builds, by its name; absent while one node builds them all. */
  nodePlatforms: z.record(z.string(), z.array(z.string())).optional(),
  status: buildStatusSchema,
  /** What is being done while `preparing`, for people. */
  activity: z.string().optional(),
  /** Number of the last event in it. */
  sequence: z.int(),
  startedMs: z.number(),
  endedMs: z.number().optional(),
  order: z.array(z.string()),
  steps: z.record(z.string(), stepSchema),
  warnings: z.array(buildWarningSchema),
  /** Where steps come from; absent until a daemon has told. */
  sources: stepSourcesSchema.optional(),
  error: studioErrorSchema.optional(),
  result: buildResultSchema.optional(),
});
export type BuildProgress = z.infer<typeof buildProgressSchema>;

const vertexSchema = z.object({
  id: z.string(),
  name: z.string(),
  inputs: z.array(z.string()),
  cached: z.boolean(),
  startedMs: z.number().optional(),
  completedMs: z.number().optional(),
  error: z.string().optional(),
});

/** What changes a {@link BuildProgress}. `sequence` counts up by one for each build. */
export const buildEventSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('activity'), sequence: z.int(), activity: z.string() }),
  z.object({ type: z.literal('running'), sequence: z.int(), atMs: z.number() }),
  z.object({
    type: z.literal('status'),
    sequence: z.int(),
    node: z.string(),
    vertexes: z.array(vertexSchema),
    activities: z.array(activitySchema.extend({ step: z.string() })),
    warnings: z.array(buildWarningSchema),
    /** Lines that each step printed since the last event. */
    logged: z.array(z.object({ step: z.string(), lines: z.int() })),
  }),
  z.object({ type: z.literal('sources'), sequence: z.int(), sources: stepSourcesSchema }),
  z.object({
    type: z.literal('ended'),
    sequence: z.int(),
    atMs: z.number(),
    status: z.enum(['succeeded', 'failed', 'cancelled']),
    error: studioErrorSchema.optional(),
    result: buildResultSchema.optional(),
  }),
]);
export type BuildEvent = z.infer<typeof buildEventSchema>;
export type VertexUpdate = z.infer<typeof vertexSchema>;
