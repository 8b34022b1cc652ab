import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import { ensureBinaries } from '../../../e2e/engine/binaries';
import { currentEngine } from '../../../e2e/engine/globalSetup';
import { startCluster, type Cluster } from '../../../e2e/engine/kubernetes/cluster';
import type { KubernetesObject } from '../../../e2e/engine/kubernetes/clusterApi';
import { testEngine } from '../../testing/engine';
import { noEngine } from '../../testing/noEngine';
import { Builders } from '../builders';
import { openBuildxStore } from '../buildxStore/buildxStore';
import { createDrivers } from './index';
import { timeLimit } from '../../system/timeLimit';

const logger = pino({ level: 'silent' });
const never = new AbortController().signal;
let program: string;
let cluster: Cluster;
let folder: string;
let env: Record<string, string>;
let builders: Builders;

beforeAll(async () => {
  program = (await ensureBinaries({ buildx: true })).buildx!;
  cluster = await startCluster({
    fateOf: () => ({
      runs: {
        PATH: dirname(currentEngine().binaries.buildctl),
        BUILDKIT_HOST: `unix://${testEngine().socketPath}`,
      },
    }),
  });
  // Compiled on first use.
}, 1_800_000);
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'manifold-kubernetes-buildx-'));
  env = {
    BUILDX_CONFIG: join(folder, 'buildx'),
    DOCKER_CONFIG: join(folder, 'docker'),
    KUBECONFIG: await cluster.kubeconfig({ token: cluster.token('admin') }),
    PATH: process.env['PATH'] ?? '',
  };
  builders = await Builders.open({
    ...noEngine,
    store: openBuildxStore({
      env,
      ownChoiceFile: join(folder, 'own-choice.json'),
      onCorrupt() {
        throw new Error('A file of the store was damaged.');
      },
      logger,
    }),
    drivers: createDrivers({ stateFolder: folder, env, cacheFolder: folder }),
    env: {},
    logger,
  });
});
afterEach(async () => {
  await builders.close({ keepDaemons: false });
  await rm(folder, { recursive: true, force: true });
});
afterAll(() => cluster.stop());

/** Runs the real buildx on the same store and cluster and returns what it printed. */
async function buildx(...args: string[]): Promise<string> {
  return (await promisify(execFile)(program, args, { env })).stdout;
}

/** Resolves when buildx' change of the store has arrived. */
async function appears(name: string): Promise<void> {
  for await (const _list of builders.watch(timeLimit(2000))) if (builders.get(name)) return;
  throw new Error(`${name} did not appear.`);
}

const workloads = (
  kind: 'deployments' | 'statefulsets',
  namespace = 'default',
): Promise<KubernetesObject[]> => cluster.api.list(`/apis/apps/v1/namespaces/${namespace}/${kind}`);

async function stored(name: string): Promise<unknown> {
  const text = await readFile(join(env['BUILDX_CONFIG']!, 'instances', name), 'utf8');
  // Go escapes the ampersand; the deployment of a node without a typed name is random in buildx.
  const plain = JSON.stringify(JSON.parse(text)).replaceAll(name, 'NAME');
  return JSON.parse(plain.replace(/deployment=[^&"]*/g, 'deployment=GENERATED')) as unknown;
}

it('a builder made by buildx is started, reached and removed here', async () => {
  await buildx('create', '--name', 'theirs', '--driver', 'kubernetes', '--driver-opt', 'replicas=2');
  await appears('theirs');
  expect(builders.get('theirs')).toMatchObject({ driver: 'kubernetes', canStart: true, canStop: false });
  expect(builders.get('theirs')?.nodes[0]?.endpoint).toMatch(/^kubernetes:\/\/\/theirs\?deployment=/);
  await builders.start('theirs', never);
  expect(builders.get('theirs')?.nodes[0]).toMatchObject({ status: 'running' });
  expect((await workloads('deployments')).map(({ metadata }) => metadata.name)).toEqual(['theirs0']);
  expect(await buildx('inspect', 'theirs')).toMatch(/^Status:\s+running$/m);
  await builders.remove('theirs', { keepState: false }, never);
  expect(await workloads('deployments')).toEqual([]);
  expect(await buildx('ls')).not.toContain('theirs');
});

it('a builder made here is found, reached, built with and removed by buildx', async () => {
  await builders.create({ name: 'mine', driver: 'kubernetes', node: { options: { replicas: '2' } } });
  await builders.start('mine', never);
  const seen = await buildx('inspect', 'mine');
  expect(seen).toMatch(/^Driver:\s+kubernetes$/m);
  expect(seen.match(/^Status:\s+running$/gm)).toHaveLength(2);
  expect(seen).toMatch(/^Platforms:.*linux\/amd64/m);
  await writeFile(join(folder, 'Dockerfile'), 'FROM scratch\nCOPY Dockerfile /\n');
  await buildx('build', '--builder', 'mine', '-o', join(folder, 'output'), folder);
  expect(await readFile(join(folder, 'output', 'Dockerfile'), 'utf8')).toContain('FROM scratch');
  await buildx('rm', 'mine');
  expect(await workloads('deployments')).toEqual([]);
});

it('buildx starts what was made here, and Manifold finds it', async () => {
  await builders.create({ name: 'mine', driver: 'kubernetes', node: {} });
  await buildx('inspect', '--bootstrap', 'mine');
  await builders.refresh('mine');
  expect(builders.get('mine')?.nodes[0]).toMatchObject({ status: 'running' });
  await builders.remove('mine', { keepState: false }, never);
});

it('stores what buildx stores', async () => {
  const config = join(folder, 'buildkitd.toml');
  await writeFile(config, 'debug = true\n');
  await buildx(
    ...[
      'create',
      '--name',
      'theirs',
      '--driver',
      'kubernetes',
      '--driver-opt',
      'namespace=default,replicas=1',
    ],
    ...['--buildkitd-config', config, '--buildkitd-flags', '--oci-worker-gc', '--platform', 'linux/arm64'],
  );
  await builders.create({
    name: 'mine',
    driver: 'kubernetes',
    node: {
      options: { namespace: 'default', replicas: '1' },
      config: 'debug = true\n',
      flags: ['--oci-worker-gc'],
      platforms: ['linux/arm64'],
    },
  });
  expect(await stored('mine')).toEqual(await stored('theirs'));
});

const everyOption: Record<string, string> = {
  image: 'moby/buildkit:test',
  replicas: '2',
  'requests.cpu': '100m',
  'requests.memory': '64Mi',
  'limits.cpu': '2',
  'limits.memory': '1Gi',
  'limits.ephemeral-storage': '4Gi',
  nodeselector: 'disk=ssd',
  tolerations: 'key=gpu,operator=Exists,effect=NoSchedule;key=x,operator=Equal,value=y',
  annotations: 'team=a',
  labels: 'tier=build',
  serviceaccount: 'builder',
  schedulername: 'mine',
  'qemu.install': 'true',
  'qemu.image': 'binfmt:1',
  'buildkit-root-volume-memory': '1Gi',
  loadbalance: 'random',
  timeout: '30s',
  'env.ONE': '1',
};

it.each([
  ['nothing asked for', {}, 'deployments'],
  ['every option', everyOption, 'deployments'],
  ['rootless', { rootless: 'true' }, 'deployments'],
  ['rootless in memory', { rootless: 'true', 'buildkit-root-volume-memory': '1Gi' }, 'deployments'],
  ['a volume', { 'persistent-volume-claim.requests.storage': '1Gi', replicas: '2' }, 'statefulsets'],
  [
    'rootless with a volume',
    { rootless: 'true', 'persistent-volume-claim.requests.storage': '1Gi' },
    'statefulsets',
  ],
] as const)('makes what buildx makes of %s', async (_what, options: Record<string, string>, kind) => {
  const config = join(folder, 'buildkitd.toml');
  await writeFile(config, 'debug = true\n');
  // With a volume buildx forgets to mount the configuration.
  const withConfig = kind === 'deployments';
  await buildx(
    ...['create', '--name', 'theirs', '--node', 'node', '--driver', 'kubernetes', '--bootstrap'],
    ...(withConfig ? ['--buildkitd-config', config] : []),
    ...['--platform', 'linux/amd64,linux/arm64'],
    ...Object.entries(options).flatMap(([name, value]) => ['--driver-opt', `"${name}=${value}"`]),
  );
  const [theirs] = await workloads(kind);
  const theirMaps = await configMaps();
  await buildx('rm', 'theirs');
  expect(await workloads(kind)).toEqual([]);
  await builders.create({
    name: 'mine',
    driver: 'kubernetes',
    node: {
      name: 'node',
      options,
      platforms: ['linux/amd64', 'linux/arm64'],
      ...(withConfig ? { config: 'debug = true\n' } : {}),
    },
  });
  await builders.start('mine', never);
  const [mine] = await workloads(kind);
  expect(mine?.spec).toEqual(theirs?.spec);
  const { name, labels, annotations } = mine!.metadata;
  expect({ name, labels, annotations }).toEqual({
    name: theirs?.metadata.name,
    labels: theirs?.metadata.labels,
    annotations: theirs?.metadata.annotations,
  });
  expect(await configMaps()).toEqual(theirMaps);
  await builders.remove('mine', { keepState: false }, never);
});

async function configMaps(): Promise<unknown> {
  const maps = await cluster.api.list('/api/v1/namespaces/default/configmaps');
  return maps.map(({ metadata, data }) => [metadata.name, metadata.annotations, data]);
}
