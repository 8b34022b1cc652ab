import { setTimeout as sleep } from 'node:timers/promises';
import type { Duplex } from 'node:stream';
import { StudioError } from '../../../shared/contract';
import { dialHelper } from '../connhelper/dialHelper';
import type { BootProgress, DriverNode, NodeDefinition, NodeInfo } from '../driver';
import { KubernetesApi } from './api';
import { ApiError, clusterError } from './apiErrors';
import type { ExecCredentials } from './execCredentials';
import { openExec } from './exec';
import { loadCluster } from './kubeconfig';
import { nodeManifest, type Manifest } from './manifest';
import { parseNodeEndpoint } from './nodeEndpoint';
import type { KubernetesOptions } from './options';
import { randomPod, stickyPod } from './podChooser';
import { podTrouble, runningPods, workloadTrouble } from './pods';

const pollIntervalMs = 500;

/** What a node is given of the machine. */
export interface NodeMachine {
  /** The user's environment. */
  env: Readonly<Record<string, string | undefined>>;
  credentials: ExecCredentials;
}

/** A node as pods in a Kubernetes cluster, made, found and reached as buildx does (buildx driver/kubernetes). */
export class KubernetesNode implements DriverNode {
  readonly endpoint: string;
  private readonly builder: string;
  private readonly options: KubernetesOptions;
  private readonly manifest: Manifest;
  /**
   * The pod that was dialled last. A client dials several times and its streams have to meet in one daemon, so it keeps
   * its pod as long as that runs, whichever way pods are chosen.
   */
  private pod: string | undefined;

  constructor(
    definition: NodeDefinition<KubernetesOptions>,
    private readonly machine: NodeMachine,
  ) {
    const { endpoint, builder, options, node, flags, files, platforms } = definition;
    this.endpoint = endpoint;
    this.builder = builder;
    this.options = options;
    this.manifest = nodeManifest({ node, options, flags, files, platforms: platforms ?? [] });
  }

  info(signal: AbortSignal): Promise<NodeInfo> {
    return this.withApi(signal, async (api) => ({
      status: (await this.readyPods(api, signal)) > 0 ? 'running' : 'stopped',
    }));
  }

  async boot(progress: BootProgress, signal: AbortSignal): Promise<void> {
    await this.withApi(signal, async (api) => {
      const { kind, name } = this.workload;
      if ((await api.get(kind, name, signal)) === undefined) {
        progress(`creating the ${kind} ${name} in the namespace ${api.namespace}`);
        await this.create(api, signal);
      }
      await this.untilReady(api, progress, signal);
    });
  }

  async stop(): Promise<void> {
    // buildx leaves the pods running, and others may use them.
  }

  /** Volume claims stay, as Kubernetes deletes no data by itself. */
  async remove(_options: { keepState: boolean }, signal: AbortSignal): Promise<void> {
    this.pod = undefined;
    await this.withApi(signal, async (api) => {
      await api.delete(this.workload.kind, this.workload.name, signal);
      for (const { metadata } of this.manifest.configMaps) {
        await api.delete('ConfigMap', metadata?.name ?? '', signal);
      }
    });
  }

  dial(signal?: AbortSignal): Promise<Duplex> {
    const open = (stop: AbortSignal): Promise<Duplex> =>
      this.withApi(stop, async (api) => {
        const target = await this.choosePod(api, stop);
        return openExec(api, target, ['buildctl', 'dial-stdio'], stop);
      });
    return dialHelper(open, this.endpoint, signal);
  }

  private get workload(): { kind: 'Deployment' | 'StatefulSet'; name: string } {
    const kind = this.manifest.workload.kind === 'StatefulSet' ? 'StatefulSet' : 'Deployment';
    return { kind, name: this.manifest.name };
  }

  private async withApi<T>(signal: AbortSignal, use: (api: KubernetesApi) => Promise<T>): Promise<T> {
    signal.throwIfAborted();
    const { env, credentials } = this.machine;
    const kubeconfig = parseNodeEndpoint(this.endpoint)?.kubeconfig ?? '';
    const cluster = await loadCluster({ kubeconfig, env, credentials }, signal);
    const namespace = this.options.namespace ?? cluster.namespace;
    try {
      return await use(new KubernetesApi(cluster, namespace, () => credentials.forget()));
    } catch (error) {
      signal.throwIfAborted();
      throw clusterError(cluster.server, error);
    }
  }

  /** Configuration first, as pods wait for it; configuration that an earlier node of the name left is replaced. */
  private async create(api: KubernetesApi, signal: AbortSignal): Promise<void> {
    for (const map of this.manifest.configMaps) {
      try {
        await api.create('ConfigMap', map, signal);
      } catch (error) {
        if (!isConflict(error)) throw error;
        await api.replace('ConfigMap', map, signal);
      }
    }
    try {
      await api.create(this.workload.kind, this.manifest.workload, signal);
    } catch (error) {
      // Somebody else was faster.
      if (!isConflict(error)) throw error;
    }
  }

  private async readyPods(api: KubernetesApi, signal: AbortSignal): Promise<number> {
    const workload = await api.get(this.workload.kind, this.workload.name, signal);
    return workload?.status?.readyReplicas ?? 0;
  }

  private async untilReady(api: KubernetesApi, progress: BootProgress, signal: AbortSignal): Promise<void> {
    const { replicas, timeoutMs } = this.options;
    const deadline = Date.now() + timeoutMs;
    let told = '';
    for (;;) {
      const workload = await api.get(this.workload.kind, this.workload.name, signal);
      const ready = workload?.status?.readyReplicas ?? 0;
      if (workload !== undefined && ready >= replicas) return;
      const pods = await api.list('Pod', this.manifest.labels, signal);
      const trouble =
        (workload && workloadTrouble(workload)) ?? pods.map(podTrouble).find((found) => found !== undefined);
      const wanted = workload?.spec?.replicas ?? replicas;
      const scaled = wanted < replicas ? `, it is scaled to ${wanted}` : '';
      const state = `${ready} of ${replicas} ${replicas === 1 ? 'pod is' : 'pods are'} ready${scaled}`;
      const news = trouble === undefined ? `waiting: ${state}` : `waiting: ${state}; ${trouble}`;
      if (news !== told) progress((told = news));
      if (Date.now() >= deadline) throw this.notReady(state, trouble);
      await sleep(Math.min(pollIntervalMs, deadline - Date.now()), undefined, { signal }).catch(() =>
        signal.throwIfAborted(),
      );
    }
  }

  private notReady(state: string, trouble: string | undefined): StudioError {
    const { kind, name } = this.workload;
    const seconds = Math.round(this.options.timeoutMs / 1000);
    const why = trouble?.replace(/\.$/, '');
    return new StudioError({
      code: 'builder-unavailable',
      message: `The ${kind} ${name} did not become ready within ${seconds} s: ${why ?? state}.`,
      hint: hintFor(trouble),
      details: { subject: name, cause: state },
    });
  }

  private async choosePod(
    api: KubernetesApi,
    signal: AbortSignal,
  ): Promise<{ pod: string; container: string }> {
    const pods = runningPods(await api.list('Pod', this.manifest.labels, signal));
    const names = pods.map(({ metadata }) => metadata?.name ?? '');
    if (this.pod === undefined || !names.includes(this.pod)) {
      this.pod = this.options.loadBalance === 'random' ? randomPod(names) : stickyPod(names, this.builder);
    }
    const chosen = pods.find(({ metadata }) => metadata?.name === this.pod);
    if (this.pod === undefined || chosen === undefined) throw this.noPods(api.namespace);
    return { pod: this.pod, container: chosen.spec?.containers[0]?.name ?? '' };
  }

  private noPods(namespace: string): StudioError {
    const { kind, name } = this.workload;
    return new StudioError({
      code: 'builder-unreachable',
      message: `No pod of the ${kind} ${name} runs in the namespace ${namespace}.`,
      hint: 'Start the builder. If it was started, see kubectl describe for why its pods don’t run.',
      details: { subject: this.endpoint },
    });
  }
}

function isConflict(error: unknown): boolean {
  return error instanceof ApiError && error.status === 409;
}

function hintFor(trouble: string | undefined): string {
  if (trouble === undefined)
    return 'See kubectl describe for the pods’ events, or give the option timeout more time.';
  if (/Image|ErrImage/.test(trouble)) {
    return 'Correct the option image, or let the cluster pull it, for instance with a secret of the service account.';
  }
  if (/Unschedulable/.test(trouble)) return 'Lower the requests, or correct node selector and tolerations.';
  if (/exceeded quota|forbidden/.test(trouble))
    return 'Ask for a larger quota, or for pods that may be privileged.';
  return 'See kubectl describe and kubectl logs for the pods.';
}
