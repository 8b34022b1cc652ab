import { z } from 'zod';

/** One file that can be built: `Dockerfile`, `<name>.Dockerfile`, `Dockerfile.<name>` or `Containerfile`. */
export const dockerfileEntrySchema = z.object({
  /** Path relative to the project folder, with forward slashes. */
  path: z.string(),
});

/** A folder that was opened. */
export const projectSchema = z.object({
  /** Absolute path; the project's identity. */
  path: z.string(),
  name: z.string(),
  /** Sorted, `Dockerfile` first. Empty when the folder holds none. */
  dockerfiles: z.array(dockerfileEntrySchema),
  /** True for the sample that comes with Manifold. */
  sample: z.boolean(),
});
export type Project = z.infer<typeof projectSchema>;

export const recentProjectSchema = z.object({
  path: z.string(),
  name: z.string(),
  lastOpenedMs: z.number(),
  /** False when the folder is gone or can't be read. */
  available: z.boolean(),
});
export type RecentProject = z.infer<typeof recentProjectSchema>;

/** A Dockerfile as it is on disk, with the text that was typed and not saved, if any. */
export const dockerfileTextSchema = z.object({
  text: z.string(),
  /** Identifies the state on disk; hand it back when saving. */
  revision: z.string(),
  /** Unsaved text kept from before. */
  draft: z.string().optional(),
  /** True when the file changed on disk after the draft was begun. */
  draftOutdated: z.boolean().optional(),
});
export type DockerfileText = z.infer<typeof dockerfileTextSchema>;

/** What lies in a folder of the build context, as far as the ignore file lets it into the build. */
export const contextListingSchema = z.object({
  /** Sorted by name, folders included; names only, as they can be written in a Dockerfile. */
  entries: z.array(z.object({ name: z.string(), kind: z.enum(['file', 'folder']) })),
  /** True when there is more than was listed. */
  truncated: z.boolean(),
});
export type ContextListing = z.infer<typeof contextListingSchema>;
