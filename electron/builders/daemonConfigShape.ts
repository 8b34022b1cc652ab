/**
 * What buildkitd reads from its configuration file: the keys and kinds of BuildKit v0.32's
 * cmd/buildkitd/config/config.go, with the words that its start-up accepts.
 */
export type ConfigKind =
  | { type: 'text'; words?: readonly string[]; anyCase?: boolean }
  | { type: 'boolean' }
  | { type: 'integer' }
  /** A Go duration such as "48h", or seconds. */
  | { type: 'duration' }
  /** Bytes, a size such as "512MB", or a share such as "10%". */
  | { type: 'space' }
  | { type: 'anything' }
  | { type: 'list'; of: ConfigKind }
  /** Names of the user's own, such as registries. */
  | { type: 'map'; of: ConfigKind }
  | { type: 'table'; keys: Readonly<Record<string, ConfigKind>> };

const text: ConfigKind = { type: 'text' };
const boolean: ConfigKind = { type: 'boolean' };
const integer: ConfigKind = { type: 'integer' };
const duration: ConfigKind = { type: 'duration' };
const space: ConfigKind = { type: 'space' };
const anything: ConfigKind = { type: 'anything' };
const texts: ConfigKind = { type: 'list', of: text };
const words = (...accepted: string[]): ConfigKind => ({ type: 'text', words: accepted });
const table = (keys: Readonly<Record<string, ConfigKind>>): ConfigKind => ({ type: 'table', keys });
const list = (of: ConfigKind): ConfigKind => ({ type: 'list', of });
const map = (of: ConfigKind): ConfigKind => ({ type: 'map', of });

const garbageCollection = {
  gc: boolean,
  gckeepstorage: space,
  reservedSpace: space,
  maxUsedSpace: space,
  minFreeSpace: space,
  gcpolicy: list(
    table({
      all: boolean,
      filters: texts,
      keepDuration: duration,
      keepBytes: space,
      reservedSpace: space,
      maxUsedSpace: space,
      minFreeSpace: space,
    }),
  ),
};
const network = {
  networkMode: words('auto', 'cni', 'host', 'bridge'),
  cniConfigPath: text,
  cniBinaryPath: text,
  cniPoolSize: integer,
  bridgeName: text,
  bridgeSubnet: text,
};
const worker = {
  enabled: boolean,
  labels: map(text),
  platforms: texts,
  snapshotter: text,
  rootless: boolean,
  defaultCgroupParent: text,
  'apparmor-profile': text,
  selinux: boolean,
  'max-parallelism': integer,
  ...garbageCollection,
  ...network,
};

export const daemonConfigShape: ConfigKind = table({
  debug: boolean,
  trace: boolean,
  root: text,
  'insecure-entitlements': texts,
  proxyNetwork: boolean,
  log: table({
    format: words('json', 'text'),
    level: {
      type: 'text',
      words: ['panic', 'fatal', 'error', 'warn', 'warning', 'info', 'debug', 'trace'],
      anyCase: true,
    },
  }),
  grpc: table({
    address: texts,
    debugAddress: text,
    uid: integer,
    gid: integer,
    securityDescriptor: text,
    tls: table({ cert: text, key: text, ca: text }),
  }),
  otel: table({ socketPath: text }),
  cdi: table({ disabled: boolean, specDirs: texts, autoAllowed: texts }),
  worker: table({
    oci: table({
      ...worker,
      noProcessSandbox: boolean,
      userRemapUnsupported: text,
      binary: text,
      proxySnapshotterPath: text,
      stargzSnapshotter: map(anything),
    }),
    containerd: table({
      ...worker,
      address: text,
      namespace: text,
      runtime: table({ name: text, path: text, options: map(anything) }),
    }),
  }),
  registry: map(
    table({
      mirrors: texts,
      http: boolean,
      insecure: boolean,
      ca: texts,
      keypair: list(table({ key: text, cert: text })),
      tlsconfigdir: texts,
    }),
  ),
  dns: table({ nameservers: texts, options: texts, searchDomains: texts }),
  history: table({ maxAge: duration, maxEntries: integer }),
  frontend: table({
    'dockerfile.v0': table({ enabled: boolean }),
    'gateway.v0': table({ enabled: boolean, allowedRepositories: texts }),
  }),
  system: table({ platformsCacheMaxAge: duration, maxRegistryConcurrency: integer }),
  provenanceEnvDir: text,
  cache: table({
    gha: table({
      sign: table({ command: texts }),
      // The policy's further keys are the fields of a certificate, of another project.
      verify: table({ required: boolean, policy: map(anything) }),
    }),
  }),
});
