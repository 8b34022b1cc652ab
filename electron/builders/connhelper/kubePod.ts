import type { Duplex } from 'node:stream';
import { KubernetesApi } from '../kubernetes/api';
import { ApiError, clusterError } from '../kubernetes/apiErrors';
import type { ExecCredentials } from '../kubernetes/execCredentials';
import { openExec } from '../kubernetes/exec';
import { loadCluster } from '../kubernetes/kubeconfig';
import type { PodAddress } from './podAddress';

/**
 * Runs `buildctl dial-stdio` in a pod (BuildKit client/connhelper/kubepod, which has kubectl do it). Context and namespace
 * are those of the kubeconfig where the address has none; the container is the pod's first one.
 *
 * @param env the user's environment
 * @returns its standard streams; they fail with a ProcessStreamError
 * @throws StudioError `builder-unreachable`, or the signal's reason
 */
export async function openKubePod(
  address: PodAddress,
  env: Readonly<Record<string, string | undefined>>,
  credentials: ExecCredentials,
  signal: AbortSignal,
): Promise<Duplex> {
  const cluster = await loadCluster({ kubeconfig: '', context: address.context, env, credentials }, signal);
  const api = new KubernetesApi(cluster, address.namespace ?? cluster.namespace, () => credentials.forget());
  try {
    const container = address.container ?? (await firstContainer(api, address.pod, signal));
    return await openExec(api, { pod: address.pod, container }, ['buildctl', 'dial-stdio'], signal);
  } catch (error) {
    signal.throwIfAborted();
    throw clusterError(cluster.server, error);
  }
}

async function firstContainer(api: KubernetesApi, name: string, signal: AbortSignal): Promise<string> {
  const pod = await api.get('Pod', name, signal);
  if (pod === undefined) {
    throw new ApiError(404, 'NotFound', `there is no pod ${name} in the namespace ${api.namespace}`);
  }
  return pod.spec?.containers[0]?.name ?? '';
}
