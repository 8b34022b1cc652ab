import type { FileRow } from '../../../shared/contract';
import { fileDifferences } from '../../../shared/contract/fileDifferences';
import { compareRanges, withRoom } from './bytes';
import { kindOfNode, type FileView } from './fileView';
import { codeOf, compareNames, contentBytes } from './layerIndex';
import { isWrongMachine } from './wrongMachine';

/** Bits of `differences`, in the order of the contract's list. */
export const differenceBit = Object.fromEntries(
  fileDifferences.map((difference, bit) => [difference, 1 << bit]),
) as Readonly<Record<(typeof fileDifferences)[number], number>>;

/** Values of the `comparison` column. */
export const comparisonCodes: readonly FileRow['comparison'][] = ['identical', 'differs', 'only'];
const [identical, differs, only] = [0, 1, 2];

/** Bits of `marks`. */
export const isDirectoryMark = 1;
export const wrongMachineMark = 2;
export const whiteoutMark = 4;

/** A view and the platform that its image is for. */
export interface ComparedView {
  readonly view: FileView;
  readonly platform: string | undefined;
}

/**
 * Paths of all columns in one tree, in columns again: rows in the order of a walk, names in byte order, row 0 the root.
 */
export interface ComparedTree {
  readonly columns: readonly ComparedView[];
  readonly count: number;
  /** Row i's node in column c is at `i * columns.length + c`; -1 where the path is not there. */
  readonly nodes: Int32Array;
  readonly parent: Int32Array;
  readonly end: Int32Array;
  readonly depth: Uint16Array;
  readonly comparison: Uint8Array;
  readonly differences: Uint8Array;
  readonly marks: Uint8Array;
  /** Rows below that differ or are in some columns only. */
  readonly differing: Int32Array;
}

/** Puts views side by side, by their paths' bytes. */
export function compareViews(columns: readonly ComparedView[]): ComparedTree {
  return new Comparison(columns).run();
}

class Comparison {
  private count = 0;
  private nodes: Int32Array;
  private parent = new Int32Array(1 << 10);
  private end = new Int32Array(1 << 10);
  private depth = new Uint16Array(1 << 10);
  private comparison = new Uint8Array(1 << 10);
  private differences = new Uint8Array(1 << 10);
  private marks = new Uint8Array(1 << 10);
  private readonly width: number;

  constructor(private readonly columns: readonly ComparedView[]) {
    this.width = columns.length;
    this.nodes = new Int32Array(this.width << 10);
  }

  run(): ComparedTree {
    this.visit(
      this.columns.map(() => 0),
      -1,
      0,
    );
    const { count } = this;
    return {
      columns: this.columns,
      count,
      nodes: this.nodes.slice(0, count * this.width),
      parent: this.parent.slice(0, count),
      end: this.end.slice(0, count),
      depth: this.depth.slice(0, count),
      comparison: this.comparison.slice(0, count),
      differences: this.differences.slice(0, count),
      marks: this.marks.slice(0, count),
      differing: this.differing(),
    };
  }

  /** Adds a path and all that is below it. @param nodes by column, -1 where it is not */
  private visit(nodes: readonly number[], parent: number, depth: number): void {
    const row = this.row(nodes, parent, depth);
    const at = nodes.map((node) => node + 1);
    const limits = nodes.map((node, column) => (node < 0 ? 0 : this.columns[column]!.view.end[node]!));
    const least: number[] = [];
    for (;;) {
      least.length = 0;
      for (let column = 0; column < this.width; column++) {
        if (at[column]! >= limits[column]!) continue;
        const order =
          least.length === 0 ? -1 : this.compareNames(column, at[column]!, least[0]!, at[least[0]!]!);
        if (order > 0) continue;
        if (order < 0) least.length = 0;
        least.push(column);
      }
      if (least.length === 0) break;
      const children = new Array<number>(this.width).fill(-1);
      let leaf = true;
      for (const column of least) {
        const node = at[column]!;
        children[column] = node;
        at[column] = this.columns[column]!.view.end[node]!;
        leaf &&= at[column] === node + 1;
      }
      if (leaf) this.row(children, row, depth + 1);
      else this.visit(children, row, depth + 1);
    }
    this.end[row] = this.count;
  }

  private compareNames(column: number, node: number, other: number, otherNode: number): number {
    const [one, two] = [this.columns[column]!.view, this.columns[other]!.view];
    const [a, b] = [one.layers[one.layer[node]!]!, two.layers[two.layer[otherNode]!]!];
    return compareNames(a, one.entry[node]!, b, two.entry[otherNode]!);
  }

  private row(nodes: readonly number[], parent: number, depth: number): number {
    const row = this.count++;
    if (row >= this.parent.length) {
      this.nodes = withRoom(this.nodes, this.count * this.width);
      this.parent = withRoom(this.parent, this.count);
      this.end = withRoom(this.end, this.count);
      this.depth = withRoom(this.depth, this.count);
      this.comparison = withRoom(this.comparison, this.count);
      this.differences = withRoom(this.differences, this.count);
      this.marks = withRoom(this.marks, this.count);
    }
    this.parent[row] = parent;
    this.depth[row] = depth;
    this.end[row] = this.count;
    this.nodes.set(nodes, row * this.width);
    if (row > 0) this.judge(row, nodes);
    return row;
  }

  private judge(row: number, nodes: readonly number[]): void {
    let first = -1;
    let missing = false;
    let differences = 0;
    let marks = 0;
    for (let column = 0; column < this.width; column++) {
      const node = nodes[column]!;
      if (node < 0) {
        missing = true;
        continue;
      }
      marks |= this.marksOf(column, node);
      if (first < 0) first = column;
      else differences |= this.differencesOf(first, nodes[first]!, column, node);
    }
    this.marks[row] = marks;
    this.differences[row] = differences;
    this.comparison[row] = missing ? only : differences !== 0 ? differs : identical;
  }

  private marksOf(column: number, node: number): number {
    const { view, platform } = this.columns[column]!;
    const index = view.layers[view.layer[node]!];
    if (index === undefined) return 0;
    const entry = view.entry[node]!;
    const { kind, flags, mode } = index.columns;
    if (kind[entry] === codeOf.whiteout) return whiteoutMark;
    let marks = index.isDirectory(entry) ? isDirectoryMark : 0;
    if (marks !== 0 && view.single && flags[entry] !== 0) marks |= whiteoutMark;
    const header = index.executable(entry);
    if (header !== undefined && isWrongMachine(header, mode[entry]!, platform)) marks |= wrongMachineMark;
    return marks;
  }

  private differencesOf(column: number, node: number, other: number, otherNode: number): number {
    const [one, two] = [this.columns[column]!.view, this.columns[other]!.view];
    const [a, b] = [one.layers[one.layer[node]!]!, two.layers[two.layer[otherNode]!]!];
    const [x, y] = [one.entry[node]!, two.entry[otherNode]!];
    // The same entry of the same layer: most of what two images share.
    if (a === b && x === y) return 0;
    if (kindOfNode(one, node) !== kindOfNode(two, otherNode)) return differenceBit.kind;
    const [p, q] = [a.columns, b.columns];
    // Nothing is known of a folder that has no entry of its own.
    if (p.kind[x] === codeOf['implied-directory'] || q.kind[y] === codeOf['implied-directory']) return 0;
    if (p.kind[x] === codeOf.whiteout) return 0;
    let found = 0;
    if (p.kind[x] === codeOf.file) {
      if (p.size[x] !== q.size[y]) found |= differenceBit.size | differenceBit.content;
      else if (!sameContent(p.content, x, q.content, y)) found |= differenceBit.content;
    }
    // A symbolic link's own mode means nothing; tools write what they like.
    if (p.kind[x] !== codeOf.symlink && p.mode[x] !== q.mode[y]) found |= differenceBit.mode;
    if (p.uid[x] !== q.uid[y] || p.gid[x] !== q.gid[y]) found |= differenceBit.owner;
    if (p.modifiedMs[x] !== q.modifiedMs[y]) found |= differenceBit.time;
    const targets = compareRanges(
      p.targets,
      a.targetStart(x),
      p.targetEnd[x]!,
      q.targets,
      b.targetStart(y),
      q.targetEnd[y]!,
    );
    if (targets !== 0) found |= differenceBit.target;
    return found;
  }

  private differing(): Int32Array {
    const below = new Int32Array(this.count);
    for (let row = this.count - 1; row > 0; row--) {
      below[this.parent[row]!]! += below[row]! + (this.comparison[row] === identical ? 0 : 1);
    }
    return below;
  }
}

function sameContent(a: Uint8Array, x: number, b: Uint8Array, y: number): boolean {
  for (let at = 0; at < contentBytes; at++) {
    if (a[x * contentBytes + at] !== b[y * contentBytes + at]) return false;
  }
  return true;
}
