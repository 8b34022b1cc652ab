import { execFile } from 'node:child_process';
import { createReadStream } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { promisify } from 'node:util';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ensureBinaries } from '../../../e2e/engine/binaries';
import { askDocker } from '../../../e2e/engine/dockerApi';
import { startDockerEngine, type DockerEngine } from '../../../e2e/engine/dockerEngine';
import { registriesOf } from '../../../e2e/engine/engine';
import { currentEngine } from '../../../e2e/engine/globalSetup';
import { StudioError } from '../../../shared/contract';
import { listContexts } from '../../docker';
import { testSolve } from '../../testing/testSolve';
import { noEngine } from '../../testing/noEngine';
import { Builders } from '../builders';
import { openBuildxStore } from '../buildxStore/buildxStore';
import type { DriverNode } from '../driver';
import { createDrivers } from '.';
import { describeDriver } from './conformance';
import { createDockerContainerDriver } from './dockerContainer';

const never = new AbortController().signal;
const silent = (): void => undefined;
const registries = registriesOf(currentEngine());
/** Containers reach the registry with the host's network only. */
const options = { network: 'host' };

let docker: DockerEngine;
let folder: string;
let env: Record<string, string>;
let buildxProgram: string;

beforeAll(async () => {
  buildxProgram = (await ensureBinaries({ buildx: true })).buildx!;
  folder = await mkdtemp(join(tmpdir(), 'manifold-container-'));
  docker = await startDockerEngine({ version: 'current', containerdStore: true, ...registries });
  env = {
    PATH: process.env['PATH'] ?? '',
    HOME: folder,
    DOCKER_CONFIG: join(folder, 'docker'),
    DOCKER_HOST: docker.host,
  };
  await mkdir(join(folder, 'project'));
  await writeFile(join(folder, 'project/Dockerfile'), 'FROM busybox\nCOPY Dockerfile /\nRUN uname -m\n');
}, 900_000);
afterAll(async () => {
  await docker.stop();
  await rm(folder, { recursive: true });
});

/** A buildkitd.toml with which `FROM busybox` finds the registry. */
const config = (): string =>
  `[registry."docker.io"]\n  mirrors = ["${registries.dockerHubMirror}"]\n` +
  `[registry."${registries.dockerHubMirror}"]\n  http = true\n`;

const driver = () => createDockerContainerDriver({ stateFolder: folder, cacheFolder: folder, env });
const nodeOf = (node: string, given: Record<string, string> = options, toml?: string): DriverNode =>
  driver().create({
    ...{ builder: node, node, endpoint: docker.host, flags: [] },
    files: toml === undefined ? new Map() : new Map([['buildkitd.toml', Buffer.from(toml)]]),
    options: driver().optionsSchema.parse(given),
  });
const ask = async (endpoint: string): Promise<unknown> =>
  JSON.parse(await askDocker(docker.socketPath, endpoint));
const volumes = async (): Promise<string[]> =>
  ((await ask('GET /volumes')) as { Volumes: { Name: string }[] }).Volumes.map(({ Name }) => Name);
const buildx = async (...args: string[]): Promise<string> =>
  (await promisify(execFile)(buildxProgram, args, { env })).stdout;
const bootError = async (node: DriverNode): Promise<StudioError> => {
  const error = await node.boot(silent, never).catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(StudioError);
  return error as StudioError;
};

describeDriver('docker-container', async () => ({
  ...{ driver: driver(), endpoint: docker.host, options },
  dispose: async () => undefined,
}));

describe('the container', () => {
  it('is pulled, made and started with progress, and its cache kept when asked', async () => {
    const node = nodeOf('kept', options, config());
    const told: string[] = [];
    await node.boot((text) => told.push(text), never);
    expect(told[0]).toBe('pulling moby/buildkit:buildx-stable-1');
    expect(told).toContain('creating the container buildx_buildkit_kept');
    await testSolve(node, 'FROM busybox\nRUN echo configured\n');
    await node.remove({ keepState: true }, never);
    expect(await volumes()).toContain('buildx_buildkit_kept_state');
    await expect(ask('GET /containers/buildx_buildkit_kept/json')).rejects.toThrow('404');
    const printed: string[] = [];
    await node.boot(silent, never);
    await testSolve(node, 'FROM busybox\nRUN echo configured\n', { onLog: (text) => printed.push(text) });
    expect(printed.join('')).not.toContain('configured');
    await node.remove({ keepState: false }, never);
    expect(await volumes()).not.toContain('buildx_buildkit_kept_state');
  });

  it('is made again after it was removed behind our back', async () => {
    const node = nodeOf('again');
    await node.boot(silent, never);
    await askDocker(docker.socketPath, 'DELETE /containers/buildx_buildkit_again?force=1');
    expect((await node.info(never)).status).toBe('stopped');
    await expect(node.dial()).rejects.toMatchObject({ code: 'builder-unreachable' });
    await node.boot(silent, never);
    await testSolve(node, 'FROM scratch\nCOPY Dockerfile /\n');
    await node.remove({ keepState: false }, never);
  });

  it('is one for two Manifolds that start it at once', async () => {
    await Promise.all([nodeOf('twice').boot(silent, never), nodeOf('twice').boot(silent, never)]);
    const { State } = (await ask('GET /containers/buildx_buildkit_twice/json')) as {
      State: { Running: boolean };
    };
    expect(State.Running).toBe(true);
    await nodeOf('twice').remove({ keepState: false }, never);
  });

  it('quotes a daemon that does not start', async () => {
    const node = nodeOf('broken', options, 'root = 5');
    const error = await bootError(node);
    expect(error.code).toBe('builder-unavailable');
    expect(error.details?.lastOutput?.join('\n')).toMatch(/buildkitd|toml|root/);
    await node.remove({ keepState: false }, never);
  });

  it('tells that its image can’t be had, and takes what the engine has', async () => {
    const imageError = async (image: string) => (await bootError(nodeOf('none', { ...options, image }))).code;
    expect(await imageError(`${registries.dockerHubMirror}/none:1`)).toBe('not-found');
    expect(await imageError('localhost:9/none:1')).toBe('registry-unreachable');
    expect(await imageError(`${registries.plainRegistries[1]}/none:1`)).toBe('registry-denied');
    await askDocker(
      docker.socketPath,
      'POST /images/moby%2Fbuildkit:buildx-stable-1/tag?repo=localhost:9/own&tag=1',
    );
    const node = nodeOf('own', { ...options, image: 'localhost:9/own:1' });
    const told: string[] = [];
    await node.boot((text) => told.push(text), never);
    expect(told).toContain('using the engine’s own localhost:9/own:1');
    await node.remove({ keepState: false }, never);
  });

  it('gives up when told to', async () => {
    const abort = new AbortController();
    const reason = new Error('enough');
    await expect(nodeOf('stopped').boot(() => abort.abort(reason), abort.signal)).rejects.toBe(reason);
    await expect(ask('GET /containers/buildx_buildkit_stopped/json')).rejects.toThrow('404');
  });
});

describe('with the real buildx', () => {
  const given = {
    ...{ network: 'host', memory: '512m', 'memory-swap': '1g', 'cpu-quota': '90000', 'cpu-shares': '512' },
    ...{ 'cpuset-cpus': '0', 'restart-policy': 'on-failure:2', 'env.GREETING': 'hello' },
  };
  let builders: Builders;
  beforeAll(async () => {
    const logger = pino({ level: 'silent' });
    builders = await Builders.open({
      ...noEngine,
      store: openBuildxStore({ env, ownChoiceFile: join(folder, 'own.json'), onCorrupt: fail, logger }),
      drivers: createDrivers({ stateFolder: folder, cacheFolder: folder, env }),
      env: {},
      dockerContexts: () => listContexts(env),
      logger,
    });
  });
  afterAll(() => builders.close({ keepDaemons: true }));

  const shape = async (container: string, node: string): Promise<unknown> => {
    const found = (await ask(`GET /containers/${container}/json`)) as Record<string, Record<string, unknown>>;
    const { Cmd, Env, Image, Entrypoint, Labels } = found['Config']!;
    const text = JSON.stringify({ Cmd, Env, Image, Entrypoint, Labels, HostConfig: found['HostConfig'] });
    return JSON.parse(text.replaceAll(node, 'NODE')) as unknown;
  };

  it('makes the very same container', async () => {
    const file = join(folder, 'buildkitd.toml');
    await writeFile(file, config());
    const flags = Object.entries(given).flatMap(([key, value]) => ['--driver-opt', `${key}=${value}`]);
    await buildx('create', '--name', 'theirs', '--buildkitd-config', file, ...flags, '--bootstrap');
    await builders.create({
      name: 'ours',
      driver: 'docker-container',
      node: { options: given, config: config() },
    });
    await builders.start('ours', never);
    expect(await shape('buildx_buildkit_ours0', 'ours0')).toEqual(
      await shape('buildx_buildkit_theirs0', 'theirs0'),
    );
    expect(builders.get('ours')?.nodes[0]?.flags).toEqual(['--allow-insecure-entitlement=network.host']);
  }, 300_000);

  it('buildx sees and uses what was made here', async () => {
    const inspected = await buildx('inspect', 'ours');
    expect(inspected).toMatch(/Driver:\s+docker-container/);
    expect(inspected).toMatch(/Status:\s+running/);
    expect(inspected).toContain('memory="512m"');
    await buildx('build', '--builder', 'ours', '--output', 'type=cacheonly', join(folder, 'project'));
  });

  it('what buildx made is used here, and stops and starts', async () => {
    const client = await builders.client('theirs', 'theirs0', { signal: never });
    expect((await client.listWorkers()).length).toBe(1);
    await builders.stop('theirs', never);
    expect(await buildx('inspect', 'theirs')).toMatch(/Status:\s+stopped/);
    const again = await builders.client('theirs', 'theirs0', { signal: never });
    expect((await again.listWorkers()).length).toBe(1);
    await builders.remove('theirs', { keepState: false }, never);
    expect(await volumes()).not.toContain('buildx_buildkit_theirs0_state');
  });

  it('builds for two platforms, loads the archive, and can be told to stop loading', async () => {
    const archive = join(folder, 'image.tar');
    const output = ['--platform', 'linux/amd64,linux/arm64', '--tag', 'both:1', '--provenance=false'];
    await buildx(
      'build',
      '--builder',
      'ours',
      ...output,
      '-o',
      `type=oci,dest=${archive}`,
      join(folder, 'project'),
    );
    const node = nodeOf('ours0');
    expect(await node.features!(never)).toEqual({
      ...{ multiPlatform: true, ociExport: true, dockerExport: true, cacheExport: true },
      ...{ load: 'archive', loadMultiPlatform: true },
    });
    const told: string[] = [];
    await node.load!(createReadStream(archive), (text) => told.push(text), never);
    expect(told.join('\n')).toContain('both:1');
    expect(await ask('GET /images/both:1/json')).toMatchObject({ Os: 'linux' });

    const abort = new AbortController();
    const endless = new PassThrough();
    endless.write('begin');
    const loading = node.load!(endless, silent, abort.signal);
    const reason = new Error('enough');
    setTimeout(() => abort.abort(reason), 200);
    await expect(loading).rejects.toBe(reason);
    expect(endless.destroyed).toBe(true);
  });

  it('an engine that stopped is told at once, and found again', async () => {
    await docker.kill();
    const node = nodeOf('ours0');
    await expect(node.info(never)).rejects.toMatchObject({
      code: 'builder-unreachable',
      message: expect.stringContaining('is not running') as string,
    });
    await builders.refresh('ours');
    expect(builders.get('ours')?.nodes[0]).toMatchObject({
      status: 'unreachable',
      error: { message: expect.stringContaining('is not running') as string },
    });
    await docker.restart();
    await (await builders.client('ours', 'ours0', { signal: never })).listWorkers();
    await builders.remove('ours', { keepState: false }, never);
  });
});

function fail(): never {
  throw new Error('A file of the store was damaged.');
}
