import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { projectFolder, type ProjectFolder } from '../../e2e/fixtures/project';
import { StudioError, type BuildSettings, type BuildSummary, type NodeFeatures } from '../../shared/contract';
import { createFileWorkers, type FileWorkers } from '../buildkit/filesync';
import { launchSourceWorker } from '../testing/workers';
import { testEngine } from '../testing/engine';
import { never, testBuilds, type TestBuilds } from '../testing/testBuilds';
import { Builds } from './builds';
import type { BuilderConnections } from './connections';

const run = promisify(execFile);
const archive: NodeFeatures = {
  load: 'archive',
  loadMultiPlatform: false,
  multiPlatform: true,
  ociExport: true,
  dockerExport: true,
  cacheExport: true,
};
const modern: NodeFeatures = { ...archive, loadMultiPlatform: true };

type Load = BuilderConnections['load'];

let project: ProjectFolder;
let core: TestBuilds;
let workers: FileWorkers;
beforeAll(async () => {
  project = await projectFolder({ 'hello.txt': 'hello' });
  core = await testBuilds(testEngine().buildkitAddress, project.path);
  workers = createFileWorkers(launchSourceWorker);
});
afterAll(async () => {
  await workers.close();
  await core.dispose();
  await project.remove();
});

/** The real daemon, with an engine beside it that is played by `load`. */
async function beside(features: NodeFeatures, load: Load): Promise<Builds> {
  return Builds.open({
    folder: join(core.folder, randomUUID()),
    outputFolder: () => core.outputs,
    keepBuilds: () => 5,
    builders: {
      get: (name) => {
        const builder = core.builders.get(name);
        return builder && { ...builder, nodes: builder.nodes.map((node) => ({ ...node, features })) };
      },
      client: (...args) => core.builders.client(...args),
      load,
      push: (...args) => core.builders.push(...args),
    },
    workers,
    credentials: { credentials: async () => undefined },
    env: {},
    logger: pino({ level: 'silent' }),
  });
}

async function build(
  builds: Builds,
  text: string,
  settings: Partial<BuildSettings> = {},
): Promise<BuildSummary> {
  const load: Partial<BuildSettings> = { tags: ['app:1'], output: { type: 'load' } };
  const { id } = await builds.start(core.request(text, { ...load, ...settings }));
  return ended(builds, id);
}

async function ended(builds: Builds, id: string): Promise<BuildSummary> {
  for await (const item of builds.progress(id, never)) void item;
  return (await builds.get(id)).summary;
}

/** An engine that keeps what it is given in a file. */
function keeping(path: string): Load {
  return (_builder, _node, content) => pipeline(content, createWriteStream(path));
}

describe('loading into a Docker Engine', () => {
  const small = 'FROM scratch\nCOPY hello.txt /\n';

  it('streams a Docker archive, and nothing stays on this machine’s disk', async () => {
    const path = join(core.folder, 'loaded.tar');
    const loads: string[] = [];
    const builds = await beside(archive, async (builder, node, content, options) => {
      loads.push(`${builder} ${node}`);
      await keeping(path)(builder, node, content, options);
    });
    const { error, result } = await build(builds, small);
    expect(error).toBeUndefined();
    expect(loads).toEqual(['test test0']);
    const { stdout } = await run('tar', ['-xOf', path, 'manifest.json']);
    expect(JSON.parse(stdout)).toMatchObject([{ RepoTags: ['app:1'] }]);
    expect(result).toMatchObject({ outputType: 'load', references: ['docker.io/library/app:1'] });
    expect(result?.digest).toMatch(/^sha256:/);
    expect(result).not.toHaveProperty('path');
    expect(await readdir(core.outputs).catch(() => [])).toEqual([]);
    await rm(path);
  });

  it('streams several platforms as an OCI archive to an engine that takes them', async () => {
    const path = join(core.folder, 'loaded.oci.tar');
    const platforms = ['linux/amd64', 'linux/arm64'];
    const { error, result } = await build(await beside(modern, keeping(path)), small, { platforms });
    expect(error).toBeUndefined();
    const { stdout } = await run('skopeo', ['inspect', '--raw', `oci-archive:${path}`]);
    expect((JSON.parse(stdout) as { manifests: unknown[] }).manifests.length).toBeGreaterThanOrEqual(2);
    expect(result?.platforms.map(({ platform }) => platform)).toEqual(platforms);
    await rm(path);

    const old = await beside(archive, keeping(path));
    await expect(build(old, small, { platforms })).rejects.toMatchObject({
      code: 'invalid-request',
      details: { subject: 'output' },
    });
  });

  it('says why the engine did not take it', async () => {
    const refusal = new StudioError({
      code: 'disk-full',
      message: 'The engine is full.',
      hint: 'Free some.',
    });
    const builds = await beside(archive, async () => {
      throw refusal;
    });
    const { status, error } = await build(builds, small);
    expect([status, error]).toEqual(['failed', refusal.toData()]);
  });

  it('holds the daemon back for a slow engine, and takes a cancellation to both', async () => {
    let received = 0;
    let begun: () => void = () => undefined;
    const started = new Promise<void>((resolve) => (begun = resolve));
    let broken: unknown;
    const builds = await beside(archive, async (_builder, _node, content: Readable, { signal }) => {
      try {
        for await (const chunk of content) {
          received += (chunk as Buffer).length;
          begun();
          await new Promise((resolve) =>
            signal.addEventListener('abort', () => resolve(undefined), { once: true }),
          );
        }
      } catch (error) {
        broken = error;
        throw error;
      }
    });
    const { id } = await builds.start(
      core.request(`FROM busybox\nRUN : ${randomUUID()}; head -c 100000000 /dev/urandom > /big\n`, {
        tags: ['app:1'],
        output: { type: 'load' },
      }),
    );
    await started;
    const before = Date.now();
    builds.cancel(id);
    expect((await ended(builds, id)).status).toBe('cancelled');
    expect(Date.now() - before).toBeLessThan(2000);
    expect(received).toBeLessThan(20_000_000);
    expect(broken).toBeDefined();
  });
});
