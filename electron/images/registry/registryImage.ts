import { z } from 'zod';
import { StudioError } from '../../../shared/contract';
import { familiarName, parseReference, type ImageReference } from '../../../shared/model/reference';
import type { ContentStore } from '../contentStore';
import type { OpenImage } from '../openImage';
import type { RegistryClient } from './registryClient';

const manifestSchema = z.object({
  config: z.object({ digest: z.string() }).optional(),
  layers: z.array(z.object({ digest: z.string() })).optional(),
});

export interface RegistryImageParts {
  readonly client: RegistryClient;
  /** Where content is kept that was read once. */
  readonly contentStore?: ContentStore;
}

/**
 * Opens an image in a registry: what its tag stands for now. It stays that image, whatever becomes of the tag.
 *
 * @param reference as `docker pull` takes it
 * @throws StudioError `invalid-request` when it is none, `not-found`, `registry-denied`, `registry-unreachable`,
 *   `image-invalid`; BlobError when what its digest stands for is something else; the signal's reason
 */
export async function openRegistryImage(
  { client, contentStore }: RegistryImageParts,
  reference: string,
  signal: AbortSignal,
): Promise<OpenImage> {
  const parsed = registryReference(reference);
  const repository = client.repository(parsed, 'pull');
  const wanted = parsed.digest ?? parsed.tag ?? 'latest';
  const root = await repository.getManifest(wanted, signal);
  const documents = new Map([[root.digest, root.bytes]]);
  const blobs = new Set<string>();
  const learn = (bytes: Uint8Array): void => blobsOf(bytes).forEach((digest) => blobs.add(digest));
  learn(root.bytes);

  const direct: Pick<OpenImage, 'read' | 'stream'> = {
    read: (digest, options) => repository.read(digest, { ...options, isBlob: blobs.has(digest) }),
    stream: (blob, streamSignal) => repository.stream(blob, streamSignal),
  };
  const stored = contentStore === undefined ? direct : contentStore.caching(direct);
  return {
    source: { kind: 'registry', reference },
    name: familiarName(
      parsed.tag === undefined && parsed.digest === undefined ? { ...parsed, tag: 'latest' } : parsed,
    ),
    pinned: familiarName({ domain: parsed.domain, path: parsed.path, digest: root.digest }),
    root: { digest: root.digest, mediaType: root.mediaType, size: root.size },
    registry: () => repository.told(),
    async read(digest, options) {
      const known = documents.get(digest);
      if (known !== undefined && known.length <= options.maxBytes) return known;
      const bytes = await stored.read(digest, options);
      learn(bytes);
      return bytes;
    },
    stream: (blob, streamSignal) => stored.stream(blob, streamSignal),
    readPart: (blob, range, partSignal) => repository.readPart(blob, range, partSignal),
    referrers: (digest, referrersSignal) => repository.referrers(digest, referrersSignal),
  };
}

/** @throws StudioError `invalid-request` when it is no image reference */
export function registryReference(reference: string): ImageReference {
  const parsed = parseReference(reference.trim());
  if (parsed.ok) return parsed.value;
  throw new StudioError({
    code: 'invalid-request',
    message: `“${reference}” is no image reference: ${parsed.error.message}.`,
    hint: 'Write it as for docker pull, such as alpine:3.20 or registry.example:5000/team/app@sha256:….',
    details: { subject: 'reference', cause: parsed.error.message },
  });
}

/** What a manifest says to be blobs, so that nobody asks for them as manifests first; nothing for other documents. */
function blobsOf(bytes: Uint8Array): string[] {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
  // Other documents may be large, and no manifest begins otherwise.
  if (!/^\s*\{/.test(text) || !text.includes('"layers"')) return [];
  try {
    const { config, layers = [] } = manifestSchema.parse(JSON.parse(text));
    return [...(config === undefined ? [] : [config.digest]), ...layers.map(({ digest }) => digest)];
  } catch {
    // Whoever reads it as a manifest is told what is wrong.
    return [];
  }
}
