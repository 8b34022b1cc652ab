import { z } from 'zod';
import { studioErrorSchema } from './errors';

export const nodePlatformSchema = z.object({
  platform: z.string(),
  emulated: z.boolean(),
});

export const nodeStatuses = ['stopped', 'starting', 'running', 'stopping', 'unreachable'] as const;

export const builderNodeSchema = z.object({
  name: z.string(),
  endpoint: z.string(),
  status: z.enum(nodeStatuses),
  error: studioErrorSchema.optional(),
  /** The daemon's own version string. */
  version: z.string().optional(),
  /** As the daemon's workers list them, native ones first. */
  platforms: z.array(nodePlatformSchema),
  labels: z.record(z.string(), z.string()),
  gcPolicy: z.array(
    z.object({
      all: z.boolean(),
      filters: z.array(z.string()),
      keepDurationSeconds: z.number(),
      reservedBytes: z.number(),
      maxUsedBytes: z.number(),
      minFreeBytes: z.number(),
    }),
  ),
  cacheBytes: z.number().optional(),
});
export type BuilderNode = z.infer<typeof builderNodeSchema>;
export type NodePlatform = z.infer<typeof nodePlatformSchema>;

export const builderSchema = z.object({
  name: z.string(),
  driver: z.string(),
  /** The builder that new projects use. */
  current: z.boolean(),
  /** What the driver can do: a remote daemon can't be started from here. */
  canStart: z.boolean(),
  canStop: z.boolean(),
  canRemove: z.boolean(),
  nodes: z.array(builderNodeSchema),
});
export type Builder = z.infer<typeof builderSchema>;

/** One input of a driver's form. The form is drawn from these, so a new driver needs no code in the page. */
export const driverOptionSchema = z.object({
  name: z.string(),
  kind: z.enum(['text', 'file', 'folder', 'boolean']),
  label: z.string(),
  placeholder: z.string().optional(),
  description: z.string().optional(),
  required: z.boolean(),
  default: z.string().optional(),
});
export const driverDescriptionSchema = z.object({
  name: z.string(),
  summary: z.string(),
  options: z.array(driverOptionSchema),
});
export type DriverDescription = z.infer<typeof driverDescriptionSchema>;
export type DriverOption = z.infer<typeof driverOptionSchema>;

export const newBuilderSchema = z.object({
  name: z.string(),
  driver: z.string(),
  options: z.record(z.string(), z.string()),
});
export type NewBuilder = z.infer<typeof newBuilderSchema>;
