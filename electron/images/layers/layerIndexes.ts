import { StudioError, type ImageSource } from '../../../shared/contract';
import type { Logger } from '../../system/logger';
import { orAborted } from '../../system/orAborted';
import type { ImageOpener, OpenImage } from '../openImage';
import { partOf, sourceOf, streamOf, type LayerOfColumn } from './blobStream';
import type { LayerCache } from './layerCache';
import { LayerIndex } from './layerIndex';
import type { LayerWorkers } from './layerWorkers';
import type { LayerLimits } from './limits';
import {
  estargzContents,
  estargzContentsDigest,
  estargzFooterBytes,
  zstdChunkedContents,
  type ContentsPlace,
} from './tableOfContents';

/** How far a layer is: compressed bytes, and entries found. */
export interface IndexProgress {
  readonly readBytes: number;
  readonly totalBytes: number;
  readonly entries: number;
}

interface Run {
  readonly index: Promise<LayerIndex>;
  readonly controller: AbortController;
  readonly listeners: Set<(progress: IndexProgress) => void>;
  progress: IndexProgress | undefined;
}

/** Smaller layers are read as quickly as their tables of contents, and then their programs are looked into, too. */
const contentsFromBytes = 1 << 20;

/** Indexes of layers, from the cache or made now; each only once, however many ask for it. */
export class LayerIndexes {
  private readonly runs = new Map<string, Run>();

  constructor(
    private readonly parts: {
      readonly opener: ImageOpener;
      readonly workers: LayerWorkers;
      readonly cache: LayerCache;
      readonly limits: LayerLimits;
      readonly logger: Logger;
    },
  ) {}

  /**
   * @param options.whole the layer has to be read, because its table of contents isn't enough
   * @param options.onProgress called only when the layer is not indexed yet
   * @throws StudioError, or the signal's reason
   */
  async get(
    layer: LayerOfColumn,
    source: ImageSource,
    options: { signal: AbortSignal; whole?: boolean; onProgress?: (progress: IndexProgress) => void },
  ): Promise<LayerIndex> {
    options.signal.throwIfAborted();
    const whole = options.whole ?? false;
    const key = JSON.stringify([layer.digest, layer.diffId, whole]);
    const run = this.runs.get(key) ?? this.start(key, layer, source, whole);
    const listener = (progress: IndexProgress): void => options.onProgress?.(progress);
    run.listeners.add(listener);
    if (run.progress !== undefined) listener(run.progress);
    try {
      return await orAborted(run.index, options.signal);
    } finally {
      run.listeners.delete(listener);
      if (run.listeners.size === 0) {
        // Nobody waits for it any more; whoever comes next begins anew.
        if (this.runs.get(key) === run) this.runs.delete(key);
        run.controller.abort();
      }
    }
  }

  private start(key: string, layer: LayerOfColumn, source: ImageSource, whole: boolean): Run {
    const controller = new AbortController();
    const onProgress = (progress: IndexProgress): void => {
      run.progress = progress;
      for (const listener of run.listeners) listener(progress);
    };
    // Begins after `run` is there to be told.
    const index = Promise.resolve().then(() =>
      this.make(layer, source, whole, onProgress, controller.signal),
    );
    const run: Run = { index, controller, listeners: new Set(), progress: undefined };
    index.catch(() => undefined);
    this.runs.set(key, run);
    return run;
  }

  private async make(
    layer: LayerOfColumn,
    source: ImageSource,
    whole: boolean,
    onProgress: (progress: IndexProgress) => void,
    signal: AbortSignal,
  ): Promise<LayerIndex> {
    const { cache, opener } = this.parts;
    const stored = await cache.get(layer.digest);
    if (stored !== undefined && serves(stored, layer, whole)) return stored;
    onProgress({ readBytes: 0, totalBytes: layer.size, entries: 0 });
    const index = await opener.use(
      source,
      async (image) =>
        (whole ? undefined : await this.fromContents(image, layer, signal)) ??
        (await this.fromWhole(image, layer, onProgress, signal)),
      { signal },
    );
    await cache.put(layer.digest, index);
    return index;
  }

  private async fromWhole(
    image: OpenImage,
    layer: LayerOfColumn,
    onProgress: (progress: IndexProgress) => void,
    signal: AbortSignal,
  ): Promise<LayerIndex> {
    const bytes = await this.parts.workers.run(
      {
        kind: 'index',
        layer: { digest: layer.digest, diffId: layer.diffId },
        limits: this.parts.limits,
      },
      {
        signal,
        source: (stop) => streamOf(image, layer, stop),
        onProgress: (readBytes, entries) => onProgress({ readBytes, totalBytes: layer.size, entries }),
      },
    );
    return LayerIndex.open(bytes);
  }

  /** By the layer's table of contents; undefined when it has none that can be trusted. */
  private async fromContents(
    image: OpenImage,
    layer: LayerOfColumn,
    signal: AbortSignal,
  ): Promise<LayerIndex | undefined> {
    if (layer.size < contentsFromBytes) return undefined;
    try {
      const place = await contentsOf(image, layer, signal);
      if (place === undefined) return undefined;
      const table = await partOf(image, layer, place, signal);
      if (table === undefined) return undefined;
      const bytes = await this.parts.workers.run(
        { kind: 'contents', format: place.format, limits: this.parts.limits },
        { signal, source: () => sourceOf(table) },
      );
      return LayerIndex.open(bytes);
    } catch (error) {
      if (!(error instanceof StudioError) || error.code !== 'image-invalid') throw error;
      this.parts.logger.warn(
        { digest: layer.digest, error: error.message },
        'the table of contents of a layer was passed over; the layer is read whole',
      );
      return undefined;
    }
  }
}

function serves({ facts }: LayerIndex, layer: LayerOfColumn, whole: boolean): boolean {
  if (facts.parts !== undefined) return !whole;
  return layer.diffId === undefined || layer.diffId === facts.diffId;
}

async function contentsOf(
  image: OpenImage,
  layer: LayerOfColumn,
  signal: AbortSignal,
): Promise<ContentsPlace | undefined> {
  const annotations = layer.annotations ?? {};
  const chunked = zstdChunkedContents(annotations, layer.size);
  if (chunked !== undefined) return chunked;
  const digest = estargzContentsDigest(annotations);
  if (digest === undefined) return undefined;
  const range = { offset: layer.size - estargzFooterBytes, length: estargzFooterBytes };
  const footer = await partOf(image, layer, range, signal);
  return footer === undefined ? undefined : estargzContents(footer, digest, layer.size);
}
