import { availableParallelism } from 'node:os';
import { MessageChannel, type MessagePort, type Worker } from 'node:worker_threads';
import { StudioError, type FileTreeSummary } from '../../../shared/contract';
import { orAborted } from '../../system/orAborted';
import { invalidLayer } from './layerError';
import {
  windowBytes,
  type ColumnToShow,
  type JobFailure,
  type JobInput,
  type JobOutput,
  type JobResults,
  type LayerJob,
  type TreeAnswers,
  type TreeQuestion,
} from './layerJobs';

/** Starts a thread that runs `worker.ts`; its file differs between the bundled app and TypeScript sources. */
export type LayerWorkerLauncher = () => Worker;

/** What a job that reads gets, and what is told on the way. */
export interface JobInputs {
  /** Called once the job has its turn; its signal aborts when the job ends, early or not. */
  readonly source: (signal: AbortSignal) => AsyncIterable<Uint8Array<ArrayBuffer>>;
  readonly signal: AbortSignal;
  /** Bytes of the source that were taken, and entries found, so far. */
  readonly onProgress?: (bytes: number, entries: number) => void;
  /** Takes what the job gives out; the next piece comes when it has resolved. */
  readonly onData?: (bytes: Uint8Array) => Promise<void> | void;
}

/** A tree of files that lives in a thread. */
export interface TreeLink {
  readonly summary: FileTreeSummary;
  /** @throws StudioError */
  ask<K extends TreeQuestion['kind']>(question: TreeQuestion & { kind: K }): Promise<TreeAnswers[K]>;
  close(): void;
}

interface Thread {
  readonly worker: Worker;
  readonly links: Set<JobLink>;
}

/** A source that gives nothing for so long has died without a word. */
const stallMs = 120_000;

/** Threads that read layers and keep trees; unless told otherwise as many as there are cores, up to four. */
export class LayerWorkers {
  private readonly threads = new Set<Thread>();
  private running = 0;
  private readonly waiting: (() => void)[] = [];
  private closed = false;

  /** @param limit how many threads there may be */
  constructor(
    private readonly launch: LayerWorkerLauncher,
    private readonly limit = Math.min(4, availableParallelism()),
  ) {}

  /**
   * Does a job that reads a layer; of those that index, no more at a time than there are threads.
   *
   * @throws StudioError, what the source throws, or the signal's reason
   */
  async run<K extends 'index' | 'contents' | 'extract'>(
    job: LayerJob & { kind: K },
    inputs: JobInputs,
  ): Promise<JobResults[K]> {
    // Whoever opens a file doesn't wait for layers that are being indexed.
    if (job.kind !== 'index') return (await this.conduct(job, inputs)) as JobResults[K];
    await this.turn(inputs.signal);
    try {
      return (await this.conduct(job, inputs)) as JobResults[K];
    } finally {
      this.running -= 1;
      // All look again, because one of them may have given up.
      for (const wake of this.waiting.splice(0)) wake();
    }
  }

  /** Puts columns side by side. The tree stays until it is closed. @throws StudioError */
  async openTree(columns: readonly ColumnToShow[], signal: AbortSignal): Promise<TreeLink> {
    const link = this.link({ kind: 'tree', columns });
    const answers = new Map<number, { resolve: (answer: never) => void; reject: (error: Error) => void }>();
    let asked = 0;
    let dead: Error | undefined;
    const close = (): void => {
      dead ??= new StudioError({ code: 'not-found', message: 'The file tree was closed.' });
      for (const { reject } of answers.values()) reject(dead);
      answers.clear();
      link.post({ type: 'stop' });
      link.release();
    };
    const ready = new Promise<FileTreeSummary>((resolve, reject) => {
      link.onDeath = (error) => {
        dead = error;
        reject(error);
        close();
      };
      link.onOutput = (output) => {
        if (output.type === 'ready') {
          link.isWorking = false;
          resolve(output.summary);
        }
        if (output.type === 'finished' && output.failure !== undefined) link.onDeath(errorOf(output.failure));
        if (output.type !== 'answer') return;
        const answer = answers.get(output.id);
        answers.delete(output.id);
        if (output.failure !== undefined) answer?.reject(errorOf(output.failure));
        else answer?.resolve(output.answer as never);
      };
    });
    try {
      const summary = await orAborted(ready, signal);
      return {
        summary,
        ask: (question) => {
          if (dead !== undefined) return Promise.reject(dead);
          return new Promise((resolve, reject) => {
            answers.set((asked += 1), { resolve, reject });
            link.post({ type: 'ask', id: asked, question });
          });
        },
        close,
      };
    } catch (error) {
      close();
      throw error;
    }
  }

  /** Starts a thread, unless there is one, for whoever asks soon. */
  prepare(): void {
    if (!this.closed && this.threads.size === 0) this.start();
  }

  /** Stops the threads; what is under way fails. */
  async close(): Promise<void> {
    this.closed = true;
    await Promise.all([...this.threads].map(({ worker }) => worker.terminate()));
  }

  private async turn(signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    while (this.running >= this.limit) {
      await orAborted(new Promise<void>((resolve) => this.waiting.push(resolve)), signal);
    }
    this.running += 1;
  }

  private async conduct(job: LayerJob, inputs: JobInputs): Promise<unknown> {
    const link = this.link(job);
    const stop = new AbortController();
    let [taken, entries, sent] = [0, 0, 0];
    let wake: () => void = () => undefined;
    let data: Promise<void> = Promise.resolve();
    const outcome = new Promise<unknown>((resolve, reject) => {
      link.onDeath = reject;
      link.onOutput = (output) => {
        switch (output.type) {
          case 'taken':
            taken += output.bytes;
            wake();
            inputs.onProgress?.(taken, entries);
            return;
          case 'entries':
            entries = output.count;
            inputs.onProgress?.(taken, entries);
            return;
          case 'data':
            // Pieces are used one after the other: the thread waits once it is a window ahead.
            data = data.then(async () => {
              await inputs.onData?.(output.bytes);
              link.post({ type: 'used', bytes: output.bytes.length });
            });
            data.catch(reject);
            return;
          case 'finished':
            if (output.failure !== undefined) reject(errorOf(output.failure));
            else data.then(() => resolve(output.result), reject);
            return;
          case 'ready':
          case 'answer':
            return;
        }
      };
    });
    const feed = async (): Promise<void> => {
      const signal = AbortSignal.any([inputs.signal, stop.signal]);
      for await (const bytes of withoutStalls(inputs.source(signal), signal)) {
        signal.throwIfAborted();
        sent += bytes.length;
        link.post({ type: 'chunk', bytes }, [bytes.buffer]);
        while (sent - taken >= windowBytes && !signal.aborted) {
          await orAborted(new Promise<void>((resolve) => (wake = resolve)), signal);
        }
      }
      link.post({ type: 'end' });
    };
    const feeding = feed();
    try {
      // The job may be done before its source has ended, and the source may fail before the job has.
      return await orAborted(Promise.race([outcome, feeding.then(() => outcome)]), inputs.signal);
    } finally {
      stop.abort();
      link.post({ type: 'stop' });
      link.release();
      outcome.catch(() => undefined);
      await feeding.catch(() => undefined);
    }
  }

  private link(job: LayerJob): JobLink {
    if (this.closed) throw new StudioError({ code: 'cancelled', message: 'Manifold is closing.' });
    const thread = this.pick();
    const { port1, port2 } = new MessageChannel();
    const link = new JobLink(port1, () => thread.links.delete(link));
    thread.links.add(link);
    thread.worker.postMessage({ job, port: port2 }, [port2]);
    return link;
  }

  /**
   * A thread that has nothing, or a new one. When there are enough, the one with the fewest jobs under way, because those
   * who ask a tree wait for them; of equal ones that with the fewest trees, which may be asked.
   */
  private pick(): Thread {
    const [idlest] = [...this.threads].sort(
      (one, other) => workingIn(one) - workingIn(other) || one.links.size - other.links.size,
    );
    if (idlest !== undefined && (idlest.links.size === 0 || this.threads.size >= this.limit)) return idlest;
    return this.start();
  }

  private start(): Thread {
    const thread: Thread = { worker: this.launch(), links: new Set() };
    this.threads.add(thread);
    const die = (cause?: unknown): void => {
      this.threads.delete(thread);
      const error = new StudioError(
        { code: 'internal', message: 'The thread that reads layers stopped.' },
        { cause },
      );
      for (const link of [...thread.links]) link.onDeath(error);
    };
    thread.worker.on('error', die);
    thread.worker.on('exit', () => die());
    thread.worker.unref();
    return thread;
  }
}

function workingIn({ links }: Thread): number {
  return [...links].filter(({ isWorking }) => isWorking).length;
}

class JobLink {
  /** A tree that is ready does nothing until it is asked. */
  isWorking = true;
  onOutput: (output: JobOutput) => void = () => undefined;
  onDeath: (error: Error) => void = () => undefined;

  constructor(
    private readonly port: MessagePort,
    private readonly onRelease: () => void,
  ) {
    port.on('message', (output: JobOutput) => this.onOutput(output));
  }

  post(input: JobInput, transfer: ArrayBuffer[] = []): void {
    this.port.postMessage(input, transfer);
  }

  /** Ends the link; what the job still has to say is lost. */
  release(): void {
    this.onRelease();
    this.port.close();
  }
}

async function* withoutStalls<T>(source: AsyncIterable<T>, signal: AbortSignal): AsyncGenerator<T> {
  const iterator = source[Symbol.asyncIterator]();
  try {
    for (;;) {
      let timer: NodeJS.Timeout | undefined;
      const stalled = new Promise<never>((_, reject) => {
        timer = setTimeout(
          () =>
            reject(invalidLayer(`Reading the layer stopped: nothing came for ${stallMs / 1000} seconds.`)),
          stallMs,
        );
      });
      try {
        const next = await orAborted(Promise.race([iterator.next(), stalled]), signal);
        if (next.done) return;
        yield next.value;
      } finally {
        clearTimeout(timer);
      }
    }
  } finally {
    // Not waited for: a source that hangs may never return.
    void Promise.resolve(iterator.return?.()).catch(() => undefined);
  }
}

function errorOf({ studio, message }: JobFailure): Error {
  if (studio !== undefined) return new StudioError(studio);
  return new StudioError({
    code: 'internal',
    message: 'Reading the layer failed.',
    details: { cause: message },
  });
}
