import { compareRanges, withRoom } from './bytes';
import type { ExecutableHeader } from './executableHeader';
import {
  codeOf,
  contentBytes,
  hidesBelow,
  hidesChildren,
  LayerIndex,
  type EntryKind,
  type LayerColumns,
  type LayerFacts,
} from './layerIndex';
import { invalidLayer } from './layerError';
import { maxPathBytes, maxPathDepth, type LayerLimits } from './limits';
import { NameHash } from './nameHash';
import { Oddities } from './oddities';
import type { SparseMap } from './sparseMap';

/** A path of a layer and what is known of it; as an archive or a table of contents tells it. */
export interface EntryFacts {
  readonly kind: Exclude<EntryKind, 'whiteout' | 'implied-directory'>;
  readonly name: Uint8Array;
  readonly target: Uint8Array;
  readonly size: number;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly modifiedMs: number;
  readonly offset: number;
  readonly sparse?: SparseMap | undefined;
}

/** Compressed bytes that hold a piece of a file, see {@link LayerColumns.partOffset}. */
export interface EntryPart {
  readonly offset: number;
  readonly limit: number;
  readonly inner: number;
  readonly size: number;
}

const slash = 0x2f;
const dot = 0x2e;
const whiteoutPrefix = Buffer.from('.wh.');
const metadataPrefix = Buffer.from('.wh..wh.');
const opaqueName = Buffer.from('.wh..wh..opq');
/** Executables differ in few ways; more of them is somebody's game. */
const maxExecutables = 60_000;

/**
 * Gathers the entries of a layer, in any order, into a {@link LayerIndex}. Paths are kept as a tree whose nodes are
 * found by their parent and name, so that each name is stored once and no string is made.
 */
export class LayerIndexBuilder {
  readonly oddities = new Oddities();
  private count = 1;
  private turn = 0;
  private names: Uint8Array = new Uint8Array(1 << 16);
  private namesEnd = 0;
  private targets: Uint8Array = new Uint8Array(1 << 12);
  private targetsEnd = 0;
  private table = new Int32Array(1 << 12);
  private readonly hash = new NameHash();
  private readonly executables: ExecutableHeader[] = [];
  private readonly executableAt = new Map<string, number>();
  private readonly sparse = new Map<number, SparseMap>();
  private sparseParts = 0;
  private readonly parts = new Map<number, readonly EntryPart[]>();
  /** Folders that became something else at that turn: what was in them before is gone. */
  private readonly emptied = new Map<number, number>();

  private parent = new Int32Array(1 << 10);
  private nameStart = new Uint32Array(1 << 10);
  private nameEnd = new Uint32Array(1 << 10);
  private targetStart = new Uint32Array(1 << 10);
  private targetEnd = new Uint32Array(1 << 10);
  private seen = new Float64Array(1 << 10);
  private kind = new Uint8Array(1 << 10);
  private flags = new Uint8Array(1 << 10);
  private mode = new Uint16Array(1 << 10);
  private uid = new Float64Array(1 << 10);
  private gid = new Float64Array(1 << 10);
  private modifiedMs = new Float64Array(1 << 10);
  private size = new Float64Array(1 << 10);
  private offset = new Float64Array(1 << 10);
  private content = new Uint8Array(contentBytes << 10);
  private executable = new Uint16Array(1 << 10);

  constructor(private readonly limits: LayerLimits) {
    this.parent[0] = -1;
    this.kind[0] = codeOf['implied-directory'];
    this.mode[0] = 0o755;
  }

  /**
   * Adds an entry; of equal paths the last one counts. Whiteouts (image-spec layer.md) become marks on the path that
   * they hide.
   *
   * @returns what to give to {@link setContent} and {@link setParts}; undefined when the entry is no path of its own
   * @throws StudioError `image-invalid` when the path is too long, or the layer over a limit
   */
  add(facts: EntryFacts): number | undefined {
    this.turn += 1;
    const { node, whiteout } = this.path(facts.name);
    if (whiteout !== undefined) {
      this.addWhiteout(node, whiteout);
      return undefined;
    }
    if (facts.kind !== 'directory') {
      if (node === 0) {
        this.oddities.note('root', facts.name);
        return undefined;
      }
      if (this.isDirectory(node)) this.emptied.set(node, this.turn);
    }
    this.write(node, facts);
    return node;
  }

  /** The content of a file, once it is known. @param digest its SHA-256 */
  setContent(node: number, digest: Uint8Array, executable: ExecutableHeader | undefined): void {
    this.content.set(digest.subarray(0, contentBytes), node * contentBytes);
    this.executable[node] = executable === undefined ? 0 : this.executableNumber(executable);
  }

  /** Where the compressed layer has a file's content. */
  setParts(node: number, parts: readonly EntryPart[]): void {
    this.parts.set(node, parts);
  }

  /** Puts everything in order. The builder is of no use afterwards. */
  finish(facts: Pick<LayerFacts, 'diffId' | 'uncompressedBytes' | 'parts'>): LayerIndex {
    const { order, end } = this.walk();
    const count = order.length;
    const newOf = new Int32Array(this.count).fill(-1);
    order.forEach((node, entry) => (newOf[node] = entry));

    const nameEnd = new Uint32Array(count);
    const targetEnd = new Uint32Array(count);
    let [nameBytes, targetBytes, partCount] = [0, 0, 0];
    order.forEach((node, entry) => {
      nameEnd[entry] = nameBytes += this.nameEnd[node]! - this.nameStart[node]!;
      targetEnd[entry] = targetBytes += this.targetEnd[node]! - this.targetStart[node]!;
      partCount += this.parts.get(node)?.length ?? 0;
    });
    const names = new Uint8Array(nameBytes);
    const targets = new Uint8Array(targetBytes);
    const content = new Uint8Array(count * contentBytes);
    order.forEach((node, entry) => {
      const name = this.names.subarray(this.nameStart[node], this.nameEnd[node]);
      names.set(name, nameEnd[entry]! - name.length);
      const target = this.targets.subarray(this.targetStart[node], this.targetEnd[node]);
      targets.set(target, targetEnd[entry]! - target.length);
      content.set(
        this.content.subarray(node * contentBytes, (node + 1) * contentBytes),
        entry * contentBytes,
      );
    });
    const columns: LayerColumns = {
      nameEnd,
      names,
      targetEnd,
      targets,
      parent: order.map((node) => (node === 0 ? -1 : newOf[this.parent[node]!]!)),
      end,
      kind: Uint8Array.from(order, (node) => this.kind[node]!),
      flags: Uint8Array.from(order, (node) => this.flags[node]!),
      mode: Uint16Array.from(order, (node) => this.mode[node]!),
      uid: Float64Array.from(order, (node) => this.uid[node]!),
      gid: Float64Array.from(order, (node) => this.gid[node]!),
      modifiedMs: Float64Array.from(order, (node) => this.modifiedMs[node]!),
      size: Float64Array.from(order, (node) => this.size[node]!),
      offset: Float64Array.from(order, (node) => this.offset[node]!),
      link: this.links(order, newOf),
      content,
      executable: Uint16Array.from(order, (node) => this.executable[node]!),
      ...this.partColumns(order, partCount),
    };
    const sparse = [...this.sparse]
      .map(([node, map]) => [newOf[node]!, map] as const)
      .filter(([entry]) => entry >= 0);
    return LayerIndex.encode(columns, {
      ...facts,
      executables: this.executables,
      sparse,
      warnings: this.oddities.warnings(),
    });
  }

  private write(node: number, facts: EntryFacts): void {
    this.kind[node] = codeOf[facts.kind];
    this.mode[node] = facts.mode;
    this.uid[node] = facts.uid;
    this.gid[node] = facts.gid;
    this.modifiedMs[node] = facts.modifiedMs;
    this.size[node] = facts.size;
    this.offset[node] = facts.offset;
    this.executable[node] = 0;
    this.content.fill(0, node * contentBytes, (node + 1) * contentBytes);
    this.sparse.delete(node);
    this.parts.delete(node);
    if (facts.sparse !== undefined) {
      this.sparseParts += facts.sparse.length;
      if (this.sparseParts > this.limits.sparseParts)
        throw tooMuch(this.limits.sparseParts, 'parts of sparse files');
      this.sparse.set(node, facts.sparse);
    }
    const target = facts.kind === 'hardlink' ? this.hardLinkTarget(facts) : facts.target;
    if (target.length > maxPathBytes) throw tooLong('the target of a link');
    if (this.targetsEnd + target.length > this.limits.nameBytes)
      throw tooMuch(this.limits.nameBytes, 'bytes of links’ targets');
    this.targets = withRoom(this.targets, this.targetsEnd + target.length);
    this.targets.set(target, this.targetsEnd);
    this.targetStart[node] = this.targetsEnd;
    this.targetsEnd += target.length;
    this.targetEnd[node] = this.targetsEnd;
  }

  /** The path that a hard link names, cleaned as paths are. */
  private hardLinkTarget({ target, name }: EntryFacts): Uint8Array {
    const parts: Buffer[] = [];
    let isOutside = false;
    for (let start = 0; start <= target.length;) {
      const at = target.indexOf(slash, start);
      const end = at < 0 ? target.length : at;
      const part = target.subarray(start, end);
      if (isParent(part)) {
        isOutside = parts.pop() === undefined || isOutside;
      } else if (part.length > 0 && !(part.length === 1 && part[0] === dot)) parts.push(Buffer.from(part));
      start = end + 1;
    }
    if (isOutside) this.oddities.note('link-outside', name);
    return Buffer.concat(parts.flatMap((part, index) => (index === 0 ? [part] : [Buffer.from('/'), part])));
  }

  private addWhiteout(folder: number, name: Uint8Array): void {
    if (Buffer.compare(name, opaqueName) === 0) {
      this.flags[folder]! |= hidesChildren;
      return;
    }
    // Other names of this kind are AUFS's own; Docker leaves them out, too.
    if (startsWith(name, metadataPrefix)) return;
    const hidden = name.subarray(whiteoutPrefix.length);
    if (hidden.length === 0 || isParent(hidden) || (hidden.length === 1 && hidden[0] === dot)) {
      this.oddities.note('whiteout', name);
      return;
    }
    const before = this.count;
    const node = this.child(folder, hidden, 0, hidden.length);
    if (node === before) this.kind[node] = codeOf.whiteout;
    this.flags[node]! |= hidesBelow;
  }

  /** Follows a path from the root, making what is not there; to its folder when its last name is a whiteout. */
  private path(name: Uint8Array): { node: number; whiteout: Uint8Array | undefined } {
    if (name.length > maxPathBytes) throw tooLong('a path');
    if (name[0] === slash) this.oddities.note('absolute', name);
    const stack = [0];
    let node = 0;
    let end = name.length;
    while (end > 0 && name[end - 1] === slash) end -= 1;
    for (let start = 0; start < end;) {
      const at = name.indexOf(slash, start);
      const partEnd = at < 0 || at > end ? end : at;
      const length = partEnd - start;
      if (length === 2 && name[start] === dot && name[start + 1] === dot) {
        if (stack.length === 1) this.oddities.note('outside', name);
        else node = (stack.pop(), stack.at(-1)!);
      } else if (length > 0 && !(length === 1 && name[start] === dot)) {
        this.makeDirectory(node);
        const part = name.subarray(start, partEnd);
        if (partEnd === end && startsWith(part, whiteoutPrefix)) return { node, whiteout: part };
        if (stack.length > maxPathDepth) throw tooLong('a path');
        node = this.child(node, name, start, partEnd);
        stack.push(node);
      }
      start = partEnd + 1;
    }
    return { node, whiteout: undefined };
  }

  /** What has something below it is a directory, even where the archive has a file or a link of that name. */
  private makeDirectory(node: number): void {
    if (this.isDirectory(node)) return;
    if (this.kind[node] !== codeOf.whiteout) {
      this.oddities.note('replaced', this.names.subarray(this.nameStart[node], this.nameEnd[node]));
    }
    this.kind[node] = codeOf['implied-directory'];
    this.mode[node] = 0o755;
    this.size[node] = 0;
    this.targetStart[node] = this.targetEnd[node] = 0;
    this.executable[node] = 0;
    this.sparse.delete(node);
    this.parts.delete(node);
  }

  private isDirectory(node: number): boolean {
    return this.kind[node] === codeOf.directory || this.kind[node] === codeOf['implied-directory'];
  }

  /** The node of a name in a folder; a new one is an implied directory until something is written to it. */
  private child(folder: number, name: Uint8Array, start: number, end: number): number {
    const slot = this.slotOf(folder, name, start, end);
    const known = this.table[slot]!;
    if (known !== 0) {
      this.seen[known] = this.turn;
      return known;
    }
    const node = this.count++;
    this.makeRoom(end - start);
    this.table[slot] = node;
    this.parent[node] = folder;
    this.kind[node] = codeOf['implied-directory'];
    this.mode[node] = 0o755;
    this.seen[node] = this.turn;
    this.nameStart[node] = this.namesEnd;
    this.names.set(name.subarray(start, end), this.namesEnd);
    this.namesEnd += end - start;
    this.nameEnd[node] = this.namesEnd;
    if (this.count * 2 > this.table.length) this.growTable();
    return node;
  }

  /** Where the table has the node of a name in a folder, or has room for it: there is 0. */
  private slotOf(folder: number, name: Uint8Array, start: number, end: number): number {
    const mask = this.table.length - 1;
    let slot = this.hash.of(folder, name, start, end) & mask;
    for (; this.table[slot] !== 0; slot = (slot + 1) & mask) {
      const node = this.table[slot]!;
      if (
        this.parent[node] === folder &&
        compareRanges(this.names, this.nameStart[node]!, this.nameEnd[node]!, name, start, end) === 0
      ) {
        return slot;
      }
    }
    return slot;
  }

  private makeRoom(nameBytes: number): void {
    if (this.count - 1 > this.limits.paths) throw tooMuch(this.limits.paths, 'paths');
    if (this.namesEnd + nameBytes > this.limits.nameBytes)
      throw tooMuch(this.limits.nameBytes, 'bytes of names');
    this.names = withRoom(this.names, this.namesEnd + nameBytes);
    if (this.count <= this.parent.length) return;
    this.parent = withRoom(this.parent, this.count);
    this.nameStart = withRoom(this.nameStart, this.count);
    this.nameEnd = withRoom(this.nameEnd, this.count);
    this.targetStart = withRoom(this.targetStart, this.count);
    this.targetEnd = withRoom(this.targetEnd, this.count);
    this.seen = withRoom(this.seen, this.count);
    this.kind = withRoom(this.kind, this.count);
    this.flags = withRoom(this.flags, this.count);
    this.mode = withRoom(this.mode, this.count);
    this.uid = withRoom(this.uid, this.count);
    this.gid = withRoom(this.gid, this.count);
    this.modifiedMs = withRoom(this.modifiedMs, this.count);
    this.size = withRoom(this.size, this.count);
    this.offset = withRoom(this.offset, this.count);
    this.content = withRoom(this.content, this.count * contentBytes);
    this.executable = withRoom(this.executable, this.count);
  }

  private growTable(): void {
    const table = new Int32Array(this.table.length * 2);
    const mask = table.length - 1;
    for (let node = 1; node < this.count; node++) {
      let slot =
        this.hash.of(this.parent[node]!, this.names, this.nameStart[node]!, this.nameEnd[node]!) & mask;
      while (table[slot] !== 0) slot = (slot + 1) & mask;
      table[slot] = node;
    }
    this.table = table;
  }

  private executableNumber(header: ExecutableHeader): number {
    const key = JSON.stringify(header);
    const known = this.executableAt.get(key);
    if (known !== undefined) return known;
    if (this.executables.length >= maxExecutables) return 0;
    this.executables.push(header);
    this.executableAt.set(key, this.executables.length);
    return this.executables.length;
  }

  /** Nodes in the order of a walk, and for each position the one after all that is below it. */
  private walk(): { order: Int32Array; end: Int32Array } {
    const firstChild = new Int32Array(this.count).fill(-1);
    const nextSibling = new Int32Array(this.count);
    for (let node = this.count - 1; node > 0; node--) {
      nextSibling[node] = firstChild[this.parent[node]!]!;
      firstChild[this.parent[node]!] = node;
    }
    const order = new Int32Array(this.count);
    const end = new Int32Array(this.count);
    let count = 0;
    const byName = (one: number, other: number): number =>
      compareRanges(
        this.names,
        this.nameStart[one]!,
        this.nameEnd[one]!,
        this.names,
        this.nameStart[other]!,
        this.nameEnd[other]!,
      );
    const visit = (node: number, emptiedBefore: number): void => {
      const entry = count++;
      order[entry] = node;
      const emptied = Math.max(emptiedBefore, this.emptied.get(node) ?? 0);
      const children: number[] = [];
      for (let child = firstChild[node]!; child >= 0; child = nextSibling[child]!) {
        if (this.seen[child]! > emptied) children.push(child);
      }
      if (children.length > 0 && this.isDirectory(node)) {
        children.sort(byName);
        for (const child of children) visit(child, emptied);
      }
      end[entry] = count;
    };
    visit(0, 0);
    return { order: order.slice(0, count), end: end.slice(0, count) };
  }

  private links(order: Int32Array, newOf: Int32Array): Int32Array {
    const links = new Int32Array(order.length).fill(-1);
    order.forEach((node, entry) => {
      let target: number | undefined = node;
      // A link to a link to … a file; more of them go in a circle.
      for (let hops = 0; hops < 32 && target !== undefined; hops++) {
        if (this.kind[target] !== codeOf.hardlink) break;
        target = this.lookUp(this.targets, this.targetStart[target]!, this.targetEnd[target]!);
      }
      if (target === undefined || target === node || newOf[target]! < 0) return;
      if (this.kind[target] === codeOf.hardlink) return;
      links[entry] = newOf[target]!;
    });
    return links;
  }

  private lookUp(path: Uint8Array, start: number, end: number): number | undefined {
    let node = 0;
    for (let from = start; from < end;) {
      let to = from;
      while (to < end && path[to] !== slash) to++;
      node = this.table[this.slotOf(node, path, from, to)]!;
      if (node === 0) return undefined;
      from = to + 1;
    }
    return node;
  }

  private partColumns(
    order: Int32Array,
    partCount: number,
  ): Pick<LayerColumns, 'partEnd' | 'partOffset' | 'partLimit' | 'partInner' | 'partSize'> {
    const columns = {
      partEnd: new Uint32Array(partCount === 0 ? 0 : order.length),
      partOffset: new Float64Array(partCount),
      partLimit: new Float64Array(partCount),
      partInner: new Float64Array(partCount),
      partSize: new Float64Array(partCount),
    };
    if (partCount === 0) return columns;
    let at = 0;
    order.forEach((node, entry) => {
      for (const part of this.parts.get(node) ?? []) {
        columns.partOffset[at] = part.offset;
        columns.partLimit[at] = part.limit;
        columns.partInner[at] = part.inner;
        columns.partSize[at] = part.size;
        at += 1;
      }
      columns.partEnd[entry] = at;
    });
    return columns;
  }
}

function startsWith(bytes: Uint8Array, prefix: Uint8Array): boolean {
  if (bytes.length < prefix.length) return false;
  for (let at = 0; at < prefix.length; at++) if (bytes[at] !== prefix[at]) return false;
  return true;
}

function isParent(part: Uint8Array): boolean {
  return part.length === 2 && part[0] === dot && part[1] === dot;
}

function tooMuch(limit: number, what: string): Error {
  return invalidLayer(`The layer has more than ${limit} ${what}, which is more than is read.`);
}

function tooLong(what: string): Error {
  return invalidLayer(
    `In the layer ${what} is longer than ${maxPathBytes} bytes or deeper than ${maxPathDepth} folders, which no file system takes.`,
  );
}
