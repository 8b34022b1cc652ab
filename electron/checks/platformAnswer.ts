import { StudioError, type StudioErrorData } from '../../shared/contract';
import { describeFailure } from '../builds/failure';
import {
  askLint,
  askOutline,
  askTargets,
  SolveError,
  SubrequestUnsupportedError,
  type Gateway,
  type LintAnswer,
  type OutlineAnswer,
  type TargetStage,
} from '../buildkit';
import type { PlatformQuestions } from './questions';

/** What BuildKit said about one platform. */
export interface PlatformAnswer {
  platform: string;
  /** Absent when the daemon or the frontend has no checks, or when they failed. */
  lint?: LintAnswer;
  outline?: OutlineAnswer;
  targets?: readonly TargetStage[];
  /** Why nothing can be said. */
  error?: StudioErrorData;
}

export interface AskPlatformOptions {
  gateway: Gateway;
  platform: string;
  questions: PlatformQuestions;
  /** Relative to the project. */
  dockerfile: string;
  /** Bounds how much a daemon is asked at once. */
  limit: <T>(work: () => Promise<T>) => Promise<T>;
  signal: AbortSignal;
  /** When the answer is given up on; the platform has an error then. */
  deadline: AbortSignal;
  deadlineMs: number;
}

/** Asks all questions. Rejects only when `signal` aborts; everything else is part of the answer. */
export async function askPlatform(options: AskPlatformOptions): Promise<PlatformAnswer> {
  const { gateway, platform, questions, limit, signal, deadline } = options;
  const { about, conversion } = questions;
  const either = AbortSignal.any([signal, deadline]);
  const [lint, outline, targets, converted] = await Promise.allSettled([
    limit(() => askLint(gateway, about, either)),
    limit(() => askOutline(gateway, about, either)),
    limit(() => askTargets(gateway, about, either)),
    conversion === undefined ? undefined : limit(() => gateway.ask(conversion, either)),
  ]);
  signal.throwIfAborted();
  const obstacle = converted.status === 'rejected' ? dockerfileError(converted.reason) : undefined;
  const answer: PlatformAnswer = {
    platform,
    ...(outline.status === 'fulfilled' && { outline: outline.value }),
    ...(targets.status === 'fulfilled' && { targets: targets.value }),
  };
  if (lint.status === 'fulfilled')
    return { ...answer, lint: { ...(obstacle && { error: obstacle }), ...lint.value } };
  // Where there are no checks, the others still tell what keeps the file from being built.
  const reasons = [lint, converted, outline, targets].flatMap((one): unknown[] =>
    one.status === 'rejected' ? [one.reason] : [],
  );
  const reason = reasons.find((one) => !(one instanceof SubrequestUnsupportedError));
  if (reason === undefined) return answer;
  const error = obstacle ?? dockerfileError(reason);
  return error === undefined
    ? { ...answer, error: failure(reason, options) }
    : { ...answer, lint: { warnings: [], error } };
}

/**
 * What a frontend says against the Dockerfile: with the place by BuildKit's error details, or by the line in the
 * message of its parser (parser.WithLocation), which details don't go with in an answer to a question.
 */
function dockerfileError(reason: unknown): LintAnswer['error'] {
  if (!(reason instanceof SolveError)) return undefined;
  const { message, sources } = reason;
  const ranges = sources.find((source) => source.ranges.length > 0)?.ranges;
  if (ranges !== undefined) return { message, ranges };
  const line = Number(/dockerfile parse error on lines? (\d+)/.exec(message)?.[1]);
  if (!(line >= 1)) return undefined;
  return { message, ranges: [{ start: { line, character: 0 }, end: { line, character: 0 } }] };
}

function failure(reason: unknown, { deadline, deadlineMs, dockerfile }: AskPlatformOptions): StudioErrorData {
  if (deadline.aborted) return tooSlow(deadlineMs).toData();
  return describeFailure(reason, { dockerfile, stepName: () => undefined, lastOutput: () => [] });
}

/** The daemon, or a registry that it waits for, takes too long. */
export function tooSlow(deadlineMs: number): StudioError {
  return new StudioError({
    code: 'builder-unavailable',
    message: `The builder did not check the Dockerfile within ${deadlineMs / 1000} seconds.`,
    hint: 'It may be busy, or wait for a registry. It is asked again when the text changes.',
  });
}
