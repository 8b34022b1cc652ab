import http2 from 'node:http2';
import type { Duplex } from 'node:stream';
import { CancelledError, ConnectError, DaemonGoneError } from '../errors';
import { GrpcCode, GrpcError } from '../grpcStatus';
import { outcomeFromHttpStatus, outcomeFromTrailers } from './grpcTrailers';
import { frameMessage, MessageDeframer } from './messageFraming';
import { MessageQueue } from './messageQueue';

/** Receive windows. The connection's is a multiple of a stream's, so that one stalled reader can't stop the others. */
const STREAM_WINDOW = 8 * 1024 * 1024;
const CONNECTION_WINDOW = 128 * 1024 * 1024;

/** Messages that may wait for their reader, per stream. */
const QUEUE_HIGH_WATER = 1024 * 1024;

const { NGHTTP2_CANCEL } = http2.constants;

/** A gRPC call whose bytes the caller moves itself. */
export interface OpenCall {
  readonly stream: http2.ClientHttp2Stream;
  /** How the call ended: undefined for OK. Never rejects. */
  readonly outcome: Promise<Error | undefined>;
}

/** One HTTP/2 connection to the daemon for the streams that carry much: session, status, content. */
export class Http2Connection {
  readonly #session: http2.ClientHttp2Session;
  #failure: Error | undefined;
  readonly #closed: Promise<void>;
  #bytesRead = 0;

  private constructor(session: http2.ClientHttp2Session) {
    this.#session = session;
    session.on('error', (error: Error) => (this.#failure ??= error));
    session.on('goaway', () => session.close());
    this.#closed = new Promise((resolve) => session.once('close', () => resolve()));
  }

  /** Speaks HTTP/2 on a fresh connection. Resolves when the peer has answered; rejects with {@link ConnectError}. */
  static open(socket: Duplex, signal: AbortSignal): Promise<Http2Connection> {
    const session = http2.connect('http://localhost', {
      createConnection: () => socket,
      maxHeaderListPairs: 100_000,
      maxSessionMemory: 1024,
      settings: { enablePush: false, initialWindowSize: STREAM_WINDOW, maxHeaderListSize: 16 * 1024 * 1024 },
    });
    const connection = new Http2Connection(session);
    return new Promise((resolve, reject) => {
      const fail = (reason: string, cause: unknown) => {
        signal.removeEventListener('abort', onAbort);
        session.destroy();
        reject(new ConnectError(reason, { cause }));
      };
      const onAbort = () => fail('it did not answer in time.', signal.reason);
      const onClose = () => fail('it closed the connection, or does not speak HTTP/2.', connection.#failure);
      if (signal.aborted) return onAbort();
      signal.addEventListener('abort', onAbort, { once: true });
      session.once('close', onClose);
      session.once('remoteSettings', () => {
        signal.removeEventListener('abort', onAbort);
        session.off('close', onClose);
        session.setLocalWindowSize(CONNECTION_WINDOW);
        resolve(connection);
      });
    });
  }

  /** Resolves when the connection has ended, whoever ended it. */
  get closed(): Promise<void> {
    return this.#closed;
  }

  /** What broke the connection, when it broke. */
  get failure(): Error | undefined {
    return this.#failure;
  }

  /** Payload bytes received so far: a sign of life. */
  get bytesRead(): number {
    return this.#bytesRead;
  }

  /**
   * Starts a call and leaves the stream to the caller, who must read it to its end or close it.
   * @param headers request metadata; an array is sent as repeated values.
   */
  call(path: string, headers: Readonly<Record<string, string | string[]>>, signal?: AbortSignal): OpenCall {
    if (signal?.aborted) throw new CancelledError({ cause: signal.reason });
    if (this.#session.closed || this.#session.destroyed) throw new DaemonGoneError({ cause: this.#failure });
    const stream = this.#session.request(
      { ':method': 'POST', ':path': path, te: 'trailers', 'content-type': 'application/grpc', ...headers },
      { endStream: false },
    );
    const onAbort = () => stream.close(NGHTTP2_CANCEL);
    signal?.addEventListener('abort', onAbort, { once: true });
    const outcome = new Promise<Error | undefined>((resolve) => {
      let told: { readonly error: GrpcError | undefined } | undefined;
      let failure: Error | undefined;
      stream.on('data', (chunk: Uint8Array) => (this.#bytesRead += chunk.byteLength));
      stream.on('response', (response, flags) => {
        const error = outcomeFromHttpStatus(response[':status']);
        if (error !== undefined) {
          told = { error };
          stream.close(NGHTTP2_CANCEL);
        } else if ((flags & http2.constants.NGHTTP2_FLAG_END_STREAM) !== 0) {
          told = { error: outcomeFromTrailers(response) };
        }
      });
      stream.on(
        'trailers',
        (trailers: http2.IncomingHttpHeaders) => (told ??= { error: outcomeFromTrailers(trailers) }),
      );
      stream.on('error', (error: Error) => (failure = error));
      stream.once('close', () => {
        signal?.removeEventListener('abort', onAbort);
        if (told !== undefined) resolve(told.error);
        else if (signal?.aborted) resolve(new CancelledError({ cause: signal.reason }));
        else if (this.#session.closed || this.#session.destroyed)
          resolve(new DaemonGoneError({ cause: this.#failure ?? failure }));
        else resolve(new GrpcError(GrpcCode.CANCELLED, 'The call was reset.', { cause: failure }));
      });
    });
    return { stream, outcome };
  }

  /**
   * A server-streaming call: sends one request and yields the payloads of the answers. Leaving the loop early
   * cancels the call. Throws {@link GrpcError}, {@link DaemonGoneError} or {@link CancelledError}.
   */
  messages(path: string, request: Uint8Array, signal?: AbortSignal): AsyncIterableIterator<Uint8Array> {
    const { stream, outcome } = this.call(path, {}, signal);
    const queue = new MessageQueue(
      {
        pause: () => stream.pause(),
        resume: () => stream.resume(),
        cancel: () => stream.close(NGHTTP2_CANCEL),
      },
      QUEUE_HIGH_WATER,
    );
    const deframer = new MessageDeframer();
    const emit = (message: Uint8Array) => queue.push(message);
    stream.on('data', (chunk: Uint8Array) => {
      try {
        deframer.push(chunk, emit);
      } catch (error) {
        queue.fail(error as Error);
        stream.close(NGHTTP2_CANCEL);
      }
    });
    void outcome.then((error) => (error === undefined ? queue.end() : queue.fail(error)));
    stream.end(frameMessage(request));
    return queue;
  }

  /** Ends the connection and every call on it. */
  close(): void {
    this.#session.destroy();
  }
}
