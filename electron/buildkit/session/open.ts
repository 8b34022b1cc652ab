import { randomBytes } from 'node:crypto';
import { SessionError } from '../errors';
import { Control } from '../gen/moby/buildkit/v1/control_pb';
import type { Http2Connection } from '../transport/http2Connection';
import { healthService } from './health';
import { methodPaths, serveSession } from './host';
import type { SessionService } from './service';
import { SessionTunnel } from './tunnel';

/** A session: services of ours that the daemon may call while it builds. */
export interface Session {
  /** What a solve names to use this session. */
  readonly id: string;
  /** Resolves when the session has ended: with undefined after `close`, otherwise with the error that ended it. Never rejects. */
  readonly closed: Promise<SessionError | undefined>;
  /** Ends the session; resolves when its stream is gone. Safe to call twice. */
  close(): Promise<void>;
}

export interface OpenSessionOptions {
  /** Shown in the daemon's logs. */
  readonly name?: string;
  /**
   * Part of the daemon's cache key for local contexts: the same key lets a later build send only what changed,
   * a new one sends everything.
   */
  readonly sharedKey?: string;
  readonly signal?: AbortSignal;
}

/** Opens Control.Session and serves the services, and health checks, inside it. */
export function openSession(
  connection: Http2Connection,
  services: readonly SessionService[],
  options: OpenSessionOptions = {},
): Session {
  const all = [healthService, ...services];
  const id = randomBytes(16).toString('hex');
  const { stream, outcome } = connection.call(
    `/${Control.typeName}/${Control.method.session.name}`,
    {
      'x-docker-expose-session-uuid': id,
      'x-docker-expose-session-name': headerValue(options.name ?? ''),
      'x-docker-expose-session-sharedkey': headerValue(options.sharedKey ?? ''),
      'x-docker-expose-session-grpc-method': methodPaths(all),
    },
    options.signal,
  );
  const tunnel = new SessionTunnel(stream);
  let failure: Error | undefined;
  tunnel.on('error', (error) => (failure ??= error));
  const server = serveSession(tunnel, all);
  void server.closed.then((error) => {
    failure ??= error;
    tunnel.destroy();
  });
  let closing = false;
  const closed = outcome.then(async (error) => {
    server.close();
    await server.closed;
    return closing ? undefined : new SessionError({ cause: failure ?? error });
  });
  return {
    id,
    closed,
    async close() {
      closing = true;
      server.close();
      await closed;
    },
  };
}

/** HTTP/2 header values are printable ASCII; anything else is percent-encoded. */
function headerValue(text: string): string {
  return /^[\x20-\x7e]*$/.test(text) ? text : encodeURIComponent(text);
}
