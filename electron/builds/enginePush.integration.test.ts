import { execFile } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startDockerEngine, type DockerEngine } from '../../e2e/engine/dockerEngine';
import { registriesOf } from '../../e2e/engine/engine';
import { currentEngine } from '../../e2e/engine/globalSetup';
import { projectFolder, type ProjectFolder } from '../../e2e/fixtures/project';
import type { BuildSettings } from '../../shared/contract';
import type { CredentialProvider } from '../buildkit';
import { testEngine } from '../testing/engine';
import { never, testBuilds, type TestBuilds } from '../testing/testBuilds';

const run = promisify(execFile);
const { registryHost, authRegistry } = testEngine();
const login = `${authRegistry.username}:${authRegistry.password}`;
const wrong = `wrong-${randomUUID()}`;
const small = 'FROM busybox\nCOPY hello.txt /\n';

let project: ProjectFolder;
let scratch: string;
beforeAll(async () => {
  project = await projectFolder({ 'hello.txt': randomUUID() });
  scratch = await mkdtemp(join(tmpdir(), 'manifold-pushed-'));
});
afterAll(async () => {
  await project.remove();
  await rm(scratch, { recursive: true });
});

function loggedIn(secret: string): CredentialProvider {
  const { host, username } = authRegistry;
  return { credentials: async (asked) => (asked === host ? { username, secret } : undefined) };
}

/** Another client reads the image: its manifest has that digest, and each blob the one that the manifest names. */
async function readBack(reference: string, digest: string, ...options: string[]): Promise<void> {
  const repository = reference.replace(/:[^:/]+$/, '');
  const raw = ['inspect', '--raw', '--tls-verify=false', ...options, `docker://${repository}@${digest}`];
  const { stdout } = await run('skopeo', raw);
  expect(`sha256:${createHash('sha256').update(stdout).digest('hex')}`).toBe(digest);
  const copy = `dir:${join(scratch, randomUUID())}`;
  const source = options.map((option) => option.replace('--creds', '--src-creds'));
  await run('skopeo', [
    ...['copy', '--src-tls-verify=false', ...source, `docker://${repository}@${digest}`, copy],
  ]);
}

async function hasTag(reference: string): Promise<boolean> {
  return run('skopeo', ['inspect', '--raw', '--tls-verify=false', `docker://${reference}`]).then(
    () => true,
    (error: Error) => {
      expect(error.message).toMatch(/manifest unknown|name unknown/);
      return false;
    },
  );
}

/** Files below `folder` that hold the text. */
async function holders(folder: string, text: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  const contents = await Promise.all(files.map((file) => readFile(file)));
  return files.filter((_file, index) => contents[index]!.includes(text));
}

describe.each(['old', 'current'] as const)('a push from the classic store of the engine %s', (version) => {
  let engine: DockerEngine;
  let core: TestBuilds;
  /** Its login is wrong. */
  let stranger: TestBuilds;
  beforeAll(async () => {
    engine = await startDockerEngine({ version, ...registriesOf(currentEngine()) });
    core = await testBuilds(engine.host, project.path, loggedIn(authRegistry.password), { docker: true });
    stranger = await testBuilds(engine.host, project.path, loggedIn(wrong), { docker: true });
  }, 400_000);
  afterAll(async () => {
    await core.dispose();
    await stranger.dispose();
    await engine.stop();
  });
  const push = (...tags: string[]): Partial<BuildSettings> => ({ tags, output: { type: 'push' } });
  const at = (host: string, name: string): string => `${host}/engine-push/${version}/${name}`;

  it('puts every tag into its registry, as steps of the build, and tells the digest there', async () => {
    const tags = [at(registryHost, 'app:1'), at(registryHost, 'app:2'), at(authRegistry.host, 'app:1')];
    const { id } = await core.builds.start(core.request(small, push(...tags)));
    const { summary, progress } = await core.finish(id);
    expect(summary.error).toBeUndefined();
    const digest = summary.result!.digest!;
    await readBack(tags[0]!, digest);
    await readBack(tags[1]!, digest);
    await readBack(tags[2]!, digest, `--creds=${login}`);
    expect(summary.result).toMatchObject({
      ...{ outputType: 'push', references: tags, totalSteps: 2 },
      mediaType: 'application/vnd.docker.distribution.manifest.v2+json',
      platforms: [{ platform: 'linux/amd64', manifestDigest: digest }],
    });

    const steps = Object.values(progress.steps).filter(({ name }) => name.startsWith('pushing '));
    expect(steps.map(({ name, status, node }) => [name, status, node])).toEqual(
      tags.map((tag) => [`pushing ${tag}`, 'done', 'default']),
    );
    expect(steps[0]!.activities.length).toBeGreaterThan(0);
    for (const { current, total, completedMs } of steps[0]!.activities) {
      expect([current > 0, completedMs !== undefined]).toEqual([true, true]);
      expect(total).toBe(current);
    }
    const log: Uint8Array[] = [];
    for await (const chunk of core.builds.log(id, never)) log.push(chunk);
    expect(Buffer.concat(log).toString('utf8')).toContain(`digest: ${digest}`);
    expect(await holders(core.folder, authRegistry.password)).toEqual([]);
  });

  it('says in the registry’s words why a tag is refused, and what is pushed already', async () => {
    const tags = [at(registryHost, 'half:1'), at(authRegistry.host, 'half:1'), at(registryHost, 'half:2')];
    const { status, error } = await stranger.run(small, push(...tags));
    expect(status).toBe('failed');
    expect(error).toMatchObject({
      code: 'registry-denied',
      hint: expect.stringContaining('docker login') as string,
      details: { stepName: `pushing ${tags[1]!}`, cause: expect.stringMatching(/unauthorized/i) as string },
    });
    expect(error!.message).toContain(`can’t be pushed to ${authRegistry.host}: ${error!.details!.cause}.`);
    expect(error!.message).toContain(`Pushed before: ${tags[0]!}.`);
    expect(await hasTag(tags[0]!)).toBe(true);
    expect(await hasTag(tags[2]!)).toBe(false);
    expect(await holders(stranger.folder, wrong)).toEqual([]);
  });

  it('tells a registry that the engine can’t reach', async () => {
    const { error } = await core.run(small, push('127.0.0.1:9/app:1'));
    expect(error).toMatchObject({
      code: 'registry-unreachable',
      message: expect.stringContaining('127.0.0.1:9') as string,
    });
  });

  it('ends the engine’s push with the build', async () => {
    const tag = at(registryHost, 'large:1');
    const large = `FROM busybox\nRUN : ${randomUUID()}; head -c 400000000 /dev/urandom > /big\n`;
    const { id } = await core.builds.start(core.request(large, push(tag)));
    let cancelledMs = 0;
    for await (const item of core.builds.progress(id, never)) {
      const events = item.type === 'events' ? item.events : [];
      const pushes = events.some(
        (event) =>
          event.type === 'status' && event.activities.some(({ id: of }) => of.startsWith('pushing ')),
      );
      if (!pushes || cancelledMs > 0) continue;
      cancelledMs = Date.now();
      core.builds.cancel(id);
    }
    expect(cancelledMs).toBeGreaterThan(0);
    expect(Date.now() - cancelledMs).toBeLessThan(2000);
    const { summary, progress } = await core.finish(id);
    expect(summary.status).toBe('cancelled');
    expect(Object.values(progress.steps).find(({ name }) => name === `pushing ${tag}`)?.status).toBe(
      'cancelled',
    );
    await expect
      .poll(() => readFile(engine.logFile, 'utf8'), { timeout: 20_000 })
      .toMatch(/(push|Upload).*context canceled/i);
    expect(await hasTag(tag)).toBe(false);
  });

  it('tells before a build what can’t be pushed from there', async () => {
    const start = (settings: Partial<BuildSettings>) =>
      core.builds.start(core.request(small, { ...push(at(registryHost, 'never:1')), ...settings }));
    await expect(start({ platforms: ['linux/amd64', 'linux/arm64'] })).rejects.toMatchObject({
      code: 'invalid-request',
      details: { subject: 'platforms' },
    });
    await expect(start({ sbom: true })).rejects.toMatchObject({
      code: 'invalid-request',
      details: { subject: 'sbom' },
    });
    await expect(start({ tags: [] })).rejects.toMatchObject({
      code: 'invalid-request',
      details: { subject: 'tags' },
    });
  });
});
