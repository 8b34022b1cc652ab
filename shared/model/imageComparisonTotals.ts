import type { ImageDescriptor } from '../contract';
import type { ImageColumn } from './imageComparisonColumns';

/** Distinct blobs, and their bytes as they are stored (compressed). */
export interface Blobs {
  layers: number;
  bytes: number;
}

export interface ColumnTotals {
  /** Layers in the manifest, a blob that stands there twice counted twice. */
  layers: number;
  /** Compressed bytes of all of them. */
  bytes: number;
  /** How much larger than the first column, in percent (negative: smaller); absent where that has no bytes. */
  differencePercent?: number;
  /** Blobs that no other column has. */
  unique: Blobs;
}

/** What images weigh together. Layers only: manifests and configurations are not counted. */
export interface ComparisonTotals {
  columns: ColumnTotals[];
  /** Blobs that every column has. */
  sharedByAll: Blobs;
  /** Blobs that two columns have in common: `pairs[i][j]`. */
  pairs: Blobs[][];
  /** Every blob once: what a registry stores. */
  stored: Blobs;
  /** Bytes of all columns, as if nothing were shared. */
  bytes: number;
}

/** Sums up the layers of images, by digest. */
export function totalsOf(columns: readonly ImageColumn[]): ComparisonTotals {
  const blobs = columns.map(
    ({ manifest }) => new Map(manifest.layers.map(({ digest, size }) => [digest, size])),
  );
  const all = new Map(blobs.flatMap((column) => [...column]));
  const inColumns = (digest: string): number => blobs.filter((column) => column.has(digest)).length;
  const sums = columns.map(({ manifest }) => manifest.layers.reduce((sum, { size }) => sum + size, 0));
  const reference = sums[0] ?? 0;
  return {
    columns: columns.map(({ manifest }, index) => ({
      layers: manifest.layers.length,
      bytes: sums[index] ?? 0,
      ...(reference === 0 ? {} : { differencePercent: ((sums[index] ?? 0) / reference - 1) * 100 }),
      unique: sum(blobs[index] ?? new Map(), (digest) => inColumns(digest) === 1),
    })),
    sharedByAll: sum(all, (digest) => inColumns(digest) === columns.length),
    pairs: blobs.map((column) => blobs.map((other) => sum(column, (digest) => other.has(digest)))),
    stored: sum(all, () => true),
    bytes: sums.reduce((total, one) => total + one, 0),
  };
}

function sum(blobs: ReadonlyMap<string, number>, isMeant: (digest: string) => boolean): Blobs {
  const sizes = [...blobs].flatMap(([digest, size]) => (isMeant(digest) ? [size] : []));
  return { layers: sizes.length, bytes: sizes.reduce((total, size) => total + size, 0) };
}

/** Set by stargz-snapshotter on layers that it converts. */
const uncompressedSize = 'io.containers.estargz.uncompressed-size';

/**
 * Bytes of a layer once it is unpacked: as they were read before (`known`, by digest), as an annotation has it, or
 * those of the archive where it isn't compressed. Undefined where nobody can tell without reading the layer.
 */
export function unpackedSize(
  { digest, mediaType, size, annotations }: ImageDescriptor,
  known: ReadonlyMap<string, number>,
): number | undefined {
  const read = known.get(digest);
  if (read !== undefined) return read;
  const annotated = Number(annotations?.[uncompressedSize] ?? NaN);
  if (Number.isSafeInteger(annotated) && annotated >= 0) return annotated;
  return /(?:layer\.v1|layer\.nondistributable\.v1|diff)\.tar$/.test(mediaType) ? size : undefined;
}
