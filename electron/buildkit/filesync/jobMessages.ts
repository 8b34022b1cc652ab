import type { FileTransferErrorCode } from './fileTransferError';
import type { BytePath } from './bytePath';

/** Work that a file worker does for one gRPC call. */
export type Job =
  | {
      readonly kind: 'send';
      readonly source:
        | { readonly kind: 'folder'; readonly path: string }
        | { readonly kind: 'files'; readonly files: ReadonlyMap<string, Uint8Array> };
      readonly includePatterns: readonly BytePath[];
      readonly excludePatterns: readonly BytePath[];
      readonly followPaths: readonly BytePath[];
    }
  | { readonly kind: 'receive-folder'; readonly path: string }
  | { readonly kind: 'receive-file'; readonly path: string };

/** How far a job is: entries seen, files complete, bytes of their content. */
export interface JobProgress {
  readonly entries: number;
  readonly files: number;
  readonly bytes: number;
}

/** A {@link FileTransferError} as it crosses threads. */
export interface JobFailure {
  readonly code: FileTransferErrorCode;
  readonly message: string;
  readonly path: string | undefined;
}

/** From the calling thread to the worker, on the job's own port. */
export type JobInput =
  /** Messages from the daemon, each behind its length in four bytes, big endian. */
  | { readonly type: 'messages'; readonly bytes: Uint8Array }
  /** The daemon sends no more. */
  | { readonly type: 'end' }
  /** So many bytes of frames have been taken by the connection. */
  | { readonly type: 'sent'; readonly bytes: number }
  /** The buffer of frames that have left, to be filled again: making new ones keeps the garbage collector busy. */
  | { readonly type: 'reuse'; readonly buffer: ArrayBuffer }
  /** The call is over; release everything and answer `finished`. */
  | { readonly type: 'stop'; readonly failure: JobFailure };

/** From the worker to the calling thread. `finished` is the last. */
export type JobOutput =
  /** Whole gRPC-framed messages for the daemon. */
  | { readonly type: 'frames'; readonly bytes: Uint8Array<ArrayBuffer> }
  /** So many bytes of `messages` have been worked on. */
  | { readonly type: 'taken'; readonly bytes: number }
  | { readonly type: 'progress'; readonly progress: JobProgress }
  | { readonly type: 'finished'; readonly failure: JobFailure | undefined; readonly progress: JobProgress };

/** Most bytes under way in one direction before the sender waits for `sent` or `taken`. */
export const WINDOW = 4 << 20;
