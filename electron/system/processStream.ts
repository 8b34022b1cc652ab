import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { Duplex } from 'node:stream';

/** What is kept of what a process says; the end of it is where the reason is. */
const keptStderrBytes = 8 * 1024;
/** How long a process may take to end after it was told to, before it is killed. */
const killAfterMs = 2000;
/** What a process says last may arrive after its end; a child of its own may hold the pipe open for ever. */
const lastWordsMs = 100;

export interface ProcessStreamOptions {
  /** The process' whole environment. */
  env: Readonly<Record<string, string | undefined>>;
  /** Ends the process and the stream, with the signal's reason; has its meaning as long as the stream lives. */
  signal?: AbortSignal | undefined;
}

/** A process whose standard streams were a connection, and which ended otherwise than by ending the connection. */
export class ProcessStreamError extends Error {
  override readonly name = 'ProcessStreamError';

  constructor(
    /** The program, without arguments. */
    readonly command: string,
    readonly exitCode: number | undefined,
    /** The end of what the process said, at most 8 KiB. */
    readonly stderr: string,
  ) {
    const how = exitCode === undefined ? 'was killed' : `ended with status ${exitCode}`;
    super(lastLines(stderr) || `${command} ${how}`);
  }
}

/**
 * Runs a program and makes its standard input and output one byte stream. It emits `spawn`
 * when the process is there, and fails with a
 * {@link ProcessStreamError} when the process ends with a failure, with an `ENOENT` when there is no such program. The
 * process is gone when the stream has closed, or 2 s later.
 *
 * @param args given to the program as they are, without a shell
 */
export function openProcessStream(
  command: string,
  args: readonly string[],
  options: ProcessStreamOptions,
): Duplex {
  options.signal?.throwIfAborted();
  return new ProcessStream(command, args, options);
}

class ProcessStream extends Duplex {
  readonly #command: string;
  readonly #child: ChildProcessWithoutNullStreams;
  #stderr = Buffer.alloc(0);
  #writeFailure: Error | undefined;
  #exited = false;

  constructor(command: string, args: readonly string[], { env, signal }: ProcessStreamOptions) {
    super({ allowHalfOpen: false });
    this.#command = command;
    const child = spawn(command, args, { env: { ...env }, stdio: 'pipe', windowsHide: true });
    this.#child = child;
    child.once('spawn', () => this.emit('spawn'));
    child.once('error', (error) => {
      this.#exited ||= child.pid === undefined;
      this.destroy(error);
    });
    child.stdout.on('data', (chunk: Buffer) => {
      if (!this.push(chunk)) child.stdout.pause();
    });
    child.stderr.on('data', (chunk: Buffer) => {
      this.#stderr = Buffer.concat([this.#stderr, chunk]).subarray(-keptStderrBytes);
    });
    // The process' end tells why it takes no more.
    child.stdin.on('error', () => undefined);
    const ended = Promise.all([once(child, 'exit'), once(child.stdout, 'close')]);
    child.once('exit', () => (this.#exited = true));
    void ended.then(async () => {
      await Promise.race([once(child.stderr, 'close'), delay(lastWordsMs)]);
      this.#onEnd(child.exitCode ?? undefined);
    });
    if (signal !== undefined) {
      const onAbort = (): void => void this.destroy(signal.reason as Error);
      signal.addEventListener('abort', onAbort, { once: true });
      this.once('close', () => signal.removeEventListener('abort', onAbort));
    }
  }

  override _read(): void {
    this.#child.stdout.resume();
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    this.#child.stdin.write(chunk, (error) => {
      if (error) this.#fail(error);
      else done();
    });
  }

  override _final(done: (error?: Error | null) => void): void {
    this.#child.stdin.end();
    done();
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    if (!this.#exited) {
      this.#child.kill();
      setTimeout(() => this.#exited || this.#child.kill('SIGKILL'), killAfterMs).unref();
    }
    for (const pipe of [this.#child.stdin, this.#child.stdout, this.#child.stderr]) pipe.destroy();
    done(error);
  }

  /** The process takes no more: its end is waited for, as that tells why. */
  #fail(error: Error): void {
    this.#writeFailure = error;
    setTimeout(() => this.destroy(error), killAfterMs).unref();
  }

  #onEnd(exitCode: number | undefined): void {
    if (exitCode !== 0 || this.#writeFailure !== undefined) {
      this.destroy(new ProcessStreamError(this.#command, exitCode, this.#stderr.toString('utf8')));
    } else {
      this.push(null);
    }
  }
}

function once(emitter: NodeJS.EventEmitter, event: string): Promise<void> {
  return new Promise((resolve) => emitter.once(event, () => resolve()));
}

function delay(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms).unref());
}

function lastLines(text: string): string {
  const lines = text.split(/\r?\n/).map((line) => line.trim());
  return lines
    .filter((line) => line !== '')
    .slice(-3)
    .join(' ');
}
