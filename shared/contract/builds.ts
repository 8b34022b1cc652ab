import { z } from 'zod';
import { studioErrorSchema } from './errors';

const named = z.object({ name: z.string(), value: z.string() });
export type NamedValue = z.infer<typeof named>;

/** Where the result goes. Paths are absolute; an absent path means a file in Manifold's own output folder. */
export const buildOutputSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('oci'), path: z.string().optional() }),
  z.object({ type: z.literal('docker'), path: z.string().optional() }),
  z.object({ type: z.literal('push') }),
  z.object({ type: z.literal('load') }),
  z.object({ type: z.literal('local'), path: z.string() }),
  z.object({ type: z.literal('tar'), path: z.string().optional() }),
  z.object({ type: z.literal('cacheonly') }),
]);
export type BuildOutput = z.infer<typeof buildOutputSchema>;
export type BuildOutputType = BuildOutput['type'];

export const secretSchema = z.object({
  id: z.string(),
  /** A file's absolute path or an environment variable's name; the secret itself never crosses the seam. */
  source: z.discriminatedUnion('type', [
    z.object({ type: z.literal('file'), path: z.string() }),
    z.object({ type: z.literal('env'), name: z.string() }),
  ]),
});
export type SecretSource = z.infer<typeof secretSchema>;

/** What the configuration panel edits, and what a build is made with. */
export const buildSettingsSchema = z.object({
  platforms: z.array(z.string()),
  /** Platforms offered beside the usual ones because somebody typed them. */
  extraPlatforms: z.array(z.string()),
  /** Stage name; empty for the last stage. BuildKit takes no numbers here. */
  target: z.string(),
  tags: z.array(z.string()),
  buildArgs: z.array(named),
  labels: z.array(named),
  secrets: z.array(secretSchema),
  ssh: z.array(z.object({ id: z.string(), socket: z.string() })),
  buildContexts: z.array(named),
  cacheFrom: z.array(z.string()),
  cacheTo: z.array(z.string()),
  noCache: z.boolean(),
  pull: z.boolean(),
  provenance: z.boolean(),
  sbom: z.boolean(),
  output: buildOutputSchema,
});
export type BuildSettings = z.infer<typeof buildSettingsSchema>;

/** What is remembered for a project's Dockerfile: no output until one was chosen, as the builder decides until then. */
export const keptBuildSettingsSchema = buildSettingsSchema.partial({ output: true });
export type KeptBuildSettings = z.infer<typeof keptBuildSettingsSchema>;

export const defaultBuildSettings: BuildSettings = {
  platforms: [],
  extraPlatforms: [],
  target: '',
  tags: [],
  buildArgs: [],
  labels: [],
  secrets: [],
  ssh: [],
  buildContexts: [],
  cacheFrom: [],
  cacheTo: [],
  noCache: false,
  pull: false,
  provenance: true,
  sbom: false,
  output: { type: 'oci' },
};

/** One click on Build. `platforms` may be empty: then the builder's own platform is built. */
export const buildRequestSchema = z.object({
  project: z.string(),
  /** Relative to the project folder. */
  dockerfile: z.string(),
  /** The text on screen; it is what gets built, saved or not. */
  dockerfileText: z.string(),
  builder: z.string(),
  settings: buildSettingsSchema,
});
export type BuildRequest = z.infer<typeof buildRequestSchema>;

export const buildStatuses = ['preparing', 'running', 'succeeded', 'failed', 'cancelled'] as const;
export const buildStatusSchema = z.enum(buildStatuses);
export type BuildStatus = z.infer<typeof buildStatusSchema>;

/** One platform's image, as its manifest describes it. Sizes in bytes. */
export const platformResultSchema = z.object({
  platform: z.string(),
  manifestDigest: z.string(),
  configDigest: z.string().optional(),
  /** Manifest, config and compressed layers together. */
  size: z.number(),
  layers: z.array(z.object({ digest: z.string(), size: z.number() })),
});
export type PlatformResult = z.infer<typeof platformResultSchema>;

/** What came out of a successful build. */
export const buildResultSchema = z.object({
  outputType: z.enum(['oci', 'docker', 'push', 'load', 'local', 'tar', 'cacheonly']),
  /** Digest of the index, or of the only manifest. Absent when no image was made. */
  digest: z.string().optional(),
  mediaType: z.string().optional(),
  /** Absolute path of the archive or folder, or the pushed references. */
  path: z.string().optional(),
  references: z.array(z.string()),
  /** Bytes written to `path`. */
  writtenBytes: z.number().optional(),
  platforms: z.array(platformResultSchema),
  /** Steps with a cached result, and all steps that count. */
  cachedSteps: z.number(),
  totalSteps: z.number(),
});
export type BuildResult = z.infer<typeof buildResultSchema>;

/** A line of "Recent builds"; also the head of the build's record on disk. */
export const buildSummarySchema = z.object({
  id: z.string(),
  /** Counts up for each project. */
  number: z.int(),
  project: z.string(),
  projectName: z.string(),
  dockerfile: z.string(),
  builder: z.string(),
  platforms: z.array(z.string()),
  status: buildStatusSchema,
  startedMs: z.number(),
  endedMs: z.number().optional(),
  warnings: z.int(),
  error: studioErrorSchema.optional(),
  result: buildResultSchema.optional(),
});
export type BuildSummary = z.infer<typeof buildSummarySchema>;

/** What a preflight found. An `error` keeps the build from starting. */
export const preflightFindingSchema = z.object({
  severity: z.enum(['error', 'warning']),
  /** The control it belongs to: `platforms`, `tags`, `target`, `output`, … */
  field: z.string(),
  message: z.string(),
  hint: z.string().optional(),
});
export type PreflightFinding = z.infer<typeof preflightFindingSchema>;
