import { randomBytes } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { startBuildkitd, type Buildkitd } from '../../../e2e/engine/buildkitd';
import { currentEngine } from '../../../e2e/engine/globalSetup';
import { startCluster, type Cluster } from '../../../e2e/engine/kubernetes/cluster';
import type { KubernetesObject } from '../../../e2e/engine/kubernetes/clusterApi';
import type { PodFate } from '../../../e2e/engine/kubernetes/kubelet';
import { StudioError } from '../../../shared/contract';
import { BuildkitClient, type Dial } from '../../buildkit';
import { dialUnix, testEngine } from '../../testing/engine';
import { testBuilds } from '../../testing/testBuilds';
import type { DriverNode } from '../driver';
import { formatNodeEndpoint } from '../kubernetes/nodeEndpoint';
import { describeDriver } from './conformance';
import { createKubernetesDriver } from './kubernetes';
import { createRemoteDriver } from './remote';

const never = new AbortController().signal;
const silent = (): void => undefined;
let cluster: Cluster;
let kubeconfig: string;
let folder: string;
/** Pods run, on the engine's daemon, unless a test says otherwise. */
let fateOf: ((pod: KubernetesObject) => PodFate | undefined) | undefined;

const runsOn = (socket: string): PodFate => ({
  runs: { PATH: dirname(currentEngine().binaries.buildctl), BUILDKIT_HOST: `unix://${socket}` },
});

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'manifold-kubernetes-'));
  cluster = await startCluster({
    fateOf: (pod) => {
      const usual = runsOn(testEngine().socketPath);
      return pod.metadata.name === 'lone' || fateOf === undefined ? usual : fateOf(pod);
    },
  });
  kubeconfig = await cluster.kubeconfig({ token: cluster.token('admin') });
  await cluster.api.ask('POST', '/api/v1/namespaces/default/pods', {
    metadata: { name: 'lone' },
    spec: { containers: [{ name: 'buildkitd', image: 'moby/buildkit' }] },
  });
  // Thousands of files here, one in the app: what is timed below is not their loading.
  await import('@kubernetes/client-node');
  // Compiled on first use.
}, 1_200_000);
afterEach(() => {
  fateOf = undefined;
});
afterAll(async () => {
  await cluster.stop();
  await rm(folder, { recursive: true });
});

/** A node of a builder `b`; `options` are driver options. */
function node(name: string, options: Record<string, string> = {}, config = kubeconfig): DriverNode {
  const driver = createKubernetesDriver({ env: process.env });
  return driver.create({
    ...{ builder: 'b', node: name, flags: [], files: new Map() },
    endpoint: formatNodeEndpoint({ builder: 'b', node: name, kubeconfig: config }),
    options: driver.optionsSchema.parse(options),
  });
}
const remove = (made: DriverNode): Promise<void> => made.remove({ keepState: false }, never);
const connect = (to: DriverNode): Promise<BuildkitClient> =>
  BuildkitClient.connect((signal) => to.dial(signal));
const pods = (name: string): Promise<KubernetesObject[]> =>
  cluster.api.list(`/api/v1/namespaces/default/pods?labelSelector=app%3D${name}`);
async function failureOf(work: Promise<unknown>): Promise<StudioError> {
  const error = await work.then(
    () => new Error('It worked.'),
    (caught: unknown) => caught,
  );
  expect(error).toBeInstanceOf(StudioError);
  expect((error as StudioError).hint).toMatch(/\.$/);
  return error as StudioError;
}
async function until(wanted: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + 20_000;
  while (!(await wanted())) {
    if (Date.now() > deadline) throw new Error('It did not come to that.');
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

describeDriver('kubernetes', async () => ({
  driver: createKubernetesDriver({ env: process.env }),
  endpoint: formatNodeEndpoint({ builder: 'conformance', node: 'node0', kubeconfig }),
  options: {},
  dispose: () => Promise.resolve(),
}));
describeDriver('kubernetes with volumes and two pods', async () => ({
  driver: createKubernetesDriver({ env: { ...process.env, KUBECONFIG: kubeconfig } }),
  endpoint: formatNodeEndpoint({ builder: 'conformance', node: 'node0', kubeconfig: '' }),
  options: { replicas: '2', 'persistent-volume-claim.requests.storage': '1Gi', loadbalance: 'random' },
  dispose: () => Promise.resolve(),
}));
describeDriver('remote in a pod', async () => ({
  driver: createRemoteDriver({ env: { ...process.env, KUBECONFIG: kubeconfig } }),
  endpoint: 'kube-pod://lone?context=test&namespace=default',
  options: {},
  dispose: () => Promise.resolve(),
}));

describe('what a node makes', () => {
  it('says what it does, and waits for all pods', async () => {
    const made = node('two', { replicas: '2' });
    const said: string[] = [];
    try {
      expect(await made.info(never)).toEqual({ status: 'stopped' });
      await made.boot((line) => said.push(line), never);
      expect(said[0]).toBe('creating the Deployment two in the namespace default');
      expect(said[1]).toMatch(/^waiting: 0 of 2 pods are ready/);
      expect(await pods('two')).toHaveLength(2);
    } finally {
      await remove(made);
    }
    await until(async () => (await pods('two')).length === 0);
  });

  it('is in the namespace that was asked for, with its configuration, and goes altogether', async () => {
    await cluster.api.ask('POST', '/api/v1/namespaces', { metadata: { name: 'builds' } });
    const driver = createKubernetesDriver({ env: process.env });
    const given = {
      ...{ builder: 'b', node: 'configured', endpoint: '', options: { namespace: 'builds' }, flags: [] },
      files: new Map([
        ['buildkitd.toml', Buffer.from('debug = true')],
        ['certs/host/ca.pem', Buffer.from('PEM')],
      ]),
    };
    const { endpoint, options, ...completed } = await driver.complete!(given);
    const made = driver.create({
      ...completed,
      endpoint: endpoint.replace('kubeconfig=', `kubeconfig=${encodeURIComponent(kubeconfig)}`),
      options: driver.optionsSchema.parse(options),
      platforms: ['linux/arm64', 'linux/arm/v7'],
    });
    const place = '/apis/apps/v1/namespaces/builds/deployments';
    const maps = '/api/v1/namespaces/builds/configmaps';
    await made.boot(silent, never);
    const deployment = await cluster.api.get(`${place}/configured`);
    expect(deployment.metadata.annotations).toMatchObject({
      'buildx.docker.com/platform': 'linux/arm64,linux/arm/v7',
    });
    expect(JSON.stringify(deployment.spec)).toContain('--allow-insecure-entitlement=network.host');
    expect((await cluster.api.get(`${maps}/configured-config`)).data).toEqual({
      'buildkitd.toml': 'debug = true',
    });
    expect((await cluster.api.get(`${maps}/configured-config-1`)).data).toEqual({ 'ca.pem': 'PEM' });
    await remove(made);
    expect(await cluster.api.list(place)).toEqual([]);
    expect((await cluster.api.list(maps)).map(({ metadata }) => metadata.name)).toEqual([]);
    // A map that was left behind is brought up to date.
    await cluster.api.ask('POST', maps, { metadata: { name: 'configured-config' }, data: { old: 'x' } });
    await made.boot(silent, never);
    expect((await cluster.api.get(`${maps}/configured-config`)).data).not.toHaveProperty('old');
    await remove(made);
  });

  it('sends all clients to one pod, and to another one when that is gone', async () => {
    const [one, two] = await Promise.all([startBuildkitd(), startBuildkitd()]);
    const idOf = (to: Dial): Promise<string> =>
      BuildkitClient.connect(to).then(async (client) => {
        const [worker] = await client.listWorkers();
        await client.close();
        return worker!.id;
      });
    const daemons = new Map<string, Buildkitd>();
    const free = [one, two];
    let spare = two;
    fateOf = ({ metadata: { name } }) => {
      if (!daemons.has(name)) daemons.set(name, free.shift() ?? spare);
      return runsOn(daemons.get(name)!.socketPath);
    };
    const made = node('balanced', { replicas: '2' });
    const dial: Dial = (signal) => made.dial(signal);
    try {
      await made.boot(silent, never);
      const first = await idOf(dial);
      for (const _time of [1, 2, 3]) expect(await idOf(dial)).toBe(first);
      const [chosen, other] = (await idOf(dialUnix(one.socketPath))) === first ? [one, two] : [two, one];
      spare = other;
      const gone = [...daemons].find(([, daemon]) => daemon === chosen)![0];
      await cluster.api.ask('DELETE', `/api/v1/namespaces/default/pods/${gone}`);
      await until(async () => !(await pods('balanced')).some(({ metadata }) => metadata.name === gone));
      await made.boot(silent, never);
      expect(await idOf(dial)).not.toBe(first);
    } finally {
      await remove(made);
      await Promise.all([one.stop(), two.stop()]);
    }
  });
});

describe('a build through the API server', () => {
  it('sends a large context and brings the result back', async () => {
    const project = join(folder, 'project');
    await mkdir(project);
    const bytes = randomBytes(24 * 1024 * 1024);
    await writeFile(join(project, 'big'), bytes);
    const test = await testBuilds('kube-pod://lone', project, undefined, {
      env: { KUBECONFIG: kubeconfig, PATH: process.env['PATH'] ?? '' },
    });
    try {
      const summary = await test.run('FROM scratch\nCOPY big /\n', {
        output: { type: 'local', path: join(folder, 'output') },
      });
      expect(summary.status).toBe('succeeded');
      expect((await readFile(join(folder, 'output', 'big'))).equals(bytes)).toBe(true);
    } finally {
      await test.dispose();
    }
  });
});

describe('what goes wrong with pods', () => {
  it('an image that can’t be pulled is told, while it waits and in the end', async () => {
    const message = 'Back-off pulling image "no/such:image"';
    fateOf = () => ({ waits: { reason: 'ImagePullBackOff', message } });
    const made = node('unpulled', { image: 'no/such:image', timeout: '3s' });
    const said: string[] = [];
    try {
      const error = await failureOf(made.boot((line) => said.push(line), never));
      expect(error.code).toBe('builder-unavailable');
      expect(error.message).toContain(`ImagePullBackOff: ${message}`);
      expect(error.message).toContain('within 3 s');
      expect(error.hint).toContain('option image');
      expect(said.join('\n')).toContain('ImagePullBackOff');
      expect((await failureOf(made.dial())).message).toContain('No pod of the Deployment unpulled runs');
      fateOf = undefined;
      await made.boot(silent, never);
    } finally {
      await remove(made);
    }
  });

  it('waiting ends when it is wanted no longer', async () => {
    fateOf = () => undefined;
    const made = node('waiting');
    const abort = new AbortController();
    const reason = new Error('enough');
    setTimeout(() => abort.abort(reason), 1000);
    await expect(made.boot(silent, abort.signal)).rejects.toBe(reason);
    await remove(made);
  });

  it('no buildctl in the container', async () => {
    fateOf = () => ({ runs: { PATH: folder } });
    const made = node('bare');
    await made.boot(silent, never);
    const error = await failureOf(made.dial());
    expect(error.message).toContain('there is no buildctl');
    await remove(made);
  });

  it('no daemon in the container', async () => {
    fateOf = () => runsOn('/no/such.sock');
    const made = node('idle');
    await made.boot(silent, never);
    expect((await failureOf(made.dial())).message).toContain('no BuildKit daemon listens');
    await remove(made);
  });

  it('a pod that there is not', async () => {
    const driver = createRemoteDriver({ env: { ...process.env, KUBECONFIG: kubeconfig } });
    const missing = driver.create({
      ...{ builder: 'b', node: 'n', endpoint: 'kube-pod://missing', flags: [], files: new Map() },
      options: driver.optionsSchema.parse({}),
    });
    const error = await failureOf(missing.dial());
    expect(error.code).toBe('builder-unreachable');
    expect(error.message).toContain('there is no pod missing in the namespace default');
  });

  it('an option that the cluster refuses', async () => {
    const made = node('picky', { labels: 'tier=-' });
    const error = await failureOf(made.boot(silent, never));
    expect(error.message).toContain('Invalid value');
    await remove(made);
  });
});

describe('what goes wrong with the cluster', () => {
  it('a user who may do nothing is told what is forbidden', async () => {
    const config = await cluster.kubeconfig({ token: cluster.token('stranger') });
    const made = node('forbidden', {}, config);
    const attempts = [
      () => made.boot(silent, never),
      () => made.info(never),
      () => made.dial(),
      () => remove(made),
    ];
    for (const attempt of attempts) {
      const error = await failureOf(attempt());
      expect(error.code).toBe('builder-unreachable');
      expect(error.message).toMatch(/forbids it: .*is forbidden: User "stranger" cannot/);
      expect(error.hint).toContain('role');
    }
  });

  it('a user who may look but not run commands', async () => {
    const rbac = '/apis/rbac.authorization.k8s.io/v1/namespaces/default';
    await cluster.api.ask('POST', `${rbac}/roles`, {
      metadata: { name: 'look' },
      rules: [{ apiGroups: ['', 'apps'], resources: ['pods', 'deployments'], verbs: ['get', 'list'] }],
    });
    await cluster.api.ask('POST', `${rbac}/rolebindings`, {
      metadata: { name: 'look' },
      subjects: [{ kind: 'User', name: 'reader' }],
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: 'look' },
    });
    const made = node('looked-at');
    await made.boot(silent, never);
    const seen = node('looked-at', {}, await cluster.kubeconfig({ token: cluster.token('reader') }));
    expect(await seen.info(never)).toEqual({ status: 'running' });
    const error = await failureOf(seen.dial());
    expect(error.message).toContain('pods/exec');
    expect(error.message).toContain('"reader" cannot');
    await remove(made);
  });

  it('a login that is not valid', async () => {
    const made = node('unknown', {}, await cluster.kubeconfig({ token: 'nobodys-token' }));
    const error = await failureOf(made.info(never));
    expect(error.message).toContain('doesn’t know you');
    expect(error.hint).toContain('Log in');
  });

  it('a login program does', async () => {
    const program = join(folder, 'login');
    const status = { token: cluster.token('admin') };
    await writeFile(program, `#!/bin/sh\necho '${JSON.stringify({ status })}'\n`, { mode: 0o755 });
    const exec = { apiVersion: 'client.authentication.k8s.io/v1', command: program };
    const made = node('logged-in', {}, await cluster.kubeconfig({ exec }));
    await made.boot(silent, never);
    const client = await connect(made);
    expect((await client.listWorkers()).length).toBe(1);
    await client.close();
    await remove(made);
  });

  it('a server that is stopped is told at once, and its connections are lost', async () => {
    const made = node('outlived');
    await made.boot(silent, never);
    const client = await connect(made);
    const lost = new Promise((resolve) => client.onDisconnect(resolve));
    await cluster.stopApiServer();
    try {
      await lost;
      const before = Date.now();
      for (const attempt of [() => made.info(never), () => made.dial(), () => made.boot(silent, never)]) {
        const error = await failureOf(attempt());
        expect(error.code).toBe('builder-unreachable');
        expect(error.message).toContain(`The Kubernetes cluster at ${cluster.server} can’t be reached`);
        expect(error.hint).toContain('kubeconfig');
      }
      expect(Date.now() - before).toBeLessThan(5000);
    } finally {
      await client.close();
      await cluster.startApiServer();
    }
    const again = await connect(made);
    expect((await again.listWorkers()).length).toBe(1);
    await again.close();
    await remove(made);
  });

  it('a server that never answers is waited for 5 seconds', async () => {
    const server = createServer(() => undefined).listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const { port } = server.address() as AddressInfo;
    const config = join(folder, 'silent');
    const text = await readFile(kubeconfig, 'utf8');
    await writeFile(config, text.replace(cluster.server, `https://127.0.0.1:${port}`));
    const before = Date.now();
    const error = await failureOf(node('silent', {}, config).info(never));
    expect(error.message).toContain('did not answer within 5 seconds');
    expect(Date.now() - before).toBeLessThan(6000);
    server.close();
  });

  it('a certificate that is not the kubeconfig’s', async () => {
    const config = join(folder, 'strange');
    const text = JSON.parse(await readFile(kubeconfig, 'utf8')) as { clusters: { cluster: object }[] };
    const { 'certificate-authority': _ca, ...rest } = text.clusters[0]!.cluster as Record<string, string>;
    text.clusters[0]!.cluster = rest;
    await writeFile(config, JSON.stringify(text));
    const error = await failureOf(node('strange', {}, config).info(never));
    expect(error.message).toContain('not signed by the given CA');
  });
});
