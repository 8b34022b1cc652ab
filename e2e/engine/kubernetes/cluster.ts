import { mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { run } from '../../../scripts/setup/command.mjs';
import { createCertificates } from '../certificates';
import { startDaemon, type DaemonOptions, type DaemonProcess } from '../daemonProcess';
import { freePort } from '../freePort';
import { temporaryFolder } from '../temporaryFolder';
import { clusterApi, type ClusterApi, type KubernetesObject } from './clusterApi';
import { playKubelet, type PodFate } from './kubelet';
import { ensureKubernetes } from './program';

const HOST = '127.0.0.1';
const NODE = 'test-node';
const READY_TIMEOUT_MS = 60_000;
/** Who may log in. `reader` and `stranger` may do what roles of the test say; `admin` may do everything. */
export type ClusterUser = 'admin' | 'reader' | 'stranger';

export interface ClusterOptions {
  /** What becomes of each pod; undefined leaves it unscheduled. May change its mind. */
  readonly fateOf: (pod: KubernetesObject) => PodFate | undefined;
}

/** A real Kubernetes API server with its controllers, and one node whose kubelet the tests play. */
export interface Cluster {
  readonly server: string;
  readonly api: ClusterApi;
  /** Bearer token of a user. */
  token(user: ClusterUser): string;
  /** The server's authority, PEM. */
  readonly caFile: string;
  /**
   * Writes a kubeconfig with one context.
   * @param user as in a kubeconfig, such as `{ token }` or `{ exec }`
   * @returns its path
   */
  kubeconfig(user: object, options?: { context?: string; namespace?: string }): Promise<string>;
  /** Stops the API server, as an outage would; the data stays. */
  stopApiServer(): Promise<void>;
  startApiServer(): Promise<void>;
  /** Ends everything and removes its files. */
  stop(): Promise<void>;
}

/** Starts a cluster on free ports of the loopback address. It ends with this process in any case. */
export async function startCluster(options: ClusterOptions): Promise<Cluster> {
  const program = await ensureKubernetes();
  const folder = await temporaryFolder('kubernetes');
  const file = (name: string) => path.join(folder, name);
  const podsFolder = file('pods');
  await mkdir(podsFolder);
  const [etcdPort, peerPort, apiPort, controllersPort, nodePort] = [
    await freePort(),
    await freePort(),
    await freePort(),
    await freePort(),
    await freePort(),
  ];
  const tls = await createCertificates(file('tls'));
  await run('openssl', ['genrsa', '-out', file('accounts.pem'), '2048']);
  const tokens = { admin: 'admin-token', reader: 'reader-token', stranger: 'stranger-token' };
  await writeFile(
    file('tokens.csv'),
    `${tokens.admin},admin,1,system:masters\n${tokens.reader},reader,2\n${tokens.stranger},stranger,3\n`,
  );
  const server = `https://${HOST}:${apiPort}`;
  let kubeconfigs = 0;
  const kubeconfig: Cluster['kubeconfig'] = async (user, { context = 'test', namespace } = {}) => {
    const config = {
      apiVersion: 'v1',
      kind: 'Config',
      'current-context': context,
      clusters: [{ name: context, cluster: { server, 'certificate-authority': tls.ca } }],
      users: [{ name: context, user }],
      contexts: [
        {
          name: context,
          context: { cluster: context, user: context, ...(namespace === undefined ? {} : { namespace }) },
        },
      ],
    };
    const name = file(`kubeconfig-${++kubeconfigs}`);
    // JSON is YAML.
    await writeFile(name, JSON.stringify(config));
    return name;
  };

  const daemon = (name: string, port: number, args: readonly string[]): DaemonOptions => ({
    command: program,
    args: [name, ...args],
    logFile: file(`${name}.log`),
    listening: { host: HOST, port },
  });
  const etcd = daemon('etcd', etcdPort, [
    `--data-dir=${file('etcd')}`,
    `--listen-client-urls=http://${HOST}:${etcdPort}`,
    `--advertise-client-urls=http://${HOST}:${etcdPort}`,
    `--listen-peer-urls=http://${HOST}:${peerPort}`,
    `--initial-advertise-peer-urls=http://${HOST}:${peerPort}`,
    `--initial-cluster=default=http://${HOST}:${peerPort}`,
    '--unsafe-no-fsync',
  ]);
  const apiServer = daemon('kube-apiserver', apiPort, [
    `--etcd-servers=http://${HOST}:${etcdPort}`,
    `--bind-address=${HOST}`,
    `--secure-port=${apiPort}`,
    `--tls-cert-file=${tls.server.cert}`,
    `--tls-private-key-file=${tls.server.key}`,
    `--token-auth-file=${file('tokens.csv')}`,
    '--authorization-mode=RBAC',
    `--service-account-key-file=${file('accounts.pem')}`,
    `--service-account-signing-key-file=${file('accounts.pem')}`,
    '--service-account-issuer=https://kubernetes.default.svc',
    // Its controller would be one more thing to wait for.
    '--disable-admission-plugins=ServiceAccount',
    '--service-cluster-ip-range=10.0.0.0/24',
    '--endpoint-reconciler-type=none',
    '--allow-privileged=true',
    '--kubelet-preferred-address-types=InternalIP',
  ]);
  const controllers = daemon('controllers', controllersPort, [
    `--address=${HOST}:${controllersPort}`,
    `--kubeconfig=${await kubeconfig({ token: tokens.admin })}`,
  ]);
  const node = daemon('node', nodePort, [
    `--address=${HOST}:${nodePort}`,
    `--tls-cert-file=${tls.server.cert}`,
    `--tls-private-key-file=${tls.server.key}`,
    `--pods=${podsFolder}`,
  ]);

  const api = await clusterApi(server, tls.ca, tokens.admin);
  const cleanUps: (() => Promise<void>)[] = [() => rm(folder, { recursive: true, force: true })];
  const stop = async () => {
    for (let next = cleanUps.pop(); next !== undefined; next = cleanUps.pop()) await next();
  };
  const start = async (what: DaemonOptions): Promise<DaemonProcess> => {
    const started = await startDaemon(what);
    cleanUps.push(() => started.kill());
    return started;
  };
  const ready = async () => {
    const deadline = Date.now() + READY_TIMEOUT_MS;
    for (;;) {
      const answer = await api.ask('GET', '/readyz').catch((error: unknown) => error);
      if (answer === 'ok') return;
      if (Date.now() > deadline) throw new Error('The API server is not ready', { cause: answer });
      await sleep(100);
    }
  };
  try {
    await Promise.all([start(etcd), start(node)]);
    let serving = await start(apiServer);
    await ready();
    await start(controllers);
    await api.ask('POST', '/api/v1/nodes', { metadata: { name: NODE } });
    await api.ask('PATCH', `/api/v1/nodes/${NODE}/status`, {
      status: {
        addresses: [{ type: 'InternalIP', address: HOST }],
        daemonEndpoints: { kubeletEndpoint: { Port: nodePort } },
        conditions: [{ type: 'Ready', status: 'True' }],
      },
    });
    const kubelet = playKubelet(api, NODE, podsFolder, options.fateOf);
    cleanUps.push(() => kubelet.stop());
    return {
      server,
      api,
      token: (user) => tokens[user],
      caFile: tls.ca,
      kubeconfig,
      stopApiServer: () => serving.kill(),
      async startApiServer() {
        serving = await start(apiServer);
        await ready();
      },
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}
