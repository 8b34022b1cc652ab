import { Buffer } from 'node:buffer';
import type { ServerHttp2Stream } from 'node:http2';
import { GrpcCode, GrpcError } from '../grpcStatus';
import { trailersFor } from '../transport/grpcTrailers';
import { frameMessage, MessageDeframer, PREFIX_BYTES, writePrefix } from '../transport/messageFraming';
import { MessageQueue } from '../transport/messageQueue';
import type { SessionCall, SessionHandler, SessionMetadata } from './service';

/** Messages that may wait for their handler, per call. */
const QUEUE_HIGH_WATER = 1024 * 1024;

/** Bytes accepted and not yet written to the connection before `send` makes its caller wait. */
const SEND_HIGH_WATER = 4 * 1024 * 1024;

/** Smaller messages are joined into writes of about this size; larger ones are written without a copy. */
const JOIN_LIMIT = 64 * 1024;

const RESPONSE_HEADERS = { ':status': 200, 'content-type': 'application/grpc' } as const;

/** One call of the daemon on our session server, from its first header to its trailers. */
export class ServedCall implements SessionCall {
  readonly path: string;
  readonly metadata: SessionMetadata;
  readonly messages: MessageQueue;
  readonly #stream: ServerHttp2Stream;
  readonly #abort = new AbortController();
  #small: Buffer[] = [];
  #smallBytes = 0;
  #flushScheduled = false;
  #waitingSenders: { resolve(): void; reject(error: Error): void }[] = [];
  #finished = false;

  constructor(stream: ServerHttp2Stream, path: string, metadata: SessionMetadata) {
    this.#stream = stream;
    this.path = path;
    this.metadata = metadata;
    this.messages = new MessageQueue(
      { pause: () => stream.pause(), resume: () => stream.resume(), cancel: () => stream.resume() },
      QUEUE_HIGH_WATER,
    );
    const deframer = new MessageDeframer();
    const emit = (message: Uint8Array): void => this.messages.push(message);
    stream.on('data', (chunk: Uint8Array) => {
      try {
        deframer.push(chunk, emit);
      } catch (error) {
        this.messages.fail(error as Error);
      }
    });
    stream.once('end', () => {
      if (deframer.atBoundary) this.messages.end();
      else
        this.messages.fail(new GrpcError(GrpcCode.INTERNAL, 'The daemon ended the stream inside a message.'));
    });
    // A reset shows as an error on the stream too; 'close' follows either way and settles everything.
    stream.on('error', () => undefined);
    stream.once('aborted', () => this.#onGone());
    stream.once('close', () => this.#onGone());
  }

  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  send(payload: Uint8Array): Promise<void> {
    if (payload.byteLength <= JOIN_LIMIT) return this.sendFramed(frameMessage(payload));
    const prefix = Buffer.allocUnsafe(PREFIX_BYTES);
    writePrefix(prefix, 0, payload.byteLength);
    this.#addSmall(prefix);
    return this.sendFramed(payload);
  }

  sendFramed(framed: Uint8Array, onTaken?: () => void): Promise<void> {
    if (this.#finished || this.#stream.destroyed) return Promise.reject(goneError());
    const bytes = Buffer.from(framed.buffer, framed.byteOffset, framed.byteLength);
    if (bytes.byteLength <= JOIN_LIMIT) this.#addSmall(bytes);
    else {
      this.#respond();
      this.#stream.cork();
      this.#flushSmall();
      this.#write(bytes, onTaken);
      this.#stream.uncork();
    }
    if (this.#stream.writableLength < SEND_HIGH_WATER) return Promise.resolve();
    return new Promise((resolve, reject) => this.#waitingSenders.push({ resolve, reject }));
  }

  /** Runs the handler and ends the call with its outcome. Never rejects. */
  async run(handler: SessionHandler): Promise<void> {
    try {
      await handler(this);
      this.finish(undefined);
    } catch (error) {
      if (error instanceof GrpcError) this.finish(error);
      else
        this.finish(new GrpcError(GrpcCode.UNKNOWN, error instanceof Error ? error.message : String(error)));
    }
  }

  /** Ends the call with a status; undefined is OK. What was sent before still goes out. */
  finish(error: GrpcError | undefined): void {
    if (this.#finished) return;
    const stream = this.#stream;
    if (stream.destroyed) return;
    const trailers = trailersFor(error);
    if (stream.headersSent || this.#smallBytes > 0) {
      this.#flushSmall();
      stream.once('wantTrailers', () => stream.sendTrailers(trailers));
      stream.end();
    } else {
      stream.respond({ ...RESPONSE_HEADERS, ...trailers }, { endStream: true });
    }
    this.#finished = true;
    // Whatever the daemon still sends is dropped, so that the stream can close.
    void this.messages.return();
  }

  #addSmall(bytes: Buffer): void {
    this.#small.push(bytes);
    this.#smallBytes += bytes.byteLength;
    if (this.#smallBytes >= JOIN_LIMIT) this.#flushSmall();
    else if (!this.#flushScheduled) {
      this.#flushScheduled = true;
      // Runs when the promise jobs of this turn are done: all that a handler sends without waiting leaves at once.
      process.nextTick(() => {
        this.#flushScheduled = false;
        this.#flushSmall();
      });
    }
  }

  #flushSmall(): void {
    if (this.#smallBytes === 0) return;
    const parts = this.#small;
    const joined = parts.length === 1 ? parts[0]! : Buffer.concat(parts, this.#smallBytes);
    this.#small = [];
    this.#smallBytes = 0;
    this.#respond();
    this.#write(joined);
  }

  #respond(): void {
    if (!this.#stream.headersSent && !this.#stream.destroyed) {
      this.#stream.respond(RESPONSE_HEADERS, { waitForTrailers: true });
    }
  }

  #write(bytes: Buffer, onTaken?: () => void): void {
    if (!this.#stream.writable) return;
    this.#stream.write(bytes, () => {
      onTaken?.();
      if (this.#waitingSenders.length > 0 && this.#stream.writableLength < SEND_HIGH_WATER) {
        const senders = this.#waitingSenders;
        this.#waitingSenders = [];
        for (const sender of senders) sender.resolve();
      }
    });
  }

  #onGone(): void {
    if (!this.#finished) this.#abort.abort(goneError());
    this.messages.fail(goneError());
    const senders = this.#waitingSenders;
    this.#waitingSenders = [];
    for (const sender of senders) sender.reject(goneError());
  }
}

function goneError(): GrpcError {
  return new GrpcError(GrpcCode.CANCELLED, 'The daemon ended the call.');
}
