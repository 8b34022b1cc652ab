import { Duplex } from 'node:stream';
import { OutputFrames } from './outputFrames';

/** What is kept of what the command says; the end of it is where the reason is. */
const keptStderrBytes = 8 * 1024;

/**
 * The standard streams of a command in a container, as one byte stream: what the command prints can be read, what is
 * written it reads. A command that prints an error and nothing else makes the stream fail
 * with that.
 */
export class ExecStream extends Duplex {
  readonly #socket: Duplex;
  #printed = false;
  #ended = false;
  #stderr = Buffer.alloc(0);

  /** @param socket the upgraded connection of an exec without a terminal */
  constructor(socket: Duplex) {
    super({ allowHalfOpen: false });
    this.#socket = socket;
    const frames = new OutputFrames((kind, part) => this.#give(kind, part));
    socket.on('data', (chunk: Buffer) => frames.push(chunk));
    socket.once('end', () => this.#onEnd());
    socket.once('error', (error) => this.destroy(error));
    // What came before its end may still have to be read.
    socket.once('close', () => this.#ended || this.destroy());
  }

  /** The end of what the command wrote to its standard error. */
  get stderr(): string {
    return this.#stderr.toString('utf8');
  }

  override _read(): void {
    this.#socket.resume();
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    this.#socket.write(chunk, done);
  }

  override _final(done: (error?: Error | null) => void): void {
    this.#socket.end(() => done());
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#socket.destroy();
    done(error);
  }

  #give(kind: number, part: Buffer): void {
    if (kind === 2) {
      this.#stderr = Buffer.concat([this.#stderr, part]).subarray(-keptStderrBytes);
      return;
    }
    this.#printed = true;
    if (!this.push(part)) this.#socket.pause();
  }

  #onEnd(): void {
    this.#ended = true;
    const words = this.stderr.trim();
    if (!this.#printed && words !== '') this.destroy(new Error(words));
    else this.push(null);
  }
}
