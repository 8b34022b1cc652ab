import type { FileRows, FileRowsRequest, FileTreeSummary, StudioErrorData } from '../../../shared/contract';
import type { FileLocation } from './fileLocation';
import type { LayerToIndex } from './indexLayer';
import type { LayerLimits } from './limits';
import type { SparseMap } from './sparseMap';
import type { ContentsFormat } from './tableOfContents';

/** One column of a tree as a thread gets it. */
export interface ColumnToShow {
  /** Indexes by layer; only the last one is needed for the view of a layer. */
  readonly layers: readonly (SharedArrayBuffer | undefined)[];
  readonly view: 'layer' | 'merged';
  readonly platform: string | undefined;
}

/** A stretch of an uncompressed stream. */
export interface Stretch {
  readonly offset: number;
  /** Bytes of the file; with a sparse map, more than the stream has. */
  readonly size: number;
  readonly sparse: SparseMap | undefined;
}

/** Work of a thread. All but `tree` read what comes as `chunk`. */
export type LayerJob =
  | { readonly kind: 'index'; readonly layer: LayerToIndex; readonly limits: LayerLimits }
  | { readonly kind: 'contents'; readonly format: ContentsFormat; readonly limits: LayerLimits }
  | { readonly kind: 'extract'; readonly stretch: Stretch; readonly limits: LayerLimits }
  | { readonly kind: 'tree'; readonly columns: readonly ColumnToShow[] };

/** What a job ends with. */
export interface JobResults {
  index: SharedArrayBuffer;
  contents: SharedArrayBuffer;
  extract: undefined;
  tree: undefined;
}

export type TreeQuestion =
  | { readonly kind: 'rows'; readonly request: Omit<FileRowsRequest, 'tree'> }
  | { readonly kind: 'locate'; readonly id: string; readonly column: number };
export interface TreeAnswers {
  rows: FileRows;
  locate: FileLocation;
}

/** An error as it crosses threads; without a code it is a defect. */
export interface JobFailure {
  readonly studio?: StudioErrorData;
  readonly message: string;
}

/** From the calling thread, on the job's own port. */
export type JobInput =
  | { readonly type: 'chunk'; readonly bytes: Uint8Array }
  | { readonly type: 'end' }
  /** So many bytes of `data` have been used. */
  | { readonly type: 'used'; readonly bytes: number }
  | { readonly type: 'ask'; readonly id: number; readonly question: TreeQuestion }
  /** Nobody wants the result any more. */
  | { readonly type: 'stop' };

/** To the calling thread; `finished` is the last. */
export type JobOutput =
  | { readonly type: 'taken'; readonly bytes: number }
  | { readonly type: 'entries'; readonly count: number }
  | { readonly type: 'data'; readonly bytes: Uint8Array<ArrayBuffer> }
  | { readonly type: 'ready'; readonly summary: FileTreeSummary }
  | { readonly type: 'answer'; readonly id: number; readonly answer?: unknown; readonly failure?: JobFailure }
  | { readonly type: 'finished'; readonly result?: unknown; readonly failure?: JobFailure };

/** Most bytes under way in one direction before the sender waits. */
export const windowBytes = 4 << 20;
