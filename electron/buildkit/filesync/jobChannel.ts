import type { MessagePort } from 'node:worker_threads';
import { FileTransferError } from './fileTransferError';
import { WINDOW, type JobInput, type JobOutput, type JobProgress } from './jobMessages';

/** Milliseconds between two progress reports. */
const PROGRESS_INTERVAL = 50;

/** The worker's end of a job: messages in, frames out, both with flow control. */
export class JobChannel {
  /** Gets back the buffers of frames that have left. */
  onReuse: (buffer: ArrayBuffer) => void = () => undefined;
  private readonly batches: Uint8Array[] = [];
  private ended = false;
  private stopped: FileTransferError | undefined;
  private unsent = 0;
  private wake: (() => void)[] = [];
  private lastProgress = 0;

  constructor(private readonly port: MessagePort) {
    port.on('message', (input: JobInput) => this.accept(input));
    port.on('close', () => this.stop(new FileTransferError('cancelled', 'The transfer was abandoned.')));
  }

  /** The next messages from the daemon, undefined when it sends no more. Throws once the job is stopped. */
  async receive(): Promise<Uint8Array | undefined> {
    for (;;) {
      if (this.stopped) throw this.stopped;
      const batch = this.batches.shift();
      if (batch) {
        this.post({ type: 'taken', bytes: batch.length });
        return batch;
      }
      if (this.ended) return undefined;
      await this.something();
    }
  }

  /** Sends framed messages to the daemon. The array's buffer is given away. */
  send(framed: Uint8Array<ArrayBuffer>): void {
    this.unsent += framed.length;
    this.post({ type: 'frames', bytes: framed }, [framed.buffer]);
  }

  /** Lets other jobs and incoming messages have their turn, and waits while the connection is behind. Throws once stopped. */
  async turn(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
    while (this.unsent >= WINDOW && !this.stopped) await this.something();
    if (this.stopped) throw this.stopped;
  }

  /** Resolves when anything has arrived or {@link nudge} was called. */
  something(): Promise<void> {
    return new Promise((resolve) => this.wake.push(resolve));
  }

  /** Wakes whoever waits for {@link something}. */
  nudge(): void {
    const waiting = this.wake;
    this.wake = [];
    for (const resolve of waiting) resolve();
  }

  /** Makes every waiting and later call throw `reason`. */
  stop(reason: FileTransferError): void {
    this.stopped ??= reason;
    this.nudge();
  }

  get stopReason(): FileTransferError | undefined {
    return this.stopped;
  }

  /** Reports progress, but not more often than a person can see. */
  progress(progress: JobProgress): void {
    const now = performance.now();
    if (now - this.lastProgress < PROGRESS_INTERVAL) return;
    this.lastProgress = now;
    this.post({ type: 'progress', progress });
  }

  /** The job's last word. */
  finish(error: FileTransferError | undefined, progress: JobProgress): void {
    const failure = error && { code: error.code, message: error.message, path: error.path };
    this.post({ type: 'finished', failure, progress });
  }

  private accept(input: JobInput): void {
    switch (input.type) {
      case 'messages':
        this.batches.push(input.bytes);
        break;
      case 'end':
        this.ended = true;
        break;
      case 'sent':
        this.unsent -= input.bytes;
        break;
      case 'reuse':
        this.onReuse(input.buffer);
        return;
      case 'stop':
        this.stop(new FileTransferError(input.failure.code, input.failure.message));
        return;
    }
    this.nudge();
  }

  private post(output: JobOutput, transfer: ArrayBuffer[] = []): void {
    this.port.postMessage(output, transfer);
  }
}

/** Calls `visit` with the range of each message in a batch (see JobInput). */
export function forEachMessage(
  batch: Uint8Array,
  visit: (buffer: Buffer, start: number, end: number) => void,
): void {
  const buffer = Buffer.from(batch.buffer, batch.byteOffset, batch.byteLength);
  for (let at = 0; at < buffer.length;) {
    const end = at + 4 + buffer.readUInt32BE(at);
    visit(buffer, at + 4, end);
    at = end;
  }
}
