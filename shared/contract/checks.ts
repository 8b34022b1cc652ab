import { z } from 'zod';
import { fixKinds } from '../dockerfile/fixes/types';
import { studioErrorSchema } from './errors';

const named = z.object({ name: z.string(), value: z.string() });

/** What is asked about the Dockerfile on screen. `platforms` may be empty: then the builder's own is checked. */
export const checkRequestSchema = z.object({
  project: z.string(),
  /** Relative to the project folder. */
  dockerfile: z.string(),
  /** The text on screen, saved or not. */
  text: z.string(),
  builder: z.string(),
  platforms: z.array(z.string()),
  /** Stage name; empty for the last stage. */
  target: z.string(),
  buildArgs: z.array(named),
  buildContexts: z.array(named),
});
export type CheckRequest = z.infer<typeof checkRequestSchema>;

/** A stretch of the text. Lines and columns are 1-based, columns UTF-16; `endColumn` is behind the last character. */
export const textRangeSchema = z.object({
  startLine: z.int().min(1),
  startColumn: z.int().min(1),
  endLine: z.int().min(1),
  endColumn: z.int().min(1),
});
export type TextRange = z.infer<typeof textRangeSchema>;

/** See shared/dockerfile/fixes. The offsets are those of the text that was checked. */
export const fixSchema = z.object({
  kind: z.enum(fixKinds),
  values: z.record(z.string(), z.string()),
  edits: z.array(
    z.object({
      startOffset: z.int().nonnegative(),
      endOffset: z.int().nonnegative(),
      text: z.string(),
    }),
  ),
});

/** Something BuildKit says about the Dockerfile, once for all platforms that it concerns. */
export const findingSchema = z.object({
  /** An `error` keeps the Dockerfile from being built. */
  severity: z.enum(['error', 'warning']),
  /** The check that found it; errors have none. */
  rule: z.string().optional(),
  message: z.string(),
  /** What the rule asks for in general. */
  description: z.string().optional(),
  url: z.string().optional(),
  /** Empty when it has no place in the text. */
  ranges: z.array(textRangeSchema),
  platforms: z.array(z.string()),
  /** The likeliest first. */
  fixes: z.array(fixSchema),
  /** Makes BuildKit leave this rule out from now on. */
  ignore: fixSchema.optional(),
});
export type Finding = z.infer<typeof findingSchema>;

/** What the target stage, with the stages it needs, can be given. */
export const outlineSchema = z.object({
  args: z.array(
    z.object({
      name: z.string(),
      /** One for each value it has; several when platforms differ. Empty when it has none. */
      values: z.array(z.object({ value: z.string(), platforms: z.array(z.string()) })),
      /** What its comment says. */
      description: z.string().optional(),
      locations: z.array(textRangeSchema),
    }),
  ),
  secrets: z.array(z.object({ id: z.string(), required: z.boolean() })),
  ssh: z.array(z.object({ id: z.string(), required: z.boolean() })),
});
export type Outline = z.infer<typeof outlineSchema>;

export const targetSchema = z.object({
  /** Lower case; absent for a stage without a name. */
  name: z.string().optional(),
  /** The one that is built when none is named. */
  default: z.boolean(),
  description: z.string().optional(),
  /** As written, variables included. */
  base: z.string(),
  /** The value of `--platform`, as written. */
  platform: z.string().optional(),
});
export type CheckedTarget = z.infer<typeof targetSchema>;

export const checkResultSchema = z.object({
  /**
   * `no-builder`: none that runs and can be reached, which is no error. `unsupported`: neither the builder nor the
   * frontend of the Dockerfile has checks. `failed`: no platform could be checked, `error` says why.
   */
  state: z.enum(['checked', 'no-builder', 'unsupported', 'failed']),
  error: studioErrorSchema.optional(),
  /** Versions of the daemons that answered. */
  versions: z.array(z.string()),
  /** Those that could be checked. */
  platforms: z.array(z.string()),
  /** Those that could not, though others could. */
  unchecked: z.array(z.object({ platform: z.string(), error: studioErrorSchema })),
  /** The errors first, then by line. */
  findings: z.array(findingSchema),
  /** How many more there are: beyond a thousand, nobody reads them. */
  omitted: z.int().nonnegative(),
  outline: outlineSchema.optional(),
  /** In file order. */
  targets: z.array(targetSchema).optional(),
});
export type CheckResult = z.infer<typeof checkResultSchema>;
