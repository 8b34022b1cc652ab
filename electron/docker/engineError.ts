import { StudioError, type ErrorCode } from '../../shared/contract';
import { explainConnectionFailure } from '../system/connectionFailure';

/** The engine's answer when it refuses a request. */
export class EngineResponseError extends Error {
  override readonly name = 'EngineResponseError';

  constructor(
    /** HTTP status; 0 for a failure that comes inside of an answer that began well. */
    readonly status: number,
    /** The engine's own words. */
    message: string,
  ) {
    super(message);
  }
}

/** The status with which the engine refused, if it is the engine that did; `error` is what {@link engineError} made. */
export function refusedStatus(error: unknown): number | undefined {
  const cause = error instanceof StudioError ? error.cause : error;
  return cause instanceof EngineResponseError ? cause.status : undefined;
}

/**
 * The typed form of whatever keeps an engine from doing something.
 *
 * @param engine as people know it: a context's name or an address
 */
export function engineError(engine: string, cause: unknown): StudioError {
  if (cause instanceof StudioError) return cause;
  if (cause instanceof EngineResponseError) return refusal(engine, cause);
  const [reason, hint] = explainEngineFailure(cause);
  return failure(
    'builder-unreachable',
    engine,
    `Docker (${engine}) can’t be reached: ${reason}.`,
    hint,
    cause,
  );
}

function refusal(engine: string, cause: EngineResponseError): StudioError {
  if (/HTTP request to an HTTPS server/i.test(cause.message)) {
    const message = `Docker (${engine}) can’t be reached: it wants TLS.`;
    return failure(
      'builder-unreachable',
      engine,
      message,
      'Make a Docker context with its certificates.',
      cause,
    );
  }
  return failure(
    'builder-unavailable',
    engine,
    `Docker (${engine}) refuses: ${cause.message.trim().replace(/\.$/, '')}.`,
    'Change what it objects to, then try again.',
    cause,
  );
}

function explainEngineFailure(cause: unknown): readonly [reason: string, hint: string] {
  const code = cause instanceof Error ? ((cause as NodeJS.ErrnoException).code ?? '') : '';
  const overSocket = (cause as { syscall?: string } | undefined)?.syscall === 'connect';
  if (overSocket && (code === 'ENOENT' || code === 'ECONNREFUSED')) {
    return ['it is not running', 'Start Docker, or choose another Docker context.'];
  }
  if (code === 'EACCES') {
    return [
      'your user may not use its socket',
      'Add your user to the group docker and log in again, or use a rootless Docker.',
    ];
  }
  if (cause instanceof Error && cause.name === 'TimeoutError') {
    return ['it does not answer', 'Check that Docker runs there, the network and firewalls.'];
  }
  return explainConnectionFailure(cause);
}

function failure(
  code: ErrorCode,
  engine: string,
  message: string,
  hint: string,
  cause: unknown,
): StudioError {
  const words = cause instanceof Error ? { cause: cause.message } : {};
  return new StudioError({ code, message, hint, details: { subject: engine, ...words } }, { cause });
}
