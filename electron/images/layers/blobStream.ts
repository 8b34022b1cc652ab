import type { FileColumn } from '../../../shared/contract';
import { imageError } from '../imageError';
import type { BlobToRead, OpenImage } from '../openImage';

/** A layer as the page names it. */
export type LayerOfColumn = FileColumn['layers'][number];

/** What a source needs to know of a layer. */
function blobOf(layer: LayerOfColumn): BlobToRead {
  return { digest: layer.digest, size: layer.size, urls: layer.urls };
}

/** A layer's compressed bytes. @throws StudioError, or the signal's reason */
export async function* streamOf(
  image: OpenImage,
  layer: LayerOfColumn,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array<ArrayBuffer>, void, undefined> {
  try {
    yield* image.stream(blobOf(layer), signal);
  } catch (error) {
    throw imageError(error, layer.digest);
  }
}

/** A part of a layer's compressed bytes; undefined when its source can't read parts. @throws as {@link streamOf} */
export async function partOf(
  image: OpenImage,
  layer: LayerOfColumn,
  range: { readonly offset: number; readonly length: number },
  signal: AbortSignal,
): Promise<Uint8Array | undefined> {
  try {
    return await image.readPart?.(blobOf(layer), range, signal);
  } catch (error) {
    throw imageError(error, layer.digest);
  }
}
