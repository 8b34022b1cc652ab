import { z } from 'zod';
import { studioErrorSchema } from './errors';

export const nodePlatformSchema = z.object({
  platform: z.string(),
  emulated: z.boolean(),
  /** What emulates it, as far as it can be known from here: `qemu-aarch64 (/usr/bin/qemu-aarch64-static)`. */
  emulator: z.string().optional(),
});

/**
 * What a node's driver and engine can do beyond building (buildx driver/features.go). Known once the node has answered;
 * a build that wants more is refused before it starts.
 */
export const nodeFeaturesSchema = z.object({
  /** One build may hold several platforms. */
  multiPlatform: z.boolean(),
  ociExport: z.boolean(),
  dockerExport: z.boolean(),
  /** Caches other than the inline one can be exported. */
  cacheExport: z.boolean(),
  /**
   * How "Load into Docker" works: `store` keeps the image in the engine that builds it, `archive` sends a Docker
   * archive to an engine from here, `none` has no engine.
   */
  load: z.enum(['store', 'archive', 'none']),
  /** The engine that takes the image keeps several platforms (it has the containerd image store). */
  loadMultiPlatform: z.boolean(),
});
export type NodeFeatures = z.infer<typeof nodeFeaturesSchema>;

/** A device that RUN --device can ask for (BuildKit's CDI devices). */
export const nodeDeviceSchema = z.object({
  name: z.string(),
  onDemand: z.boolean(),
  annotations: z.record(z.string(), z.string()),
});

export const nodeStatuses = ['stopped', 'starting', 'running', 'stopping', 'unreachable'] as const;

export const builderNodeSchema = z.object({
  name: z.string(),
  endpoint: z.string(),
  status: z.enum(nodeStatuses),
  /** What a node that is starting or stopping is doing: `pulling moby/buildkit:buildx-stable-1, 42 %`. */
  activity: z.string().optional(),
  error: studioErrorSchema.optional(),
  /** The daemon's own version string. */
  version: z.string().optional(),
  /** The fixed ones, then as the daemon's workers list them, native ones first. */
  platforms: z.array(nodePlatformSchema),
  /** Platforms that were given to the node and not detected; they go to it before any other node. */
  fixedPlatforms: z.array(z.string()),
  /** As they are stored. Values that may hold a secret are shown as dots. */
  driverOptions: z.record(z.string(), z.string()),
  /** buildkitd's own flags. */
  flags: z.array(z.string()),
  /** The text of its buildkitd.toml, where the store has one. */
  config: z.string().optional(),
  devices: z.array(nodeDeviceSchema),
  features: nodeFeaturesSchema.optional(),
  /** Emulators can be installed on its machine by a click. */
  canInstallEmulation: z.boolean(),
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

/** Where a builder is known from: buildx's store, a Docker context, or the machine (`local`, `env`). */
export const builderOrigins = ['store', 'context', 'machine'] as const;

export const builderSchema = z.object({
  name: z.string(),
  driver: z.string(),
  origin: z.enum(builderOrigins),
  /** The builder that new projects use. */
  current: z.boolean(),
  /** What the driver can do: a remote daemon can't be started from here. */
  canStart: z.boolean(),
  canStop: z.boolean(),
  canRemove: z.boolean(),
  /** Nodes can be added and removed. */
  canAppend: z.boolean(),
  /** Removing it can leave the build cache for a builder of the same name (`buildx rm --keep-state`). */
  canKeepState: z.boolean(),
  nodes: z.array(builderNodeSchema),
});
export type Builder = z.infer<typeof builderSchema>;

/** One input of a driver's form. The form is drawn from these, so a new driver needs no code in the page. */
export const driverOptionSchema = z.object({
  /** The driver option's own name, as `--driver-opt` takes it; with `pairs` its prefix, such as `env.`. */
  name: z.string(),
  /** `pairs` is a table of names and values, each one an option `<prefix><name>`. */
  kind: z.enum(['text', 'file', 'folder', 'boolean', 'number', 'select', 'pairs']),
  label: z.string(),
  placeholder: z.string().optional(),
  description: z.string().optional(),
  required: z.boolean(),
  default: z.string().optional(),
  /** Of a `select`. */
  choices: z.array(z.object({ value: z.string(), label: z.string() })).optional(),
  /** Folded away until asked for. */
  advanced: z.boolean().optional(),
});
export const driverDescriptionSchema = z.object({
  name: z.string(),
  summary: z.string(),
  /**
   * How the node's endpoint is asked for: a typed `address`, a `docker` context or engine address, or `none` because
   * the driver knows.
   */
  endpoint: z.object({
    kind: z.enum(['address', 'docker', 'none']),
    label: z.string().optional(),
    placeholder: z.string().optional(),
    description: z.string().optional(),
  }),
  options: z.array(driverOptionSchema),
  /** It starts a buildkitd, which takes a buildkitd.toml and flags. */
  takesConfig: z.boolean(),
  /** Its builders can have several nodes. */
  severalNodes: z.boolean(),
  /** The connection can be tested before the builder exists. */
  canTest: z.boolean(),
});
export type DriverDescription = z.infer<typeof driverDescriptionSchema>;
export type DriverOption = z.infer<typeof driverOptionSchema>;

const platformName = z.string().max(128);

/** A node as it is typed. */
export const newNodeSchema = z.object({
  /** Empty for the name that buildx would give it. */
  name: z.string().max(128).default(''),
  /** An address, a Docker context's name; empty where the driver knows. */
  endpoint: z.string().max(4096).default(''),
  options: z.record(z.string().max(256), z.string().max(64 * 1024)).default({}),
  /** Platforms that are fixed; detected ones where there are none. */
  platforms: z.array(platformName).max(64).default([]),
  /** buildkitd's own flags. */
  flags: z.array(z.string().max(4096)).max(64).default([]),
  /** The text of a buildkitd.toml; the certificates that it names are taken along, as buildx does. */
  config: z
    .string()
    .max(1024 * 1024)
    .optional(),
});
export type NewNode = z.input<typeof newNodeSchema>;

export const newBuilderSchema = z.object({
  name: z.string().max(128),
  driver: z.string().max(64),
  node: newNodeSchema,
});
export type NewBuilder = z.input<typeof newBuilderSchema>;

/** A Docker context, for choosing an endpoint. */
export const dockerContextSchema = z.object({
  name: z.string(),
  description: z.string(),
  /** The engine's address. */
  endpoint: z.string(),
  current: z.boolean(),
  /** Why it can't be used. */
  error: studioErrorSchema.optional(),
});
export type DockerContext = z.infer<typeof dockerContextSchema>;

/** What is wrong in a buildkitd.toml, 1-based. */
export const configFindingSchema = z.object({
  severity: z.enum(['error', 'warning']),
  line: z.int().min(1),
  column: z.int().min(1),
  message: z.string(),
});
export type ConfigFinding = z.infer<typeof configFindingSchema>;
