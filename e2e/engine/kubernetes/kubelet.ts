import { rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ClusterApi, KubernetesObject } from './clusterApi';

const POLL_MS = 150;

/** What becomes of a pod: it runs, with commands in that environment; or something keeps it from that. */
export type PodFate =
  | { readonly runs: Readonly<Record<string, string>> }
  | { readonly waits: { readonly reason: string; readonly message: string } };

/** Plays the scheduler's and the kubelet's part: puts pods on the node and says how they are, through the API. */
export interface Kubelet {
  /** Ends it; pods stay as they are. */
  stop(): Promise<void>;
}

/**
 * @param node the node's name; its commands are run by `kubernetes node`, which reads the pods' environments from
 * @param podsFolder a file for each running pod
 * @param fateOf asked for each pod that has no status yet; undefined leaves it unscheduled
 */
export function playKubelet(
  api: ClusterApi,
  node: string,
  podsFolder: string,
  fateOf: (pod: KubernetesObject) => PodFate | undefined,
): Kubelet {
  const stopping = new AbortController();
  /** What was told of a pod last, by its uid: names come again. */
  const told = new Map<string, string>();

  const tend = async (pod: KubernetesObject): Promise<void> => {
    const { name, namespace, uid, deletionTimestamp } = pod.metadata;
    const place = `/api/v1/namespaces/${namespace}/pods/${name}`;
    if (deletionTimestamp !== undefined) {
      await rm(path.join(podsFolder, name), { force: true });
      await api.ask('DELETE', place, { gracePeriodSeconds: 0 });
      return;
    }
    const fate = fateOf(pod);
    if (fate === undefined || told.get(uid) === JSON.stringify(fate)) return;
    if (pod.spec?.['nodeName'] === undefined) {
      const target = { apiVersion: 'v1', kind: 'Node', name: node };
      await api.ask('POST', `${place}/binding`, { metadata: { name }, target });
    }
    if ('runs' in fate) {
      const lines = Object.entries(fate.runs).map(([variable, value]) => `${variable}=${value}\n`);
      await writeFile(path.join(podsFolder, name), lines.join(''));
    }
    await api.ask('PATCH', `${place}/status`, { status: statusOf(pod, fate) });
    told.set(uid, JSON.stringify(fate));
  };
  const running = (async () => {
    while (!stopping.signal.aborted) {
      // Objects change under its hands, and a test may stop the server: what doesn't work now is tried again.
      const pods = await api.list('/api/v1/pods').catch(() => []);
      await Promise.allSettled(pods.map(tend));
      await sleep(POLL_MS, undefined, { signal: stopping.signal }).catch(() => undefined);
    }
  })();
  return {
    async stop() {
      stopping.abort();
      await running;
    },
  };
}

function statusOf(pod: KubernetesObject, fate: PodFate): object {
  const now = new Date().toISOString();
  const ready = 'runs' in fate;
  const condition = (type: string, status: boolean) => ({
    type,
    status: status ? 'True' : 'False',
    lastTransitionTime: now,
  });
  const containers = (pod.spec?.['containers'] ?? []) as { name: string; image: string }[];
  return {
    phase: ready ? 'Running' : 'Pending',
    conditions: [
      condition('PodScheduled', true),
      condition('Initialized', true),
      condition('ContainersReady', ready),
      condition('Ready', ready),
    ],
    hostIP: '127.0.0.1',
    startTime: now,
    containerStatuses: containers.map(({ name, image }) => ({
      name,
      image,
      imageID: '',
      ready,
      started: ready,
      restartCount: 0,
      state: ready ? { running: { startedAt: now } } : { waiting: fate.waits },
    })),
  };
}
