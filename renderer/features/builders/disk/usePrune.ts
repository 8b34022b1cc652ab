import { useEffect, useRef, useState } from 'react';
import type { PruneRequest, StudioErrorData } from '../../../../shared/contract';
import { recordKey } from '../../../../shared/model/cacheRecords';
import { errorData, studio } from '../../../app/studio';

/** How a prune goes, or how it went. */
export interface PruneRun {
  status: 'running' | 'done' | 'cancelled' | 'failed';
  /** Keys of the records that are gone. */
  gone: ReadonlySet<string>;
  bytes: number;
  failures: ReadonlyMap<string, StudioErrorData>;
  error?: StudioErrorData;
}

/** The page is drawn anew this often at most: thousands of records may go in a second. */
const drawEveryMs = 100;

/** Prunes, one at a time. `onEnd` is called however it ends. */
export function usePrune(onEnd: () => void): {
  run: PruneRun | undefined;
  start: (request: PruneRequest) => void;
  cancel: () => void;
  forget: () => void;
} {
  const [run, setRun] = useState<PruneRun>();
  const stop = useRef<(status: 'cancelled') => void>(undefined);
  useEffect(() => () => stop.current?.('cancelled'), []);

  const start = (request: PruneRequest): void => {
    const gone = new Set<string>();
    const failures = new Map<string, StudioErrorData>();
    let bytes = 0;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const draw = (status: PruneRun['status'], error?: StudioErrorData): void => {
      timer = undefined;
      setRun({
        status,
        gone: new Set(gone),
        bytes,
        failures: new Map(failures),
        ...(error === undefined ? {} : { error }),
      });
    };
    const end = (status: PruneRun['status'], error?: StudioErrorData): void => {
      clearTimeout(timer);
      stop.current = undefined;
      draw(status, error);
      onEnd();
    };
    draw('running');
    const unsubscribe = studio().subscribe('builders.prune', request, {
      onItem: (item) => {
        if (item.type === 'pruned') {
          gone.add(recordKey(item.record));
          bytes += item.record.size;
        } else if (item.type === 'failed') failures.set(item.node, item.error);
        timer ??= setTimeout(() => draw('running'), drawEveryMs);
      },
      onEnd: () => end('done'),
      onError: (thrown) => end('failed', errorData(thrown)),
    });
    stop.current = (status) => {
      unsubscribe();
      end(status);
    };
  };
  return {
    run,
    start,
    cancel: () => stop.current?.('cancelled'),
    forget: () => setRun(undefined),
  };
}
