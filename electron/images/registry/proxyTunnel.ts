import http from 'node:http';
import https from 'node:https';
import { isIP } from 'node:net';
import type { Duplex } from 'node:stream';
import type { SecureContext } from 'node:tls';
import type { Proxy } from './proxyEnvironment';
import { ProxyError } from './proxyError';
import { loginRefused, noProxy, proxyFailure } from './proxyFailure';
import { openSocksTunnel } from './socksTunnel';
import { authorityOf, type TunnelTarget } from './tunnelTarget';

/** What a request tells a {@link TunnelAgent}. */
export interface TunnelRequestOptions extends https.RequestOptions {
  /** The proxy on the way; undefined for none. */
  readonly proxy?: Proxy | undefined;
  /** Aborts when nobody waits for the connection any more. Node does not hand a request's own signal to agents. */
  readonly abandoned?: AbortSignal;
}

type Handover = (error: Error | null, stream: Duplex) => void;

/**
 * TLS connections, straight or through a proxy, which passes on bytes that it can't read. Kept as Node's: by host and
 * port, as these say which proxy is on the way.
 */
export class TunnelAgent extends https.Agent {
  /** @param proxyContext whom to trust as a proxy that is spoken to with TLS */
  constructor(
    options: https.AgentOptions,
    private readonly proxyContext: SecureContext,
  ) {
    super(options);
  }

  override createConnection(options: TunnelRequestOptions, callback?: Handover): Duplex | null | undefined {
    const { proxy, abandoned, ...rest } = options;
    if (proxy === undefined) return super.createConnection(rest, callback);
    const tunnel = isSocks(proxy)
      ? openSocksTunnel(proxy, targetOf(options), abandoned)
      : openTunnel(proxy, targetOf(options), this.proxyContext, abandoned);
    // TLS over the tunnel is TLS to the host itself: its name and its certificates are checked as ever.
    const secure = (socket: Duplex) => super.createConnection({ ...rest, socket } as https.RequestOptions)!;
    handOver(tunnel.then(secure), callback);
    return undefined;
  }
}

/** Plain connections, straight or through a SOCKS proxy; others take plain HTTP into their own hands. */
export class PlainTunnelAgent extends http.Agent {
  override createConnection(options: TunnelRequestOptions, callback?: Handover): Duplex | null | undefined {
    const { proxy, abandoned, ...rest } = options;
    if (proxy === undefined) return super.createConnection(rest, callback);
    handOver(openSocksTunnel(proxy, targetOf(options), abandoned), callback);
    return undefined;
  }
}

function handOver(connecting: Promise<Duplex>, callback: Handover | undefined): void {
  connecting.then(
    (stream) => callback?.(null, stream),
    (error: Error) => callback?.(error, undefined as never),
  );
}

/** Whether a proxy makes tunnels only, whatever goes through them. */
export function isSocks({ protocol }: Proxy): boolean {
  return protocol === 'socks5:';
}

/**
 * A connection through an HTTP proxy to a host, before any TLS (RFC 9110, CONNECT).
 *
 * @throws ProxyError
 */
function openTunnel(
  proxy: Proxy,
  to: TunnelTarget,
  secureContext: SecureContext,
  abandoned: AbortSignal | undefined,
): Promise<Duplex> {
  const target = authorityOf(to);
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
export function proxyHeaders({ login }: Proxy): Readonly<Record<string, string>> {
  if (login === undefined) return {};
  const bytes = Buffer.from(`${login.username}:${login.password}`, 'utf8');
  return { 'proxy-authorization': `Basic ${bytes.toString('base64')}` };
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
  if (statusCode === 407) return loginRefused(proxy);
  const message = `answers ${`${statusCode} ${statusMessage}`.trim()} when asked for ${target}`;
  return new ProxyError('refused', proxy.variable, message, proxy.label);
}

function targetOf({ host, port }: https.RequestOptions): TunnelTarget {
  return { host: host ?? '', port: Number(port) };
}
