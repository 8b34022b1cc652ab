import { createHash } from 'node:crypto';
import { z } from 'zod';
import { sha256Digest } from '../blobSource';
import { decompress } from './decompress';
import { invalidLayer } from './layerError';
import type { LayerIndex } from './layerIndex';
import { LayerIndexBuilder, type EntryFacts, type EntryPart } from './layerIndexBuilder';
import type { LayerLimits } from './limits';
import { TarReader, type TarHeader, type TarSink } from './tarReader';

/**
 * A table of contents in a layer, by which its files are known without reading it: of estargz
 * (containerd/stargz-snapshotter docs/estargz.md) or of zstd:chunked (containers/storage).
 */
export type ContentsFormat =
  | { readonly kind: 'estargz'; readonly digest: string }
  | { readonly kind: 'zstd-chunked'; readonly digest: string };

/** Where a table of contents is in the compressed layer. */
export interface ContentsPlace {
  readonly format: ContentsFormat;
  readonly offset: number;
  readonly length: number;
}

/** Annotations of a layer's descriptor that tell the table's digest; without one it can't be trusted. */
const estargzDigest = 'containerd.io/snapshot/stargz/toc.digest';
const zstdChecksum = 'io.github.containers.zstd-chunked.manifest-checksum';
const zstdPosition = 'io.github.containers.zstd-chunked.manifest-position';

/** A gzip member without content whose extra field tells where the table begins. */
export const estargzFooterBytes = 51;
/** So large a table would have to be of a layer over the limit of entries. */
const maxTableBytes = 512 * 2 ** 20;

/** The table of a zstd:chunked layer, by its annotations; undefined when they name none that can be read. */
export function zstdChunkedContents(
  annotations: Readonly<Record<string, string>>,
  layerBytes: number,
): ContentsPlace | undefined {
  const digest = annotations[zstdChecksum];
  // Offset, compressed and uncompressed length, and type 1, which is the only one.
  const match = /^(\d{1,15}):(\d{1,15}):(\d{1,15}):1$/.exec(annotations[zstdPosition] ?? '');
  if (digest === undefined || match === null) return undefined;
  const [offset, length] = [Number(match[1]), Number(match[2])];
  if (offset + length > layerBytes || length > maxTableBytes) return undefined;
  return { format: { kind: 'zstd-chunked', digest }, offset, length };
}

/** The digest that an estargz layer's table must have; undefined when the layer is none, or doesn't tell. */
export function estargzContentsDigest(annotations: Readonly<Record<string, string>>): string | undefined {
  return annotations[estargzDigest];
}

/** The table of an estargz layer, by its last {@link estargzFooterBytes}; undefined when they are no footer. */
export function estargzContents(
  footer: Uint8Array,
  digest: string,
  layerBytes: number,
): ContentsPlace | undefined {
  const text = Buffer.from(footer).toString('latin1');
  // RFC 1952: FEXTRA set, a subfield "SG" of 22 bytes: the offset in hexadecimal, and the mark.
  const match = /^\x1f\x8b\x08\x04.{6}\x1a\x00SG\x16\x00([0-9a-f]{16})STARGZ/s.exec(text);
  if (match === null) return undefined;
  const offset = Number(`0x${match[1]}`);
  const length = layerBytes - estargzFooterBytes - offset;
  if (!(length > 0) || length > maxTableBytes) return undefined;
  return { format: { kind: 'estargz', digest }, offset, length };
}

/**
 * Makes a layer's index of its table of contents.
 *
 * @param source the table as it is in the layer, compressed
 * @throws StudioError `image-invalid` when it is not what its digest says, damaged, or over a limit
 */
export async function indexFromContents(
  source: AsyncIterable<Uint8Array>,
  format: ContentsFormat,
  limits: LayerLimits,
): Promise<LayerIndex> {
  const json =
    format.kind === 'estargz'
      ? await estargzTable(source, format.digest, limits)
      : await zstdTable(source, format.digest, limits);
  const table = tableSchema.safeParse(parseJson(json));
  if (!table.success) throw invalidLayer('The layer’s table of contents can’t be read.', table.error);
  const { entries } = table.data;
  if (entries.length > limits.entries) {
    throw invalidLayer(`The layer has more than ${limits.entries} entries, which is more than is read.`);
  }
  return new ContentsIndex(entries, format.kind === 'estargz' ? 'gzip' : 'zstd', limits).build();
}

/** A tar archive with one file; the digest is of the file. */
async function estargzTable(
  source: AsyncIterable<Uint8Array>,
  digest: string,
  limits: LayerLimits,
): Promise<Buffer> {
  const pieces: Buffer[] = [];
  let isTable = false;
  const sink: TarSink = {
    header: () => undefined,
    entry: (header: TarHeader) => (isTable = header.name.toString('latin1') === 'stargz.index.json'),
    content: (bytes) => isTable && pieces.push(Buffer.from(bytes)),
    end: () => (isTable = false),
    unknown: () => undefined,
  };
  const reader = new TarReader(sink);
  for await (const piece of decompress(source, { ...limits, uncompressedBytes: maxTableBytes }))
    reader.push(piece);
  reader.finish();
  const json = Buffer.concat(pieces);
  checkTable(json, digest);
  return json;
}

/** A zstd frame; the digest is of its compressed bytes. */
async function zstdTable(
  source: AsyncIterable<Uint8Array>,
  digest: string,
  limits: LayerLimits,
): Promise<Buffer> {
  const compressed: Uint8Array[] = [];
  for await (const chunk of source) compressed.push(chunk);
  const bytes = Buffer.concat(compressed);
  checkTable(bytes, digest);
  const pieces: Buffer[] = [];
  const once = (async function* () {
    yield* [bytes];
  })();
  for await (const piece of decompress(once, { ...limits, uncompressedBytes: maxTableBytes }))
    pieces.push(piece);
  return Buffer.concat(pieces);
}

function checkTable(bytes: Buffer, digest: string): void {
  const actual = sha256Digest(bytes);
  if (actual === digest) return;
  throw invalidLayer(
    `The layer’s table of contents is not what the image’s manifest says: it has the digest ${actual} in place of ${digest}.`,
  );
}

function parseJson(json: Buffer): unknown {
  try {
    return JSON.parse(json.toString('utf8'));
  } catch (error) {
    throw invalidLayer('The layer’s table of contents is no JSON.', error);
  }
}

const entrySchema = z.object({
  type: z.string(),
  name: z.string(),
  linkName: z.string().optional(),
  mode: z.number().optional(),
  size: z.number().min(0).optional(),
  uid: z.number().optional(),
  gid: z.number().optional(),
  modtime: z.string().optional(),
  digest: z.string().optional(),
  offset: z.number().int().min(0).optional(),
  /** Of zstd:chunked: where the file's compressed bytes end. */
  endOffset: z.number().int().min(0).optional(),
  /** Of estargz: bytes of the gzip member before the file's own. */
  innerOffset: z.number().min(0).optional(),
  chunkOffset: z.number().min(0).optional(),
  chunkSize: z.number().min(0).optional(),
  /** Of zstd:chunked: `zeros` for a hole. */
  chunkType: z.string().optional(),
});
type ContentsEntry = z.infer<typeof entrySchema>;
const tableSchema = z.object({ version: z.literal(1), entries: z.array(entrySchema) });

const kinds: Readonly<Record<string, EntryFacts['kind']>> = {
  reg: 'file',
  dir: 'directory',
  symlink: 'symlink',
  hardlink: 'hardlink',
  char: 'character-device',
  block: 'block-device',
  fifo: 'fifo',
};

/** Files of estargz itself, which are in no image. */
const ownNames = new Set(['.prefetch.landmark', '.no.prefetch.landmark', 'stargz.index.json']);

class ContentsIndex {
  private readonly builder: LayerIndexBuilder;
  private readonly offsets: readonly number[];

  constructor(
    private readonly entries: readonly ContentsEntry[],
    private readonly codec: 'gzip' | 'zstd',
    limits: LayerLimits,
  ) {
    this.builder = new LayerIndexBuilder(limits);
    // In estargz a part ends where the next begins.
    this.offsets = [...new Set(entries.flatMap(({ offset }) => (offset === undefined ? [] : [offset])))].sort(
      (one, other) => one - other,
    );
  }

  build(): LayerIndex {
    for (let at = 0; at < this.entries.length;) {
      const entry = this.entries[at]!;
      let next = at + 1;
      while (this.entries[next]?.type === 'chunk') next += 1;
      this.add(entry, this.entries.slice(at, next));
      at = next;
    }
    return this.builder.finish({ parts: this.codec });
  }

  /** @param pieces the entry, and the chunks of its content that follow it */
  private add(entry: ContentsEntry, pieces: readonly ContentsEntry[]): void {
    if (ownNames.has(entry.name.replace(/^\.\//, ''))) return;
    const name = Buffer.from(entry.name);
    const kind = kinds[entry.type];
    if (kind === undefined) {
      this.builder.oddities.note('unknown-type', Buffer.from(`${entry.name} (${entry.type})`));
      return;
    }
    const size = kind === 'file' ? (entry.size ?? 0) : 0;
    const node = this.builder.add({
      kind,
      name,
      target: Buffer.from(kind === 'symlink' || kind === 'hardlink' ? (entry.linkName ?? '') : ''),
      size,
      mode: (entry.mode ?? 0) & 0o7777,
      uid: entry.uid ?? 0,
      gid: entry.gid ?? 0,
      modifiedMs: Date.parse(entry.modtime ?? '') || 0,
      offset: 0,
    });
    if (node === undefined || kind !== 'file') return;
    const digest = /^sha256:([0-9a-f]{64})$/.exec(entry.digest ?? '')?.[1];
    if (size > 0 && digest === undefined)
      throw invalidLayer(`The layer’s table of contents has no digest for ${JSON.stringify(entry.name)}.`);
    this.builder.setContent(node, digest === undefined ? emptyDigest : Buffer.from(digest, 'hex'), undefined);
    if (size > 0) this.builder.setParts(node, this.partsOf(pieces, size));
    if (size > 0 && ((entry.mode ?? 0) & 0o111) !== 0) this.builder.oddities.note('not-looked-into', name);
  }

  private partsOf(pieces: readonly ContentsEntry[], size: number): EntryPart[] {
    // Holes are not in the layer at all; such a file is read with the whole layer.
    if (pieces.some(({ chunkType }) => chunkType === 'zeros')) return [];
    return pieces.map((piece, at) => {
      const offset = piece.offset ?? 0;
      const next = pieces[at + 1];
      const told = this.codec === 'zstd' ? (next?.offset ?? pieces[0]!.endOffset) : undefined;
      return {
        offset,
        limit: told ?? this.offsetAfter(offset),
        inner: piece.innerOffset ?? 0,
        size: piece.chunkSize || (next?.chunkOffset ?? size) - (piece.chunkOffset ?? 0),
      };
    });
  }

  /** Where the next part begins; the table itself comes after the last. */
  private offsetAfter(offset: number): number {
    let [low, high] = [0, this.offsets.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.offsets[middle]! <= offset) low = middle + 1;
      else high = middle;
    }
    return this.offsets[low] ?? Infinity;
  }
}

const emptyDigest = createHash('sha256').digest();
