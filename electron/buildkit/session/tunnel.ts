import { constants, type ClientHttp2Stream } from 'node:http2';
import { Buffer } from 'node:buffer';
import { Duplex } from 'node:stream';
import {
  BytesMessageUnwrapper,
  FRAMING_BYTES,
  frameBytesMessage,
  writeFramedBytesMessage,
} from './bytesMessage';

/**
 * Bytes that may wait to be sent before writes are held back. It is far above what HTTP/2 windows of the inner
 * connection let through (16 MiB at most in Go), so that the inner connection never waits for a write while it
 * should be reading: both sides would wait for each other.
 */
const WRITE_LIMIT = 64 * 1024 * 1024;

/** Data per message: large enough that the per-message work vanishes, far below the daemon's limit. */
const MESSAGE_LIMIT = 1024 * 1024;

/** Messages from this size on are put together in buffers that are used again: new ones would keep the garbage collector busy. */
const REUSE_FROM = 64 * 1024;
const MAX_FREE_SLABS = 8;

/** The raw connection inside Control.Session: what is written leaves as BytesMessages, what they bring can be read. */
export class SessionTunnel extends Duplex {
  readonly #stream: ClientHttp2Stream;
  readonly #unwrapper = new BytesMessageUnwrapper();
  readonly #emit = (data: Uint8Array): void => {
    if (!this.push(data)) this.#stream.pause();
  };
  readonly #freeSlabs: Buffer[] = [];
  #heldBack: (() => void) | undefined;

  constructor(stream: ClientHttp2Stream) {
    super({ allowHalfOpen: true, readableHighWaterMark: 1024 * 1024, writableHighWaterMark: 1024 * 1024 });
    this.#stream = stream;
    stream.on('data', (chunk: Uint8Array) => {
      try {
        this.#unwrapper.push(chunk, this.#emit);
      } catch (error) {
        this.destroy(error as Error);
      }
    });
    stream.once('end', () => this.push(null));
    stream.once('close', () => this.destroy());
  }

  override _read(): void {
    this.#stream.resume();
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    this.#send([chunk], chunk.byteLength);
    this.#doneWhenBelowLimit(done);
  }

  override _writev(
    writes: { chunk: Buffer; encoding: BufferEncoding }[],
    done: (error?: Error | null) => void,
  ): void {
    let group: Buffer[] = [];
    let length = 0;
    for (const { chunk } of writes) {
      if (length + chunk.byteLength > MESSAGE_LIMIT && group.length > 0) {
        this.#send(group, length);
        group = [];
        length = 0;
      }
      group.push(chunk);
      length += chunk.byteLength;
    }
    this.#send(group, length);
    this.#doneWhenBelowLimit(done);
  }

  override _final(done: (error?: Error | null) => void): void {
    this.#stream.end();
    done();
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    const heldBack = this.#heldBack;
    this.#heldBack = undefined;
    heldBack?.();
    if (!this.#stream.closed) this.#stream.close(constants.NGHTTP2_CANCEL);
    done(error);
  }

  #send(chunks: readonly Uint8Array[], length: number): void {
    if (!this.#stream.writable) return;
    if (length > MESSAGE_LIMIT || length < REUSE_FROM) {
      this.#stream.write(frameBytesMessage(chunks, length), () => this.#releaseHeldBack());
      return;
    }
    const slab = this.#freeSlabs.pop() ?? Buffer.allocUnsafeSlow(FRAMING_BYTES + MESSAGE_LIMIT);
    this.#stream.write(writeFramedBytesMessage(slab, chunks, length), () => {
      if (this.#freeSlabs.length < MAX_FREE_SLABS) this.#freeSlabs.push(slab);
      this.#releaseHeldBack();
    });
  }

  #doneWhenBelowLimit(done: () => void): void {
    if (this.#stream.writableLength < WRITE_LIMIT) done();
    else this.#heldBack = done;
  }

  #releaseHeldBack(): void {
    if (this.#heldBack === undefined || this.#stream.writableLength >= WRITE_LIMIT) return;
    const done = this.#heldBack;
    this.#heldBack = undefined;
    done();
  }
}
