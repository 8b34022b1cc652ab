import { GrpcCode } from '../grpcStatus';
import { SolveError } from '../solveError';
import {
  readLint,
  readOutline,
  readTargets,
  type LintAnswer,
  type OutlineAnswer,
  type TargetStage,
} from './answers';
import type { FrontendQuestion, Gateway } from './gateway';

/** Neither the daemon nor the frontend has an answer to this kind of question. */
export class SubrequestUnsupportedError extends Error {
  override readonly name = 'SubrequestUnsupportedError';
  constructor(request: string, options?: { cause?: unknown }) {
    super(`The builder doesn't answer ${request} for this Dockerfile.`, options);
  }
}

/** Without this one a daemon drops the capabilities that a frontend is asked for, and old frontends would build. */
const FRONTEND_CAPS = 'frontend.caps';
/** `+forward`: the frontend that a `# syntax=` line names has to know it, not the one that reads that line. */
const SUBREQUESTS = 'moby.buildkit.frontend.subrequests+forward';

/** Runs the frontend's checks. Errors as for {@link ask}. */
export async function askLint(
  gateway: Gateway,
  question: FrontendQuestion,
  signal: AbortSignal,
): Promise<LintAnswer> {
  return readLint(await ask(gateway, 'frontend.lint', question, signal));
}

/** What the target stage can be given. Errors as for {@link ask}. */
export async function askOutline(
  gateway: Gateway,
  question: FrontendQuestion,
  signal: AbortSignal,
): Promise<OutlineAnswer> {
  return readOutline(await ask(gateway, 'frontend.outline', question, signal));
}

/** The stages in file order. Errors as for {@link ask}. */
export async function askTargets(
  gateway: Gateway,
  question: FrontendQuestion,
  signal: AbortSignal,
): Promise<readonly TargetStage[]> {
  return readTargets(await ask(gateway, 'frontend.targets', question, signal));
}

/**
 * Puts a question as buildx does (build/build.go, `CallFunc`) and returns the answer's JSON.
 * @throws {SubrequestUnsupportedError} nobody can answer; errors as for {@link Gateway.ask}
 */
async function ask(
  gateway: Gateway,
  request: string,
  { frontend, frontendAttrs }: FrontendQuestion,
  signal: AbortSignal,
): Promise<Uint8Array> {
  if (!gateway.capabilities.has(FRONTEND_CAPS)) throw new SubrequestUnsupportedError(request);
  const caps = [frontendAttrs[FRONTEND_CAPS], SUBREQUESTS].filter((cap) => cap !== undefined).join(',');
  const attrs = { ...frontendAttrs, [FRONTEND_CAPS]: caps, requestid: request };
  try {
    const metadata = await gateway.ask({ frontend, frontendAttrs: attrs }, signal);
    const json = metadata.get('result.json');
    // A frontend from before there were questions takes this for a build.
    if (json === undefined) throw new SubrequestUnsupportedError(request);
    return json;
  } catch (error) {
    if (!(error instanceof SolveError) || !isUnsupported(error)) throw error;
    throw new SubrequestUnsupportedError(request, { cause: error });
  }
}

/** BuildKit’s error for an unknown question (errdefs.UnsupportedSubrequestError) has no status code of its own. */
function isUnsupported({ code, message }: SolveError): boolean {
  return code === GrpcCode.UNIMPLEMENTED || /unsupported (?:request|frontend capability)/.test(message);
}
