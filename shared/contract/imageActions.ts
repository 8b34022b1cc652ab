import { z } from 'zod';
import { bytesSchema } from './bytes';
import { imageSourceSchema } from './images';

const digest = z.string().max(512);
const reference = z.string().min(1).max(1024);
const platform = z.string().min(1).max(128);

/** A new index, put together from manifests of images (as `docker buildx imagetools create`). */
export const newIndexSchema = z.object({
  /** Where it goes; all in registries. */
  tags: z.array(reference).min(1).max(64),
  parts: z
    .array(
      z.object({
        source: imageSourceSchema,
        /** Platforms to take, in canonical spelling; all of them, with what is not for a platform, when absent. */
        platforms: z.array(platform).max(64).optional(),
      }),
    )
    .min(1)
    .max(64),
  /** Keep what the first tag has already; a platform that is in both is taken from the new parts. */
  append: z.boolean(),
  /** Keep a lone manifest as it is in place of an index around it, where nothing else was asked for. */
  preferManifest: z.boolean(),
  /** On the index, and on the descriptors in it by platform. */
  annotations: z.record(z.string(), z.string()),
  descriptorAnnotations: z.array(
    z.object({ platform: platform.optional(), key: z.string().min(1).max(1024), value: z.string() }),
  ),
});
export type NewIndex = z.infer<typeof newIndexSchema>;

/** What would be stored. */
export const indexPlanSchema = z.object({
  digest: z.string(),
  mediaType: z.string(),
  /** The document, byte for byte. */
  text: z.string(),
  /** What the first tag stands for now, byte for byte; absent when it is new. */
  before: z.string().optional(),
  /** Bytes that have to be copied from other repositories, and those that are there or can be mounted. */
  copyBytes: z.number(),
  presentBytes: z.number(),
});
export type IndexPlan = z.infer<typeof indexPlanSchema>;

/** An image, or some platforms of it, to another place. */
export const imageCopySchema = z.object({
  source: imageSourceSchema,
  /** All when absent; several make an index without the others. */
  platforms: z.array(platform).max(64).optional(),
  target: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('registry'), reference }),
    /** The person is asked where to; the archive is an OCI archive. */
    z.object({ kind: z.literal('archive') }),
  ]),
});
export type ImageCopy = z.infer<typeof imageCopySchema>;

/** How far a transfer is, then where the image is. Bytes of blobs; `present` ones needed no transfer. */
export const transferItemSchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('progress'),
    transferredBytes: z.number(),
    presentBytes: z.number(),
    totalBytes: z.number(),
  }),
  z.object({
    type: z.literal('done'),
    digest: z.string(),
    references: z.array(z.string()),
    path: z.string().optional(),
  }),
  /** The person chose no place. */
  z.object({ type: z.literal('dismissed') }),
]);
export type TransferItem = z.infer<typeof transferItemSchema>;

/** A container that runs a platform of an image once, and is removed then. */
export const imageRunSchema = z.object({
  source: imageSourceSchema,
  platform: platform.optional(),
  /** In place of the image's own command; empty for that one. */
  command: z.array(z.string().max(32_768)).max(1000),
  /** Docker context of the engine; the current one when absent. */
  context: z.string().max(256).optional(),
});
export type ImageRun = z.infer<typeof imageRunSchema>;

/** What the engine does first (pulling or loading), what the container prints, and how it ends. */
export const imageRunItemSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('activity'), text: z.string() }),
  z.object({ type: z.literal('output'), stream: z.enum(['stdout', 'stderr']), bytes: bytesSchema }),
  z.object({ type: z.literal('exited'), exitCode: z.number() }),
]);
export type ImageRunItem = z.infer<typeof imageRunItemSchema>;

/** A tag to be taken away, with the digest that it had when the person was asked. */
export const tagDeletionSchema = z.object({ reference, digest });
