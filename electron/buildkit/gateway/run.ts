import { randomBytes } from 'node:crypto';
import type { BuildkitClient } from '../client';
import type { SessionService } from '../session/service';
import type { Gateway } from './gateway';

export interface RunGatewayOptions {
  /** What the daemon may call meanwhile: files, credentials. */
  readonly services: readonly SessionService[];
  /** Shown in the daemon's logs. */
  readonly sessionName?: string;
  /** Ends everything, in the daemon too. */
  readonly signal: AbortSignal;
}

/**
 * Lets `work` ask frontends on a session of its own; session and solve are gone when the promise settles.
 * @throws whatever `work` threw; {@link GrpcError} the daemon refused; {@link CancelledError}; {@link DaemonGoneError};
 * {@link ConnectError} no further connection could be opened
 */
export async function runGateway<T>(
  client: BuildkitClient,
  options: RunGatewayOptions,
  work: (gateway: Gateway) => Promise<T>,
): Promise<T> {
  const session = await client.openSession(options.services, {
    ...(options.sessionName !== undefined && { name: options.sessionName }),
  });
  try {
    const call = { ref: randomBytes(16).toString('hex'), session: session.id };
    return await client.withGateway(call, work, options.signal);
  } finally {
    await session.close();
  }
}
