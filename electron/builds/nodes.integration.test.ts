import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startBuildkitd, type Buildkitd } from '../../e2e/engine/buildkitd';
import { registriesOf } from '../../e2e/engine/engine';
import { currentEngine } from '../../e2e/engine/globalSetup';
import { projectFolder, threePlatforms, type ProjectFolder } from '../../e2e/fixtures/project';
import type { BuildResult } from '../../shared/contract';
import { LogRecordReader } from '../../shared/model/log/records';
import { lanesOf, stepPlatforms } from '../../shared/model/progress/lanes';
import { openBuildxStore } from '../builders';
import type { CredentialProvider } from '../buildkit';
import { never, testBuilds, type TestBuilds } from '../testing/testBuilds';

const run = promisify(execFile);
const logger = pino({ level: 'silent' });

/** A real machine of its own kind for each platform, as far as they say. */
let pc: Buildkitd;
let pi: Buildkitd;
let project: ProjectFolder;
let core: TestBuilds;

beforeAll(async () => {
  const registries = registriesOf(currentEngine());
  [pc, pi, project] = await Promise.all([
    startBuildkitd(registries),
    startBuildkitd({ ...registries, platforms: ['linux/arm64', 'linux/arm/v7'] }),
    projectFolder({ 'hello.txt': 'hello', 'folder/deep.txt': 'deep' }),
  ]);
  core = await twoNodes();
});
afterAll(async () => {
  await core.dispose();
  await Promise.all([pc.stop(), pi.stop(), project.remove()]);
});

const plainNode = { options: {}, platforms: [], flags: [], files: {} };

/** The core with a builder of both nodes, as buildx would have stored it. */
async function twoNodes(credentials?: CredentialProvider): Promise<TestBuilds> {
  const folder = await mkdtemp(join(tmpdir(), 'manifold-nodes-'));
  const store = openBuildxStore({
    env: { BUILDX_CONFIG: join(folder, 'buildx'), DOCKER_CONFIG: join(folder, 'docker') },
    ownChoiceFile: join(folder, 'own-choice.json'),
    onCorrupt: () => undefined,
    logger,
  });
  await store.add({
    name: 'test',
    driver: 'remote',
    nodes: [
      { ...plainNode, name: 'pc', endpoint: pc.address },
      { ...plainNode, name: 'pi', endpoint: pi.address },
    ],
  });
  return testBuilds(pc.address, project.path, credentials, { folder });
}

function fresh(): string {
  return `RUN : ${randomUUID()}`;
}

const amdAndArm = ['linux/arm64', 'linux/amd64'];

interface Index {
  mediaType: string;
  manifests: {
    digest: string;
    platform: { architecture: string; variant?: string };
    annotations?: Record<string, string>;
  }[];
}

async function skopeo(...args: string[]): Promise<string> {
  return (await run('skopeo', args)).stdout;
}

function namesOf({ manifests }: Index): string[] {
  return manifests.map(({ platform: { architecture, variant } }) =>
    variant === undefined ? architecture : `${architecture}/${variant}`,
  );
}

/** Each attestation belongs to an image of the same index. */
function expectAttestations({ manifests }: Index, count: number): void {
  const subjects = manifests.flatMap(({ annotations }) => annotations?.['vnd.docker.reference.digest'] ?? []);
  expect(subjects).toHaveLength(count);
  for (const subject of subjects) expect(manifests.map(({ digest }) => digest)).toContain(subject);
}

function expectPlatforms(result: BuildResult | undefined, platforms: readonly string[]): void {
  expect(result?.platforms.map(({ platform }) => platform)).toEqual(platforms);
  for (const { manifestDigest, configDigest, size, layers } of result?.platforms ?? []) {
    expect(manifestDigest).toMatch(/^sha256:[a-f0-9]{64}$/);
    expect(configDigest).toMatch(/^sha256:/);
    expect(size).toBeGreaterThan(layers.reduce((sum, layer) => sum + layer.size, 0));
  }
}

describe('a build over two nodes', () => {
  it('gives each node what it runs natively, and keeps their steps and logs apart', async () => {
    const mark = randomUUID();
    const { id, status, error } = await core.run(
      [
        // Equal on both nodes, so they have vertexes of equal digests.
        'FROM --platform=linux/amd64 busybox AS common',
        `RUN echo common ${mark} | tee /common`,
        'FROM busybox',
        'COPY --from=common /common /',
        `RUN uname -m; : ${mark}`,
      ].join('\n'),
      { platforms: threePlatforms, output: { type: 'cacheonly' } },
    );
    expect(error).toBeUndefined();
    expect(status).toBe('succeeded');
    const { progress } = await core.finish(id);
    expect(lanesOf(progress).map(({ platform, nodes, status }) => [platform, nodes, status])).toEqual([
      ['linux/amd64', ['pc'], 'done'],
      ['linux/arm64', ['pi'], 'done'],
      // Both only emulate it, so it stays on the first.
      ['linux/arm/v7', ['pc'], 'done'],
    ]);
    const steps = Object.values(progress.steps);
    const common = steps.filter(({ name }) => name.includes(`echo common ${mark}`));
    expect(common.map(({ node }) => node).sort()).toEqual(['pc', 'pi']);
    expect(common.map(({ logLines }) => logLines)).toEqual([1, 1]);
    expect(new Set(common.map(({ id: step }) => step.split('@')[0])).size).toBe(1);
    for (const step of steps) {
      for (const input of step.inputs) expect(progress.steps[input]?.node ?? step.node).toBe(step.node);
    }
    const serves = stepPlatforms(progress);
    expect(common.map(({ node, id: step }) => [node, serves.get(step)]).sort()).toEqual([
      ['pc', ['linux/amd64', 'linux/arm/v7']],
      ['pi', ['linux/arm64']],
    ]);

    const printed = new Map<string, string>();
    const ids = new Map<number, string>();
    const reader = new LogRecordReader();
    for await (const chunk of core.builds.log(id, never)) {
      for (const record of reader.read(chunk)) {
        if (record.type === 'step') ids.set(record.step, record.id);
        else {
          const step = ids.get(record.step)!;
          printed.set(step, (printed.get(step) ?? '') + Buffer.from(record.data).toString());
        }
      }
    }
    const machines = steps
      .filter(({ name }) => name.includes('uname -m'))
      .map(({ node, id: step }) => [node, printed.get(step)?.trim()]);
    expect(machines).toEqual(
      expect.arrayContaining([
        ['pc', 'x86_64'],
        ['pi', 'aarch64'],
      ]),
    );
    expect(machines).toHaveLength(3);
    for (const { id: step } of common) expect(printed.get(step)).toBe(`common ${mark}\n`);
  });

  it('uses one node, as ever, when that is enough', async () => {
    const { id, status } = await core.run('FROM scratch\nCOPY . /\n', {
      platforms: ['linux/arm64'],
      output: { type: 'cacheonly' },
    });
    expect(status).toBe('succeeded');
    const { progress } = await core.finish(id);
    expect(progress).not.toHaveProperty('nodePlatforms');
    for (const step of Object.values(progress.steps)) {
      expect(step.node).toBe('pi');
      expect(step.id).toMatch(/^sha256:[a-f0-9]{64}$/);
    }
  });

  it('pushes one index, under every tag and nothing else', async () => {
    const { host } = currentEngine().registry;
    const repositories = [randomUUID(), randomUUID()].map((name) => `manifold/${name}`);
    const tags = [`${repositories[0]}:1`, `${repositories[0]}:latest`, `${repositories[1]}:other`];
    const { result, error, id } = await core.run(`FROM busybox\nRUN uname -m > /machine\n`, {
      platforms: threePlatforms,
      tags: tags.map((tag) => `${host}/${tag}`),
      output: { type: 'push' },
    });
    expect(error).toBeUndefined();
    expect(result?.references).toEqual(tags.map((tag) => `${host}/${tag}`));
    expect(result?.mediaType).toBe('application/vnd.oci.image.index.v1+json');
    expectPlatforms(result, threePlatforms);
    for (const tag of tags) {
      const [repository, name] = tag.split(':');
      const raw = await fetch(`http://${host}/v2/${repository}/manifests/${name}`, {
        headers: { accept: 'application/vnd.oci.image.index.v1+json' },
      });
      expect(raw.headers.get('docker-content-digest')).toBe(result?.digest);
      const index = (await raw.json()) as Index;
      expect(namesOf(index).slice(0, 3)).toEqual(['amd64', 'arm64', 'arm/v7']);
      expectAttestations(index, 3);
      const read = JSON.parse(
        await skopeo('inspect', '--raw', '--tls-verify=false', `docker://${host}/${tag}`),
      ) as Index;
      expect(read).toEqual(index);
    }
    const listed = await fetch(`http://${host}/v2/${repositories[0]}/tags/list`);
    expect(((await listed.json()) as { tags: string[] }).tags.sort()).toEqual(['1', 'latest']);
    const architecture = await skopeo(
      ...['--override-arch=arm64', '--override-os=linux', 'inspect', '--tls-verify=false', '--format'],
      ...['{{.Architecture}}', `docker://${host}/${tags[0]}`],
    );
    expect(architecture.trim()).toBe('arm64');
    const { progress } = await core.finish(id);
    const last = progress.steps['manifold:assembly'];
    expect(last).toMatchObject({ status: 'done', node: '' });
  });

  it.each(['authRegistry', 'tokenRegistry'] as const)('pushes with a login to the %s', async (which) => {
    const { host, username, password } = currentEngine()[which];
    const tag = `${host}/manifold/${randomUUID()}:1`;
    const settings = { platforms: amdAndArm, tags: [tag], output: { type: 'push' } } as const;
    const right = await twoNodes({ credentials: async () => ({ username, secret: password }) });
    const { result, error } = await right.run('FROM scratch\nCOPY hello.txt /\n', {
      ...settings,
      platforms: [...amdAndArm],
      tags: [tag],
    });
    await right.dispose();
    expect(error).toBeUndefined();
    expectPlatforms(result, amdAndArm);
    const login = `--creds=${username}:${password}`;
    const index = JSON.parse(
      await skopeo('inspect', '--raw', '--tls-verify=false', login, `docker://${tag}`),
    ) as Index;
    expect(namesOf(index).slice(0, 2)).toEqual(['arm64', 'amd64']);
    const wrong = await twoNodes({ credentials: async () => ({ username, secret: 'not the password' }) });
    const refused = await wrong.run('FROM scratch\nCOPY hello.txt /\n', {
      ...settings,
      platforms: [...amdAndArm],
      tags: [tag],
    });
    await wrong.dispose();
    expect(refused.error?.code).toBe('registry-denied');
    expect(JSON.stringify(refused.error)).not.toContain('not the password');
  });

  it('writes one OCI archive', async () => {
    const { result, error } = await core.run('FROM busybox\nRUN uname -m > /machine\nCOPY . /files/\n', {
      platforms: ['linux/arm/v7', 'linux/amd64', 'linux/arm64'],
      tags: ['app:1', 'r.example/app:2'],
    });
    expect(error).toBeUndefined();
    expectPlatforms(result, ['linux/arm/v7', 'linux/amd64', 'linux/arm64']);
    expect(result?.writtenBytes).toBe((await stat(result!.path!)).size);
    expect(await readdir(core.outputs)).not.toContainEqual(expect.stringMatching(/part/));
    const at = `oci-archive:${result!.path!}`;
    const index = JSON.parse(await skopeo('inspect', '--raw', `${at}:1`)) as Index;
    expect(namesOf(index).slice(0, 3)).toEqual(['arm/v7', 'amd64', 'arm64']);
    expectAttestations(index, 3);
    const copy = join(core.folder, 'copied');
    await skopeo('copy', '--all', `${at}:2`, `dir:${copy}`);
    expect(JSON.parse(await readFile(join(copy, 'manifest.json'), 'utf8'))).toEqual(index);
    await rm(copy, { recursive: true });
  });

  it('writes one tar archive with a folder a platform', async () => {
    const { result, error } = await core.run('FROM scratch\nCOPY . /\n', {
      platforms: threePlatforms,
      output: { type: 'tar' },
    });
    expect(error).toBeUndefined();
    const { stdout } = await run('tar', ['-tf', result!.path!]);
    for (const folder of ['linux_amd64', 'linux_arm64', 'linux_arm_v7'])
      expect(stdout.split('\n')).toContain(`${folder}/folder/deep.txt`);
    expect(result?.writtenBytes).toBe((await stat(result!.path!)).size);
  });

  it('exports one folder a platform, and none takes the other’s away', async () => {
    const path = join(core.folder, 'exported');
    for (const wanted of [threePlatforms, amdAndArm]) {
      const { result, error } = await core.run('FROM scratch\nCOPY . /\n', {
        platforms: wanted,
        output: { type: 'local', path },
      });
      expect(error).toBeUndefined();
      expect((await readdir(path)).sort()).toEqual(['linux_amd64', 'linux_arm64', 'linux_arm_v7']);
      expect(result).toMatchObject({ path, platforms: [], writtenBytes: 9 * wanted.length });
    }
    expect(await readFile(join(path, 'linux_arm64/folder/deep.txt'), 'utf8')).toBe('deep');
  });

  it('names the node whose step fails, and stops the other one', async () => {
    const seconds = `3${process.pid}`;
    const { id, error } = await core.run(
      `FROM busybox\n${fresh()}\nRUN if [ "$(uname -m)" = x86_64 ]; then sleep ${seconds}; else sleep 1; echo last; exit 3; fi\n`,
      { platforms: amdAndArm, output: { type: 'cacheonly' } },
    );
    expect(error).toMatchObject({
      code: 'step-failed',
      message: expect.stringMatching(/^On pi: .*exit code 3/) as string,
      details: { exitCode: 3, lastOutput: ['last'], location: { startLine: 3 } },
    });
    const { progress } = await core.finish(id);
    const failed = progress.steps[error!.details!.step!];
    expect(failed).toMatchObject({ status: 'failed', node: 'pi' });
    expect(lanesOf(progress).map(({ status }) => status)).toEqual(['failed', 'cancelled']);
    const before = Date.now();
    while ((await isRunning(`sleep ${seconds}`)) && Date.now() - before < 2000) await sleep(20);
    expect(await isRunning(`sleep ${seconds}`)).toBe(false);
  });

  it('cancels on both nodes within a second', async () => {
    const seconds = `4${process.pid}`;
    const { id } = await core.builds.start(
      core.request(`FROM busybox\n${fresh()}\nRUN sleep ${seconds}\n`, { platforms: amdAndArm }),
    );
    while ((await running(`sleep ${seconds}`)) < 2) await sleep(20);
    const before = Date.now();
    core.builds.cancel(id);
    const { summary, progress } = await core.finish(id);
    expect(Date.now() - before).toBeLessThan(1000);
    expect(summary.status).toBe('cancelled');
    expect(lanesOf(progress).map(({ status }) => status)).toEqual(['cancelled', 'cancelled']);
    while ((await isRunning(`sleep ${seconds}`)) && Date.now() - before < 2000) await sleep(20);
    expect(await isRunning(`sleep ${seconds}`)).toBe(false);
    expect(await readdir(core.outputs)).not.toContainEqual(expect.stringMatching(/part/));
  });

  it('tells which node was lost, then builds on the other one', async () => {
    const seconds = `5${process.pid}`;
    const { id } = await core.builds.start(
      core.request(`FROM busybox\n${fresh()}\nRUN sleep ${seconds}\n`, { platforms: amdAndArm }),
    );
    while ((await running(`sleep ${seconds}`)) < 2) await sleep(20);
    const before = Date.now();
    await pi.kill();
    const { summary } = await core.finish(id);
    expect(Date.now() - before).toBeLessThan(5000);
    expect(summary).toMatchObject({
      status: 'failed',
      error: { code: 'builder-lost', message: expect.stringContaining('pi') as string },
    });
    while ((await isRunning(`sleep ${seconds}`)) && Date.now() - before < 5000) await sleep(20);
    expect(await isRunning(`sleep ${seconds}`)).toBe(false);

    await core.builders.refresh('test');
    const alone = await core.run('FROM busybox\nRUN uname -m\n', {
      platforms: amdAndArm,
      output: { type: 'cacheonly' },
    });
    expect(alone.error).toBeUndefined();
    const { progress } = await core.finish(alone.id);
    expect(lanesOf(progress).map(({ nodes }) => nodes)).toEqual([['pc'], ['pc']]);
    await pi.restart();
    await core.builders.refresh('test');
  });
});

async function running(command: string): Promise<number> {
  const { stdout } = await run('ps', ['-eo', 'args']);
  return stdout.split('\n').filter((line) => line.trim().endsWith(command)).length;
}

async function isRunning(command: string): Promise<boolean> {
  return (await running(command)) > 0;
}
