import { decompress } from './decompress';
import { invalidLayer } from './layerError';
import type { Stretch } from './layerJobs';
import type { LayerLimits } from './limits';
import type { SparseMap } from './sparseMap';

const zeroBytes = 256 * 1024;

/**
 * A stretch of a layer's uncompressed content; what comes after it is not read. Holes of a sparse file become zeros.
 *
 * @throws StudioError `image-invalid` when the layer ends before, or is over a limit
 */
export async function* extract(
  source: AsyncIterable<Uint8Array>,
  { offset, size, sparse }: Stretch,
  limits: LayerLimits,
): AsyncGenerator<Uint8Array<ArrayBuffer>, void, undefined> {
  if (size > limits.uncompressedBytes) {
    throw invalidLayer(
      `The file has ${size} bytes, more than the ${limits.uncompressedBytes} that are read.`,
    );
  }
  const map = sparse ?? [[0, size] as const];
  const stored = map.reduce((sum, [, length]) => sum + length, 0);
  const pieces = stretchOf(source, offset, stored, limits);
  yield* sparse === undefined ? pieces : filled(pieces, sparse, size);
}

async function* stretchOf(
  source: AsyncIterable<Uint8Array>,
  offset: number,
  size: number,
  limits: LayerLimits,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  if (size === 0) return;
  const end = offset + size;
  let at = 0;
  for await (const piece of decompress(source, limits)) {
    const from = Math.max(0, offset - at);
    const to = Math.min(piece.length, end - at);
    // A copy, because the piece's memory may be shared with others while this one is given away.
    if (from < to) yield Uint8Array.from(piece.subarray(from, to));
    at += piece.length;
    if (at >= end) return;
  }
  throw invalidLayer('The layer ends before the end of the file.');
}

/** Puts zeros where a sparse file has holes. */
async function* filled(
  pieces: AsyncGenerator<Uint8Array<ArrayBuffer>>,
  map: SparseMap,
  size: number,
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  let at = 0;
  let rest: Uint8Array<ArrayBuffer> = new Uint8Array();
  try {
    for (const [offset, length] of map) {
      yield* zeros(offset - at);
      for (let left = length; left > 0;) {
        if (rest.length === 0) {
          const next = await pieces.next();
          if (next.done) throw invalidLayer('The layer ends before the end of the file.');
          rest = next.value;
        }
        const part = rest.slice(0, left);
        rest = rest.subarray(part.length);
        left -= part.length;
        yield part;
      }
      at = offset + length;
    }
    yield* zeros(size - at);
  } finally {
    await pieces.return(undefined);
  }
}

function* zeros(count: number): Generator<Uint8Array<ArrayBuffer>> {
  for (let left = count; left > 0; left -= zeroBytes) yield new Uint8Array(Math.min(left, zeroBytes));
}
