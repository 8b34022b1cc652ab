import type { BuildkitClient } from './client';
import { CancelledError, DaemonGoneError } from './errors';
import type { StatusEvent } from './status';

/** How long the status stream of a finished build may be silent before it is given up, as buildx has it. */
const QUIET_LIMIT_MS = 5_000;
/** The same for a cancelled build. */
const QUIET_LIMIT_CANCELLED_MS = 500;

/** The status stream of one build on its way to a consumer. */
export interface StatusFollower {
  /** Resolves when the daemon has ended the stream: nothing more will happen in the build. */
  readonly ended: Promise<void>;
  /** Never resolves; rejects when the consumer or the stream failed. A lost connection shows in the solve itself. */
  readonly failed: Promise<never>;
  /** Error of the first vertex that failed, as far as it is known. */
  failedVertex(): { readonly digest: string; readonly error: string } | undefined;
  /** Call once the solve is over: resolves when the last event was consumed, or the stream stayed quiet for too long. */
  finish(how: { readonly cancelled: boolean }): Promise<void>;
}

/** Reads the status of a build event by event, each after the consumer is done with the one before. */
export function followStatus(
  client: BuildkitClient,
  ref: string,
  onStatus: (event: StatusEvent) => void | Promise<void>,
): StatusFollower {
  const abort = new AbortController();
  let failedVertex: { digest: string; error: string } | undefined;
  let quietLimitMs: number | undefined;
  let quietTimer: NodeJS.Timeout | undefined;
  let consuming = false;

  const awaitNextEvent = (): void => {
    clearTimeout(quietTimer);
    if (quietLimitMs !== undefined && !consuming) quietTimer = setTimeout(() => abort.abort(), quietLimitMs);
  };

  const read = async (): Promise<void> => {
    for await (const event of client.status(ref, { signal: abort.signal })) {
      consuming = true;
      clearTimeout(quietTimer);
      for (const { digest, error } of event.vertexes) {
        if (error !== undefined && error !== '') failedVertex ??= { digest, error };
      }
      await onStatus(event);
      consuming = false;
      awaitNextEvent();
    }
  };

  let signalEnded!: () => void;
  let signalFailed!: (error: unknown) => void;
  const ended = new Promise<void>((resolve) => (signalEnded = resolve));
  const failed = new Promise<never>((_resolve, reject) => (signalFailed = reject));
  failed.catch(() => undefined);
  const reading = read().then(signalEnded, (error: unknown) => {
    const ourDoing = error instanceof CancelledError && abort.signal.aborted;
    if (!ourDoing && !(error instanceof DaemonGoneError)) signalFailed(error);
  });

  return {
    ended,
    failed,
    failedVertex: () => failedVertex,
    async finish({ cancelled }) {
      quietLimitMs = cancelled ? QUIET_LIMIT_CANCELLED_MS : QUIET_LIMIT_MS;
      awaitNextEvent();
      await reading;
      clearTimeout(quietTimer);
    },
  };
}
