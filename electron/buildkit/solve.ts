import { randomBytes } from 'node:crypto';
import type { BuildkitClient } from './client';
import type { VertexSources } from './gateway/vertexSources';
import { CancelledError, type SessionError } from './errors';
import { GrpcError } from './grpcStatus';
import { watchForLostAnswer } from './lostAnswer';
import type { SessionService } from './session/service';
import { solveErrorFromGrpc } from './solveError';
import type { SolveRequest, SolveResponse } from './solveRequest';
import type { StatusEvent } from './status';
import { followStatus } from './statusFollower';

export interface RunSolveOptions {
  /** Identifies the build on the daemon; a fresh one by default. */
  readonly ref?: string;
  readonly request: SolveRequest;
  /** What the daemon may call while it builds: files, credentials, secrets. */
  readonly services: readonly SessionService[];
  /** Shown in the daemon's logs. */
  readonly sessionName?: string;
  /** See {@link OpenSessionOptions}. */
  readonly sharedKey?: string;
  /** Gets every status event in order; the next one waits until the returned promise resolves. An error ends the build. */
  readonly onStatus?: (event: StatusEvent) => void | Promise<void>;
  /** Called when the build has succeeded; the session stays open until the returned promise resolves. */
  readonly onSolved?: () => Promise<void>;
  /** Asks where the build's steps come from. */
  readonly sources?: SourcesListener;
  /** Cancels the build, in the daemon too. */
  readonly signal?: AbortSignal;
}

/**
 * Wants the lines that a build's vertexes come from. The status stream doesn't tell, so the frontend is asked for its
 * graph once more, on the same session: the vertexes of local files are named after it.
 */
export interface SourcesListener {
  /** Gets them once, maybe after the build's end; never when there is no frontend, or it has no answer. */
  readonly onTold: (sources: VertexSources) => void;
  /** Told why there is no answer. */
  readonly onFailed: (error: unknown) => void;
  /**
   * Gets a promise when the build is over, whose outcome does not wait for it: it resolves within half a second, when
   * nothing is told any more and the session is closed.
   */
  readonly onOver: (settled: Promise<void>) => void;
}

export interface SolveOutcome extends SolveResponse {
  readonly ref: string;
}

/** How long the daemon may need to fail a build whose session broke, before it is cancelled. */
const SESSION_LOSS_GRACE_MS = 3_000;

/** Asking takes the daemon time: builds that are done sooner are not slowed down by it. */
const ASK_AFTER_MS = 150;

/** How long the answer may take once the build is over. */
const LATE_ANSWER_MS = 500;

/**
 * Runs one build from an open session to the last status event.
 * @throws {SolveError} the build failed; {@link CancelledError} the signal aborted; {@link DaemonGoneError} the
 * connection was lost; {@link SessionError} the session broke; {@link ConnectError} no further connection could be
 * opened; whatever `onStatus` threw.
 */
export async function runSolve(client: BuildkitClient, options: RunSolveOptions): Promise<SolveOutcome> {
  const ref = options.ref ?? randomBytes(16).toString('hex');
  const { signal } = options;
  if (signal?.aborted) throw new CancelledError({ cause: signal.reason });

  const session = await client.openSession(options.services, {
    ...(options.sessionName !== undefined && { name: options.sessionName }),
    ...(options.sharedKey !== undefined && { sharedKey: options.sharedKey }),
  });
  const stop = new AbortController();
  const onAbort = () => stop.abort(new CancelledError({ cause: signal?.reason }));
  signal?.addEventListener('abort', onAbort, { once: true });

  const status = followStatus(client, ref, options.onStatus ?? (() => undefined));
  status.failed.catch((error: unknown) => stop.abort(error));
  const lostAnswer = watchForLostAnswer(client, ref, status);
  lostAnswer.found.catch((error: unknown) => stop.abort(error));
  let sessionFailure: SessionError | undefined;
  void session.closed.then((error) => {
    if (error === undefined) return;
    sessionFailure = error;
    setTimeout(() => stop.abort(error), SESSION_LOSS_GRACE_MS).unref();
  });

  const asking = askSources(client, session.id, options, stop.signal);
  try {
    const response = await client.solve(
      { ...options.request, ref, session: session.id },
      { signal: stop.signal },
    );
    await options.onSolved?.();
    return { ref, exporterResponse: response.exporterResponse };
  } catch (error) {
    if (error instanceof CancelledError) throw stop.signal.reason;
    if (!(error instanceof GrpcError)) throw error;
    throw sessionFailure ?? solveErrorFromGrpc(error);
  } finally {
    signal?.removeEventListener('abort', onAbort);
    lostAnswer.stop();
    const settled = asking.finish().then(() => session.close());
    options.sources?.onOver(settled);
    await Promise.all([
      options.sources === undefined ? settled : undefined,
      status.finish({ cancelled: stop.signal.aborted }),
    ]);
  }
}

/**
 * Asks beside the build, or after it when it is short; whatever becomes of it, the build goes on. `finish` resolves when
 * nothing is asked any more.
 */
function askSources(
  client: BuildkitClient,
  session: string,
  { request, sources }: RunSolveOptions,
  signal: AbortSignal,
): { finish(): Promise<void> } {
  if (sources === undefined || request.frontend === '') return { finish: async () => undefined };
  const late = new AbortController();
  const either = AbortSignal.any([signal, late.signal]);
  const call = { ref: randomBytes(16).toString('hex'), session };
  let answered: Promise<void> | undefined;
  const ask = (): Promise<void> =>
    (answered ??= client
      .withGateway(call, (gateway) => gateway.sources(request, either), either)
      .then(sources.onTold)
      .catch((error: unknown) => {
        if (!either.aborted) sources.onFailed(error);
      }));
  const waiting = setTimeout(() => void ask(), ASK_AFTER_MS);
  return {
    finish: async () => {
      clearTimeout(waiting);
      const timer = setTimeout(() => late.abort(), LATE_ANSWER_MS);
      await (signal.aborted ? answered : ask());
      clearTimeout(timer);
    },
  };
}
