import { once } from 'node:events';
import { connect, isIP, type Socket } from 'node:net';
import type { Proxy } from './proxyEnvironment';
import { ProxyError } from './proxyError';
import { loginRefused, noProxy, proxyFailure } from './proxyFailure';
import { authorityOf, type TunnelTarget } from './tunnelTarget';

const version = 5;
/** Of logins, which are counted for themselves (RFC 1929). */
const loginVersion = 1;
const methods = { none: 0, login: 2 };
/** What a proxy may say to a request, by its number from 1 on (RFC 1928, "Replies"). */
const reasons = [
  'general failure',
  'not allowed',
  'network unreachable',
  'host unreachable',
  'connection refused',
  'too many hops',
  'command not supported',
  'kind of address not supported',
];

/**
 * A connection through a SOCKS5 proxy (RFC 1928), which looks names up itself.
 *
 * @param abandoned aborts when nobody waits for the connection any more
 * @throws ProxyError
 */
export async function openSocksTunnel(
  proxy: Proxy,
  target: TunnelTarget,
  abandoned: AbortSignal | undefined,
): Promise<Socket> {
  const socket = connect({ host: proxy.host, port: proxy.port, noDelay: true });
  // Told to whoever waits; between two waits there is nobody to tell.
  socket.on('error', () => undefined);
  const stop = (): void => void socket.destroy(abandoned?.reason as Error);
  if (abandoned?.aborted === true) stop();
  abandoned?.addEventListener('abort', stop, { once: true });
  const hangUp = (): void => void socket.destroy(new Error('it hung up'));
  socket.once('end', hangUp);
  try {
    if (!socket.destroyed) await once(socket, 'connect');
    const replies = new Replies(socket);
    await greet(socket, replies, proxy);
    await ask(socket, replies, proxy, target);
    return socket;
  } catch (error) {
    socket.destroy();
    throw proxyFailure(proxy, error as NodeJS.ErrnoException);
  } finally {
    abandoned?.removeEventListener('abort', stop);
    socket.off('end', hangUp);
  }
}

async function greet(socket: Socket, replies: Replies, proxy: Proxy): Promise<void> {
  const offered = proxy.login === undefined ? [methods.none] : [methods.none, methods.login];
  socket.write(Buffer.from([version, offered.length, ...offered]));
  const [spoken, method] = await replies.take(2);
  if (spoken !== version) throw noProxy(proxy);
  if (method === methods.none) return;
  if (method !== methods.login || proxy.login === undefined) throw loginRefused(proxy);
  const parts = [proxy.login.username, proxy.login.password].flatMap((text) => {
    const bytes = Buffer.from(text, 'utf8');
    // More can't be said.
    if (bytes.length > 255) throw loginRefused(proxy);
    return [bytes.length, ...bytes];
  });
  socket.write(Buffer.from([loginVersion, ...parts]));
  const [, status] = await replies.take(2);
  if (status !== 0) throw loginRefused(proxy);
}

async function ask(socket: Socket, replies: Replies, proxy: Proxy, target: TunnelTarget): Promise<void> {
  const connectCommand = 1;
  const { host, port } = target;
  const label = authorityOf(target);
  const address = addressBytes(host);
  if (address === undefined) {
    throw new ProxyError('refused', proxy.variable, `can’t be asked for ${label}`, proxy.label);
  }
  const head = [version, connectCommand, 0, ...address];
  socket.write(Buffer.from([...head, port >> 8, port & 0xff]));
  const [spoken, reply = 0, , kind] = await replies.take(4);
  if (spoken !== version) throw noProxy(proxy);
  if (reply !== 0) {
    const why = reasons[reply - 1] ?? `error ${reply}`;
    const message = `answers ${why} when asked for ${label}`;
    throw new ProxyError('refused', proxy.variable, message, proxy.label);
  }
  // Where the proxy itself is bound, which nobody wants to know.
  const length = kind === 1 ? 4 : kind === 4 ? 16 : kind === 3 ? (await replies.take(1))[0]! : undefined;
  if (length === undefined) throw noProxy(proxy);
  await replies.take(length + 2);
  // The other end never speaks first.
  if (replies.isMore) throw noProxy(proxy);
}

/** @returns undefined for a name that is too long to be said */
function addressBytes(host: string): number[] | undefined {
  if (isIP(host) === 4) return [1, ...host.split('.').map(Number)];
  if (isIP(host) === 6) return [4, ...ipv6Bytes(host)];
  const name = Buffer.from(host, 'utf8');
  return name.length > 255 ? undefined : [3, name.length, ...name];
}

/** @param address as URLs have it, with numbers in hexadecimal only */
function ipv6Bytes(address: string): number[] {
  const [before = [], after = []] = address.split('::').map((half) =>
    half
      .split(':')
      .filter(Boolean)
      .map((group) => parseInt(group, 16)),
  );
  const zeros = new Array<number>(8 - before.length - after.length).fill(0);
  return [...before, ...zeros, ...after].flatMap((group) => [group >> 8, group & 0xff]);
}

/** What a proxy says, in portions of the reader's choice. */
class Replies {
  private held: Buffer = Buffer.alloc(0);

  constructor(private readonly socket: Socket) {}

  /** Whether there is more than was taken. */
  get isMore(): boolean {
    return this.held.length > 0 || this.socket.readableLength > 0;
  }

  /** @throws what the connection failed with */
  async take(bytes: number): Promise<Buffer> {
    while (this.held.length < bytes) {
      const got = this.socket.read() as Buffer | null;
      if (got !== null) this.held = Buffer.concat([this.held, got]);
      else if (this.socket.errored !== null) throw this.socket.errored;
      // Fails with the connection, also when that ends.
      else await once(this.socket, 'readable');
    }
    const taken = this.held.subarray(0, bytes);
    this.held = this.held.subarray(bytes);
    return taken;
  }
}
