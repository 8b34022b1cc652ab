import type {
  FileCell,
  FileFilter,
  FileRow,
  FileRows,
  FileRowsRequest,
  FileTreeSummary,
} from '../../../shared/contract';
import { fileDifferences } from '../../../shared/contract/fileDifferences';
import { StudioError } from '../../../shared/contract/studioError';
import {
  compareViews,
  comparisonCodes,
  differenceBit,
  isDirectoryMark,
  whiteoutMark,
  wrongMachineMark,
  type ComparedTree,
  type ComparedView,
} from './fileComparison';
import { compareRanges } from './bytes';
import { locateFile, type FileLocation } from './fileLocation';
import { kindOfNode } from './fileView';
import { codeOf } from './layerIndex';
import { PathPattern } from './pathPattern';
import { idOfPath, pathOfId } from './rowId';
import { isWrongMachine } from './wrongMachine';

/** How many of the biggest files and of the wrong binaries are told. */
const toldBiggest = 100;
const toldWrong = 1000;

/** What a filter lets through: `kept` rows are those and the folders on the way to them. */
interface Filtered {
  readonly key: string;
  readonly isActive: boolean;
  readonly matching: number;
  readonly kept: Uint8Array;
}

/** The rows that are to be seen with a filter and folds, by number. */
interface Shown {
  readonly key: string;
  readonly rows: Int32Array;
  readonly position: Int32Array;
  /** Kept children of a folder, by its row. */
  readonly children: Int32Array;
  readonly expanded: (row: number) => boolean;
}

/** Files side by side, and the questions that the page asks about them. */
export class FileTree {
  private readonly tree: ComparedTree;
  /** Made at once, so that the first letter of a filter is answered as quickly as the next. */
  private readonly lowerNames: readonly string[];
  private filtered: Filtered | undefined;
  private shown: Shown | undefined;

  constructor(columns: readonly ComparedView[]) {
    this.tree = compareViews(columns);
    this.lowerNames = Array.from({ length: this.tree.count }, (_, row) =>
      row === 0 ? '' : this.nameOf(row).toString('utf8').toLowerCase(),
    );
  }

  /** Totals, the biggest files, waste, and binaries of the wrong machine. */
  summary(): FileTreeSummary {
    const { comparison, count } = this.tree;
    let [differs, only] = [0, 0];
    for (let row = 1; row < count; row++) {
      if (comparison[row] === 1) differs += 1;
      if (comparison[row] === 2) only += 1;
    }
    return {
      paths: count - 1,
      differs,
      only,
      columns: this.tree.columns.map((column) => this.columnSummary(column)),
    };
  }

  /** The window of rows that is asked for. */
  rows(request: Pick<FileRowsRequest, 'filter' | 'toggled' | 'offset' | 'count'>): FileRows {
    const filtered = this.filter(request.filter);
    const shown = this.show(filtered, request.toggled);
    const rows: FileRow[] = [];
    const end = Math.min(shown.rows.length, request.offset + request.count);
    for (let at = Math.floor(request.offset); at < end; at++) rows.push(this.row(shown, at));
    return { total: shown.rows.length, matching: filtered.matching, rows };
  }

  /**
   * Where a file's content is.
   *
   * @throws StudioError `not-found` or `invalid-request` when there is no file of that id in the column
   */
  locate(id: string, column: number): FileLocation {
    const row = this.find(id);
    const node = row === undefined ? -1 : (this.tree.nodes[row * this.width + column] ?? -1);
    const view = this.tree.columns[column]?.view;
    if (view === undefined || node < 0) {
      throw new StudioError({ code: 'not-found', message: 'There is no such file in this image.' });
    }
    return locateFile(view, node);
  }

  private get width(): number {
    return this.tree.columns.length;
  }

  private columnSummary({ view, platform }: ComparedView): FileTreeSummary['columns'][number] {
    const wrongMachine: FileTreeSummary['columns'][number]['wrongMachine'] = [];
    let files: number[] = [];
    for (let node = 1; node < view.count; node++) {
      const index = view.layers[view.layer[node]!]!;
      const entry = view.entry[node]!;
      if (index.columns.kind[entry] !== codeOf.file) continue;
      files.push(node);
      if (files.length > 20 * toldBiggest) files = largest(files, view.size);
      const header = index.executable(entry);
      if (
        header !== undefined &&
        wrongMachine.length < toldWrong &&
        isWrongMachine(header, index.columns.mode[entry]!, platform)
      ) {
        const { format, machines } = header;
        const path = index.pathBytes(entry).toString('utf8');
        wrongMachine.push({ path, executable: { format, machines: [...machines], wrongMachine: true } });
      }
    }
    return {
      paths: view.count - 1,
      size: view.size[0]!,
      wrongMachine,
      biggest: largest(files, view.size).map((node) => ({
        path: view.layers[view.layer[node]!]!.pathBytes(view.entry[node]!).toString('utf8'),
        size: view.size[node]!,
        layer: view.layer[node]!,
      })),
      wastedBytes: view.wastedBytes,
      wasted: [...view.wasted],
      warnings: view.layers.flatMap((index, layer) =>
        (index?.facts.warnings ?? []).map((warning) => `Layer ${layer + 1}: ${warning}`),
      ),
    };
  }

  private filter(filter: FileFilter): Filtered {
    const key = JSON.stringify(filter);
    if (this.filtered?.key === key) return this.filtered;
    const { count, parent } = this.tree;
    const pattern = new PathPattern(filter.text);
    const isActive = !pattern.isEmpty || filter.show.length > 0;
    const kept = new Uint8Array(count);
    let matching = 0;
    if (!isActive) {
      kept.fill(1);
      matching = count - 1;
    } else {
      const byPath = this.matchPaths(pattern);
      const passes = this.judge(filter);
      for (let row = 1; row < count; row++) {
        if (byPath[row] === 0 || !passes(row)) continue;
        kept[row] = 1;
        matching += 1;
      }
      for (let row = count - 1; row > 0; row--) if (kept[row] === 1) kept[parent[row]!] = 1;
    }
    this.filtered = { key, isActive, matching, kept };
    return this.filtered;
  }

  private judge({ show, differences }: FileFilter): (row: number) => boolean {
    if (show.length === 0) return () => true;
    const { comparison, marks, differences: found } = this.tree;
    const wanted = new Set(show);
    const bits =
      differences.length === 0 ? 0xff : differences.reduce((bits, one) => bits | differenceBit[one], 0);
    const markBits =
      (wanted.has('wrong-machine') ? wrongMachineMark : 0) | (wanted.has('whiteout') ? whiteoutMark : 0);
    const states = comparisonCodes.map((state) => wanted.has(state));
    return (row) => {
      if ((marks[row]! & markBits) !== 0) return true;
      const state = comparison[row]!;
      return states[state]! && (state !== 1 || (found[row]! & bits) !== 0);
    };
  }

  private matchPaths(pattern: PathPattern): Uint8Array {
    const { count, parent, depth } = this.tree;
    const matched = new Uint8Array(count);
    if (pattern.isEmpty) return matched.fill(1);
    const names = this.lowerNames;
    if (pattern.isWithinName) {
      for (let row = 1; row < count; row++) {
        if (matched[parent[row]!] === 1 || pattern.matches(names[row]!)) matched[row] = 1;
      }
      return matched;
    }
    const folders: string[] = [''];
    for (let row = 1; row < count; row++) {
      const level = depth[row]!;
      const path = folders[level - 1]! + names[row]!;
      folders[level] = `${path}/`;
      if (pattern.matches(path)) matched[row] = 1;
    }
    return matched;
  }

  private show(filtered: Filtered, toggledIds: readonly string[]): Shown {
    const key = `${filtered.key}${toggledIds.join('\n')}`;
    if (this.shown?.key === key) return this.shown;
    const { count, end, parent } = this.tree;
    const toggled = new Set<number>();
    for (const id of toggledIds) {
      const row = this.find(id);
      if (row !== undefined) toggled.add(row);
    }
    const expanded = (row: number): boolean => toggled.has(row) !== filtered.isActive;
    const rows = new Int32Array(count);
    const position = new Int32Array(count);
    const children = new Int32Array(count);
    let total = 0;
    for (let row = 1; row < count;) {
      if (filtered.kept[row] === 0) {
        row = end[row]!;
        continue;
      }
      rows[total] = row;
      position[total] = children[parent[row]!]! += 1;
      total += 1;
      row = expanded(row) ? row + 1 : end[row]!;
    }
    this.shown = { key, rows: rows.slice(0, total), position: position.slice(0, total), children, expanded };
    return this.shown;
  }

  private row(shown: Shown, at: number): FileRow {
    const row = shown.rows[at]!;
    const { depth, comparison, differences, differing, marks, parent } = this.tree;
    const path = this.pathOf(row);
    const isDirectory = (marks[row]! & isDirectoryMark) !== 0;
    return {
      path: path.toString('utf8'),
      name: this.nameOf(row).toString('utf8'),
      id: idOfPath(path),
      depth: depth[row]! - 1,
      isDirectory,
      expanded: isDirectory && shown.expanded(row),
      cells: this.tree.columns.map((_, column) => this.cell(row, column)),
      comparison: comparisonCodes[comparison[row]!]!,
      differences: fileDifferences.filter((one) => (differences[row]! & differenceBit[one]) !== 0),
      differing: differing[row]!,
      position: shown.position[at]!,
      siblings: shown.children[parent[row]!]!,
    };
  }

  private cell(row: number, column: number): FileCell | null {
    const node = this.tree.nodes[row * this.width + column]!;
    if (node < 0) return null;
    const { view, platform } = this.tree.columns[column]!;
    const layer = view.layer[node]!;
    const index = view.layers[layer]!;
    const entry = view.entry[node]!;
    const { mode, uid, gid, modifiedMs, link, size, targetEnd } = index.columns;
    const hasTarget = targetEnd[entry]! > index.targetStart(entry);
    const header = index.executable(entry);
    return {
      kind: kindOfNode(view, node),
      // A hard link is shown as large as the file is; in sums the file counts once.
      size: link[entry]! >= 0 ? size[link[entry]!]! : view.size[node]!,
      mode: mode[entry]!,
      uid: uid[entry]!,
      gid: gid[entry]!,
      modifiedMs: modifiedMs[entry]!,
      ...(hasTarget ? { target: index.targetBytes(entry).toString('utf8') } : {}),
      ...(header === undefined
        ? {}
        : {
            executable: {
              format: header.format,
              machines: [...header.machines],
              wrongMachine: isWrongMachine(header, mode[entry]!, platform),
            },
          }),
      layer,
    };
  }

  private firstNode(row: number): {
    index: NonNullable<ComparedView['view']['layers'][number]>;
    entry: number;
  } {
    for (let column = 0; column < this.width; column++) {
      const node = this.tree.nodes[row * this.width + column]!;
      if (node < 0) continue;
      const { view } = this.tree.columns[column]!;
      return { index: view.layers[view.layer[node]!]!, entry: view.entry[node]! };
    }
    throw new StudioError({ code: 'internal', message: 'A row of the file tree is in no column.' });
  }

  private nameOf(row: number): Buffer {
    const { index, entry } = this.firstNode(row);
    return index.nameBytes(entry);
  }

  private pathOf(row: number): Buffer {
    const { index, entry } = this.firstNode(row);
    return index.pathBytes(entry);
  }

  /** The row of an id, by a walk down its path. */
  private find(id: string): number | undefined {
    const path = pathOfId(id);
    if (path === undefined) return undefined;
    let row = 0;
    for (let start = 0; start < path.length;) {
      const slash = path.indexOf(0x2f, start);
      const end = slash < 0 ? path.length : slash;
      const child = this.childNamed(row, path.subarray(start, end));
      if (child === undefined) return undefined;
      row = child;
      start = end + 1;
    }
    return row === 0 ? undefined : row;
  }

  private childNamed(folder: number, name: Buffer): number | undefined {
    const { end } = this.tree;
    for (let row = folder + 1; row < end[folder]!; row = end[row]!) {
      const { index, entry } = this.firstNode(row);
      const { names, nameEnd } = index.columns;
      const order = compareRanges(names, index.nameStart(entry), nameEnd[entry]!, name, 0, name.length);
      if (order === 0) return row;
      if (order > 0) return undefined;
    }
    return undefined;
  }
}

function largest(nodes: readonly number[], size: Float64Array): number[] {
  return [...nodes].sort((one, other) => size[other]! - size[one]!).slice(0, toldBiggest);
}
