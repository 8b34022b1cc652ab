import type { V1EnvVar, V1Toleration } from '@kubernetes/client-node';
import { z } from 'zod';
import { isQuantity, parseBoolean, parseDuration } from './quantities';

/** Images that buildx starts when none is named (buildx driver/bkimage). */
const defaultImage = 'moby/buildkit:buildx-stable-1';
const defaultRootlessImage = `${defaultImage}-rootless`;
const defaultQemuImage = 'tonistiigi/binfmt:latest';
const defaultTimeoutMs = 120_000;

/** The annotation and the label that are the driver's own (buildx driver/kubernetes/manifest). */
export const platformAnnotation = 'buildx.docker.com/platform';
export const appLabel = 'app';

/** Which of a node's pods serves a client: always the same one as long as it runs, or any. */
export type LoadBalance = 'sticky' | 'random';

/** What the driver options of a node mean. */
export interface KubernetesOptions {
  image: string;
  /** The kubeconfig's when absent. */
  namespace?: string;
  replicas: number;
  rootless: boolean;
  loadBalance: LoadBalance;
  timeoutMs: number;
  requests: Readonly<Record<string, string>>;
  limits: Readonly<Record<string, string>>;
  /** Size of a volume claim for the state of each pod; with it the node is a StatefulSet. */
  persistentStorage?: string;
  /** Keeps the state in memory, up to this size. */
  memoryStorage?: string;
  nodeSelector: Readonly<Record<string, string>>;
  tolerations: readonly V1Toleration[];
  annotations: Readonly<Record<string, string>>;
  labels: Readonly<Record<string, string>>;
  serviceAccount?: string;
  schedulerName?: string;
  /** Image of an init container that installs emulators on the machine; none when absent. */
  qemuImage?: string;
  env: readonly V1EnvVar[];
}

type Given = Readonly<Record<string, string>>;

const resources = ['cpu', 'memory', 'ephemeral-storage'];
const known = new Set([
  ...['image', 'namespace', 'replicas', 'rootless', 'loadbalance', 'timeout', 'default-load'],
  ...resources.flatMap((name) => [`requests.${name}`, `limits.${name}`]),
  ...['persistent-volume-claim.requests.storage', 'buildkit-root-volume-memory'],
  ...['nodeselector', 'tolerations', 'annotations', 'labels', 'serviceaccount', 'schedulername'],
  ...['qemu.install', 'qemu.image'],
]);

/** The driver options of buildx' Kubernetes driver, all of them and no others (buildx driver/kubernetes/factory.go). */
export const kubernetesOptionsSchema = z
  .record(z.string(), z.string())
  .transform((given, context): KubernetesOptions => {
    const complain = (path: string, message: string): void =>
      context.addIssue({ code: 'custom', path: [path], message });
    for (const name of Object.keys(given)) {
      if (name === 'env.') complain(name, 'Give the variable a name.');
      else if (!known.has(name) && !name.startsWith('env.')) {
        complain(name, `The driver kubernetes has no option ${name}.`);
      }
    }
    const text = new OptionReader(given, complain);
    text.boolean('default-load');
    const rootless = text.boolean('rootless');
    return {
      image: given['image'] ?? (rootless ? defaultRootlessImage : defaultImage),
      ...text.optional('namespace', 'namespace'),
      replicas: text.replicas(),
      rootless,
      loadBalance: text.loadBalance(),
      timeoutMs: text.timeout(),
      requests: text.resources('requests'),
      limits: text.resources('limits'),
      ...text.quantity('persistent-volume-claim.requests.storage', 'persistentStorage'),
      ...text.quantity('buildkit-root-volume-memory', 'memoryStorage'),
      nodeSelector: text.pairs('nodeselector'),
      tolerations: text.tolerations(),
      annotations: text.pairs('annotations', platformAnnotation),
      labels: text.pairs('labels', appLabel),
      ...text.optional('serviceaccount', 'serviceAccount'),
      ...text.optional('schedulername', 'schedulerName'),
      ...(text.boolean('qemu.install') ? { qemuImage: given['qemu.image'] ?? defaultQemuImage } : {}),
      env: Object.entries(given)
        .filter(([name]) => name.startsWith('env.'))
        .map(([name, value]) => ({ name: name.slice('env.'.length), value })),
    };
  });

class OptionReader {
  constructor(
    private readonly given: Given,
    private readonly complain: (path: string, message: string) => void,
  ) {}

  optional<Key extends string>(name: string, key: Key): { [key in Key]?: string } {
    const value = this.given[name];
    return (value === undefined ? {} : { [key]: value }) as { [key in Key]?: string };
  }

  boolean(name: string): boolean {
    const value = this.given[name];
    if (value === undefined) return false;
    const parsed = parseBoolean(value);
    if (parsed === undefined) this.complain(name, `"${value}" is neither true nor false.`);
    return parsed ?? false;
  }

  replicas(): number {
    const value = this.given['replicas'] ?? '1';
    if (/^\+?\d{1,9}$/.test(value)) return Number(value);
    this.complain('replicas', 'Type how many pods there shall be, such as 2.');
    return 1;
  }

  loadBalance(): LoadBalance {
    const value = this.given['loadbalance'] ?? 'sticky';
    if (value === 'sticky' || value === 'random') return value;
    this.complain('loadbalance', `"${value}" is neither sticky nor random.`);
    return 'sticky';
  }

  timeout(): number {
    const value = this.given['timeout'];
    const parsed = value === undefined ? defaultTimeoutMs : parseDuration(value);
    if (parsed === undefined) this.complain('timeout', 'Type a duration, such as 90s or 2m.');
    return parsed ?? defaultTimeoutMs;
  }

  quantity<Key extends string>(name: string, key: Key): { [key in Key]?: string } {
    this.checkQuantity(name);
    return this.optional(name, key);
  }

  resources(kind: 'requests' | 'limits'): Record<string, string> {
    const found = resources.flatMap((resource) => {
      const name = `${kind}.${resource}`;
      this.checkQuantity(name);
      const value = this.given[name];
      return value === undefined ? [] : [[resource, value] as const];
    });
    return Object.fromEntries(found);
  }

  /** @param reserved the name that the driver sets itself */
  pairs(name: string, reserved?: string): Record<string, string> {
    const value = this.given[name];
    if (value === undefined) return {};
    const pairs = value.replace(/^"+|"+$/g, '').split(',');
    const read = pairs.flatMap((pair) => {
      const parts = pair.split('=');
      if (parts.length !== 2) this.complain(name, `"${pair}" is not name=value.`);
      return parts.length === 2 ? [parts as [string, string]] : [];
    });
    if (read.some(([key]) => key === reserved)) this.complain(name, `${reserved} is set by the driver.`);
    return Object.fromEntries(read);
  }

  /** `key=…,operator=…,value=…,effect=…,tolerationSeconds=…;…`; parts that are not name=value count for nothing. */
  tolerations(): V1Toleration[] {
    const value = this.given['tolerations'];
    return value === undefined ? [] : value.split(';').map((text) => this.toleration(text));
  }

  private toleration(text: string): V1Toleration {
    const toleration: V1Toleration = {};
    for (const part of text.split(',')) {
      const [name, value, ...rest] = part.split('=');
      if (value === undefined || rest.length > 0) continue;
      if (name === 'key' || name === 'operator' || name === 'value' || name === 'effect') {
        toleration[name] = value;
      } else if (name === 'tolerationSeconds' && /^[+-]?\d+$/.test(value)) {
        toleration.tolerationSeconds = Number(value);
      } else {
        this.complain('tolerations', `"${part}" belongs to no toleration.`);
      }
    }
    return toleration;
  }

  private checkQuantity(name: string): void {
    const value = this.given[name];
    if (value !== undefined && !isQuantity(value)) {
      this.complain(name, `"${value}" is no quantity, such as 500m, 2 or 4Gi.`);
    }
  }
}
