import http from 'node:http';
import https from 'node:https';
import type { LookupFunction } from 'node:net';
import type { ConnectionOptions } from 'node:tls';

const sliceBytes = 64 * 1024;
/** What has come while its reader was busy is handed over in one piece of up to so many bytes: each has its costs. */
const aheadBytes = 1024 * 1024;

/** How connections to a host are made. Kept for as long as the host is used, so that connections are used again. */
export interface HttpAgents {
  readonly http: http.Agent;
  readonly https: https.Agent;
}

export interface HttpRequest {
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** `http:` or `https:`. */
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  /** Bytes, or where pieces come from, again each time; then `headers` has the content's length. */
  readonly body?: Uint8Array | (() => AsyncIterable<Uint8Array>);
  readonly agents: HttpAgents;
  /** How long the other end may let us wait for the next byte, in milliseconds. */
  readonly idleMs: number;
  /** Finds addresses, and may refuse one. */
  readonly lookup?: LookupFunction;
}

/** The other end did not answer, or stopped in the middle of its answer. */
export class IdleError extends Error {
  override readonly name = 'IdleError';
}

/** What is to be sent could not be had; the cause says why. */
export class BodyError extends Error {
  override readonly name = 'BodyError';
}

/** An answer. Its body has to be read to its end, or discarded. */
export interface HttpAnswer {
  readonly status: number;
  /** Such as `404 Not Found`. */
  readonly statusLine: string;
  readonly ok: boolean;
  /** Address of the other end. */
  readonly remoteAddress: string | undefined;
  /** @param name in lower case; of several headers of a name all values, separated by commas */
  header(name: string): string | undefined;
  /** Pieces as they arrive, each in memory of its own. Leaving the loop closes the connection. */
  readonly body: AsyncIterable<Uint8Array<ArrayBuffer>>;
  /** Gives the rest up. A short one is still taken in, for as long as an idle host is waited for. */
  discard(): void;
}

/** Connections that are kept open between requests; TLS with the given settings. */
export function createAgents(tls: https.AgentOptions & Pick<ConnectionOptions, 'secureContext'>): HttpAgents {
  // No limit of sockets: one whose reader is slow would keep others waiting. Callers limit what they do at once.
  const options = { keepAlive: true, maxFreeSockets: 8, timeout: 60_000, highWaterMark: aheadBytes };
  return { http: new http.Agent(options), https: new https.Agent({ ...options, ...tls }) };
}

/**
 * Sends one request over HTTP/1.1; follows no redirects. In place of `fetch`, which takes certificates only with a
 * package beside Node's own.
 *
 * @throws the connection's error, an {@link IdleError}, a {@link BodyError}, or the signal's reason
 */
export async function sendHttp(request: HttpRequest, signal: AbortSignal): Promise<HttpAnswer> {
  signal.throwIfAborted();
  try {
    return await sendOnce(request, signal);
  } catch (error) {
    signal.throwIfAborted();
    // The server had closed the kept connection when the request was under way.
    if (error instanceof StaleConnectionError) return sendHttp(request, signal);
    throw error;
  }
}

class StaleConnectionError extends Error {}

async function sendOnce(request: HttpRequest, signal: AbortSignal): Promise<HttpAnswer> {
  const { method, url, headers, body, agents, idleMs, lookup } = request;
  const secure = url.protocol === 'https:';
  const outgoing = (secure ? https : http).request(url, {
    method,
    headers: {
      'user-agent': 'manifold',
      ...(body instanceof Uint8Array ? { 'content-length': String(body.length) } : {}),
      ...headers,
    },
    agent: secure ? agents.https : agents.http,
    ...(lookup === undefined ? {} : { lookup }),
  });
  let message: http.IncomingMessage | undefined;
  const stop = (reason: unknown): void => {
    const error = reason instanceof Error ? reason : new Error(String(reason));
    message?.destroy(error);
    outgoing.destroy(error);
  };
  const onAbort = (): void => stop(signal.reason);
  signal.addEventListener('abort', onAbort, { once: true });
  const idle = new IdleTimer(idleMs, stop);
  const answered = new Promise<http.IncomingMessage>((resolve, reject) => {
    outgoing.once('response', resolve);
    outgoing.on('error', (error: NodeJS.ErrnoException) => {
      const isStale = outgoing.reusedSocket && error.code === 'ECONNRESET' && typeof body !== 'function';
      reject(isStale ? new StaleConnectionError(error.message, { cause: error }) : error);
    });
  });
  try {
    idle.start();
    const sent = send(outgoing, body, answered, idle);
    sent.catch(stop);
    message = await Promise.race([answered, sent.then(() => answered)]);
    idle.stop();
    return answerOf(outgoing, message, idle, () => signal.removeEventListener('abort', onAbort));
  } catch (error) {
    idle.stop();
    signal.removeEventListener('abort', onAbort);
    outgoing.destroy();
    throw error;
  }
}

/** Writes the body no faster than it is taken, and no further once there is an answer. */
async function send(
  outgoing: http.ClientRequest,
  body: HttpRequest['body'],
  answered: Promise<unknown>,
  idle: IdleTimer,
): Promise<void> {
  if (body === undefined) {
    outgoing.end();
    return;
  }
  let isAnswered = false;
  const answer = answered.then(
    () => void (isAnswered = true),
    () => void (isAnswered = true),
  );
  for await (const piece of typeof body === 'function' ? asBody(body()) : slices(body)) {
    if (isAnswered) return;
    idle.start();
    if (!outgoing.write(piece)) {
      await Promise.race([new Promise((resolve) => outgoing.once('drain', resolve)), answer]);
    }
    idle.stop();
  }
  if (isAnswered) return;
  idle.start();
  outgoing.end();
}

async function* asBody(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, void, undefined> {
  try {
    yield* source;
  } catch (cause) {
    throw new BodyError('What is to be sent could not be had.', { cause });
  }
}

/** In slices it shows whether the other end takes it, however slow the line is. */
async function* slices(bytes: Uint8Array): AsyncGenerator<Uint8Array, void, undefined> {
  for (let at = 0; at < bytes.length; at += sliceBytes) yield bytes.subarray(at, at + sliceBytes);
}

function answerOf(
  outgoing: http.ClientRequest,
  message: http.IncomingMessage,
  idle: IdleTimer,
  onEnd: () => void,
): HttpAnswer {
  const status = message.statusCode ?? 0;
  const { remoteAddress } = message.socket;
  const close = (): void => {
    idle.stop();
    onEnd();
    // An answer to half a request: the other half is not wanted any more.
    if (!outgoing.writableFinished) outgoing.destroy();
  };
  message.once('close', close);
  // Told to whoever reads; without a reader there is nobody to tell.
  message.on('error', () => undefined);
  return {
    status,
    statusLine: `${status} ${message.statusMessage ?? ''}`.trim(),
    ok: status >= 200 && status < 300,
    remoteAddress,
    header: (name) => {
      const value = message.headers[name];
      return Array.isArray(value) ? value.join(', ') : value;
    },
    body: { [Symbol.asyncIterator]: () => pieces(message, idle) },
    discard: () => {
      // A short rest is read, to keep the connection; after a HEAD there is none, whatever length is told.
      const isShort = Number(message.headers['content-length'] ?? Infinity) <= 16 * 1024;
      if (!message.complete && !isShort) {
        message.destroy();
        return;
      }
      // For all of the rest together: a host that drips it holds the connection no longer than one that is silent.
      if (!message.complete) idle.start();
      message.resume();
    },
  };
}

async function* pieces(
  message: http.IncomingMessage,
  idle: IdleTimer,
): AsyncGenerator<Uint8Array<ArrayBuffer>, void, undefined> {
  const source = message[Symbol.asyncIterator]() as AsyncIterator<Buffer>;
  try {
    for (;;) {
      idle.start();
      const next = await source.next();
      idle.stop();
      if (next.done) return;
      yield owned(next.value);
    }
  } finally {
    idle.stop();
    await source.return?.();
  }
}

/** In memory that nothing else is in: as it is where that is so already, which it mostly is. */
function owned(chunk: Buffer): Uint8Array<ArrayBuffer> {
  const { buffer } = chunk;
  const isAlone = buffer instanceof ArrayBuffer && buffer.byteLength === chunk.byteLength;
  return isAlone ? new Uint8Array(buffer) : new Uint8Array(chunk);
}

/** Runs while we wait for the other end, and not while it waits for us. */
class IdleTimer {
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly ms: number,
    private readonly onIdle: (error: IdleError) => void,
  ) {}

  start(): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(
      () => this.onIdle(new IdleError(`nothing came for ${Math.round(this.ms / 1000)} seconds`)),
      this.ms,
    );
  }

  stop(): void {
    clearTimeout(this.timer);
  }
}
