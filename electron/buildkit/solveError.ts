import type { GrpcCode, GrpcError } from './grpcStatus';
import {
  decodeStatus,
  type DecodedStatus,
  type SolveErrorDetails,
  type SolveErrorSource,
} from './statusDetails';

/** The daemon ended a solve with an error. `message` is the daemon's, unchanged. */
export class SolveError extends Error implements SolveErrorDetails {
  override readonly name = 'SolveError';
  readonly code: GrpcCode;
  readonly sources: readonly SolveErrorSource[];
  readonly vertex?: string;
  readonly exitCode?: number;

  constructor(code: GrpcCode, message: string, details: SolveErrorDetails, options?: { cause?: unknown }) {
    super(message, options);
    this.code = code;
    this.sources = details.sources;
    if (details.vertex !== undefined) this.vertex = details.vertex;
    if (details.exitCode !== undefined) this.exitCode = details.exitCode;
  }
}

/** The typed error for a failed Solve call; details come from its status trailer, when the daemon sent one. */
export function solveErrorFromGrpc(error: GrpcError): SolveError {
  const details = error.details === undefined ? { sources: [] } : decodeStatus(error.details).details;
  return new SolveError(error.code, error.message, details, { cause: error });
}

/** The typed error for a status that the daemon stored. */
export function solveErrorFromStatus(status: DecodedStatus): SolveError {
  return new SolveError(status.code, status.message, status.details);
}
