import { StudioError } from '../../../shared/contract';
import { explainConnectionFailure } from '../../system/connectionFailure';

/** The API server's answer to a request that it doesn't grant. */
export class ApiError extends Error {
  override readonly name = 'ApiError';

  constructor(
    /** HTTP status. */
    readonly status: number,
    /** Kubernetes' own word, such as `NotFound`; empty when somebody else answered. */
    readonly reason: string,
    message: string,
  ) {
    super(message);
  }
}

/**
 * What went wrong with a cluster, in words.
 *
 * @param server the API server's address
 * @returns `builder-unreachable`; typed errors stay as they are
 */
export function clusterError(server: string, cause: unknown): StudioError {
  if (cause instanceof StudioError) return cause;
  const [message, hint] = cause instanceof ApiError ? refusal(server, cause) : silence(server, cause);
  return new StudioError(
    {
      code: 'builder-unreachable',
      message,
      hint,
      details: { subject: server, ...(cause instanceof Error ? { cause: cause.message } : {}) },
    },
    { cause },
  );
}

function refusal(server: string, { status, message }: ApiError): readonly [message: string, hint: string] {
  const said = message.replace(/\.$/, '');
  if (status === 401) {
    return [
      `The Kubernetes cluster at ${server} doesn’t know you: ${said}.`,
      'Log in to the cluster again, for instance by kubectl get pods in a terminal.',
    ];
  }
  if (status === 403) {
    return [
      `The Kubernetes cluster at ${server} forbids it: ${said}.`,
      'Ask for a role in the namespace that may do this, or choose another namespace.',
    ];
  }
  return [
    `The Kubernetes cluster at ${server} refuses: ${said}.`,
    'Correct the builder’s options, or the cluster.',
  ];
}

function silence(server: string, cause: unknown): readonly [message: string, hint: string] {
  return [
    `The Kubernetes cluster at ${server} can’t be reached: ${explainConnectionFailure(cause)[0]}.`,
    'Check that it runs, the network, and that the current context of your kubeconfig is the right one.',
  ];
}
