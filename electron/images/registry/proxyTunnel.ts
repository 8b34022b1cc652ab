import http from 'node:http';
import https from 'node:https';
import { isIP } from 'node:net';
import type { Duplex } from 'node:stream';
import type { SecureContext } from 'node:tls';
import type { Proxy } from './proxyEnvironment';
import { ProxyError } from './proxyError';

const noProxyMessage = 'does not answer as a proxy does';

/** What a request tells a {@link TunnelAgent}. */
export interface TunnelRequestOptions extends https.RequestOptions {
  /** The proxy on the way; undefined for none. */
  readonly proxy?: Proxy | undefined;
  /** Aborts when nobody waits for the connection any more. Node does not hand a request's own signal to agents. */
  readonly abandoned?: AbortSignal;
}

/** TLS connections, straight or through a proxy, which passes on bytes that it can't read (RFC 9110, CONNECT). */
export class TunnelAgent extends https.Agent {
  /** @param proxyContext whom to trust as a proxy that is spoken to with TLS */
  constructor(
    options: https.AgentOptions,
    private readonly proxyContext: SecureContext,
  ) {
    super(options);
  }

  /** As Node's, which also keeps connections: by host and port, as these say which proxy is on the way. */
  override createConnection(
    options: TunnelRequestOptions,
    callback?: (error: Error | null, stream: Duplex) => void,
  ): Duplex | null | undefined {
    const { proxy, abandoned, lookup, ...rest } = options;
    if (proxy === undefined) return super.createConnection({ ...rest, ...(lookup && { lookup }) }, callback);
    const target = authority(options);
    openTunnel(proxy, target, this.proxyContext, abandoned)
      // TLS over the tunnel is TLS to the host itself: its name and its certificates are checked as ever.
      .then((socket) => super.createConnection({ ...rest, socket } as https.RequestOptions)!)
      .then(
        (stream) => callback?.(null, stream),
        (error: Error) => callback?.(error, undefined as never),
      );
    return undefined;
  }
}

/** What an answer of a proxy's own means that wants a login, or undefined. */
export function loginWanted(proxy: Proxy, { statusCode }: http.IncomingMessage): ProxyError | undefined {
  if (statusCode !== 407) return undefined;
  const message = proxy.authorization === undefined ? 'wants a login' : 'does not accept the login';
  return new ProxyError('login', proxy.variable, message, proxy.label);
}

/** What it means that a connection to a proxy failed. */
export function proxyFailure({ variable, label }: Proxy, cause: NodeJS.ErrnoException): ProxyError {
  if (cause instanceof ProxyError) return cause;
  // Of Node's parser of answers, or of TLS where there is none.
  const isOther = /^(?:HPE_|ERR_SSL_|EPROTO$)/.test(String(cause.code));
  const problem = isOther ? 'no-proxy' : 'unreachable';
  const message = isOther ? noProxyMessage : `can’t be reached: ${cause.message || cause.code}`;
  return new ProxyError(problem, variable, message, label, { cause });
}

/**
 * A connection through a proxy to a host, before any TLS.
 *
 * @param target host and port
 * @throws ProxyError
 */
function openTunnel(
  proxy: Proxy,
  target: string,
  secureContext: SecureContext,
  abandoned: AbortSignal | undefined,
): Promise<Duplex> {
  return new Promise((resolve, reject) => {
    const asking = (proxy.protocol === 'https:' ? https : http).request({
      method: 'CONNECT',
      ...addressOf(proxy),
      path: target,
      headers: { host: target, 'user-agent': 'manifold', ...proxyHeaders(proxy) },
      agent: false,
      ...(proxy.protocol === 'https:' ? { secureContext } : {}),
    });
    const stop = (): void => void asking.destroy(abandoned?.reason as Error);
    const end = (): void => abandoned?.removeEventListener('abort', stop);
    if (abandoned?.aborted === true) stop();
    abandoned?.addEventListener('abort', stop, { once: true });
    asking.once('connect', (answer, socket, ahead) => {
      end();
      const refusal = refused(proxy, target, answer, ahead);
      if (refusal === undefined) return resolve(socket);
      socket.destroy();
      return reject(refusal);
    });
    asking.on('error', (error: NodeJS.ErrnoException) => {
      end();
      reject(proxyFailure(proxy, error));
    });
    asking.end();
  });
}

/** Where the proxy itself is; its certificate has to be for this, and not for the `Host` that is asked for. */
export function addressOf({ host, port }: Proxy): Pick<https.RequestOptions, 'host' | 'port' | 'servername'> {
  return { host, port, servername: isIP(host) === 0 ? host : '' };
}

/** Headers for the proxy alone, which passes them on to nobody. */
export function proxyHeaders({ authorization }: Proxy): Readonly<Record<string, string>> {
  return authorization === undefined ? {} : { 'proxy-authorization': authorization };
}

function refused(
  proxy: Proxy,
  target: string,
  answer: http.IncomingMessage,
  ahead: Buffer,
): ProxyError | undefined {
  const { statusCode = 0, statusMessage = '' } = answer;
  const isOpen = statusCode >= 200 && statusCode < 300;
  // With TLS the client speaks first.
  if (isOpen) return ahead.length === 0 ? undefined : noProxy(proxy);
  const message = `answers ${`${statusCode} ${statusMessage}`.trim()} when asked for ${target}`;
  return loginWanted(proxy, answer) ?? new ProxyError('refused', proxy.variable, message, proxy.label);
}

function noProxy({ variable, label }: Proxy): ProxyError {
  return new ProxyError('no-proxy', variable, noProxyMessage, label);
}

function authority({ host, port }: https.RequestOptions): string {
  const name = host ?? '';
  return `${name.includes(':') ? `[${name}]` : name}:${port ?? 443}`;
}
