import http2 from 'node:http2';
import type { Duplex } from 'node:stream';
import { GrpcCode, GrpcError } from '../grpcStatus';
import { metadataFromRawHeaders } from './metadata';
import { ServedCall } from './servedCall';
import type { SessionHandler, SessionService } from './service';

/** Receive windows; see transport/http2Connection.ts. */
const STREAM_WINDOW = 8 * 1024 * 1024;
const CONNECTION_WINDOW = 128 * 1024 * 1024;

/** A running session server. */
export interface SessionServer {
  /** Resolves when the connection has ended: with the error that broke it, or undefined. Never rejects. */
  readonly closed: Promise<Error | undefined>;
  /** Ends the connection and every call on it. */
  close(): void;
}

/** Full paths of all methods that the services offer, `/package.Service/Method`. */
export function methodPaths(services: readonly SessionService[]): string[] {
  return [...handlersByPath(services).keys()];
}

/**
 * Serves gRPC to the daemon on the raw connection of a session. Each .dockerignore line is a header of its own, so the
 * header limits are wide; what remains is nghttp2's limit of eight CONTINUATION frames, about 144 KiB compressed.
 */
export function serveSession(connection: Duplex, services: readonly SessionService[]): SessionServer {
  const handlers = handlersByPath(services);
  const session = http2.performServerHandshake(connection, {
    maxHeaderListPairs: 100_000,
    maxSessionMemory: 1024,
    settings: { initialWindowSize: STREAM_WINDOW, maxHeaderListSize: 64 * 1024 * 1024 },
  });
  session.setLocalWindowSize(CONNECTION_WINDOW);
  let failure: Error | undefined;
  session.on('error', (error: Error) => (failure = error));
  session.on(
    'stream',
    (
      stream: http2.ServerHttp2Stream,
      headers: http2.IncomingHttpHeaders,
      _flags: number,
      rawHeaders: string[],
    ) => {
      const path = String(headers[':path']);
      const call = new ServedCall(stream, path, metadataFromRawHeaders(rawHeaders));
      const handler = handlers.get(path);
      if (handler === undefined) {
        call.finish(new GrpcError(GrpcCode.UNIMPLEMENTED, `This session does not serve ${path}.`));
      } else {
        void call.run(handler);
      }
    },
  );
  const closed = new Promise<Error | undefined>((resolve) => session.once('close', () => resolve(failure)));
  return {
    closed,
    close() {
      session.destroy();
      connection.destroy();
    },
  };
}

function handlersByPath(services: readonly SessionService[]): Map<string, SessionHandler> {
  const handlers = new Map<string, SessionHandler>();
  for (const service of services) {
    for (const [method, handler] of Object.entries(service.methods)) {
      const path = `/${service.name}/${method}`;
      if (handlers.has(path)) throw new Error(`Two session services offer ${path}.`);
      handlers.set(path, handler);
    }
  }
  return handlers;
}
