import type { V1ContainerStatus, V1Deployment, V1Pod, V1StatefulSet } from '@kubernetes/client-node';

/** Names of the pods that run and aren't on their way out, sorted (buildx driver/kubernetes/podchooser). */
export function runningPods(pods: readonly V1Pod[]): V1Pod[] {
  return pods
    .filter(
      ({ metadata, status }) => status?.phase === 'Running' && metadata?.deletionTimestamp === undefined,
    )
    .sort((a, b) => ((a.metadata?.name ?? '') < (b.metadata?.name ?? '') ? -1 : 1));
}

/** Why a pod isn't ready, in Kubernetes' own words: `name: ImagePullBackOff: Back-off pulling image …`. */
export function podTrouble(pod: V1Pod): string | undefined {
  const name = pod.metadata?.name ?? '';
  const { initContainerStatuses, containerStatuses, conditions, phase, reason, message } = pod.status ?? {};
  for (const container of [...(initContainerStatuses ?? []), ...(containerStatuses ?? [])]) {
    const trouble = containerTrouble(container);
    if (trouble !== undefined) return `${name}: ${trouble}`;
  }
  const unscheduled = conditions?.find(({ type, status }) => type === 'PodScheduled' && status === 'False');
  if (unscheduled !== undefined) return `${name}: ${words(unscheduled.reason, unscheduled.message)}`;
  return phase === 'Failed' ? `${name}: ${words(reason ?? 'Failed', message)}` : undefined;
}

/** Why a workload makes no pods, such as a quota that is used up. */
export function workloadTrouble(workload: V1Deployment | V1StatefulSet): string | undefined {
  const failure = workload.status?.conditions?.find(
    ({ type, status }) => type === 'ReplicaFailure' && status === 'True',
  );
  return failure === undefined ? undefined : words(failure.reason, failure.message);
}

function containerTrouble({ state, lastState }: V1ContainerStatus): string | undefined {
  const { waiting, terminated } = state ?? {};
  if (
    waiting?.reason !== undefined &&
    waiting.reason !== 'ContainerCreating' &&
    waiting.reason !== 'PodInitializing'
  ) {
    const last = waiting.reason === 'CrashLoopBackOff' ? lastState?.terminated : undefined;
    const exit = last === undefined ? '' : ` (it ended with status ${last.exitCode})`;
    return words(waiting.reason, waiting.message) + exit;
  }
  if (terminated === undefined || terminated.exitCode === 0) return undefined;
  return words(
    terminated.reason ?? 'Error',
    terminated.message ?? `it ended with status ${terminated.exitCode}`,
  );
}

function words(reason: string | undefined, message: string | undefined): string {
  return [reason, message?.trim()].filter(Boolean).join(': ');
}
