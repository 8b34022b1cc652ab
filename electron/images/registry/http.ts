import http from 'node:http';
import https from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import type { ConnectionOptions, SecureContext } from 'node:tls';
import type { Proxy, ProxyFor } from './proxyEnvironment';
import { loginRefused, proxyFailure } from './proxyFailure';
import {
  addressOf,
  isSocks,
  PlainTunnelAgent,
  proxyHeaders,
  TunnelAgent,
  type TunnelRequestOptions,
} from './proxyTunnel';

const sliceBytes = 64 * 1024;
/** What has come while its reader was busy is handed over in one piece of up to so many bytes: each has its costs. */
const aheadBytes = 1024 * 1024;

/** How connections to a host are made. Kept for as long as the host is used, so that connections are used again. */
export interface HttpAgents {
  readonly http: http.Agent;
  readonly https: https.Agent;
  /** To proxies that are spoken to with TLS. */
  readonly proxyTls: https.Agent;
  readonly proxyFor: ProxyFor;
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
  /** Finds addresses, and may refuse one. A proxy on the way finds them itself. */
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
  /** Address of the other end; undefined where a proxy alone knows it. */
  readonly remoteAddress: string | undefined;
  readonly isProxied: boolean;
  /** @param name in lower case; of several headers of a name all values, separated by commas */
  header(name: string): string | undefined;
  /** Pieces as they arrive, each in memory of its own. Leaving the loop closes the connection. */
  readonly body: AsyncIterable<Uint8Array<ArrayBuffer>>;
  /** Gives the rest up. A short one is still taken in, for as long as an idle host is waited for. */
  discard(): void;
}

/**
 * Connections that are kept open between requests; TLS with the given settings.
 *
 * @param proxies which there are, and whom to trust as one that is spoken to with TLS
 */
export function createAgents(
  tls: https.AgentOptions & Pick<ConnectionOptions, 'secureContext'>,
  proxies: { readonly proxyFor: ProxyFor; readonly secureContext: SecureContext },
): HttpAgents {
  // No limit of sockets: one whose reader is slow would keep others waiting. Callers limit what they do at once.
  const options = { keepAlive: true, maxFreeSockets: 8, timeout: 60_000, highWaterMark: aheadBytes };
  const proxyTls: typeof tls = { secureContext: proxies.secureContext };
  return {
    http: new PlainTunnelAgent(options),
    https: new TunnelAgent({ ...options, ...tls }, proxies.secureContext),
    proxyTls: new https.Agent({ ...options, ...proxyTls }),
    proxyFor: proxies.proxyFor,
  };
}

/**
 * Sends one request over HTTP/1.1; follows no redirects. In place of `fetch`, which takes certificates only with a
 * package beside Node's own. Goes by way of a proxy where one is set: TLS through a tunnel, plain HTTP
 * through its hands.
 *
 * @throws the connection's error, a ProxyError, an {@link IdleError}, a {@link BodyError}, or the signal's reason
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
  const { url, body, idleMs } = request;
  const proxy = request.agents.proxyFor(url);
  // Through its hands, all that fails on the way is the proxy's.
  const forwarder = proxy !== undefined && isForwarder(proxy, url) ? proxy : undefined;
  const connecting = new AbortController();
  const outgoing = openRequest(request, proxy, connecting.signal);
  let message: http.IncomingMessage | undefined;
  const stop = (reason: unknown): void => {
    let error = reason instanceof Error ? reason : new Error(String(reason));
    // Without a connection yet, it is the proxy that lets us wait.
    const isConnected = outgoing.socket?.connecting === false;
    if (proxy !== undefined && !isConnected && error instanceof IdleError) error = proxyFailure(proxy, error);
    message?.destroy(error);
    outgoing.destroy(error);
    connecting.abort(error);
  };
  const onAbort = (): void => stop(signal.reason);
  signal.addEventListener('abort', onAbort, { once: true });
  const idle = new IdleTimer(idleMs, stop);
  const answered = new Promise<http.IncomingMessage>((resolve, reject) => {
    outgoing.once('response', resolve);
    outgoing.on('error', (error: NodeJS.ErrnoException) => {
      const isStale = outgoing.reusedSocket && error.code === 'ECONNRESET' && typeof body !== 'function';
      if (isStale) reject(new StaleConnectionError(error.message, { cause: error }));
      else if (forwarder !== undefined && error.code !== undefined) reject(proxyFailure(forwarder, error));
      else reject(error);
    });
  });
  try {
    idle.start();
    const sent = send(outgoing, body, answered, idle);
    sent.catch(stop);
    message = await Promise.race([answered, sent.then(() => answered)]);
    idle.stop();
    if (forwarder !== undefined && message.statusCode === 407) throw loginRefused(forwarder);
    const onEnd = (): void => signal.removeEventListener('abort', onAbort);
    return answerOf(outgoing, message, idle, {
      remoteAddress: knownAddress(url, proxy, message),
      onEnd,
      isProxied: proxy !== undefined,
    });
  } catch (error) {
    idle.stop();
    signal.removeEventListener('abort', onAbort);
    outgoing.destroy();
    connecting.abort();
    throw error;
  }
}

function openRequest(
  { method, url, headers, body, agents, lookup }: HttpRequest,
  proxy: Proxy | undefined,
  abandoned: AbortSignal,
): http.ClientRequest {
  const sent = {
    'user-agent': 'manifold',
    ...(body instanceof Uint8Array ? { 'content-length': String(body.length) } : {}),
    ...headers,
  };
  if (proxy === undefined || !isForwarder(proxy, url)) {
    const isSecure = url.protocol === 'https:';
    const way: TunnelRequestOptions =
      proxy === undefined ? { ...(lookup && { lookup }) } : { proxy, abandoned };
    const agent = isSecure ? agents.https : agents.http;
    return (isSecure ? https : http).request(url, { method, headers: sent, agent, ...way });
  }
  const isSecure = proxy.protocol === 'https:';
  return (isSecure ? https : http).request({
    method,
    ...addressOf(proxy),
    // The proxy reads from here where to go (RFC 9112, absolute-form).
    path: `${url.origin}${url.pathname}${url.search}`,
    headers: { ...sent, host: url.host, ...proxyHeaders(proxy) },
    agent: isSecure ? agents.proxyTls : agents.http,
  });
}

/** Whether a proxy takes a request into its own hands, and makes no tunnel for it. */
function isForwarder(proxy: Proxy, url: URL): boolean {
  return url.protocol === 'http:' && !isSocks(proxy);
}

/** The other end's address as far as it is known: through a proxy only where the URL itself has one. */
function knownAddress(url: URL, proxy: Proxy | undefined, message: http.IncomingMessage): string | undefined {
  if (proxy === undefined) return message.socket.remoteAddress;
  const host = url.hostname.replace(/^\[|\]$/g, '');
  return isIP(host) === 0 ? undefined : host;
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
  { onEnd, ...known }: Pick<HttpAnswer, 'remoteAddress' | 'isProxied'> & { readonly onEnd: () => void },
): HttpAnswer {
  const status = message.statusCode ?? 0;
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
    ...known,
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
