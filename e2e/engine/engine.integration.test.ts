import { existsSync } from 'node:fs';
import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startBuildkitd, type Buildkitd } from './buildkitd';
import { run } from '../../scripts/setup/command.mjs';
import { registriesOf } from './engine';
import { currentEngine } from './globalSetup';
import { temporaryFolder } from './temporaryFolder';

const engine = currentEngine();
const PLATFORMS = ['linux/amd64', 'linux/arm64', 'linux/arm/v7'];

let contexts: string;
beforeAll(async () => {
  contexts = await temporaryFolder('contexts');
});
afterAll(() => rm(contexts, { recursive: true }));

async function contextWith(dockerfile: string): Promise<string> {
  const folder = await mkdtemp(path.join(contexts, 'context-'));
  await writeFile(path.join(folder, 'Dockerfile'), dockerfile);
  return folder;
}

function build(address: string, context: string, ...more: string[]): Promise<string> {
  const local = ['--local', `context=${context}`, '--local', `dockerfile=${context}`];
  const args = [
    '--addr',
    address,
    'build',
    '--progress=rawjson',
    '--frontend',
    'dockerfile.v0',
    ...local,
    ...more,
  ];
  // buildctl prints progress on its standard error.
  return run('sh', ['-c', 'exec "$@" 2>&1', 'sh', engine.binaries.buildctl, ...args]);
}

/** What the steps printed, out of a raw progress log. */
function stepOutput(log: string): string {
  const chunks = [...log.matchAll(/"data":"([^"]+)"/g)];
  return chunks.map((match) => Buffer.from(match[1]!, 'base64').toString()).join('');
}

/** Process ids whose command line contains `text`. */
async function processesWith(text: string): Promise<number[]> {
  const found: number[] = [];
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const line = await readFile(`/proc/${name}/cmdline`, 'utf8').catch(() => '');
    if (line.replaceAll('\0', ' ').includes(text)) found.push(Number(name));
  }
  return found;
}

function isListening(address: string): Promise<boolean> {
  const { hostname, port } = new URL(address);
  return new Promise((resolve) => {
    const socket = connect({ host: hostname, port: Number(port) });
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

describe('the shared engine', () => {
  test('runs steps of all three platforms of the base image', async () => {
    const context = await contextWith(
      '# syntax=docker/dockerfile:1\nFROM busybox\nRUN echo "runs on $(uname -m)"\n',
    );
    const log = await build(
      engine.buildkit.address,
      context,
      '--opt',
      `platform=${PLATFORMS.join(',')}`,
      '--no-cache',
    );
    for (const machine of ['x86_64', 'aarch64', 'armv7l'])
      expect(stepOutput(log)).toContain(`runs on ${machine}`);
  });

  test.each([
    ['basic authentication', engine.authRegistry],
    ['bearer tokens', engine.tokenRegistry],
  ])(
    'the registry with %s takes what another client pushes with a login, and nothing without',
    async (_, registry) => {
      const { host, username, password } = registry;
      const copy = (...login: string[]) =>
        run(engine.binaries.skopeo, [
          ...['copy', '--all', '--src-tls-verify=false', '--dest-tls-verify=false', ...login],
          ...[`docker://${engine.registry.host}/library/busybox`, `docker://${host}/copy`],
        ]);
      await expect(copy()).rejects.toThrow(/unauthorized|authentication required|denied/);
      await expect(copy('--dest-creds', `${username}:wrong`)).rejects.toThrow(
        /unauthorized|authentication required/,
      );
      await copy('--dest-creds', `${username}:${password}`);
      const index: { manifests: { platform: Record<string, string> }[] } = JSON.parse(
        await run(engine.binaries.skopeo, [
          ...['inspect', '--raw', '--tls-verify=false', '--creds', `${username}:${password}`],
          `docker://${host}/copy`,
        ]),
      );
      const present = index.manifests.map(({ platform }) => platform['architecture']);
      expect(present).toEqual(expect.arrayContaining(['amd64', 'arm64', 'arm']));
    },
  );
});

describe('a daemon of its own', () => {
  let daemon: Buildkitd;
  beforeAll(async () => {
    daemon = await startBuildkitd({ ...registriesOf(engine), tcp: 'mutual-tls' });
  });
  afterAll(() => daemon.stop());

  const workers = (...tls: string[]) =>
    run(engine.binaries.buildctl, [
      ...['--addr', daemon.address, '--timeout', '5', ...tls],
      ...['debug', 'workers', '--format', '{{json .}}'],
    ]);

  test('wants a client certificate over TCP', async () => {
    const { ca, client } = daemon.certificates!;
    const answer = await workers('--tlscacert', ca, '--tlscert', client.cert, '--tlskey', client.key);
    expect(answer).toContain('amd64');
    await expect(workers('--tlscacert', ca)).rejects.toThrow(/certificate required|tls|EOF/);
  });

  test('killed in mid-build takes its steps along, keeps its state, and comes back', async () => {
    const context = await contextWith('FROM busybox\nRUN echo kept > /kept\nRUN sleep 4321.25\n');
    const building = build(`unix://${daemon.socketPath}`, context);
    const failed = expect(building).rejects.toThrow();
    await expect.poll(() => processesWith('sleep 4321.25'), { timeout: 30_000 }).not.toEqual([]);
    const before = daemon.pid;
    await daemon.kill();
    await failed;
    expect(await processesWith('sleep 4321.25')).toEqual([]);
    expect(await isListening(daemon.address)).toBe(false);

    await daemon.restart();
    expect(daemon.pid).not.toBe(before);
    await writeFile(path.join(context, 'Dockerfile'), 'FROM busybox\nRUN echo kept > /kept\nRUN true\n');
    const log = await build(`unix://${daemon.socketPath}`, context);
    expect(log).toMatch(/"name":"\[2\/3\] RUN echo kept[^}]*"cached":true/);
  });
});

test('a daemon on a small disk runs out of space', async () => {
  const daemon = await startBuildkitd({ ...registriesOf(engine), diskMiB: 32 });
  try {
    const context = await contextWith('FROM busybox\nRUN dd if=/dev/zero of=/big bs=1M count=64\n');
    const failure = await build(daemon.address, context).catch((error: Error) => error.message);
    expect(stepOutput(failure)).toMatch(/no space left on device/i);
    // BuildKit frees the failed step's files only later; until then it answers, and refuses to build.
    await expect(build(daemon.address, context)).rejects.toThrow(/ResourceExhausted/);
  } finally {
    await daemon.stop();
  }
});

test('stopping leaves no process and no file', async () => {
  const daemon = await startBuildkitd(registriesOf(engine));
  const context = await contextWith('FROM busybox\nRUN sleep 8765.25\n');
  const failed = expect(build(daemon.address, context)).rejects.toThrow();
  await expect.poll(() => processesWith('sleep 8765.25'), { timeout: 30_000 }).not.toEqual([]);
  await daemon.stop();
  await failed;
  expect(await processesWith('sleep 8765.25')).toEqual([]);
  expect(await processesWith(daemon.socketPath)).toEqual([]);
  expect(existsSync(path.dirname(daemon.socketPath))).toBe(false);
});

test('a test run that is killed leaves no daemon behind', async () => {
  const folder = await mkdtemp(path.join(contexts, 'killed-'));
  const script = path.join(folder, 'run.mts');
  const modulePath = JSON.stringify(path.join(import.meta.dirname, 'buildkitd.ts'));
  await writeFile(
    script,
    `const { startBuildkitd } = await import(${modulePath});\n` +
      `const daemon = await startBuildkitd({});\n` +
      `(await import('node:fs')).writeFileSync(${JSON.stringify(path.join(folder, 'socket'))}, daemon.socketPath);\n` +
      `process.kill(process.pid, 'SIGKILL');\n`,
  );
  await run(process.execPath, ['--import', 'tsx', script]).catch(() => undefined);
  const socketPath = await readFile(path.join(folder, 'socket'), 'utf8');
  await sleep(500);
  expect(await processesWith(socketPath)).toEqual([]);
  await rm(path.dirname(socketPath), { recursive: true });
});
