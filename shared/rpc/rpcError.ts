import type { WireError } from './messages';

/** Codes that the peer itself gives; every other code comes from the other side's handlers. */
export const rpcCodes = {
  /** The caller's signal was aborted; `cause` is its reason. Never crosses the wire. */
  cancelled: 'cancelled',
  /** The port closed or the peer was disposed of with the request open. Never crosses the wire. */
  disconnected: 'disconnected',
  /** The other side broke the protocol. Never crosses the wire. */
  protocol: 'protocol',
  /** The other side has nothing of that name. */
  unknownName: 'invalid-request',
  /** A handler failed with something that is not an {@link RpcError}. */
  internal: 'internal',
} as const;

/** Every failure of a call or a subscription, whether it comes from the other side's handler or from the peer. */
export class RpcError extends Error {
  override readonly name = 'RpcError';
  readonly code: string;
  readonly hint: string | undefined;
  readonly details: unknown;

  constructor(error: WireError, options?: { cause?: unknown }) {
    super(error.message, options);
    this.code = error.code;
    this.hint = error.hint;
    this.details = error.details;
  }
}

/** The other side sent something that the protocol does not allow. */
export class ProtocolViolation extends Error {
  override readonly name = 'ProtocolViolation';
}

/** The wire form of whatever a handler threw. */
export function toWireError(error: unknown): WireError {
  if (error instanceof RpcError) {
    return {
      code: error.code,
      message: error.message,
      ...(error.hint !== undefined && { hint: error.hint }),
      ...(error.details !== undefined && { details: error.details }),
    };
  }
  return { code: rpcCodes.internal, message: error instanceof Error ? error.message : String(error) };
}
