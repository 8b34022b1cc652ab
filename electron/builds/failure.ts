import { posix } from 'node:path';
import {
  StudioError,
  type ErrorCode,
  type SourceLocation,
  type StudioErrorData,
} from '../../shared/contract';
import {
  CancelledError,
  ConnectError,
  DaemonGoneError,
  GrpcCode,
  GrpcError,
  SessionError,
  SolveError,
} from '../buildkit';
import { FileTransferError, type FileTransferErrorCode } from '../buildkit/filesync';
import { fileError } from '../system/fileErrors';

/** What is known of a build when it fails. */
export interface FailureContext {
  /** The Dockerfile's path in the project; locations name it. */
  dockerfile: string;
  /** The failed vertex's name, when the daemon announced it. */
  stepName(id: string): string | undefined;
  /** The last lines that a step printed, at most 20. */
  lastOutput(id: string): string[];
  /** Digest of the first step that failed; for errors that name none. */
  failedStep?: string;
  /** Transfers between this machine and the daemon that failed on our side; they are the cause of what the daemon says. */
  contextError?: FileTransferError;
  exportError?: FileTransferError;
  /** Absolute path of the archive or folder that is written here. */
  destination?: string;
  /** The node that failed, when several build; the message names it. */
  node?: string;
  /** The id that a vertex has as a step; its digest when absent. */
  stepId?(digest: string): string;
}

/**
 * Says what made a build fail, and what can be done. BuildKit has error codes for little of it, so most is told by the
 * words of its message; the patterns below are of its sources and those of containerd and Go's net package.
 */
export function describeFailure(error: unknown, context: FailureContext): StudioErrorData {
  const failure = describe(error, context);
  if (context.node === undefined || failure.code === 'cancelled') return failure;
  return { ...failure, message: `On ${context.node}: ${failure.message}` };
}

function describe(error: unknown, context: FailureContext): StudioErrorData {
  if (error instanceof StudioError) return error.toData();
  if (error instanceof CancelledError || isAbort(error)) {
    return { code: 'cancelled', message: 'The build was cancelled.' };
  }
  if (
    error instanceof DaemonGoneError ||
    (error instanceof GrpcError && error.code === GrpcCode.UNAVAILABLE)
  ) {
    return {
      code: 'builder-lost',
      message: 'The connection to the builder was lost while it built.',
      hint: 'The builder is contacted again by itself. Build again when it is back.',
      details: { cause: messageOf(error.cause ?? error) },
    };
  }
  if (error instanceof ConnectError) {
    return { code: 'builder-unreachable', message: error.message, hint: 'Check that the builder runs.' };
  }
  if (error instanceof SessionError) return sessionFailure(error);
  if (context.exportError !== undefined) return exportFailure(context.exportError, context.destination);
  if (context.contextError !== undefined) return contextFailure(context.contextError);
  if (error instanceof FileTransferError) return contextFailure(error);
  if (error instanceof SolveError || error instanceof GrpcError) return daemonFailure(error, context);
  const known = fileError(error, 'the build’s log');
  if (known instanceof StudioError) return known.toData();
  return {
    code: 'internal',
    message: 'Manifold failed while it ran the build.',
    hint: 'Build again; if it happens again, report it with the details.',
    details: { cause: messageOf(error) },
  };
}

/** What the transfers of a broken session say is a consequence of it, so this comes before them. */
function sessionFailure(error: SessionError): StudioErrorData {
  if (error.reason === 'ignore-file-too-long') {
    return {
      code: 'context-invalid',
      message: error.message,
      hint: 'Join patterns, or move what they leave out into folders that one pattern covers.',
    };
  }
  return {
    code: 'builder-lost',
    message: 'The builder ended the session by which it reads files and credentials.',
    hint: 'Build again. If it happens again, look into the builder’s log and restart the builder.',
    details: { cause: messageOf(error.cause ?? error) },
  };
}

const maxNameLength = 100;

interface Rule {
  pattern: RegExp;
  code: ErrorCode;
  message: (match: RegExpExecArray, step: string) => string;
  hint: string;
}

/** The first one that fits counts. They are tried on the daemon's whole message. */
const rules: readonly Rule[] = [
  {
    pattern: /no space left on device|disk quota exceeded/i,
    code: 'disk-full',
    message: () => 'The builder has no disk space left.',
    hint: 'Free space on the builder’s disk or clear its build cache, then build again.',
  },
  {
    pattern: /exec format error/i,
    code: 'platform-unsupported',
    message: (_, step) => `${step} needs an emulator that the builder does not have.`,
    hint: 'Install emulation on the builder’s machine (Debian and Ubuntu: sudo apt install qemu-user-static binfmt-support) and restart the builder.',
  },
  {
    pattern:
      /no match for platform in manifest|does not match the specified platform|no matching manifest for (\S+)/i,
    code: 'platform-unsupported',
    message: (_, step) => `${step} uses an image that does not exist for this platform.`,
    hint: 'Leave the platform out, or use a base image that offers it.',
  },
  {
    pattern:
      /\b401 unauthorized|\b403 forbidden|\bunauthorized\b|insufficient_scope|authorization failed|no basic auth credentials|denied: |access denied|authentication required/i,
    code: 'registry-denied',
    message: (match) => `The registry${registryIn(match.input)} refuses access.`,
    hint: 'Log in to it with docker login, and check that your account may read or write the repository.',
  },
  {
    pattern:
      /dial tcp|connection refused|no such host|i\/o timeout|TLS handshake timeout|server gave HTTP response to HTTPS client|x509: |network is unreachable|connection reset by peer|server misbehaving/i,
    code: 'registry-unreachable',
    message: (match) => `The registry${registryIn(match.input)} can’t be reached by the builder.`,
    hint: 'Check the name and the builder’s network. A registry without TLS has to be allowed in the builder’s buildkitd.toml.',
  },
  {
    pattern: /target stage "?([^"\s]+)"? could not be found/i,
    code: 'dockerfile-invalid',
    message: (match) => `The Dockerfile has no stage named ${match[1]}.`,
    hint: 'Choose one of the Dockerfile’s stages as target, or none.',
  },
  {
    pattern: /(?:failed to (?:calculate checksum|compute cache key)[^]*?)"([^"]+)": not found/i,
    code: 'context-invalid',
    message: (match) => `${match[1]} is not in the build context.`,
    hint: 'Check the path, relative to the project folder, and that .dockerignore does not leave it out.',
  },
  {
    pattern: /secret (\S+): not found/i,
    code: 'invalid-request',
    message: (match) => `The build needs a secret with the id ${match[1]}.`,
    hint: 'Add it to the build’s secrets.',
  },
  {
    pattern: /no SSH agent|no ssh (?:handler|key|forward)|ssh agent/i,
    code: 'invalid-request',
    message: () => 'The build needs an SSH agent that was not given to it.',
    hint: 'Add your agent’s socket to the build’s SSH forwards.',
  },
  {
    pattern: /failed to resolve source metadata for ([^\s:]+\S*): [^]*not found|([^\s"]+): not found$/i,
    code: 'not-found',
    message: (match) => `The image ${match[1] ?? match[2]} does not exist.`,
    hint: 'Check the name and the tag.',
  },
  {
    pattern:
      /dockerfile parse error|unknown instruction|failed to parse|requires (?:at least|exactly) |no build stage in current context|file with no instructions/i,
    code: 'dockerfile-invalid',
    message: (match) => withoutChain(match.input),
    hint: 'Correct the marked line.',
  },
];

function daemonFailure(error: SolveError | GrpcError, context: FailureContext): StudioErrorData {
  const solve = error instanceof SolveError ? error : undefined;
  const step = failedStepOf(solve, context);
  const stepName = step === undefined ? undefined : context.stepName(step);
  const location = solve === undefined ? undefined : locationOf(solve, context.dockerfile);
  const lastOutput = step === undefined ? [] : context.lastOutput(step);
  const details = {
    ...(location === undefined ? {} : { location }),
    ...(step === undefined ? {} : { step }),
    ...(stepName === undefined ? {} : { stepName }),
    ...(solve?.exitCode === undefined ? {} : { exitCode: solve.exitCode }),
    ...(lastOutput.length === 0 ? {} : { lastOutput }),
    cause: error.message,
  };
  if (solve?.exitCode !== undefined) {
    const output = lastOutput.join('\n');
    const rule = rules.find(
      ({ code, pattern }) => ['disk-full', 'platform-unsupported'].includes(code) && pattern.test(output),
    );
    if (rule !== undefined) {
      return {
        code: rule.code,
        message: rule.message(rule.pattern.exec(output)!, 'The step'),
        hint: rule.hint,
        details,
      };
    }
    return {
      code: 'step-failed',
      message: exitMessage(solve.exitCode, stepName),
      hint: exitHint(solve.exitCode),
      details,
    };
  }
  for (const rule of rules) {
    const match = rule.pattern.exec(error.message);
    if (match !== null)
      return { code: rule.code, message: rule.message(match, 'The step'), hint: rule.hint, details };
  }
  if (location !== undefined && step === undefined) {
    return {
      code: 'dockerfile-invalid',
      message: withoutChain(error.message),
      hint: 'Correct the marked line.',
      details,
    };
  }
  if (step !== undefined) {
    return {
      code: 'step-failed',
      message: withoutChain(error.message),
      hint: 'See the step’s log.',
      details,
    };
  }
  if (error.code === GrpcCode.PERMISSION_DENIED) {
    return {
      code: 'permission-denied',
      message: withoutChain(error.message),
      hint: 'The builder does not allow this.',
      details,
    };
  }
  return {
    code: 'internal',
    message: withoutChain(error.message),
    hint: 'The builder ended the build with this message; its own log may say more.',
    details,
  };
}

function failedStepOf(solve: SolveError | undefined, context: FailureContext): string | undefined {
  if (solve?.vertex === undefined) return context.failedStep;
  return context.stepId?.(solve.vertex) ?? solve.vertex;
}

function exitMessage(exitCode: number, stepName: string | undefined): string {
  const what = stepName === undefined ? 'A step' : shorten(stepName);
  return exitCode === 137
    ? `${what} was killed (exit code 137).`
    : `${what} failed with exit code ${exitCode}.`;
}

function exitHint(exitCode: number): string {
  if (exitCode === 127) return 'A command was not found. Check its name and that the image holds it.';
  if (exitCode === 126) return 'A command was found but may not be executed. Check its permissions.';
  if (exitCode === 137)
    return 'Most often the machine had no memory left. Give it more, or build fewer platforms at once.';
  return 'The last lines of its output say why.';
}

/** Names hold the whole command; details keep it. */
function shorten(name: string): string {
  return name.length <= maxNameLength ? name : `${name.slice(0, maxNameLength - 1)}…`;
}

/** The instruction that the error is about: the first source that has lines. */
function locationOf(error: SolveError, dockerfile: string): SourceLocation | undefined {
  for (const { file, ranges } of error.sources) {
    const lines = ranges
      .flatMap(({ start, end }) => [start.line, Math.max(start.line, end.line)])
      .filter((line) => line > 0);
    if (lines.length === 0) continue;
    return {
      // The daemon only knows the name that it asked for.
      file: file === posix.basename(dockerfile) ? dockerfile : file,
      startLine: Math.min(...lines),
      endLine: Math.max(...lines),
    };
  }
  return undefined;
}

const contextCodes: Partial<Record<FileTransferErrorCode, ErrorCode>> = {
  'no-permission': 'permission-denied',
  cancelled: 'cancelled',
  worker: 'internal',
};

function contextFailure(error: FileTransferError): StudioErrorData {
  return {
    code: contextCodes[error.code] ?? 'context-invalid',
    message: error.message,
    hint:
      error.code === 'bad-pattern'
        ? 'Correct the pattern in .dockerignore.'
        : 'Correct the file, or leave it out with .dockerignore, and build again.',
    details: transferDetails(error),
  };
}

const exportCodes: Partial<Record<FileTransferErrorCode, ErrorCode>> = {
  'no-permission': 'permission-denied',
  'disk-full': 'disk-full',
  refused: 'export-refused',
  cancelled: 'cancelled',
  worker: 'internal',
};

const exportHints: Partial<Record<FileTransferErrorCode, string>> = {
  'disk-full': 'Free some space or choose another place for the output.',
  refused: 'Nothing was written outside of the destination. Don’t trust this builder.',
  'in-the-way': 'Remove what is there, or choose another place for the output.',
};

function exportFailure(error: FileTransferError, destination: string | undefined): StudioErrorData {
  // Errors about files inside of an exported folder name only these.
  const isNamed = destination === undefined || error.message.includes(destination);
  return {
    code: exportCodes[error.code] ?? 'export-failed',
    message: isNamed ? error.message : `${error.message} The output goes to ${destination}.`,
    hint:
      exportHints[error.code] ??
      'Choose another place for the output, or correct what keeps Manifold from writing there.',
    details: transferDetails(error),
  };
}

function transferDetails(error: FileTransferError): { subject?: string; cause?: string } {
  return {
    ...(error.path === undefined ? {} : { subject: error.path }),
    ...(error.cause === undefined ? {} : { cause: messageOf(error.cause) }),
  };
}

/** The registry in a message with a URL or an image name, with a space before it. */
function registryIn(message: string): string {
  const url = /https?:\/\/([^/\s"]+)/.exec(message)?.[1];
  const name = /(?:push|resolve source metadata for|resolve|pull)\s+([a-z0-9.-]+(?::\d+)?)\//i.exec(
    message,
  )?.[1];
  const registry = url ?? name;
  return registry === undefined ? '' : ` ${registry}`;
}

/** Go prefixes an error with what each caller was doing; the page shows what went wrong. */
function withoutChain(message: string): string {
  return message.replace(/^(?:failed to solve: )+/, '').replace(/^(?:process|executor failed running) /, '');
}

function isAbort(error: unknown): boolean {
  return error instanceof Error && error.name === 'AbortError';
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
