import { indexLayer, type LayerToIndex } from '../indexLayer';
import type { LayerIndex } from '../layerIndex';
import { layerLimits, type LayerLimits } from '../limits';

/** A source of the pieces, one after the other. */
export async function* piecesOf(...pieces: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* pieces;
}

/** Indexes a layer in this thread. @param pieceBytes size of the pieces that it comes in */
export function indexOf(
  layer: Buffer,
  options: { limits?: Partial<LayerLimits>; pieceBytes?: number; diffId?: LayerToIndex['diffId'] } = {},
): Promise<LayerIndex> {
  const pieceBytes = options.pieceBytes ?? 64 * 1024;
  const pieces: Buffer[] = [];
  for (let at = 0; at < layer.length; at += pieceBytes) pieces.push(layer.subarray(at, at + pieceBytes));
  return indexLayer(
    piecesOf(...pieces),
    { digest: 'sha256:test', diffId: options.diffId },
    { ...layerLimits, ...options.limits },
    () => undefined,
  );
}

/** Kinds by path, in the index's order; the root left out. */
export function listing(index: LayerIndex): [path: string, kind: string][] {
  return Array.from({ length: index.count - 1 }, (_, at) => [
    index.pathBytes(at + 1).toString('latin1'),
    index.kindOf(at + 1),
  ]);
}
