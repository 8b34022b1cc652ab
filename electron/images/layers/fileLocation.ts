import { StudioError } from '../../../shared/contract/studioError';
import type { FileView } from './fileView';
import { codeOf, contentBytes, type LayerIndex } from './layerIndex';
import type { SparseMap } from './sparseMap';
import type { EntryPart } from './layerIndexBuilder';

/** Where a file's content is to be read. */
export interface FileLocation extends FileStorage {
  /** Position in the column's layers. */
  readonly layer: number;
  /** Last part of its path. */
  readonly name: string;
  readonly path: string;
  /** Of the file itself, where the path is a hard link. */
  readonly holder: Uint8Array;
}

/** How a layer stores a file. */
export interface FileStorage {
  /** In bytes. */
  readonly size: number;
  /** The first bytes of the SHA-256 of its content; of a sparse file there is none. */
  readonly digest: Uint8Array | undefined;
  /** In the uncompressed layer; absent when only a table of contents was read. */
  readonly archive?: { readonly offset: number; readonly sparse: SparseMap | undefined };
  /** In the compressed layer, when it has a table of contents. */
  readonly parts?: readonly EntryPart[];
}

/** @throws StudioError `invalid-request` when it is no file, `not-found` when a hard link leads nowhere */
export function locateFile(view: FileView, node: number): FileLocation {
  const layer = view.layer[node]!;
  const entry = view.entry[node]!;
  const index = view.layers[layer]!;
  const found = index.columns.kind[entry] === codeOf.hardlink ? linked(view, layer, entry) : { layer, entry };
  const holder = view.layers[found.layer]!;
  const shownPath = index.pathBytes(entry).toString('utf8');
  if (holder.columns.kind[found.entry] !== codeOf.file) {
    throw new StudioError({ code: 'invalid-request', message: `${shownPath} is no file.` });
  }
  return {
    layer: found.layer,
    name: index.nameBytes(entry).toString('utf8'),
    path: shownPath,
    holder: Uint8Array.from(holder.pathBytes(found.entry)),
    ...storageOf(holder, found.entry),
  };
}

/** Where a layer has the content of one of its files. */
export function storageOf(index: LayerIndex, entry: number): FileStorage {
  const { columns, facts } = index;
  const sparse = facts.sparse.find(([at]) => at === entry)?.[1];
  return {
    size: columns.size[entry]!,
    digest:
      sparse === undefined
        ? Uint8Array.from(columns.content.subarray(entry * contentBytes, (entry + 1) * contentBytes))
        : undefined,
    ...(facts.parts === undefined
      ? { archive: { offset: columns.offset[entry]!, sparse } }
      : { parts: partsOf(index, entry) }),
  };
}

/** Follows a hard link: into its own layer, else into the layers below, the uppermost first. */
function linked(view: FileView, layer: number, entry: number): { layer: number; entry: number } {
  const own = view.layers[layer]!;
  if (own.columns.link[entry]! >= 0) return { layer, entry: own.columns.link[entry]! };
  const target = own.targetBytes(entry);
  for (let below = layer - 1; below >= 0; below--) {
    const index = view.layers[below];
    const found = index?.find(target);
    if (index === undefined || found === undefined) continue;
    const { kind, link } = index.columns;
    if (kind[found] === codeOf.file) return { layer: below, entry: found };
    if (kind[found] === codeOf.hardlink && link[found]! >= 0) return { layer: below, entry: link[found]! };
    break;
  }
  throw new StudioError({
    code: 'not-found',
    message: `The hard link leads to ${target.toString('utf8')}, which is not in the layers that are shown.`,
    hint: 'Look at the merged file system, which has the layers below, too.',
  });
}

function partsOf({ columns }: LayerIndex, entry: number): EntryPart[] {
  const { partEnd, partOffset, partLimit, partInner, partSize } = columns;
  const parts: EntryPart[] = [];
  if (partEnd.length === 0) return parts;
  for (let at = entry === 0 ? 0 : partEnd[entry - 1]!; at < partEnd[entry]!; at++) {
    parts.push({
      offset: partOffset[at]!,
      limit: partLimit[at]!,
      inner: partInner[at]!,
      size: partSize[at]!,
    });
  }
  return parts;
}
