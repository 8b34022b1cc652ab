import { connect as connectSocket, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { connect as connectTls, type ConnectionOptions } from 'node:tls';
import type { SocketEndpoint } from './endpoint';
import { unreachable } from './unreachable';
import { timeLimit } from '../system/timeLimit';

/** How long dialling may take: the probe of a node and its first connection have little more. */
export const dialTimeoutMs = 8000;

/**
 * Opens a connection to a socket, within 8 seconds.
 *
 * @param shown the endpoint as people know it, for errors
 * @throws StudioError `builder-unreachable`
 */
export async function dialEndpoint(
  endpoint: SocketEndpoint,
  shown: string,
  tls: ConnectionOptions | undefined,
  signal: AbortSignal | undefined,
): Promise<Duplex> {
  const deadline = timeLimit(dialTimeoutMs);
  const stop = signal === undefined ? deadline : AbortSignal.any([signal, deadline]);
  stop.throwIfAborted();
  const address =
    endpoint.kind === 'unix' ? { path: endpoint.path } : { host: endpoint.host, port: endpoint.port };
  let socket: Socket;
  try {
    socket =
      tls === undefined ? connectSocket(address) : connectTls({ ...address, ...tls, ALPNProtocols: ['h2'] });
  } catch (error) {
    // Damaged certificates and keys are noticed before anything is sent.
    throw unreachable(shown, undefined, error);
  }
  return new Promise((resolve, reject) => {
    const settle = (): void => {
      stop.removeEventListener('abort', onAbort);
      socket.off('error', onError);
    };
    const onAbort = (): void => {
      settle();
      socket.on('error', () => undefined);
      socket.destroy();
      reject(
        signal?.aborted
          ? (signal.reason as Error)
          : unreachable(shown, `it did not answer within ${dialTimeoutMs / 1000} seconds`, deadline.reason),
      );
    };
    const onError = (error: Error): void => {
      settle();
      socket.destroy();
      reject(unreachable(shown, undefined, error));
    };
    stop.addEventListener('abort', onAbort);
    socket.on('error', onError);
    const onReady = (): void => {
      settle();
      socket.setNoDelay(true);
      resolve(socket);
    };
    if (tls === undefined) {
      socket.once('connect', onReady);
    } else {
      // With TLS 1.3 a daemon that refuses our certificate says so after the handshake. One that takes it greets
      // first, so its greeting is waited for; it stays in the socket for the reader.
      socket.once('secureConnect', () => {
        socket.once('readable', () => (socket.readableLength > 0 ? onReady() : undefined));
        socket.once('close', () => onError(new Error('it closed the connection after the TLS handshake')));
      });
    }
  });
}
