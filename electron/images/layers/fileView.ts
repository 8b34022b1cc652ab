import type { FileKind } from '../../../shared/contract';
import { withRoom } from './bytes';
import { codeOf, compareNames, hidesBelow, hidesChildren, type LayerIndex } from './layerIndex';

/** Bytes that nobody sees any more. */
export interface Wasted {
  readonly path: string;
  readonly size: number;
  /** Positions in the column's layers. */
  readonly layer: number;
  readonly byLayer: number;
  readonly how: 'overwritten' | 'deleted';
}

/**
 * The files of a layer, or of the file system that layers make together, as a tree in columns: nodes in the order of a
 * walk, names in byte order, node 0 the root. Each node is an entry of one layer.
 */
export interface FileView {
  readonly layers: readonly (LayerIndex | undefined)[];
  readonly count: number;
  readonly layer: Uint16Array;
  readonly entry: Int32Array;
  /** The node after all that is below this one. */
  readonly end: Int32Array;
  /** Bytes of the file, or of all files below. */
  readonly size: Float64Array;
  /** A layer by itself, with its whiteouts and opaque folders; in a merged view they have done their work. */
  readonly single: boolean;
  readonly wastedBytes: number;
  /** The largest, in descending order. */
  readonly wasted: readonly Wasted[];
}

/** So many of the largest are told. */
const toldWaste = 200;

/** A view of nothing, for a column without layers. */
export function emptyView(): FileView {
  return {
    layers: [],
    count: 1,
    layer: new Uint16Array(1),
    entry: new Int32Array(1),
    end: new Int32Array([1]),
    size: new Float64Array(1),
    single: false,
    wastedBytes: 0,
    wasted: [],
  };
}

/** A layer by itself, whiteouts included. @param position the layer's, in its column */
export function layerView(index: LayerIndex, position: number): FileView {
  const layers: (LayerIndex | undefined)[] = [];
  layers[position] = index;
  const { count } = index;
  return {
    layers,
    count,
    layer: new Uint16Array(count).fill(position),
    entry: Int32Array.from({ length: count }, (_, entry) => entry),
    end: index.columns.end,
    size: summedSizes(index.columns.size.slice(), index.columns.end),
    single: true,
    wastedBytes: 0,
    wasted: [],
  };
}

/**
 * The file system that layers make, lowest first (image-spec layer.md): upper entries replace lower ones, folders join,
 * whiteouts and opaque folders hide what is below them.
 */
export function mergedView(layers: readonly LayerIndex[]): FileView {
  if (layers.length === 0) return emptyView();
  return new Merge(layers).run();
}

/** A node's kind as it is shown: a folder of a layer that hides what lower layers have in it is an opaque one. */
export function kindOfNode(view: FileView, node: number): FileKind {
  const index = view.layers[view.layer[node]!]!;
  const entry = view.entry[node]!;
  const kind = index.kindOf(entry);
  if (kind !== 'directory' && kind !== 'implied-directory') return kind;
  return view.single && index.columns.flags[entry] !== 0 ? 'opaque' : 'directory';
}

/** An entry of a layer. */
interface Place {
  readonly layer: number;
  readonly entry: number;
}

/** What hides the entries below, if anything does. */
type Hider = { readonly layer: number; readonly how: Wasted['how'] } | undefined;

class Merge {
  private count = 0;
  private layer = new Uint16Array(1 << 10);
  private entry = new Int32Array(1 << 10);
  private end = new Int32Array(1 << 10);
  private size = new Float64Array(1 << 10);
  private wastedBytes = 0;
  private wasted: (Omit<Wasted, 'path'> & { entry: number })[] = [];

  constructor(private readonly layers: readonly LayerIndex[]) {}

  run(): FileView {
    const roots = this.layers.map((_, layer) => ({ layer, entry: 0 })).reverse();
    this.visit(roots, undefined);
    this.keepLargest();
    return {
      layers: this.layers,
      count: this.count,
      layer: this.layer.slice(0, this.count),
      entry: this.entry.slice(0, this.count),
      end: this.end.slice(0, this.count),
      size: summedSizes(this.size.slice(0, this.count), this.end),
      single: false,
      wastedBytes: this.wastedBytes,
      wasted: this.wasted.map(({ entry, ...waste }) => ({
        ...waste,
        path: this.layers[waste.layer]!.pathBytes(entry).toString('utf8'),
      })),
    };
  }

  /** Entries of one path, the uppermost first. */
  private visit(places: readonly Place[], hiddenBy: Hider): void {
    let hider = hiddenBy;
    for (let at = 0; at < places.length;) {
      const place = places[at]!;
      const index = this.layers[place.layer]!;
      if (index.columns.kind[place.entry] === codeOf.whiteout) {
        hider = { layer: place.layer, how: 'deleted' };
        at += 1;
        continue;
      }
      if (!index.isDirectory(place.entry)) {
        if (hider === undefined) this.node(place);
        else this.waste(place, hider);
        hider = { layer: place.layer, how: 'overwritten' };
        at += 1;
        continue;
      }
      const group = this.directories(places, at);
      if (hider === undefined) this.directory(group);
      else this.children(group, hider);
      at += group.length;
      const last = group.at(-1)!;
      const hides = this.layers[last.layer]!.columns.flags[last.entry]! & (hidesBelow | hidesChildren);
      hider = { layer: last.layer, how: hides === 0 ? 'overwritten' : 'deleted' };
    }
  }

  /** Folders that are one: as long as none of them hides what is below it. */
  private directories(places: readonly Place[], from: number): Place[] {
    const group: Place[] = [];
    for (let at = from; at < places.length; at++) {
      const place = places[at]!;
      const index = this.layers[place.layer]!;
      if (!index.isDirectory(place.entry)) break;
      group.push(place);
      if ((index.columns.flags[place.entry]! & (hidesBelow | hidesChildren)) !== 0) break;
    }
    return group;
  }

  private directory(group: readonly Place[]): void {
    // An entry of its own tells mode and owner; the mere name of a file below doesn't.
    const told = group.find(
      ({ layer, entry }) => this.layers[layer]!.columns.kind[entry] === codeOf.directory,
    );
    const node = this.node(told ?? group[0]!);
    this.children(group, undefined);
    this.end[node] = this.count;
  }

  private children(group: readonly Place[], hiddenBy: Hider): void {
    if (group.length === 1) {
      this.copyChildren(group[0]!, hiddenBy);
      return;
    }
    const at = group.map(({ entry }) => entry + 1);
    const indexes = group.map(({ layer }) => this.layers[layer]!);
    const limits = group.map(({ layer, entry }) => this.layers[layer]!.columns.end[entry]!);
    const places: Place[] = [];
    for (;;) {
      places.length = 0;
      let first = -1;
      for (let which = 0; which < group.length; which++) {
        if (at[which]! >= limits[which]!) continue;
        const order = first < 0 ? -1 : compareNames(indexes[which]!, at[which]!, indexes[first]!, at[first]!);
        if (order > 0) continue;
        if (order < 0) {
          places.length = 0;
          first = which;
        }
        places.push({ layer: group[which]!.layer, entry: at[which]! });
      }
      if (first < 0) return;
      // The positions move before the entries are visited: `places` tells where they were.
      const found = [...places];
      let taken = 0;
      for (let which = 0; which < group.length && taken < found.length; which++) {
        if (group[which]!.layer !== found[taken]!.layer) continue;
        at[which] = indexes[which]!.columns.end[at[which]!]!;
        taken += 1;
      }
      this.visit(found, hiddenBy);
    }
  }

  /** What is below a folder that one layer alone has: no names have to be compared. */
  private copyChildren({ layer, entry }: Place, hiddenBy: Hider): void {
    const { kind, end } = this.layers[layer]!.columns;
    const open: { node: number; end: number }[] = [];
    for (let below = entry + 1; below < end[entry]!; below++) {
      while (open.length > 0 && below >= open.at(-1)!.end) this.end[open.pop()!.node] = this.count;
      if (kind[below] === codeOf.whiteout) continue;
      if (hiddenBy !== undefined) {
        this.waste({ layer, entry: below }, hiddenBy);
        continue;
      }
      const node = this.node({ layer, entry: below });
      if (end[below]! > below + 1) open.push({ node, end: end[below]! });
    }
    for (const { node } of open) this.end[node] = this.count;
  }

  private node({ layer, entry }: Place): number {
    const node = this.count++;
    if (node >= this.layer.length) {
      this.layer = withRoom(this.layer, this.count);
      this.entry = withRoom(this.entry, this.count);
      this.end = withRoom(this.end, this.count);
      this.size = withRoom(this.size, this.count);
    }
    this.layer[node] = layer;
    this.entry[node] = entry;
    this.end[node] = this.count;
    this.size[node] = this.layers[layer]!.columns.size[entry]!;
    return node;
  }

  private waste({ layer, entry }: Place, { layer: byLayer, how }: NonNullable<Hider>): void {
    const size = this.layers[layer]!.columns.size[entry]!;
    if (size === 0) return;
    this.wastedBytes += size;
    this.wasted.push({ entry, size, layer, byLayer, how });
    if (this.wasted.length > 20 * toldWaste) this.keepLargest();
  }

  private keepLargest(): void {
    this.wasted.sort((one, other) => other.size - one.size);
    this.wasted.length = Math.min(this.wasted.length, toldWaste);
  }
}

/** Adds to each node what is below it. */
function summedSizes(size: Float64Array, end: Int32Array): Float64Array {
  const open: number[] = [];
  for (let node = 0; node < size.length; node++) {
    while (open.length > 0 && node >= end[open.at(-1)!]!) closeFolder(size, open);
    if (end[node]! > node + 1) open.push(node);
    else if (open.length > 0) size[open.at(-1)!]! += size[node]!;
  }
  while (open.length > 0) closeFolder(size, open);
  return size;
}

function closeFolder(size: Float64Array, open: number[]): void {
  const node = open.pop()!;
  if (open.length > 0) size[open.at(-1)!]! += size[node]!;
}
