import type { ProcedureName, ProcedureParams, ProcedureResult } from './procedures';
import type { StreamItem, StreamName, StreamParams } from './streams';

/** What a handler is given beside its parameters. */
export interface CallContext {
  /** Aborted when the caller cancels or goes away. */
  readonly signal: AbortSignal;
}

/** The core, as `createStudio` returns it: one function for each procedure and each stream, and nothing else. */
export interface Studio {
  readonly procedures: {
    readonly [N in ProcedureName]: (
      params: ProcedureParams<N>,
      context: CallContext,
    ) => Promise<ProcedureResult<N>>;
  };
  readonly streams: {
    readonly [N in StreamName]: (
      params: StreamParams<N>,
      context: CallContext,
    ) => AsyncIterable<StreamItem<N>>;
  };
}

/** The page's view of the core, over whatever mount. Rejections are `StudioError`s. */
export interface StudioClient {
  call<N extends ProcedureName>(
    name: N,
    ...params: ProcedureParams<N> extends undefined
      ? [params?: undefined, options?: { signal?: AbortSignal }]
      : [params: ProcedureParams<N>, options?: { signal?: AbortSignal }]
  ): Promise<ProcedureResult<N>>;
  /**
   * Delivers items in order; the next one comes when `onItem`'s promise (if any) has resolved, so a slow page slows
   * the core down. The returned function unsubscribes.
   */
  subscribe<N extends StreamName>(
    name: N,
    params: StreamParams<N>,
    observer: {
      onItem(item: StreamItem<N>): void | Promise<void>;
      onEnd?(): void;
      onError?(error: unknown): void;
    },
  ): () => void;
  dispose(): void;
}
