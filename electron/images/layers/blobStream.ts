import type { FileColumn } from '../../../shared/contract';
import { imageError } from '../imageError';
import type { OpenImage } from '../openImage';

/** A layer as the page names it. */
export type LayerOfColumn = FileColumn['layers'][number];

/** A layer's compressed bytes. @throws StudioError, or the signal's reason */
export async function* streamOf(
  image: OpenImage,
  layer: LayerOfColumn,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array<ArrayBuffer>, void, undefined> {
  try {
    yield* image.stream(layer, signal);
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
    return await image.readPart?.(layer, range, signal);
  } catch (error) {
    throw imageError(error, layer.digest);
  }
}

/** A part as a thread takes it: a copy, because its memory is given away. */
export async function* sourceOf(part: Uint8Array): AsyncGenerator<Uint8Array<ArrayBuffer>, void, undefined> {
  yield* [Uint8Array.from(part)];
}
