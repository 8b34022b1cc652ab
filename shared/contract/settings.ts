import { z } from 'zod';

export const settingsSchema = z.object({
  theme: z.enum(['system', 'light', 'dark']),
  language: z.enum(['system', 'en', 'zh-CN']),
  /** Keep the local buildkitd running when Manifold is closed. */
  keepLocalBuilder: z.boolean(),
  /** Builds kept under "Recent builds". */
  keepBuilds: z.int().min(1).max(5000),
  /** Where OCI, Docker and tar archives go; empty for Manifold's own folder. */
  outputFolder: z.string(),
});
export type Settings = z.infer<typeof settingsSchema>;

export const defaultSettings: Settings = {
  theme: 'system',
  language: 'system',
  keepLocalBuilder: false,
  keepBuilds: 200,
  outputFolder: '',
};

/** Sizes of splits, folded panels and the like, by the name the page gives them. Opaque to the core. */
export const layoutSchema = z.record(
  z.string(),
  z.union([z.string(), z.number(), z.boolean(), z.array(z.number())]),
);
export type Layout = z.infer<typeof layoutSchema>;

/** What the page needs before its first paint. */
export const bootSchema = z.object({
  version: z.string(),
  os: z.enum(['linux', 'mac', 'windows']),
  /** BCP 47 tag of the system. */
  systemLocale: z.string(),
  settings: settingsSchema,
  layout: layoutSchema,
  /** Absolute path of the project to show: argument, last one, or the sample. */
  openProject: z.string().optional(),
  outputFolder: z.string(),
});
export type Boot = z.infer<typeof bootSchema>;
