import { posix } from 'node:path';
import type {
  V1ConfigMap,
  V1Container,
  V1Deployment,
  V1ObjectMeta,
  V1PodSpec,
  V1PodTemplateSpec,
  V1Probe,
  V1StatefulSet,
} from '@kubernetes/client-node';
import { daemonConfigFolder } from '../daemonFiles';
import { appLabel, platformAnnotation, type KubernetesOptions } from './options';

const containerName = 'buildkitd';
const stateVolume = 'buildkitd';
const memoryVolume = 'buildkit-memory';
const stateFolder = '/var/lib/buildkit';
const rootlessStateFolder = '/home/user/.local/share/buildkit';

/** What a node is in the cluster. */
export interface Manifest {
  /** The name of the workload, and of its configuration before their suffix. */
  name: string;
  /** A StatefulSet where the state is kept in volumes, else a Deployment. */
  workload: V1Deployment | V1StatefulSet;
  configMaps: readonly V1ConfigMap[];
  /** By these labels its pods are found. */
  labels: Readonly<Record<string, string>>;
}

/** What of a node's definition its manifest is made of. */
export interface ManifestSource {
  node: string;
  options: KubernetesOptions;
  /** buildkitd's own flags. */
  flags: readonly string[];
  files: ReadonlyMap<string, Uint8Array>;
  /** Fixed platforms in canonical form. */
  platforms: readonly string[];
}

/**
 * The objects that buildx makes for a node, with the names that it finds them by (buildx driver/kubernetes/manifest).
 *
 * Two slips of buildx are not repeated: a request of ephemeral storage is a request, not a limit, and a persistent volume
 * doesn't take the place of the configuration.
 */
export function nodeManifest(source: ManifestSource): Manifest {
  const { options } = source;
  const name = deploymentName(source.node);
  const labels = { ...options.labels, [appLabel]: name };
  const annotations = {
    ...options.annotations,
    ...(source.platforms.length > 0 ? { [platformAnnotation]: source.platforms.join(',') } : {}),
    ...(options.rootless
      ? { [`container.apparmor.security.beta.kubernetes.io/${containerName}`]: 'unconfined' }
      : {}),
  };
  const metadata: V1ObjectMeta = { name, labels, annotations };
  const configs = configMaps(name, annotations, source.files);
  const template: V1PodTemplateSpec = {
    metadata: { labels, annotations },
    spec: podSpec(source, configs),
  };
  return {
    name,
    labels,
    workload: workload(metadata, template, options),
    configMaps: configs.map(({ map }) => map),
  };
}

/** Names of Kubernetes have no underscore. */
function deploymentName(node: string): string {
  return node.replaceAll('_', '-');
}

function workload(
  metadata: V1ObjectMeta,
  template: V1PodTemplateSpec,
  { replicas, persistentStorage }: KubernetesOptions,
): V1Deployment | V1StatefulSet {
  const spec = { replicas, selector: { matchLabels: metadata.labels ?? {} }, template };
  if (persistentStorage === undefined) return { apiVersion: 'apps/v1', kind: 'Deployment', metadata, spec };
  const claim = {
    metadata: { name: stateVolume },
    spec: {
      accessModes: ['ReadWriteOnce'],
      resources: { requests: { storage: persistentStorage } },
    },
  };
  return {
    apiVersion: 'apps/v1',
    kind: 'StatefulSet',
    metadata,
    spec: {
      ...spec,
      serviceName: 'buildkitd',
      podManagementPolicy: 'Parallel',
      volumeClaimTemplates: [claim],
    },
  };
}

function podSpec(source: ManifestSource, configs: readonly Config[]): V1PodSpec {
  const { options } = source;
  const state = stateOf(options);
  const { serviceAccount, schedulerName, nodeSelector, tolerations, qemuImage } = options;
  return {
    ...(serviceAccount === undefined ? {} : { serviceAccountName: serviceAccount }),
    ...(schedulerName === undefined ? {} : { schedulerName }),
    ...(Object.keys(nodeSelector).length > 0 ? { nodeSelector: { ...nodeSelector } } : {}),
    ...(tolerations.length > 0 ? { tolerations: [...tolerations] } : {}),
    ...(qemuImage === undefined ? {} : { initContainers: [qemuContainer(qemuImage)] }),
    containers: [container(source, configs, state)],
    volumes: [
      ...configs.map(({ volume, map }) => ({ name: volume, configMap: { name: map.metadata!.name! } })),
      ...(state?.emptyDir === undefined ? [] : [{ name: state.name, emptyDir: state.emptyDir }]),
    ],
  };
}

function container(
  { options, flags }: ManifestSource,
  configs: readonly Config[],
  state: StateVolume | undefined,
): V1Container {
  const { image, rootless, requests, limits, env } = options;
  return {
    name: containerName,
    image,
    args: [...flags, ...(rootless ? ['--oci-worker-no-process-sandbox'] : [])],
    securityContext: rootless ? { seccompProfile: { type: 'Unconfined' } } : { privileged: true },
    readinessProbe: probe,
    livenessProbe: probe,
    resources: { requests: { ...requests }, limits: { ...limits } },
    ...(env.length > 0 ? { env: [...env] } : {}),
    volumeMounts: [
      ...configs.map(({ volume, folder }) => ({
        name: volume,
        mountPath: posix.join(daemonConfigFolder, folder),
      })),
      ...(state === undefined ? [] : [{ name: state.name, mountPath: state.mountPath }]),
    ],
  };
}

const probe: V1Probe = {
  exec: { command: ['buildctl', 'debug', 'workers'] },
  failureThreshold: 3,
  initialDelaySeconds: 5,
  periodSeconds: 30,
  successThreshold: 1,
  timeoutSeconds: 60,
};

function qemuContainer(image: string): V1Container {
  return { name: 'qemu', image, args: ['--install', 'all'], securityContext: { privileged: true } };
}

interface StateVolume {
  name: string;
  mountPath: string;
  /** A claim of the same name takes its place. */
  emptyDir?: { medium?: string; sizeLimit?: string };
}

/** The volume of the daemon's state; without one it is in the container. */
function stateOf({ rootless, persistentStorage, memoryStorage }: KubernetesOptions): StateVolume | undefined {
  const mountPath = rootless ? rootlessStateFolder : stateFolder;
  const emptyDir = memoryStorage === undefined ? {} : { medium: 'Memory', sizeLimit: memoryStorage };
  // Some systems mount the image's own volume so that rootless builds fail (BuildKit #879).
  if (rootless) return { name: stateVolume, mountPath, emptyDir };
  if (persistentStorage !== undefined) return { name: stateVolume, mountPath };
  return memoryStorage === undefined ? undefined : { name: memoryVolume, mountPath, emptyDir };
}

interface Config {
  volume: string;
  /** Below the daemon's configuration folder; `.` is that folder. */
  folder: string;
  map: V1ConfigMap;
}

/** A ConfigMap holds no folders, so each folder is one. */
function configMaps(
  name: string,
  annotations: Record<string, string>,
  files: ReadonlyMap<string, Uint8Array>,
): Config[] {
  const folders = new Map<string, Record<string, string>>();
  for (const path of [...files.keys()].sort()) {
    const folder = posix.dirname(path);
    const data = folders.get(folder) ?? {};
    data[posix.basename(path)] = Buffer.from(files.get(path)!).toString('utf8');
    folders.set(folder, data);
  }
  let number = 0;
  return [...folders].map(([folder, data]) => {
    const volume = folder === '.' ? 'config' : `config-${++number}`;
    const metadata = { name: `${name}-${volume}`, annotations };
    return { volume, folder, map: { apiVersion: 'v1', kind: 'ConfigMap', metadata, data } };
  });
}
