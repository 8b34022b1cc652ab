import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startBuildkitd } from '../../e2e/engine/buildkitd';
import { projectFolder, threePlatforms, type ProjectFolder } from '../../e2e/fixtures/project';
import type { StudioError } from '../../shared/contract';
import { LogRecordReader } from '../../shared/model/log/records';
import { testEngine } from '../testing/engine';
import { never, testBuilds, type TestBuilds } from '../testing/testBuilds';

let project: ProjectFolder;
let core: TestBuilds;

beforeAll(async () => {
  project = await projectFolder({
    'hello.txt': 'hello',
    'folder/deep.txt': 'deep',
    'kept-out.txt': 'no',
    '.dockerignore': 'kept-out.txt\n',
  });
  core = await testBuilds(testEngine().buildkitAddress, project.path);
});
afterAll(async () => {
  await core.dispose();
  await project.remove();
});

async function logText(from: TestBuilds['builds'], id: string): Promise<string> {
  const reader = new LogRecordReader();
  let text = '';
  for await (const chunk of from.log(id, never)) {
    expect(chunk.length).toBeLessThanOrEqual(256 * 1024);
    for (const record of reader.read(chunk))
      if (record.type === 'output') text += Buffer.from(record.data).toString();
  }
  return text;
}

/** Each run differs, so that nothing comes from the daemon's cache. */
function fresh(): string {
  return `RUN : ${randomUUID()}`;
}

describe('builds that succeed', () => {
  it('writes a three-platform image to an OCI archive', async () => {
    const { status, result, error } = await core.run('FROM scratch\nCOPY . /\n', {
      platforms: threePlatforms,
    });
    expect(error).toBeUndefined();
    expect(status).toBe('succeeded');
    expect(result?.platforms.map(({ platform }) => platform)).toEqual(threePlatforms);
    expect(result?.mediaType).toBe('application/vnd.oci.image.index.v1+json');
    for (const platform of result?.platforms ?? []) {
      expect(platform.manifestDigest).toMatch(/^sha256:[a-f0-9]{64}$/);
      expect(platform.configDigest).toMatch(/^sha256:/);
      expect(platform.size).toBeGreaterThan(platform.layers[0]!.size);
    }
    expect(result?.path).toMatch(/-1\.oci\.tar$/);
    expect(result?.writtenBytes).toBe((await stat(result!.path!)).size);
    const { stdout } = await promisify(execFile)('skopeo', [
      'inspect',
      '--raw',
      `oci-archive:${result!.path!}`,
    ]);
    const index = JSON.parse(stdout) as { manifests: { digest: string }[] };
    expect(index.manifests.map(({ digest }) => digest)).toEqual(
      expect.arrayContaining(result!.platforms.map(({ manifestDigest }) => manifestDigest)),
    );
  });

  it('numbers the builds of a project and tells cached steps', async () => {
    const first = await core.run('FROM scratch\nCOPY hello.txt /cached\n', { platforms: threePlatforms });
    const second = await core.run('FROM scratch\nCOPY hello.txt /cached\n', { platforms: threePlatforms });
    expect(second.number).toBe(first.number + 1);
    expect(second.result?.cachedSteps).toBe(second.result?.totalSteps);
    expect(second.result?.platforms).toEqual(first.result?.platforms);
    expect(second.result?.path).not.toBe(first.result?.path);
  });

  it('pushes an index that another client reads', async () => {
    const tag = `${testEngine().registryHost}/manifold/${randomUUID()}:1`;
    const { result } = await core.run(`FROM busybox\nRUN uname -m > /machine\n`, {
      platforms: threePlatforms,
      tags: [tag],
      output: { type: 'push' },
    });
    expect(result?.references).toEqual([tag]);
    expect(result?.platforms.map(({ platform }) => platform)).toEqual(threePlatforms);
    const { stdout } = await promisify(execFile)('skopeo', [
      'inspect',
      '--raw',
      '--tls-verify=false',
      `docker://${tag}`,
    ]);
    const index = JSON.parse(stdout) as {
      manifests: { digest: string; platform: { architecture: string } }[];
    };
    for (const { manifestDigest } of result!.platforms) {
      expect(index.manifests.map(({ digest }) => digest)).toContain(manifestDigest);
    }
  });

  it('exports one folder a platform', async () => {
    const path = join(core.folder, 'exported');
    const { result } = await core.run('FROM scratch\nCOPY . /\n', {
      platforms: threePlatforms,
      output: { type: 'local', path },
    });
    expect((await readdir(path)).sort()).toEqual(['linux_amd64', 'linux_arm64', 'linux_arm_v7']);
    expect(await readFile(join(path, 'linux_arm64/folder/deep.txt'), 'utf8')).toBe('deep');
    expect(await readdir(join(path, 'linux_amd64'))).not.toContain('kept-out.txt');
    expect(result).toMatchObject({ outputType: 'local', path, platforms: [] });
    expect(result?.writtenBytes).toBeGreaterThan(0);
  });

  it('writes tar and Docker archives, and nothing at all', async () => {
    const tar = await core.run('FROM scratch\nCOPY hello.txt /\n', { output: { type: 'tar' } });
    const { stdout } = await promisify(execFile)('tar', ['-tf', tar.result!.path!]);
    expect(stdout.trim()).toBe('hello.txt');
    const docker = await core.run('FROM scratch\nCOPY hello.txt /\n', {
      tags: ['thing'],
      output: { type: 'docker' },
    });
    const { stdout: tags } = await promisify(execFile)('tar', [
      '-xOf',
      docker.result!.path!,
      'manifest.json',
    ]);
    expect(tags).toContain('thing:latest');
    expect(docker.result?.platforms).toHaveLength(1);
    const nothing = await core.run('FROM scratch\nCOPY hello.txt /\n', { output: { type: 'cacheonly' } });
    expect(nothing.result?.path).toBeUndefined();
    expect(nothing.result?.digest).toBeUndefined();
  });

  it('builds the text on screen with arguments, labels, target, secrets and named contexts', async () => {
    const secretFile = join(core.folder, 'secret.txt');
    await writeFile(secretFile, 'from a file');
    const { id, status, error } = await core.run(
      [
        'FROM busybox AS wanted',
        'ARG WHO',
        fresh(),
        'RUN --mount=type=secret,id=one --mount=type=secret,id=two echo "$WHO; $(cat /run/secrets/one); $(cat /run/secrets/two)"',
        'COPY --from=other deep.txt /',
        'FROM wanted',
        'RUN false',
      ].join('\n'),
      {
        target: 'wanted',
        buildArgs: [{ name: 'WHO', value: 'somebody' }],
        labels: [{ name: 'a.b', value: 'c=d' }],
        secrets: [
          { id: 'one', source: { type: 'file', path: secretFile } },
          { id: 'two', source: { type: 'env', name: 'MANIFOLD_TEST_SECRET' } },
        ],
        buildContexts: [{ name: 'other', value: 'folder' }],
      },
    );
    expect(error).toBeUndefined();
    expect(status).toBe('succeeded');
    expect(await logText(core.builds, id)).toContain('somebody; from a file; from the environment');
  });

  it('keeps every one of a million lines, in bounded time and memory', async () => {
    const before = process.memoryUsage().rss;
    const { id } = await core.run(`FROM busybox\n${fresh()}\nRUN seq 1 1000000\n`, {
      output: { type: 'cacheonly' },
    });
    const { progress } = await core.finish(id);
    expect(Object.values(progress.steps).reduce((sum, { logLines }) => sum + logLines, 0)).toBe(1_000_000);
    const reader = new LogRecordReader();
    let lines = 0;
    let last = '';
    for await (const chunk of core.builds.log(id, never)) {
      for (const record of reader.read(chunk)) {
        if (record.type !== 'output') continue;
        for (const byte of record.data) if (byte === 10) lines++;
        last = Buffer.from(record.data.slice(-20)).toString();
      }
    }
    expect(lines).toBe(1_000_000);
    expect(last).toMatch(/\n1000000\n$/);
    expect(process.memoryUsage().rss - before).toBeLessThan(300 * 1024 * 1024);
  });
});

describe('builds that fail', () => {
  it('tells the line, the step, the exit code and the last output', async () => {
    const text = `FROM busybox\n${fresh()}\nRUN echo first; \\\n  echo "\u001b[31mlast\u001b[0m"; exit 7\n`;
    const { id, status, error } = await core.run(text, { platforms: threePlatforms });
    expect(status).toBe('failed');
    expect(error).toMatchObject({
      code: 'step-failed',
      details: { location: { file: 'Dockerfile', startLine: 3, endLine: 4 }, exitCode: 7 },
    });
    expect(error?.details?.lastOutput?.at(-1)).toBe('last');
    expect(error?.message).toContain('exit code 7');
    const { progress } = await core.finish(id);
    expect(Object.values(progress.steps).some((step) => step.status === 'failed')).toBe(true);
    expect(Object.values(progress.steps).every((step) => step.status !== 'running')).toBe(true);
  });

  it('reports a failing line in a Dockerfile of more than 64 KiB', async () => {
    const comments = `# ${'x'.repeat(120)}\n`.repeat(600);
    const { error } = await core.run(`FROM busybox\n${comments}${fresh()}\nRUN exit 3\n`);
    expect(error).toMatchObject({
      code: 'step-failed',
      details: { exitCode: 3, location: { startLine: 603 } },
    });
  });

  it.each([
    [
      'a syntax error',
      'FROM busybox\nRUNN echo\n',
      {},
      { code: 'dockerfile-invalid', details: { location: { startLine: 2 } } },
    ],
    [
      'a missing file',
      'FROM busybox\nCOPY nofile /\n',
      {},
      { code: 'context-invalid', details: { location: { startLine: 2 } } },
    ],
    ['an ignored file', 'FROM busybox\nCOPY kept-out.txt /\n', {}, { code: 'context-invalid' }],
    [
      'a missing image',
      'FROM busybox:no-such-tag\n',
      {},
      { code: 'not-found', details: { location: { startLine: 1 } } },
    ],
    ['a registry that is not there', 'FROM localhost:1/image\n', {}, { code: 'registry-unreachable' }],
    [
      'a missing secret',
      'FROM busybox\nRUN --mount=type=secret,id=nope,required cat /run/secrets/nope\n',
      {},
      { code: 'invalid-request' },
    ],
  ])('%s', async (_, text, settings, expected) => {
    const { status, error } = await core.run(text, settings);
    expect(status).toBe('failed');
    expect(error).toMatchObject(expected);
    expect(error?.hint).toBeTruthy();
  });

  it('refuses what preflight finds before anything is sent', async () => {
    const start = core.builds.start(core.request('FROM busybox\n', { target: 'nope' }));
    await expect(start).rejects.toMatchObject({ code: 'invalid-request', details: { subject: 'target' } });
  });

  it('a registry that refuses the login', async () => {
    const { host, username } = testEngine().authRegistry;
    const wrong = await testBuilds(testEngine().buildkitAddress, project.path, {
      credentials: async () => ({ username, secret: 'not the password' }),
    });
    const { error } = await wrong.run('FROM scratch\nCOPY hello.txt /\n', {
      tags: [`${host}/app:1`],
      output: { type: 'push' },
    });
    expect(error?.code).toBe('registry-denied');
    expect(JSON.stringify(error)).not.toContain('not the password');
    await wrong.dispose();
  });

  it('pushes with the right login', async () => {
    const { host, username, password } = testEngine().authRegistry;
    const right = await testBuilds(testEngine().buildkitAddress, project.path, {
      credentials: async () => ({ username, secret: password }),
    });
    const { status, error } = await right.run('FROM scratch\nCOPY hello.txt /\n', {
      tags: [`${host}/app:1`],
      output: { type: 'push' },
    });
    expect(error).toBeUndefined();
    expect(status).toBe('succeeded');
    await right.dispose();
  });
});

describe('builds that are stopped', () => {
  it('cancels within a second, in the daemon too', async () => {
    const seconds = `2${process.pid}`;
    const { id } = await core.builds.start(
      core.request(`FROM busybox\n${fresh()}\nRUN echo begun; sleep ${seconds}\n`),
    );
    while (!(await isRunning(`sleep ${seconds}`))) await sleep(20);
    expect(core.builds.running().map((build) => build.id)).toEqual([id]);
    const before = Date.now();
    core.builds.cancel(id);
    const { summary, progress } = await core.finish(id);
    expect(Date.now() - before).toBeLessThan(1000);
    expect(summary.status).toBe('cancelled');
    expect(Object.values(progress.steps).some((step) => step.status === 'cancelled')).toBe(true);
    while ((await isRunning(`sleep ${seconds}`)) && Date.now() - before < 1000) await sleep(20);
    expect(await isRunning(`sleep ${seconds}`)).toBe(false);
    expect(await logText(core.builds, id)).toContain('begun');
    core.builds.cancel(id);
  });

  it('fails within 5 s when the daemon dies, keeps the log, and builds again when it is back', async () => {
    const { registryHost } = testEngine();
    const daemon = await startBuildkitd({ plainRegistries: [registryHost], dockerHubMirror: registryHost });
    const own = await testBuilds(daemon.address, project.path);
    const { id } = await own.builds.start(own.request(`FROM busybox\nRUN echo begun; sleep 1000\n`));
    for await (const item of own.builds.progress(id, never)) {
      if (
        item.type === 'events' &&
        item.events.some((event) => event.type === 'status' && event.logged.length > 0)
      )
        break;
    }
    const before = Date.now();
    await daemon.kill();
    const { summary } = await own.finish(id);
    expect(Date.now() - before).toBeLessThan(5000);
    expect(summary).toMatchObject({ status: 'failed', error: { code: 'builder-lost' } });
    expect(await logText(own.builds, id)).toContain('begun');

    await daemon.restart();
    for await (const builders of own.builders.watch(never)) {
      if (builders.find(({ name }) => name === 'test')?.nodes[0]?.status === 'running') break;
    }
    expect((await own.run('FROM scratch\nCOPY hello.txt /\n')).status).toBe('succeeded');
    await own.dispose();
    await daemon.stop();
  });

  it('tells a full disk in the daemon', async () => {
    const { registryHost } = testEngine();
    const daemon = await startBuildkitd({
      plainRegistries: [registryHost],
      dockerHubMirror: registryHost,
      diskMiB: 40,
    });
    const own = await testBuilds(daemon.address, project.path);
    const { error } = await own.run('FROM busybox\nRUN dd if=/dev/zero of=/big bs=1M count=200\n');
    expect(error).toMatchObject({ code: 'disk-full', details: { location: { startLine: 2 } } });
    await own.dispose();
    await daemon.stop();
  });

  it('cancels what runs when Manifold is closed', async () => {
    const own = await testBuilds(testEngine().buildkitAddress, project.path);
    const { id } = await own.builds.start(own.request(`FROM busybox\n${fresh()}\nRUN sleep 1000\n`));
    await own.builds.shutdown();
    expect((await own.builds.get(id)).summary.status).toBe('cancelled');
    await expect(own.builds.start(own.request('FROM scratch\n'))).rejects.toMatchObject({
      code: 'invalid-request',
    });
    const again = await own.reopen();
    expect(again.list().map((build) => build.id)).toEqual([id]);
    await own.dispose();
  });
});

describe('what is kept', () => {
  it('finds builds, progress and logs again after a restart, and saves a platform’s log', async () => {
    const before = await testBuilds(testEngine().buildkitAddress, project.path);
    const built = await before.run(`FROM busybox\n${fresh()}\nRUN echo on $(uname -m)\n`, {
      platforms: threePlatforms,
    });
    await before.builds.shutdown();
    const again = await before.reopen();
    expect((await again.get(built.id)).summary).toEqual(built);
    for await (const item of again.progress(built.id, never)) {
      expect(item).toMatchObject({ type: 'snapshot', progress: { status: 'succeeded' } });
    }
    expect(await logText(again, built.id)).toContain('on aarch64');
    const path = join(before.folder, 'saved.log');
    await again.saveLog(built.id, path, 'linux/arm64');
    const saved = await readFile(path, 'utf8');
    expect(saved).toContain('on aarch64');
    expect(saved).not.toContain('on x86_64');
    await again.remove(built.id);
    await expect(again.get(built.id)).rejects.toMatchObject({
      code: 'not-found',
    } satisfies Partial<StudioError>);
    await before.dispose();
  });
});

async function isRunning(command: string): Promise<boolean> {
  return promisify(execFile)('pgrep', ['-fx', command]).then(
    () => true,
    () => false,
  );
}
