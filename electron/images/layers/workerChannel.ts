import type { MessagePort } from 'node:worker_threads';
import { StudioError } from '../../../shared/contract/studioError';
import { windowBytes, type JobFailure, type JobInput, type JobOutput, type TreeQuestion } from './layerJobs';

/** Pieces that have come are joined to about so many bytes: each that is decompressed costs a change of threads. */
const joinedBytes = 1 << 20;

/** Milliseconds between two reports of entries. */
const reportInterval = 50;

/** Thrown inside of a job that nobody wants any more. */
export class JobStopped extends Error {
  override readonly name = 'JobStopped';
}

/** The thread's end of a job. */
export class WorkerChannel {
  /** Called with each question about a tree. */
  onQuestion: (question: TreeQuestion) => unknown = () => undefined;
  private readonly chunks: Uint8Array[] = [];
  private ended = false;
  private stopped = false;
  private unused = 0;
  private reportedMs = 0;
  private waiting: (() => void)[] = [];

  constructor(private readonly port: MessagePort) {
    port.on('message', (input: JobInput) => this.accept(input));
    port.on('close', () => this.stop());
  }

  /** What the calling thread sends. @throws JobStopped */
  async *source(): AsyncGenerator<Uint8Array, void, undefined> {
    for (;;) {
      if (this.stopped) throw new JobStopped();
      const bytes = this.take();
      if (bytes !== undefined) {
        this.post({ type: 'taken', bytes: bytes.length });
        yield bytes;
      } else if (this.ended) return;
      else await this.something();
    }
  }

  /** Gives bytes away, and waits while the calling thread is behind. @throws JobStopped */
  async send(bytes: Uint8Array<ArrayBuffer>): Promise<void> {
    this.unused += bytes.length;
    this.port.postMessage({ type: 'data', bytes } satisfies JobOutput, [bytes.buffer]);
    while (this.unused >= windowBytes && !this.stopped) await this.something();
    if (this.stopped) throw new JobStopped();
  }

  /** Tells how many entries there are so far, but not more often than a person can see. */
  entries(count: number): void {
    const now = performance.now();
    if (now - this.reportedMs < reportInterval) return;
    this.reportedMs = now;
    this.post({ type: 'entries', count });
  }

  post(output: JobOutput): void {
    this.port.postMessage(output);
  }

  /** Resolves when nobody wants the job any more. */
  async untilStopped(): Promise<void> {
    while (!this.stopped) await this.something();
  }

  /** The job's last word. */
  finish(outcome: { result?: unknown; error?: unknown }): void {
    const failure = outcome.error === undefined ? {} : { failure: failureOf(outcome.error) };
    this.post({ type: 'finished', result: outcome.result, ...failure });
    this.port.close();
  }

  /** The next bytes, when there are any. */
  private take(): Uint8Array | undefined {
    let [count, bytes] = [0, 0];
    while (count < this.chunks.length && bytes < joinedBytes) bytes += this.chunks[count++]!.length;
    const chunks = this.chunks.splice(0, count);
    return chunks.length <= 1 ? chunks[0] : Buffer.concat(chunks, bytes);
  }

  private something(): Promise<void> {
    return new Promise((resolve) => this.waiting.push(resolve));
  }

  /** A decompressor may wait for chunks while what it gave before waits to be taken. */
  private wake(): void {
    for (const resolve of this.waiting.splice(0)) resolve();
  }

  private stop(): void {
    this.stopped = true;
    this.wake();
  }

  private accept(input: JobInput): void {
    switch (input.type) {
      case 'chunk':
        this.chunks.push(input.bytes);
        break;
      case 'end':
        this.ended = true;
        break;
      case 'used':
        this.unused -= input.bytes;
        break;
      case 'stop':
        this.stopped = true;
        break;
      case 'ask':
        this.answer(input.id, input.question);
        return;
    }
    this.wake();
  }

  private answer(id: number, question: TreeQuestion): void {
    try {
      this.post({ type: 'answer', id, answer: this.onQuestion(question) });
    } catch (error) {
      this.post({ type: 'answer', id, failure: failureOf(error) });
    }
  }
}

function failureOf(error: unknown): JobFailure {
  const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return error instanceof StudioError ? { studio: error.toData(), message } : { message };
}
