import { useStore } from 'zustand';
import { createStore } from 'zustand/vanilla';
import type { StudioErrorData } from '../../shared/contract';
import { LogRecordReader } from '../../shared/model/log/records';
import { errorData, studio } from '../app/studio';
import { buildsStore } from './buildsStore';
import { oncePerFrame } from './frame';
import { LogLines } from './logLines';
import type { LogLine, LogStep } from './logLines';

/**
 * One build's log as it arrives. It changes in place, outside of zustand; listeners hear of it once per frame and then
 * read what is new: `for (n = seen; n < log.end; n++) log.line(n)`.
 */
export interface LogSource {
  readonly buildId: string;
  /** By step number. */
  readonly steps: readonly LogStep[];
  /** Number of the oldest kept line, which is how many were dropped. */
  readonly first: number;
  /** One more than the number of the newest line. */
  readonly end: number;
  line(number: number): LogLine | undefined;
  /** The line that is being printed and has not ended yet. */
  readonly openLine: LogLine | undefined;
  /** The build has ended and everything of its log is here. */
  readonly complete: boolean;
  /** Why the log breaks off. */
  readonly error: StudioErrorData | undefined;
  /** @returns stops listening */
  subscribe(listener: () => void): () => void;
}

/** Follows one build's log. `close` ends the subscription. */
export class BuildLog implements LogSource {
  complete = false;
  error: StudioErrorData | undefined;
  private readonly lines = new LogLines();
  private readonly reader = new LogRecordReader();
  private readonly listeners = new Set<() => void>();
  private readonly frame = oncePerFrame(() => {
    for (const listener of [...this.listeners]) listener();
  });
  private readonly unsubscribe: () => void;

  constructor(readonly buildId: string) {
    // The stream waits for each item to be taken in, so a flood of output is slowed down at its source.
    this.unsubscribe = studio().subscribe(
      'builds.log',
      { id: buildId },
      {
        onItem: (chunk) => this.take(chunk),
        onEnd: () => {
          this.lines.finish();
          this.complete = true;
          this.frame.request();
        },
        onError: (error) => this.fail(error),
      },
    );
  }

  get steps(): readonly LogStep[] {
    return this.lines.steps;
  }

  get first(): number {
    return this.lines.first;
  }

  get end(): number {
    return this.lines.end;
  }

  line(number: number): LogLine | undefined {
    return this.lines.line(number);
  }

  get openLine(): LogLine | undefined {
    return this.lines.openLine;
  }

  subscribe(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  close(): void {
    this.unsubscribe();
    this.frame.cancel();
    this.listeners.clear();
  }

  private take(chunk: Uint8Array): void {
    if (this.error !== undefined) return;
    try {
      for (const record of this.reader.read(chunk)) this.lines.add(record);
    } catch (error) {
      this.fail(error);
    }
    this.frame.request();
  }

  private fail(error: unknown): void {
    this.error = errorData(error);
    this.frame.request();
  }
}

const logStore = createStore<{ shown?: BuildLog }>()(() => ({}));

/** The log of the build in the run panel; undefined when none is shown. */
export function shownLog(): LogSource | undefined {
  return logStore.getState().shown;
}

/** {@link shownLog}, following changes of which build is shown. */
export function useShownLog(): LogSource | undefined {
  return useStore(logStore, (state) => state.shown);
}

/** Opens the log of whatever build is shown. */
export function followLog(): () => void {
  const follow = (id: string | undefined): void => {
    const { shown } = logStore.getState();
    if (shown?.buildId === id) return;
    shown?.close();
    logStore.setState(id === undefined ? {} : { shown: new BuildLog(id) }, true);
  };
  follow(buildsStore.getState().shownId);
  const unsubscribe = buildsStore.subscribe((state) => follow(state.shownId));
  return () => {
    unsubscribe();
    follow(undefined);
  };
}
