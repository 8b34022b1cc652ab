import { StudioError } from '../../shared/contract';
import { explainConnectionFailure } from '../system/connectionFailure';
import { explainHelper } from './connhelper/explainHelper';

/**
 * A daemon that can't be reached, in words.
 *
 * @param endpoint as people know it
 * @param reason overrides what `cause` says
 */
export function unreachable(endpoint: string, reason: string | undefined, cause: unknown): StudioError {
  const [why, hint] =
    reason === undefined ? explain(cause) : [reason, 'Check the address and that the daemon runs.'];
  return new StudioError(
    {
      code: 'builder-unreachable',
      message: `${endpoint} can’t be reached: ${why}.`,
      hint,
      details: { subject: endpoint, ...(cause instanceof Error ? { cause: cause.message } : {}) },
    },
    { cause },
  );
}

function explain(cause: unknown): readonly [reason: string, hint: string] {
  for (let error = cause; error instanceof Error; error = error.cause) {
    const helper = explainHelper(error);
    if (helper !== undefined) return helper;
  }
  return explainConnectionFailure(cause);
}
