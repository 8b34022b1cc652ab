import { z } from 'zod';
import type { PlatformResult } from '../../shared/contract';
import { formatPlatform, normalizePlatform, type Platform } from '../../shared/model/platform';
import type { BlobSource } from './blobSource';
import { documentKind, ImageError, jsonOf, parseDocument } from './document';

/** As registries and containerd have it. */
export const maxManifestBytes = 4 * 1024 * 1024;
const maxConfigBytes = 4 * 1024 * 1024;
const maxManifests = 1000;

const platformSchema = z.object({
  os: z.string(),
  architecture: z.string(),
  variant: z.string().optional(),
  'os.version': z.string().optional(),
  'os.features': z.array(z.string()).optional(),
});
const descriptorSchema = z.object({
  mediaType: z.string().optional(),
  digest: z.string(),
  size: z.number().nonnegative(),
  platform: platformSchema.optional(),
  annotations: z.record(z.string(), z.string()).optional(),
});
export type Descriptor = z.infer<typeof descriptorSchema>;
/** What an index and a manifest have in common with each other, as far as it is read. */
export const documentSchema = z.object({
  mediaType: z.string().optional(),
  manifests: z.array(descriptorSchema).optional(),
  config: descriptorSchema.optional(),
  layers: z.array(descriptorSchema).optional(),
});

/** An image, one entry a platform; attestations are left out. */
export interface ImageContents {
  /** Of the index, or of the only manifest. */
  digest: string;
  mediaType?: string;
  platforms: PlatformResult[];
}

/**
 * Reads what an image holds, from its digest down to its layers' digests and sizes. Indexes inside of indexes are
 * followed, each once.
 *
 * @throws BlobError when something is missing or damaged, ImageError when a manifest is none
 */
export async function readImage(
  source: BlobSource,
  digest: string,
  signal: AbortSignal,
): Promise<ImageContents> {
  const seen = new Set<string>();
  const platforms: PlatformResult[] = [];

  const visit = async (
    descriptor: Pick<Descriptor, 'digest' | 'platform' | 'mediaType'>,
  ): Promise<string | undefined> => {
    if (seen.has(descriptor.digest)) return undefined;
    seen.add(descriptor.digest);
    if (seen.size > maxManifests) throw new ImageError(`The image has more than ${maxManifests} manifests.`);
    const bytes = await source.read(descriptor.digest, { maxBytes: maxManifestBytes, signal });
    const document = parseDocument(documentSchema, bytes, descriptor.digest);
    const mediaType = document.mediaType ?? descriptor.mediaType;
    if (documentKind(jsonOf(bytes, descriptor.digest), descriptor) === 'index') {
      for (const child of (document.manifests ?? []).filter(isImage)) await visit(child);
      return mediaType;
    }
    if (document.layers === undefined)
      throw new ImageError(`${descriptor.digest} is neither an image nor an index.`);
    const { config, layers } = document;
    const platform =
      descriptor.platform ??
      (config === undefined ? undefined : await configPlatform(source, config, signal));
    platforms.push({
      platform: platform === undefined ? 'unknown' : platformName(platform),
      manifestDigest: descriptor.digest,
      ...(config === undefined ? {} : { configDigest: config.digest }),
      size: bytes.length + (config?.size ?? 0) + layers.reduce((sum, { size }) => sum + size, 0),
      layers: layers.map((layer) => ({ digest: layer.digest, size: layer.size })),
    });
    return mediaType;
  };

  const mediaType = await visit({ digest });
  return { digest, ...(mediaType === undefined ? {} : { mediaType }), platforms };
}

/** BuildKit marks attestations so (docs/attestations/attestation-storage.md) and gives them the platform unknown/unknown. */
export function isImage({ annotations, platform }: Descriptor): boolean {
  if (annotations?.['vnd.docker.reference.type'] === 'attestation-manifest') return false;
  return platform?.os !== 'unknown';
}

/** The platform that an image's config names; undefined when it names none. */
export async function configPlatform(
  source: BlobSource,
  config: Pick<Descriptor, 'digest'>,
  signal: AbortSignal,
) {
  const bytes = await source.read(config.digest, { maxBytes: maxConfigBytes, signal, isBlob: true });
  return platformSchema.safeParse(jsonOf(bytes, config.digest)).data;
}

/** A platform as descriptors and configs have it. */
interface DescribedPlatform {
  readonly os: string;
  readonly architecture: string;
  readonly variant?: string | null | undefined;
  readonly 'os.version'?: string | null | undefined;
  readonly 'os.features'?: readonly string[] | null | undefined;
}

/** The canonical spelling of a descriptor's platform. */
export function platformName(platform: DescribedPlatform): string {
  return formatPlatform(normalizedPlatform(platform));
}

/** A descriptor's platform in its canonical form. */
export function normalizedPlatform(platform: DescribedPlatform): Platform {
  const { os, architecture, variant } = platform;
  const [osVersion, osFeatures] = [platform['os.version'], platform['os.features']];
  return normalizePlatform({
    os,
    architecture,
    ...(variant && { variant }),
    ...(osVersion && { osVersion }),
    ...(osFeatures && { osFeatures }),
  });
}
