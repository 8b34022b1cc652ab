import { z } from 'zod';

/**
 * Everything that can go wrong across the seam, by what the user can do about it. The list is closed: a new failure
 * gets a code here, a hint where it is thrown, and a translation of the hint in the renderer's locales.
 */
export const errorCodes = [
  'invalid-request', // a message or a form value does not fit its schema
  'not-found', // a project, file, build or builder that does not exist (any more)
  'conflict', // a file changed on disk, a name is taken
  'permission-denied', // the operating system refuses to read or write
  'disk-full', // no space left, here or in the daemon
  'dockerfile-invalid', // BuildKit rejects the Dockerfile; details.location says where
  'step-failed', // a step exited with a status; details has step, exit code and location
  'builder-unreachable', // the daemon can't be dialled
  'builder-lost', // the daemon went away in mid-build
  'builder-unavailable', // the builder can't do this here: no buildkitd, no permission to start it
  'platform-unsupported', // no node runs the platform
  'registry-denied', // the registry refuses the credentials
  'registry-unreachable', // the registry doesn't answer
  'image-invalid', // an image, a layer or an archive is damaged, hostile, or over a limit
  'context-invalid', // the context folder can't be read or sent
  'export-failed', // the output can't be written
  'export-refused', // the daemon tried to write outside of the destination
  'cancelled',
  'internal', // a defect of Manifold
] as const;

export const errorCodeSchema = z.enum(errorCodes);
export type ErrorCode = z.infer<typeof errorCodeSchema>;

/** A place in a Dockerfile; lines are 1-based and inclusive. */
export const sourceLocationSchema = z.object({
  file: z.string(),
  startLine: z.int().min(1),
  endLine: z.int().min(1),
});
export type SourceLocation = z.infer<typeof sourceLocationSchema>;

/** What is known beyond the message. Every field is optional, so that a reader never depends on one. */
export const errorDetailsSchema = z.object({
  location: sourceLocationSchema.optional(),
  /** Digest of the vertex that failed. */
  step: z.string().optional(),
  stepName: z.string().optional(),
  exitCode: z.int().optional(),
  /** The last lines that the failed step printed. */
  lastOutput: z.array(z.string()).optional(),
  /** Form field or path the error is about. */
  subject: z.string().optional(),
  /** The technical cause, for "Copy details". Never holds a secret. */
  cause: z.string().optional(),
});
export type ErrorDetails = z.infer<typeof errorDetailsSchema>;

/** An error as it crosses the seam. `message` says what happened, `hint` what the user can do next. */
export const studioErrorSchema = z.object({
  code: errorCodeSchema,
  message: z.string(),
  hint: z.string().optional(),
  details: errorDetailsSchema.optional(),
});
export type StudioErrorData = z.infer<typeof studioErrorSchema>;
