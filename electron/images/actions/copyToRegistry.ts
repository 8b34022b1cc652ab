import { parseReference } from '../../../shared/model/reference';
import type { OpenImage } from '../openImage';
import type { RegistryRepository } from '../registry/registryRepository';
import type { BlobToMove, ImageContents, ManifestToMove } from './imageContents';
import { inParallel } from './inParallel';
import type { TransferMeter } from './transferProgress';

const blobsAtOnce = 4;
const questionsAtOnce = 8;

/** What of an image a repository lacks. */
export interface Missing {
  /** Children first. */
  readonly manifests: readonly ManifestToMove[];
  readonly blobs: readonly MissingBlob[];
  /** Of blobs and manifests that are there. */
  readonly presentBytes: number;
}

export interface MissingBlob extends BlobToMove {
  /** Path of a repository of the same registry that has it. */
  readonly mountFrom: string | undefined;
}

/**
 * Finds out what a repository lacks of an image. What a manifest names is there when the manifest is: registries take
 * none otherwise.
 *
 * @throws StudioError of the registry, or the signal's reason
 */
export async function missingIn(
  repository: RegistryRepository,
  { manifests, blobs }: ImageContents,
  signal: AbortSignal,
): Promise<Missing> {
  const present = new Set<string>();
  await inParallel(manifests, questionsAtOnce, signal, async ({ digest }, own) => {
    if ((await repository.headManifest(digest, own)) !== undefined) present.add(digest);
  });
  const lacking = manifests.filter(({ digest }) => !present.has(digest));
  const wanted = new Set(lacking.flatMap((manifest) => manifest.blobs));
  const missing: MissingBlob[] = [];
  let presentBytes = manifests
    .filter(({ digest }) => present.has(digest))
    .reduce((sum, { bytes }) => sum + bytes.length, 0);
  for (const [digest, { size }] of blobs) if (!wanted.has(digest)) presentBytes += size;
  await inParallel([...blobs.values()], questionsAtOnce, signal, async (blob, own) => {
    if (!wanted.has(blob.digest)) return;
    if (await repository.hasBlob(blob.digest, own)) presentBytes += blob.size;
    else missing.push({ ...blob, mountFrom: mountableFrom(blob.image, repository) });
  });
  return { manifests: lacking, blobs: missing, presentBytes };
}

/**
 * Moves what is missing into a repository: by mounting where the registry has it, else by way of this machine, nothing of
 * it on disk. Blobs first, a few at once, then the manifests, those last that name the others.
 *
 * @throws BlobError when something is damaged on the way, StudioError of a registry, or the signal's reason
 */
export async function copyMissing(
  repository: RegistryRepository,
  { manifests, blobs }: Missing,
  meter: TransferMeter,
  signal: AbortSignal,
): Promise<void> {
  await inParallel(blobs, blobsAtOnce, signal, async (blob, own) => {
    const { digest, size, image, urls, mountFrom } = blob;
    const id = `${repository.domain}/${repository.path}@${digest}`;
    const outcome = await repository.uploadBlob(
      { digest, size, open: () => image.stream({ digest, size, urls }, own) },
      { mountFrom, onProgress: (bytes) => meter.moves(id, bytes) },
      own,
    );
    meter.done(id, size, outcome === 'uploaded' ? 'moved' : 'present');
  });
  for (const { digest, bytes, mediaType } of manifests) {
    await repository.putManifest(digest, { bytes, mediaType }, signal);
    meter.done(digest, bytes.length, 'moved');
  }
}

/** Bytes that are moved, and bytes that needn't be. */
export function bytesOf({ manifests, blobs, presentBytes }: Missing): { moved: number; present: number } {
  const sum = (sizes: readonly number[]): number => sizes.reduce((total, size) => total + size, 0);
  const mounted = sum(blobs.filter(({ mountFrom }) => mountFrom !== undefined).map(({ size }) => size));
  return {
    moved: sum(blobs.map(({ size }) => size)) - mounted + sum(manifests.map(({ bytes }) => bytes.length)),
    present: presentBytes + mounted,
  };
}

function mountableFrom({ pinned }: OpenImage, { domain, path }: RegistryRepository): string | undefined {
  const parsed = pinned === undefined ? undefined : parseReference(pinned);
  if (parsed?.ok !== true || parsed.value.domain !== domain || parsed.value.path === path) return undefined;
  return parsed.value.path;
}
