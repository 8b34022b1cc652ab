import { z } from 'zod';
import { studioErrorSchema } from './errors';

const digest = z.string().regex(/^[a-z0-9]+(?:[+._-][a-z0-9]+)*:[a-zA-Z0-9=_-]{1,256}$/);
const reference = z.string().min(1).max(1024);
const path = z.string().min(1).max(4096);
const strings = z.record(z.string(), z.string());

/** Where an image is read from. */
export const imageSourceSchema = z.discriminatedUnion('kind', [
  /** As `docker pull` takes it: a tag, a digest, a short name of Docker Hub. */
  z.object({ kind: z.literal('registry'), reference }),
  /** What a build of this app made: in its archive, in its registry, or in the content of its builder. */
  z.object({ kind: z.literal('build'), buildId: z.string().min(1).max(64) }),
  /** An OCI archive, an OCI layout folder, or an archive of `docker save`; which of them is found out. */
  z.object({ kind: z.literal('archive'), path, reference: reference.optional() }),
  /** An image in the store of a Docker Engine; without a context, the current one. */
  z.object({ kind: z.literal('engine'), reference, context: z.string().max(256).optional() }),
]);
export type ImageSource = z.infer<typeof imageSourceSchema>;

/** A descriptor of the OCI image specification (descriptor.md). Sizes are bytes. */
export const imageDescriptorSchema = z.object({
  mediaType: z.string(),
  digest: z.string(),
  size: z.number(),
  artifactType: z.string().optional(),
  annotations: strings.optional(),
  /** In canonical spelling, such as `linux/arm/v7`; absent where none is told, and for `unknown/unknown`. */
  platform: z.string().optional(),
  /** Where the content of a foreign layer is to be had. */
  urls: z.array(z.string()).optional(),
});
export type ImageDescriptor = z.infer<typeof imageDescriptorSchema>;

/** One step of an image's history (image-spec config.md), aligned with the layers. */
export const historyStepSchema = z.object({
  createdBy: z.string(),
  created: z.string().optional(),
  author: z.string().optional(),
  comment: z.string().optional(),
  /** Position in the manifest's layers, from 0; absent for a step that made none. */
  layer: z.number().optional(),
});
export type HistoryStep = z.infer<typeof historyStepSchema>;

/** An image's configuration (image-spec config.md), as far as people ask for it; the rest is in its raw text. */
export const imageConfigSchema = z.object({
  platform: z.string().optional(),
  created: z.string().optional(),
  author: z.string().optional(),
  env: z.array(z.string()),
  entrypoint: z.array(z.string()).optional(),
  command: z.array(z.string()).optional(),
  shell: z.array(z.string()).optional(),
  user: z.string().optional(),
  workingDir: z.string().optional(),
  exposedPorts: z.array(z.string()),
  volumes: z.array(z.string()),
  labels: strings,
  stopSignal: z.string().optional(),
  /** Durations in nanoseconds, as they are stored. */
  healthCheck: z
    .object({
      test: z.array(z.string()),
      interval: z.number().optional(),
      timeout: z.number().optional(),
      startPeriod: z.number().optional(),
      startInterval: z.number().optional(),
      retries: z.number().optional(),
    })
    .optional(),
  onBuild: z.array(z.string()),
  /** Digest of each layer's uncompressed content, in the order of the layers. */
  diffIds: z.array(z.string()),
  history: z.array(historyStepSchema),
});
export type ImageConfig = z.infer<typeof imageConfigSchema>;

/** A statement that an attestation manifest holds (in-toto), one a layer. */
export const statementSchema = z.object({
  kind: z.enum(['provenance', 'sbom', 'other']),
  /** Such as `https://slsa.dev/provenance/v1`. */
  predicateType: z.string(),
  descriptor: imageDescriptorSchema,
});
export type Statement = z.infer<typeof statementSchema>;

interface NodeBase {
  /** Unique in the document, also where one digest stands in it twice. */
  id: string;
  descriptor: ImageDescriptor;
  annotations: Record<string, string>;
  /** Why what it holds can't be shown. The rest of the tree is there all the same. */
  problem?: z.infer<typeof studioErrorSchema> | undefined;
}

/** A list of manifests. */
export interface IndexNode extends NodeBase {
  type: 'index';
  children: ImageNode[];
}

/** A manifest, by what it is for. */
export interface ManifestNode extends NodeBase {
  type: 'manifest';
  /** `artifact`: neither an image nor an attestation that BuildKit attached, such as a chart or a signature. */
  role: 'image' | 'attestation' | 'artifact';
  /** Of an image, from the index or else from its config. Of an attestation: of the image that it is about. */
  platform?: string | undefined;
  /** Digest of the manifest that an attestation, or an artifact with a subject, is about. */
  about?: string | undefined;
  artifactType?: string | undefined;
  config?: ImageDescriptor | undefined;
  layers: ImageDescriptor[];
  /** Of an image whose config could be read. */
  image?: ImageConfig | undefined;
  /** Of an attestation. */
  statements: Statement[];
  /** The manifest itself, its config and its layers. */
  totalSize: number;
}

/** Something else that an index names, or what stands for it where its document can't be had. */
export interface UnknownNode extends NodeBase {
  type: 'unknown';
}

export type ImageNode = IndexNode | ManifestNode | UnknownNode;

const nodeBase = {
  id: z.string(),
  descriptor: imageDescriptorSchema,
  annotations: strings,
  problem: studioErrorSchema.optional(),
};

/** An index, a manifest, or something unknown, with all that is below it. */
export const imageNodeSchema: z.ZodType<ImageNode, ImageNode> = z.discriminatedUnion('type', [
  z.object({
    ...nodeBase,
    type: z.literal('index'),
    get children() {
      return z.array(imageNodeSchema);
    },
  }),
  z.object({
    ...nodeBase,
    type: z.literal('manifest'),
    role: z.enum(['image', 'attestation', 'artifact']),
    platform: z.string().optional(),
    about: z.string().optional(),
    artifactType: z.string().optional(),
    config: imageDescriptorSchema.optional(),
    layers: z.array(imageDescriptorSchema),
    image: imageConfigSchema.optional(),
    statements: z.array(statementSchema),
    totalSize: z.number(),
  }),
  z.object({ ...nodeBase, type: z.literal('unknown') }),
]);

/** An image as it was when it was opened. */
export const imageDocumentSchema = z.object({
  source: imageSourceSchema,
  /** What people call it: a familiar reference, or a file's name. */
  name: z.string(),
  /** Its reference by digest, where it is in a registry. */
  pinned: z.string().optional(),
  root: imageNodeSchema,
  registry: z
    .object({
      domain: z.string(),
      /** Whose login was used; absent for none. */
      user: z.string().optional(),
      /** As the registry counts pulls (the `ratelimit-limit` and `ratelimit-remaining` headers). */
      rateLimit: z
        .object({ limit: z.number(), remaining: z.number(), windowSeconds: z.number().optional() })
        .optional(),
    })
    .optional(),
  /** The build of this app that made it, while it is in the history. */
  buildId: z.string().optional(),
  /** Of an archive that holds several images: by what each can be opened, and which it is; none for all of them. */
  archive: z.object({ references: z.array(z.string()), shown: z.string().optional() }).optional(),
});
export type ImageDocument = z.infer<typeof imageDocumentSchema>;

/** What of an image is meant. */
export const imageContentSchema = z.object({ source: imageSourceSchema, digest });
export type ImageContent = z.infer<typeof imageContentSchema>;

/** A document as it is stored. */
export const rawDocumentSchema = z.object({
  text: z.string(),
  /** Whole size in bytes; the text is cut where it is longer than what is shown. */
  size: z.number(),
  truncated: z.boolean(),
});
export type RawDocument = z.infer<typeof rawDocumentSchema>;

/** What provenance says (SLSA 0.2 or 1), in one form. */
export const provenanceSchema = z.object({
  version: z.enum(['0.2', '1']),
  buildType: z.string().optional(),
  builderId: z.string().optional(),
  invocationId: z.string().optional(),
  started: z.string().optional(),
  finished: z.string().optional(),
  /** Whether all materials are listed, and whether the same inputs give the same result. */
  complete: z.boolean().optional(),
  reproducible: z.boolean().optional(),
  /** The repository and revision it was built from, when known. */
  source: z
    .object({
      uri: z.string().optional(),
      revision: z.string().optional(),
      /** Path of the Dockerfile. */
      entryPoint: z.string().optional(),
    })
    .optional(),
  frontend: z.string().optional(),
  target: z.string().optional(),
  buildArgs: strings,
  labels: strings,
  /** Other parameters of the invocation. */
  parameters: strings,
  secrets: z.array(z.object({ id: z.string(), optional: z.boolean() })),
  ssh: z.array(z.object({ id: z.string(), optional: z.boolean() })),
  materials: z.array(z.object({ uri: z.string(), digests: strings })),
  /** Dockerfile lines that each layer comes from, by the digest of the layer. Lines are 1-based and inclusive. */
  layerLines: z.array(
    z.object({ digest: z.string(), file: z.string(), startLine: z.number(), endLine: z.number() }),
  ),
});
export type Provenance = z.infer<typeof provenanceSchema>;

/** A software bill of materials (SPDX or CycloneDX), in one form. */
export const sbomSchema = z.object({
  /** Such as `SPDX-2.3` or `CycloneDX 1.5`. */
  format: z.string(),
  created: z.string().optional(),
  tools: z.array(z.string()),
  packages: z.array(
    z.object({
      name: z.string(),
      version: z.string().optional(),
      /** Such as `apk`, `npm`, `golang`: from the package URL. */
      type: z.string().optional(),
      license: z.string().optional(),
      supplier: z.string().optional(),
      purl: z.string().optional(),
      /** Files in the image that told of it. */
      locations: z.array(z.string()),
    }),
  ),
});
export type Sbom = z.infer<typeof sbomSchema>;

/** Manifests that say to be about another one, such as signatures (distribution-spec, referrers). */
export const referrersSchema = z.object({
  /** How they were found: by the API, or by the tag that stands in for it. */
  foundBy: z.enum(['api', 'tag', 'none']),
  referrers: z.array(imageDescriptorSchema),
});
export type Referrers = z.infer<typeof referrersSchema>;

/** An image in an engine's store. Size in bytes. */
export const engineImageSchema = z.object({
  context: z.string(),
  id: z.string(),
  references: z.array(z.string()),
  size: z.number(),
  createdMs: z.number(),
});
export type EngineImage = z.infer<typeof engineImageSchema>;

/** What can be opened without typing: the references opened last, newest first, and the engine's images. */
export const imageCatalogSchema = z.object({
  recent: z.array(z.string()),
  engine: z.array(engineImageSchema),
  /** Why the engine's images are not there, when there is an engine. */
  engineProblem: studioErrorSchema.optional(),
});
export type ImageCatalog = z.infer<typeof imageCatalogSchema>;
