import type { Result } from '../../../shared/model/result';
import { parseHelperUrl } from './helperUrl';

/** A Kubernetes pod in which a buildkitd runs. What is absent is as kubectl would have it. */
export interface PodAddress {
  pod: string;
  context?: string;
  namespace?: string;
  container?: string;
}

/** As BuildKit has it, which leaves the length to Kubernetes. */
const identifier = /^[a-z0-9.][-a-z0-9.]*$/;

/**
 * Reads `kube-pod://pod[?context=…&namespace=…&container=…]` (BuildKit client/connhelper/kubepod). A context's name may
 * hold anything; the others are Kubernetes identifiers.
 */
export function parsePodAddress(address: string): Result<PodAddress, string> {
  const url = parseHelperUrl(address, 'kube-pod', ['context', 'namespace', 'container']);
  if (!url.ok) return url;
  const { name: pod, query } = url.value;
  const named = { pod, namespace: query.get('namespace'), container: query.get('container') };
  for (const [part, name] of Object.entries(named)) {
    if (name !== undefined && !identifier.test(name)) {
      return { ok: false, error: `"${name}" is no ${part}’s name in Kubernetes.` };
    }
  }
  return { ok: true, value: { pod, ...Object.fromEntries(query) } };
}
