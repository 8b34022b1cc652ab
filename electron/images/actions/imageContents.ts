import { foreignLayerType } from '../ociArchiveWriter';
import type { OpenImage } from '../openImage';
import { ImageError } from '../document';
import { maxManifestBytes } from '../resultImage';
import { inParallel } from './inParallel';
import { ociIndex, ociManifest } from '../mediaTypes';
import { parseOciDocument, type OciDescriptor } from './ociDocuments';

/** As many as an index may reasonably lead to. */
const maxManifests = 1000;
const readsAtOnce = 6;

/** A manifest or an index that is to be moved. */
export interface ManifestToMove {
  readonly digest: string;
  readonly mediaType: string;
  readonly bytes: Uint8Array;
  readonly image: OpenImage;
  /** Digests of manifests that have to be there before it. */
  readonly children: readonly string[];
  /** Digests of blobs that have to be there before it. */
  readonly blobs: readonly string[];
}

/** A config, a layer, or whatever else a manifest names. */
export interface BlobToMove {
  readonly digest: string;
  /** In bytes. */
  readonly size: number;
  readonly urls?: readonly string[] | undefined;
  readonly image: OpenImage;
}

/** Everything that an image is made of, each once. */
export interface ImageContents {
  /** Those that others name come before them. */
  readonly manifests: readonly ManifestToMove[];
  readonly blobs: ReadonlyMap<string, BlobToMove>;
}

/**
 * Finds out what manifests are made of, down to the layers: through indexes, also those inside of indexes. Layers that
 * stay with their vendor are left out.
 *
 * @throws BlobError or ImageError when one is damaged, or there are too many; what reading throws
 */
export async function contentsOf(
  roots: readonly { readonly digest: string; readonly mediaType: string; readonly image: OpenImage }[],
  signal: AbortSignal,
): Promise<ImageContents> {
  const manifests = new Map<string, ManifestToMove>();
  const blobs = new Map<string, BlobToMove>();
  // Level by level, so that all of a level are read at once.
  let level = [...roots];
  while (level.length > 0) {
    const fresh = [...new Map(level.map((root) => [root.digest, root])).values()].filter(
      ({ digest }) => !manifests.has(digest),
    );
    if (manifests.size + fresh.length > maxManifests) {
      throw new ImageError(`The image has more than ${maxManifests} manifests.`);
    }
    const next: typeof level = [];
    await inParallel(fresh, readsAtOnce, signal, async ({ digest, mediaType, image }, own) => {
      const bytes = await image.read(digest, { maxBytes: maxManifestBytes, signal: own });
      const { document, isIndex } = parseOciDocument(bytes, { digest, mediaType });
      const children = isIndex ? (document.manifests ?? []) : [];
      const parts: OciDescriptor[] = isIndex
        ? []
        : [
            ...(document.config ? [document.config] : []),
            ...(document.layers ?? []),
            ...(document.blobs ?? []),
          ];
      const here = parts.filter((part) => !foreignLayerType.test(part.mediaType));
      for (const { digest: blob, size, urls } of here)
        blobs.set(blob, { digest: blob, size, urls: urls ?? undefined, image });
      next.push(...children.map((child) => ({ digest: child.digest, mediaType: child.mediaType, image })));
      manifests.set(digest, {
        digest,
        mediaType: document.mediaType || mediaType || (isIndex ? ociIndex : ociManifest),
        bytes,
        image,
        children: children.map((child) => child.digest),
        blobs: here.map((part) => part.digest),
      });
    });
    level = next;
  }
  return {
    manifests: inOrder(
      roots.map(({ digest }) => digest),
      manifests,
    ),
    blobs,
  };
}

/** Children first. Digests make circles impossible, and what is met again is passed over. */
function inOrder(roots: readonly string[], manifests: ReadonlyMap<string, ManifestToMove>): ManifestToMove[] {
  const placed = new Set<string>();
  const ordered: ManifestToMove[] = [];
  const place = (digest: string): void => {
    const manifest = manifests.get(digest);
    if (manifest === undefined || placed.has(digest)) return;
    placed.add(digest);
    manifest.children.forEach(place);
    ordered.push(manifest);
  };
  roots.forEach(place);
  return ordered;
}
