import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { provideBuildkit } from '../../../scripts/setup/buildkit.mjs';
import { StudioError } from '../../../shared/contract';
import { BuildkitClient, runSolve } from '../../buildkit';
import { createContextService, createFileWorkers } from '../../buildkit/filesync';
import { launchSourceWorker } from '../../testing/workers';
import { testEngine } from '../../testing/engine';
import type { DriverNode } from '../driver';
import { daemonFiles } from '../localDaemon/files';
import { isAlive, sendSignal, type ProcessIdentity } from '../localDaemon/linuxProcess';
import { describeDriver } from './conformance';
import { createLocalDriver } from './local';

const never = new AbortController().signal;
const silent = (): void => undefined;

async function environment(extra: Record<string, string> = {}): Promise<Record<string, string | undefined>> {
  const { buildkitd } = await provideBuildkit();
  return { ...process.env, MANIFOLD_BUILDKITD: buildkitd, ...extra };
}

describeDriver('local', async () => {
  const stateFolder = await mkdtemp(join(tmpdir(), 'manifold-local-'));
  return {
    driver: createLocalDriver({ stateFolder, env: await environment(), cacheFolder: stateFolder }),
    endpoint: '',
    options: {},
    dispose: () => rm(stateFolder, { recursive: true, force: true }),
  };
});

describe('the local daemon', () => {
  let stateFolder: string;
  let nodes: DriverNode[];

  beforeEach(async () => {
    stateFolder = await mkdtemp(join(tmpdir(), 'manifold-local-'));
    nodes = [];
  });
  afterEach(async () => {
    for (const node of nodes) await node.remove({ keepState: false }, never);
    await rm(stateFolder, { recursive: true, force: true });
  });

  const create = async (extra: Record<string, string> = {}, folder = stateFolder): Promise<DriverNode> => {
    const driver = createLocalDriver({
      stateFolder: folder,
      env: await environment(extra),
      cacheFolder: folder,
    });
    const node = driver.create({
      ...{ builder: 'local', node: 'node0', endpoint: '', options: {} },
      ...{ flags: [], files: new Map() },
    });
    nodes.push(node);
    return node;
  };
  const daemon = async (folder = stateFolder): Promise<ProcessIdentity> =>
    JSON.parse(await readFile(daemonFiles(join(folder, 'local')).record, 'utf8')) as ProcessIdentity;
  const bootError = async (node: DriverNode): Promise<StudioError> => {
    const error = await node.boot(silent, never).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(StudioError);
    return error as StudioError;
  };

  it('is adopted by the next Manifold after a crash', async () => {
    await (await create()).boot(silent, never);
    const first = await daemon();
    const next = await create();
    expect((await next.info(never)).status).toBe('running');
    await next.boot(silent, never);
    expect(await daemon()).toEqual(first);
    await next.stop(never);
    expect(await isAlive(first)).toBe(false);
  });

  it('is one daemon for two Manifolds that start at once', async () => {
    const both = [await create(), await create()];
    await Promise.all(both.map((node) => node.boot(silent, never)));
    const { stdout } = await promisify(execFile)('pgrep', ['-fc', `buildkitd .*${stateFolder}/`]);
    expect(Number(stdout)).toBe(1);
  });

  it('starts again after it was killed', async () => {
    const node = await create();
    await node.boot(silent, never);
    const first = await daemon();
    sendSignal(first.pid, 'SIGKILL');
    while (await isAlive(first)) await sleep(10);
    expect((await node.info(never)).status).toBe('stopped');
    await node.boot(silent, never);
    expect((await daemon()).pid).not.toBe(first.pid);
  });

  it('does not take another process for its own', async () => {
    const node = await create();
    await mkdir(join(stateFolder, 'local'), { recursive: true });
    const record = daemonFiles(join(stateFolder, 'local')).record;
    await writeFile(record, JSON.stringify({ pid: process.pid, startTime: '1' }));
    expect((await node.info(never)).status).toBe('stopped');
    await node.stop(never);
    await node.boot(silent, never);
    expect((await daemon()).pid).not.toBe(process.pid);
  });

  it('quotes the daemon when it ends at once', async () => {
    const config = join(stateFolder, 'bad.toml');
    await writeFile(config, 'this is no toml');
    const error = await bootError(await create({ MANIFOLD_BUILDKITD_CONFIG: config }));
    expect(error.code).toBe('builder-unavailable');
    expect(error.message).toContain('configuration');
    expect(error.details?.lastOutput?.join('\n')).toMatch(/toml/i);
  });

  it('says that buildkitd is missing', async () => {
    const error = await bootError(await create({ MANIFOLD_BUILDKITD: '', PATH: stateFolder }));
    expect(error.message).toContain('No buildkitd');
    expect(error.hint).toContain('MANIFOLD_BUILDKITD');
  });

  it('says that MANIFOLD_BUILDKITD names no program', async () => {
    expect((await bootError(await create({ MANIFOLD_BUILDKITD: '/nope' }))).message).toContain('/nope');
  });

  it('puts its socket elsewhere when the folder is too deep', async () => {
    const deep = join(stateFolder, 'x'.repeat(120));
    const node = await create({}, deep);
    await node.boot(silent, never);
    expect(Buffer.byteLength(node.endpoint)).toBeLessThan(107);
    await BuildkitClient.connect((signal) => node.dial(signal)).then((client) => client.close());
  });

  it('gives up starting when told to, and leaves nothing behind', async () => {
    const node = await create();
    const abort = new AbortController();
    const booting = node.boot(() => abort.abort(new Error('enough')), abort.signal);
    await expect(booting).rejects.toThrow();
    expect((await node.info(never)).status).toBe('stopped');
  });

  it('takes what its builds run along when it stops', async () => {
    const { registryHost } = testEngine();
    const config = join(stateFolder, 'config.toml');
    await writeFile(
      config,
      `[registry."docker.io"]\nmirrors = ["${registryHost}"]\n[registry."${registryHost}"]\nhttp = true\n`,
    );
    const node = await create({ MANIFOLD_BUILDKITD_CONFIG: config });
    await node.boot(silent, never);
    const workers = createFileWorkers(launchSourceWorker);
    const client = await BuildkitClient.connect((signal) => node.dial(signal));
    const seconds = `1${process.pid}`;
    const files = new Map([['Dockerfile', Buffer.from(`FROM busybox\nRUN sleep ${seconds}\n`)]]);
    const contexts = new Map([
      ['dockerfile', { kind: 'files', files } as const],
      ['context', { kind: 'files', files: new Map<string, Uint8Array>() } as const],
    ]);
    const solve = runSolve(client, {
      request: { frontend: 'dockerfile.v0', frontendAttrs: {} },
      services: [createContextService(contexts, { workers })],
    }).catch((error: unknown) => error);
    while (!(await isRunning(seconds))) await sleep(50);
    await node.stop(never);
    expect(await isRunning(seconds)).toBe(false);
    expect(await solve).toBeInstanceOf(Error);
    await client.close();
    await workers.close();
    await node.remove({ keepState: false }, never);
    expect(existsSync(join(stateFolder, 'local'))).toBe(false);
  });
});

async function isRunning(seconds: string): Promise<boolean> {
  return promisify(execFile)('pgrep', ['-fx', `sleep ${seconds}`]).then(
    () => true,
    () => false,
  );
}
