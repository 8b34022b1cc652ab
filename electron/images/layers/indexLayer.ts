import { createHash, hash, type Hash } from 'node:crypto';
import { decompress } from './decompress';
import { executableHeader, headerBytes, type ExecutableHeader } from './executableHeader';
import { invalidLayer } from './layerError';
import type { LayerIndex } from './layerIndex';
import { LayerIndexBuilder } from './layerIndexBuilder';
import type { LayerLimits } from './limits';
import { TarReader, type TarHeader, type TarSink } from './tarReader';

/** What is known of a layer before it is read. */
export interface LayerToIndex {
  readonly digest: string;
  /** Digest of the uncompressed archive, where the image's configuration tells it; it is checked. */
  readonly diffId?: string | undefined;
}

/**
 * Reads a layer once, from its first to its last byte, and keeps what its files are. Nothing is written anywhere.
 *
 * @param source the compressed bytes, checked against the layer's digest by whoever gives them
 * @param onEntries called now and then with the entries found so far
 * @throws StudioError `image-invalid`, or what the source throws
 */
export async function indexLayer(
  source: AsyncIterable<Uint8Array>,
  layer: LayerToIndex,
  limits: LayerLimits,
  onEntries: (entries: number) => void,
): Promise<LayerIndex> {
  const sink = new IndexSink(limits);
  const reader = new TarReader(sink);
  const algorithm = layer.diffId?.startsWith('sha512:') ? 'sha512' : 'sha256';
  const whole = createHash(algorithm);
  let bytes = 0;
  for await (const piece of decompress(source, limits)) {
    whole.update(piece);
    reader.push(piece);
    bytes += piece.length;
    onEntries(sink.entries);
  }
  reader.finish();
  const diffId = `${algorithm}:${whole.digest('hex')}`;
  if (layer.diffId !== undefined && layer.diffId !== diffId) {
    throw invalidLayer(
      `The layer’s uncompressed content is not what the image’s configuration says: it has the digest ${diffId} in place of ${layer.diffId}.`,
    );
  }
  return sink.builder.finish({ diffId, uncompressedBytes: bytes });
}

/** Hands entries to the builder, with a digest of each file's content. */
class IndexSink implements TarSink {
  readonly builder: LayerIndexBuilder;
  entries = 0;
  private headers = 0;
  private node: number | undefined;
  private size = 0;
  private digest: Uint8Array = emptyDigest;
  private hash: Hash | undefined;
  /** The first bytes of a file that comes in pieces. */
  private readonly head = Buffer.alloc(headerBytes);
  private headFilled = 0;
  private executable: ExecutableHeader | undefined;

  constructor(private readonly limits: LayerLimits) {
    this.builder = new LayerIndexBuilder(limits);
  }

  header(): void {
    this.headers += 1;
    if (this.headers > this.limits.entries) {
      throw invalidLayer(
        `The layer has more than ${this.limits.entries} entries, which is more than is read.`,
      );
    }
  }

  entry(header: TarHeader): void {
    this.entries += 1;
    this.node = this.builder.add(header);
    this.size = header.sparse === undefined ? header.size : NaN;
    this.headFilled = 0;
    this.executable = undefined;
    this.digest = emptyDigest;
    this.hash = undefined;
    if (header.sparse !== undefined) {
      // Zeros of holes are not made to be hashed: equal files are equal in their map and what is stored.
      this.hash = createHash('sha256').update(JSON.stringify([header.size, header.sparse]));
    }
  }

  content(bytes: Buffer): void {
    // Most files are in one piece, for which this is much quicker.
    if (bytes.length === this.size) {
      this.executable = executableHeader(bytes.subarray(0, headerBytes));
      this.digest = hash('sha256', bytes, 'buffer');
      return;
    }
    this.hash ??= createHash('sha256');
    this.hash.update(bytes);
    if (this.headFilled === headerBytes) return;
    this.headFilled += bytes.copy(this.head, this.headFilled);
    this.executable = executableHeader(this.head.subarray(0, this.headFilled));
  }

  end(): void {
    if (this.node === undefined) return;
    const digest = this.hash === undefined ? this.digest : this.hash.digest();
    this.builder.setContent(this.node, digest, this.executable);
  }

  unknown(type: string, name: Buffer): void {
    this.builder.oddities.note('unknown-type', Buffer.concat([name, Buffer.from(` (${type})`)]));
  }
}

const emptyDigest: Uint8Array = createHash('sha256').digest();
