import { compareRanges } from './bytes';
import type { ExecutableHeader } from './executableHeader';
import type { SparseMap } from './sparseMap';

/** Values of the `kind` column. An implied directory has no entry of its own: only files below it. */
export const kindCodes = [
  'directory',
  'file',
  'symlink',
  'hardlink',
  'character-device',
  'block-device',
  'fifo',
  'whiteout',
  'implied-directory',
] as const;
export type EntryKind = (typeof kindCodes)[number];
export const codeOf = Object.fromEntries(kindCodes.map((kind, code) => [kind, code])) as Readonly<
  Record<EntryKind, number>
>;

/** Bits of the `flags` column (image-spec layer.md): what the path hides in the layers below. */
export const hidesBelow = 1;
export const hidesChildren = 2;

/** What the columns can't hold. */
export interface LayerFacts {
  /** Digest of the uncompressed archive; absent when it was not read to the end. */
  readonly diffId?: string | undefined;
  /** Of the uncompressed archive, in bytes. */
  readonly uncompressedBytes?: number | undefined;
  readonly executables: readonly ExecutableHeader[];
  readonly sparse: readonly (readonly [entry: number, map: SparseMap])[];
  readonly warnings: readonly string[];
  /** Set when a table of contents told the entries: how files are read in parts. */
  readonly parts?: 'gzip' | 'zstd' | undefined;
}

/**
 * Everything about a layer's files, in columns, so that hundreds of thousands cost little. Entries are in the order of a
 * walk through the tree: a folder, then all that is below it, names in byte order. Entry 0 is the root.
 */
export interface LayerColumns {
  readonly nameEnd: Uint32Array;
  readonly names: Uint8Array;
  readonly targetEnd: Uint32Array;
  readonly targets: Uint8Array;
  readonly parent: Int32Array;
  /** The entry after all that is below this one. */
  readonly end: Int32Array;
  readonly kind: Uint8Array;
  readonly flags: Uint8Array;
  readonly mode: Uint16Array;
  readonly uid: Float64Array;
  readonly gid: Float64Array;
  readonly modifiedMs: Float64Array;
  readonly size: Float64Array;
  /** Of a file, the beginning of its content in the uncompressed archive. */
  readonly offset: Float64Array;
  /** Of a hard link, the entry of the file that it leads to in this layer, or -1. */
  readonly link: Int32Array;
  /** The first {@link contentBytes} of the SHA-256 of a file's content. */
  readonly content: Uint8Array;
  /** Position in `executables` + 1, or 0. */
  readonly executable: Uint16Array;
  /** Entry i's parts are those from `partEnd[i - 1]` to `partEnd[i]`; empty without a table of contents. */
  readonly partEnd: Uint32Array;
  /** Where a part's compressed bytes begin, and where the next thing begins. */
  readonly partOffset: Float64Array;
  readonly partLimit: Float64Array;
  /** Bytes of the part to be passed over once it is uncompressed, and bytes of the file in it. */
  readonly partInner: Float64Array;
  readonly partSize: Float64Array;
}

/** Enough that nobody finds two files that share them. */
export const contentBytes = 16;

/** Column names in the order of their storage, with their types. */
const columnTypes: Readonly<Record<keyof LayerColumns, ColumnConstructor>> = {
  uid: Float64Array,
  gid: Float64Array,
  modifiedMs: Float64Array,
  size: Float64Array,
  offset: Float64Array,
  partOffset: Float64Array,
  partLimit: Float64Array,
  partInner: Float64Array,
  partSize: Float64Array,
  nameEnd: Uint32Array,
  targetEnd: Uint32Array,
  partEnd: Uint32Array,
  parent: Int32Array,
  end: Int32Array,
  link: Int32Array,
  mode: Uint16Array,
  executable: Uint16Array,
  kind: Uint8Array,
  flags: Uint8Array,
  content: Uint8Array,
  names: Uint8Array,
  targets: Uint8Array,
};
type ColumnConstructor = new (
  bytes: ArrayBufferLike,
  offset: number,
  length: number,
) => LayerColumns[keyof LayerColumns];
const columnNames = Object.keys(columnTypes) as (keyof LayerColumns)[];

/** Changes whenever the meaning of the bytes does, so that older files are not read. */
const formatMark = 'manifold-layer-1';
const alignment = 8;

interface StoredHead {
  readonly mark: string;
  readonly lengths: readonly number[];
  readonly facts: LayerFacts;
}

/** The index of a layer: a view of bytes that threads share and the cache stores. */
export class LayerIndex {
  private constructor(
    readonly bytes: SharedArrayBuffer,
    readonly columns: LayerColumns,
    readonly facts: LayerFacts,
  ) {}

  /** Copies columns and facts into shared bytes. */
  static encode(columns: LayerColumns, facts: LayerFacts): LayerIndex {
    const head = Buffer.from(
      JSON.stringify({
        mark: formatMark,
        lengths: columnNames.map((name) => columns[name].length),
        facts,
      } satisfies StoredHead),
    );
    const start = aligned(4 + head.length);
    const size = columnNames.reduce((sum, name) => sum + aligned(columns[name].byteLength), start);
    const bytes = new SharedArrayBuffer(size);
    new DataView(bytes).setUint32(0, head.length);
    new Uint8Array(bytes).set(head, 4);
    let at = start;
    for (const name of columnNames) {
      const column = columns[name];
      new Uint8Array(bytes).set(new Uint8Array(column.buffer, column.byteOffset, column.byteLength), at);
      at += aligned(column.byteLength);
    }
    return LayerIndex.open(bytes);
  }

  /** @throws Error when the bytes are no index of this version */
  static open(bytes: SharedArrayBuffer): LayerIndex {
    const headLength = new DataView(bytes).getUint32(0);
    const head = JSON.parse(Buffer.from(new Uint8Array(bytes, 4, headLength)).toString('utf8')) as StoredHead;
    if (head.mark !== formatMark) throw new Error('This is an index of another version.');
    let at = aligned(4 + headLength);
    const columns: Partial<Record<keyof LayerColumns, unknown>> = {};
    columnNames.forEach((name, index) => {
      const column = new columnTypes[name](bytes, at, head.lengths[index]!);
      columns[name] = column;
      at += aligned(column.byteLength);
    });
    return new LayerIndex(bytes, columns as unknown as LayerColumns, head.facts);
  }

  /** Entries, the root and implied directories included. */
  get count(): number {
    return this.columns.kind.length;
  }

  kindOf(entry: number): EntryKind {
    return kindCodes[this.columns.kind[entry]!]!;
  }

  isDirectory(entry: number): boolean {
    const kind = this.columns.kind[entry];
    return kind === codeOf.directory || kind === codeOf['implied-directory'];
  }

  nameStart(entry: number): number {
    return entry === 0 ? 0 : this.columns.nameEnd[entry - 1]!;
  }

  /** Bytes of the last part of the path, in memory of their own. */
  nameBytes(entry: number): Buffer {
    return Buffer.from(this.columns.names.subarray(this.nameStart(entry), this.columns.nameEnd[entry]));
  }

  /** Bytes of the whole path, without a slash before it. */
  pathBytes(entry: number): Buffer {
    const parts: Buffer[] = [];
    for (let at = entry; at > 0; at = this.columns.parent[at]!) parts.unshift(this.nameBytes(at));
    return Buffer.concat(parts.flatMap((part, index) => (index === 0 ? [part] : [slash, part])));
  }

  targetStart(entry: number): number {
    return entry === 0 ? 0 : this.columns.targetEnd[entry - 1]!;
  }

  /** Where the link leads, in memory of its own. */
  targetBytes(entry: number): Buffer {
    const { targets, targetEnd } = this.columns;
    return Buffer.from(targets.subarray(this.targetStart(entry), targetEnd[entry]));
  }

  executable(entry: number): ExecutableHeader | undefined {
    const at = this.columns.executable[entry]!;
    return at === 0 ? undefined : this.facts.executables[at - 1];
  }

  /** The entry of a path, given as bytes without a slash before it. */
  find(path: Uint8Array): number | undefined {
    let entry = 0;
    for (let start = 0; start < path.length;) {
      const slashAt = path.indexOf(0x2f, start);
      const end = slashAt < 0 ? path.length : slashAt;
      const child = this.child(entry, path, start, end);
      if (child === undefined) return undefined;
      entry = child;
      start = end + 1;
    }
    return entry;
  }

  private child(folder: number, path: Uint8Array, start: number, end: number): number | undefined {
    const { names, nameEnd, end: ends } = this.columns;
    for (let entry = folder + 1; entry < ends[folder]!; entry = ends[entry]!) {
      const order = compareRanges(names, this.nameStart(entry), nameEnd[entry]!, path, start, end);
      if (order === 0) return entry;
      if (order > 0) return undefined;
    }
    return undefined;
  }
}

/** Order of two entries' names, see {@link compareRanges}. */
export function compareNames(a: LayerIndex, aEntry: number, b: LayerIndex, bEntry: number): number {
  return compareRanges(
    a.columns.names,
    a.nameStart(aEntry),
    a.columns.nameEnd[aEntry]!,
    b.columns.names,
    b.nameStart(bEntry),
    b.columns.nameEnd[bEntry]!,
  );
}

const slash = Buffer.from('/');

function aligned(bytes: number): number {
  return Math.ceil(bytes / alignment) * alignment;
}
