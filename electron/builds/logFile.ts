import { open, type FileHandle } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { encodeOutputRecord, encodeStepRecord } from '../../shared/model/log/records';

/** Longer output is cut into several records, so that a reader's chunk always holds a whole one. */
const maxRecordData = 64 * 1024;
/** Of a step's name, which may hold a whole script; in characters. */
const maxNameLength = 16 * 1024;
const maxChunkBytes = 256 * 1024;
/** Beyond this the writer wants its callers to wait. */
const maxWaitingBytes = 4 * 1024 * 1024;
const recordHeaderBytes = 5;

/** Takes the output of a build's steps. */
export interface LogSink {
  /** Announces a step; must come before its output. */
  step(id: string, name: string): void;
  /** `stream` is 1 for stdout, 2 for stderr; `timeMs` is since the epoch. Output of a step never announced is an error. */
  output(stepId: string, stream: number, timeMs: number, data: Uint8Array): void;
  /** Resolves when more may be written without filling the memory, or when nothing can be written any more. */
  drained(): Promise<void>;
}

/**
 * The log of a running build: written to a file in batches, and read by any number of followers while it grows. What
 * can't be written is dropped from then on, so that a full disk here costs the log and not the build.
 */
export class LogFile implements LogSink {
  private readonly numbers = new Map<string, number>();
  private waiting: Uint8Array[] = [];
  private waitingBytes = 0;
  private writing: Promise<void> | undefined;
  private broken = false;
  private ended = false;
  private writtenBytes = 0;
  private readonly followers = new Set<() => void>();

  private constructor(
    private readonly file: FileHandle,
    readonly path: string,
    private readonly onFailure: (error: Error) => void,
  ) {}

  /**
   * Makes a new, empty log.
   *
   * @param onFailure called at most once, when something can't be written; what was written before stays readable
   */
  static async create(path: string, onFailure: (error: Error) => void): Promise<LogFile> {
    return new LogFile(await open(path, 'wx', 0o600), path, onFailure);
  }

  step(id: string, name: string): void {
    if (this.numbers.has(id)) return;
    const number = this.numbers.size;
    this.numbers.set(id, number);
    this.append(encodeStepRecord(number, id, name.slice(0, maxNameLength)));
  }

  output(stepId: string, stream: number, timeMs: number, data: Uint8Array): void {
    const number = this.numbers.get(stepId);
    if (number === undefined) throw new Error(`Output of the step ${stepId}, which was not announced.`);
    for (let at = 0; at < data.length; at += maxRecordData) {
      this.append(encodeOutputRecord(number, stream, timeMs, data.subarray(at, at + maxRecordData)));
    }
  }

  async drained(): Promise<void> {
    while (this.waitingBytes > maxWaitingBytes && !this.broken) await this.writing;
  }

  /** Writes what is left and closes the file; followers come to their end. */
  async end(): Promise<void> {
    if (this.ended) return;
    while (this.writing !== undefined) await this.writing;
    this.ended = true;
    // Some file systems tell only now that something was not written.
    await this.file.close().catch((error: Error) => this.fail(error));
    this.wakeFollowers();
  }

  /**
   * The log from its first byte, as chunks of whole records of at most 256 KiB; waits for more while the build runs.
   * Ends with the log, or when `signal` aborts.
   */
  async *follow(signal: AbortSignal): AsyncIterable<Uint8Array> {
    let wake: () => void = () => undefined;
    const onChange = (): void => wake();
    this.followers.add(onChange);
    signal.addEventListener('abort', onChange);
    const file = await open(this.path, 'r');
    try {
      for (let at = 0; !signal.aborted;) {
        if (at < this.writtenBytes) {
          const chunk = await readRecords(file, at, this.writtenBytes);
          at += chunk.length;
          yield chunk;
        } else if (this.ended) {
          return;
        } else {
          await new Promise<void>((resolve) => (wake = resolve));
        }
      }
    } finally {
      this.followers.delete(onChange);
      signal.removeEventListener('abort', onChange);
      await file.close();
    }
  }

  private append(record: Uint8Array): void {
    if (this.broken) return;
    this.waiting.push(record);
    this.waitingBytes += record.length;
    this.writing ??= this.writeAll().finally(() => (this.writing = undefined));
  }

  private async writeAll(): Promise<void> {
    // Records of one burst go into one write.
    await sleep(0);
    while (this.waiting.length > 0) {
      const batch = this.waiting;
      const bytes = this.waitingBytes;
      this.waiting = [];
      try {
        await this.file.appendFile(batch.length === 1 ? batch[0]! : Buffer.concat(batch, bytes));
        this.writtenBytes += bytes;
        this.wakeFollowers();
      } catch (error) {
        this.fail(error as Error);
      }
      this.waitingBytes -= bytes;
    }
  }

  private fail(error: Error): void {
    if (this.broken) return;
    this.broken = true;
    this.waitingBytes -= this.waiting.reduce((sum, { length }) => sum + length, 0);
    this.waiting = [];
    this.onFailure(error);
  }

  private wakeFollowers(): void {
    for (const wake of this.followers) wake();
  }
}

/** The log of an ended build, as {@link LogFile.follow} gives it. A file that was cut off ends with its last whole record. */
export async function* readLogFile(path: string, signal: AbortSignal): AsyncIterable<Uint8Array> {
  const file = await open(path, 'r');
  try {
    const { size } = await file.stat();
    for (let at = 0; at < size && !signal.aborted;) {
      const chunk = await readRecords(file, at, size);
      if (chunk.length === 0) return;
      at += chunk.length;
      yield chunk;
    }
  } finally {
    await file.close();
  }
}

/** Whole records from `at`, as many as fit into a chunk; empty when not even one is complete before `end`. */
async function readRecords(file: FileHandle, at: number, end: number): Promise<Uint8Array> {
  const chunk = new Uint8Array(Math.min(maxChunkBytes, end - at));
  const { bytesRead } = await file.read(chunk, 0, chunk.length, at);
  const view = new DataView(chunk.buffer, 0, bytesRead);
  let whole = 0;
  while (bytesRead - whole >= recordHeaderBytes) {
    const next = whole + recordHeaderBytes + view.getUint32(whole + 1, true);
    if (next > bytesRead) break;
    whole = next;
  }
  return chunk.subarray(0, whole);
}
