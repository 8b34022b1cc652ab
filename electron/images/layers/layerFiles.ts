import { createHash, randomUUID } from 'node:crypto';
import {
  StudioError,
  type FileColumn,
  type FileContent,
  type FileOfTree,
  type FileRows,
  type FileRowsRequest,
  type FileTreeItem,
  type FileTreeRequest,
} from '../../../shared/contract';
import { fileError } from '../../system/fileErrors';
import type { Logger } from '../../system/logger';
import { replaceFile } from '../../system/replaceFile';
import type { ImageOpener, OpenImage } from '../openImage';
import { partOf, sourceOf, streamOf, type LayerOfColumn } from './blobStream';
import { ContentGatherer, maxShownBytes } from './fileContent';
import { storageOf, type FileLocation, type FileStorage } from './fileLocation';
import { LayerCache } from './layerCache';
import { invalidLayer } from './layerError';
import { LayerIndexes, type IndexProgress } from './layerIndexes';
import type { ColumnToShow, Stretch } from './layerJobs';
import { LayerWorkers, type LayerWorkerLauncher, type TreeLink } from './layerWorkers';
import { layerLimits, type LayerLimits } from './limits';

/** What {@link LayerFiles} is made of. */
export interface LayerFilesParts {
  readonly opener: ImageOpener;
  readonly launchWorker: LayerWorkerLauncher;
  /** A folder of its own for the indexes of layers; made when needed. */
  readonly cacheFolder: string;
  /** Most bytes in it; 1 GiB unless given. */
  readonly cacheBytes?: number;
  readonly limits?: LayerLimits;
  readonly logger: Logger;
}

interface OpenTree {
  readonly link: TreeLink;
  readonly columns: readonly FileColumn[];
}

const progressMs = 100;
/** A part is in memory as a whole; of a layer with larger ones, all is streamed. */
const maxPartBytes = 64 * 2 ** 20;

/** Files of layers: trees that are open, and the content of files in them. */
export class LayerFiles {
  private readonly workers: LayerWorkers;
  private readonly indexes: LayerIndexes;
  private readonly limits: LayerLimits;
  private readonly trees = new Map<string, OpenTree>();

  constructor(private readonly parts: LayerFilesParts) {
    this.limits = parts.limits ?? layerLimits;
    this.workers = new LayerWorkers(parts.launchWorker);
    const { opener, logger } = parts;
    this.indexes = new LayerIndexes({
      opener,
      logger,
      workers: this.workers,
      limits: this.limits,
      cache: new LayerCache({ folder: parts.cacheFolder, maxBytes: parts.cacheBytes ?? 2 ** 30, logger }),
    });
  }

  /** To be called when somebody is about to open a tree: it comes a little sooner. */
  prepare(): void {
    this.workers.prepare();
  }

  /**
   * Indexes the layers of all columns, tells how far that is, then opens the tree, which lives as long as the stream.
   *
   * @throws StudioError
   */
  async *open(request: FileTreeRequest, signal: AbortSignal): AsyncGenerator<FileTreeItem, void, undefined> {
    const progress = new Map<string, IndexProgress>();
    // The first layer that fails ends the others.
    const stop = new AbortController();
    const both = AbortSignal.any([signal, stop.signal]);
    const work = Promise.all(request.columns.map((column) => this.columnToShow(column, progress, both)));
    const settled = work.then(
      () => true,
      () => true,
    );
    let columns: ColumnToShow[];
    try {
      for (;;) {
        if (await Promise.race([settled, later(progressMs)])) break;
        if (progress.size > 0) yield { type: 'progress', ...sumOf(progress.values()) };
      }
      columns = await work;
    } finally {
      stop.abort();
    }
    const link = await this.workers.openTree(columns, signal);
    const tree = randomUUID();
    this.trees.set(tree, { link, columns: request.columns });
    try {
      yield { type: 'ready', tree, summary: link.summary };
      await aborted(signal);
    } finally {
      this.trees.delete(tree);
      link.close();
    }
  }

  /** A window of a tree's rows. @throws StudioError `not-found` when the tree is not open any more */
  async rows({ tree, ...request }: FileRowsRequest): Promise<FileRows> {
    return this.tree(tree).link.ask({ kind: 'rows', request });
  }

  /**
   * A file's content, as it is best shown.
   *
   * @throws StudioError `not-found`, `invalid-request` when it is no file, `image-invalid`; or the signal's reason
   */
  async content({ tree, id, column }: FileOfTree, signal: AbortSignal): Promise<FileContent> {
    const { link, columns } = this.tree(tree);
    const location = await link.ask({ kind: 'locate', id, column });
    if (location.size > maxShownBytes) return { kind: 'too-large', size: location.size };
    const gatherer = new ContentGatherer(location.size);
    const enough = new AbortController();
    try {
      await this.read(columns[column]!, location, AbortSignal.any([signal, enough.signal]), (bytes) => {
        gatherer.add(bytes);
        if (gatherer.isEnough) enough.abort();
      });
    } catch (error) {
      if (!gatherer.isEnough || signal.aborted) throw error;
    }
    return gatherer.finish();
  }

  /**
   * Writes a file of any size to disk, streamed. What was there is replaced once all of it has come.
   *
   * @param choosePath asked with a name that fits any file system; undefined when the user cancels
   * @returns the path, unless the user cancelled
   * @throws StudioError, or the signal's reason
   */
  async save(
    { tree, id, column }: FileOfTree,
    choosePath: (name: string) => Promise<string | undefined>,
    signal: AbortSignal,
  ): Promise<string | undefined> {
    const { link, columns } = this.tree(tree);
    const location = await link.ask({ kind: 'locate', id, column });
    const path = await choosePath(safeName(location.name));
    if (path === undefined) return undefined;
    try {
      await replaceFile(path, (file) =>
        this.read(columns[column]!, location, signal, async (bytes) => {
          for (let at = 0; at < bytes.length;) at += (await file.write(bytes, at)).bytesWritten;
        }),
      );
      return path;
    } catch (error) {
      throw fileError(error, path);
    }
  }

  /** Stops the threads; what is under way fails. */
  async close(): Promise<void> {
    await this.workers.close();
  }

  private tree(id: string): OpenTree {
    const tree = this.trees.get(id);
    if (tree !== undefined) return tree;
    throw new StudioError({
      code: 'not-found',
      message: 'This file tree is not open any more.',
      hint: 'Open the files again.',
    });
  }

  private async columnToShow(
    { source, layers, view, platform }: FileColumn,
    progress: Map<string, IndexProgress>,
    signal: AbortSignal,
  ): Promise<ColumnToShow> {
    const indexes = await Promise.all(
      layers.map(async (layer, position) => {
        if (view === 'layer' && position < layers.length - 1) return undefined;
        const index = await this.indexes.get(layer, source, {
          signal,
          onProgress: (state) => progress.set(layer.digest, state),
        });
        return index.bytes;
      }),
    );
    return { layers: indexes, view, platform };
  }

  /** Reads a file to its end, and checks that it is the one that was indexed. */
  private async read(
    column: FileColumn,
    location: FileLocation,
    signal: AbortSignal,
    onData: (bytes: Uint8Array) => Promise<void> | void,
  ): Promise<void> {
    const layer = column.layers[location.layer]!;
    const hash = createHash('sha256');
    const checked = async (bytes: Uint8Array): Promise<void> => {
      hash.update(bytes);
      await onData(bytes);
    };
    await this.parts.opener.use(
      column.source,
      async (image) => {
        if (await this.readParts(image, layer, location, signal, checked)) return;
        const { archive } = location.archive ? location : await this.wholeStorage(column, location, signal);
        const stretch = { offset: archive!.offset, size: location.size, sparse: archive!.sparse };
        await this.extract(stretch, signal, (stop) => streamOf(image, layer, stop), checked);
      },
      { signal },
    );
    const digest = hash.digest();
    if (
      location.digest !== undefined &&
      !digest.subarray(0, location.digest.length).equals(location.digest)
    ) {
      throw invalidLayer(
        `The content of ${location.path} is not the one that the layer had when it was read.`,
      );
    }
  }

  /** Reads only the parts of the layer that have the file; false when that can't be done. */
  private async readParts(
    image: OpenImage,
    layer: LayerOfColumn,
    { parts, size }: FileStorage,
    signal: AbortSignal,
    onData: (bytes: Uint8Array) => Promise<void>,
  ): Promise<boolean> {
    if (size === 0) return true;
    if (parts === undefined) return false;
    const isComplete = parts.reduce((sum, part) => sum + part.size, 0) === size;
    const ranges = parts.map(({ offset, limit }) => ({
      offset,
      length: Math.min(limit, layer.size) - offset,
    }));
    if (!isComplete || ranges.some(({ length }) => length <= 0 || length > maxPartBytes)) return false;
    let isFirst = true;
    for (const [at, range] of ranges.entries()) {
      const bytes = await partOf(image, layer, range, signal);
      if (bytes === undefined) {
        if (isFirst) return false;
        throw invalidLayer('A part of the layer can’t be read any more.');
      }
      isFirst = false;
      const stretch = { offset: parts[at]!.inner, size: parts[at]!.size, sparse: undefined };
      await this.extract(stretch, signal, () => sourceOf(bytes), onData);
    }
    return true;
  }

  private async extract(
    stretch: Stretch,
    signal: AbortSignal,
    source: (signal: AbortSignal) => AsyncIterable<Uint8Array<ArrayBuffer>>,
    onData: (bytes: Uint8Array) => Promise<void>,
  ): Promise<void> {
    await this.workers.run({ kind: 'extract', stretch, limits: this.limits }, { signal, source, onData });
  }

  private async wholeStorage(
    column: FileColumn,
    location: FileLocation,
    signal: AbortSignal,
  ): Promise<FileStorage> {
    const layer = column.layers[location.layer]!;
    const index = await this.indexes.get(layer, column.source, { signal, whole: true });
    const entry = index.find(location.holder);
    if (entry === undefined) {
      throw invalidLayer(`The layer has no ${location.path}, although its table of contents names it.`);
    }
    return storageOf(index, entry);
  }
}

/** A name that is one on every system: no separators, no control characters, nothing that Windows reserves. */
function safeName(name: string): string {
  const cleaned = name
    .replace(/[\p{Cc}\p{Cf}\\/:*?"<>|\uFFFD]/gu, '_')
    .replace(/[. ]+$/, '')
    .slice(0, 200);
  return cleaned === '' || /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i.test(cleaned) ? `_${cleaned}` : cleaned;
}

function sumOf(states: Iterable<IndexProgress>): IndexProgress {
  const sum = { readBytes: 0, totalBytes: 0, entries: 0 };
  for (const state of states) {
    sum.readBytes += state.readBytes;
    sum.totalBytes += state.totalBytes;
    sum.entries += state.entries;
  }
  return sum;
}

function later(ms: number): Promise<false> {
  return new Promise((resolve) => setTimeout(() => resolve(false), ms));
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
