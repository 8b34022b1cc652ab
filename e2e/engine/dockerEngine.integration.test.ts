import { existsSync } from 'node:fs';
import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { get } from 'node:https';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { run } from '../../scripts/setup/command.mjs';
import { ensureBinaries } from './binaries';
import { BINFMT_IMAGE } from './binfmtImage';
import { BUILDKIT_IMAGE } from './buildkitImage';
import { askDocker } from './dockerApi';
import { startDockerEngine, type DockerEngine, type DockerEngineOptions } from './dockerEngine';
import { registriesOf } from './engine';
import { currentEngine } from './globalSetup';
import { loadImage } from './loadImage';
import { startSshServer, type SshServer } from './sshServer';
import { temporaryFolder } from './temporaryFolder';

const engine = currentEngine();
/** Installing an engine's packages, the first time. */
const INSTALLING_MS = 600_000;

let folder: string;
beforeAll(async () => {
  folder = await temporaryFolder('docker-tests');
});
afterAll(() => rm(folder, { recursive: true }));

function start(options: DockerEngineOptions): Promise<DockerEngine> {
  return startDockerEngine({ ...registriesOf(engine), ...options });
}

async function askJson(docker: DockerEngine, endpoint: string, json?: unknown) {
  const answer = await askDocker(docker.socketPath, endpoint, json === undefined ? undefined : { json });
  return JSON.parse(answer) as Record<string, unknown>;
}

/** Pulls an image. Failures while it pulls come inside an answer that began well. */
async function pull(docker: DockerEngine, name: string): Promise<void> {
  const answer = await askDocker(
    docker.socketPath,
    `POST /images/create?fromImage=${encodeURIComponent(name)}`,
  );
  expect(answer).not.toContain('"errorDetail"');
}

interface ContainerOptions {
  readonly image: string;
  readonly command: readonly string[];
  readonly privileged?: boolean;
}

async function startContainer(docker: DockerEngine, options: ContainerOptions): Promise<string> {
  const { Id } = await askJson(docker, 'POST /containers/create', {
    Image: options.image,
    Cmd: options.command,
    Tty: true,
    HostConfig: { NetworkMode: 'host', Privileged: options.privileged === true },
  });
  await askDocker(docker.socketPath, `POST /containers/${Id as string}/start`);
  return Id as string;
}

/** Runs a container to its end. @returns what it printed */
async function runContainer(docker: DockerEngine, options: ContainerOptions): Promise<string> {
  const id = await startContainer(docker, options);
  const { StatusCode } = await askJson(docker, `POST /containers/${id}/wait`);
  const output = await askDocker(docker.socketPath, `GET /containers/${id}/logs?stdout=1&stderr=1`);
  expect({ StatusCode, output }).toMatchObject({ StatusCode: 0 });
  return output;
}

/** Lines of the machine's tables of processes, mounts, control groups and network devices with one of the words. */
async function traces(...words: readonly string[]): Promise<string[]> {
  const processes: string[] = [];
  for (const name of await readdir('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    processes.push(
      await readFile(`/proc/${name}/cmdline`, 'utf8').catch(() => ''),
      await readFile(`/proc/${name}/mounts`, 'utf8').catch(() => ''),
    );
  }
  const groups = await run('find', ['/sys/fs/cgroup', '-maxdepth', '3', '-type', 'd']);
  const devices = await readdir('/sys/class/net');
  const lines = [...processes, groups, ...devices].flatMap((one) => one.replaceAll('\0', ' ').split('\n'));
  return lines.filter((line) => words.some((word) => line.includes(word)));
}

async function bridgeOf(docker: DockerEngine): Promise<string> {
  const { bridge }: { bridge: string } = JSON.parse(
    await readFile(path.join(path.dirname(docker.socketPath), 'daemon.json'), 'utf8'),
  );
  return bridge;
}

function buildx(program: string, docker: DockerEngine, ...args: string[]): Promise<string> {
  // Progress goes to its standard error.
  return run('sh', ['-c', 'exec "$@" 2>&1', 'sh', program, ...args], {
    env: { DOCKER_HOST: docker.host, BUILDX_CONFIG: path.join(folder, 'buildx') },
  });
}

async function contextWith(dockerfile: string): Promise<string> {
  const context = await mkdtemp(path.join(folder, 'context-'));
  await writeFile(path.join(context, 'Dockerfile'), dockerfile);
  return context;
}

describe.each([
  { version: 'current', release: /^26\.1\.5/, api: '1.45' },
  { version: 'old', release: /^20\.10\.24/, api: '1.41' },
] as const)('the $version engine', ({ version, release, api }) => {
  let docker: DockerEngine;
  beforeAll(async () => {
    docker = await start({ version, tcp: 'mutual-tls' });
  }, INSTALLING_MS);
  afterAll(() => docker.stop());

  test('says what it is', async () => {
    expect(await askJson(docker, 'GET /version')).toMatchObject({
      Version: expect.stringMatching(release),
      ApiVersion: api,
    });
    expect(await askJson(docker, 'GET /info')).toMatchObject({ Driver: 'overlay2', OSType: 'linux' });
    expect(await readFile(`/proc/${docker.pid}/comm`, 'utf8')).toBe('dockerd\n');
  });

  test('pulls busybox, and runs it in a root and a process namespace of its own', async () => {
    await pull(docker, 'busybox:latest');
    const command = ['sh', '-c', 'echo "first process $$"; ls /bin/busybox; ls /usr/bin/dockerd'];
    const output = await runContainer(docker, {
      image: 'busybox',
      command: [...command.slice(0, 2), `${command[2]} || true`],
    });
    expect(output).toContain('first process 1');
    expect(output).toContain('/bin/busybox');
    expect(output).toContain('No such file or directory');
  });

  test('wants a client certificate over TCP', async () => {
    const { ca, client } = docker.certificates!;
    const [authority, cert, key] = await Promise.all(
      [ca, client.cert, client.key].map((file) => readFile(file)),
    );
    const ping = (tls: object) =>
      new Promise<string>((resolve, reject) => {
        const url = `${docker.address.replace('tcp:', 'https:')}/_ping`;
        get(url, { ca: authority, ...tls }, (response) => void text(response).then(resolve, reject)).once(
          'error',
          reject,
        );
      });
    expect(await ping({ cert, key })).toBe('OK');
    await expect(ping({})).rejects.toThrow(/certificate required|bad certificate/);
  });

  test('takes an image it cannot pull', async () => {
    await loadImage(docker, engine.binaries, engine.registry.host, BUILDKIT_IMAGE);
    expect(await askJson(docker, `GET /images/${BUILDKIT_IMAGE}/json`)).toMatchObject({
      RepoTags: [BUILDKIT_IMAGE],
      Config: { Entrypoint: ['buildkitd'], Volumes: { '/var/lib/buildkit': {} } },
    });
  });

  test('killed, it takes its containers along, keeps them in its data, and comes back', async () => {
    await startContainer(docker, { image: 'busybox', command: ['sleep', '4321.75'] });
    await expect.poll(() => traces('sleep 4321.75'), { timeout: 30_000 }).not.toEqual([]);
    const before = docker.pid;
    await docker.kill();
    expect(await traces('sleep 4321.75')).toEqual([]);
    await expect(askDocker(docker.socketPath, 'GET /_ping')).rejects.toThrow(/ECONNREFUSED/);
    await docker.restart();
    expect(docker.pid).not.toBe(before);
    expect(await askDocker(docker.socketPath, 'GET /containers/json?all=1')).toContain('sleep 4321.75');
  });
});

describe('the current engine with the containerd store', () => {
  let docker: DockerEngine;
  let program: string;
  beforeAll(async () => {
    docker = await start({ version: 'current', containerdStore: true });
    program = (await ensureBinaries({ buildx: true })).buildx!;
  }, INSTALLING_MS);
  afterAll(() => docker.stop());

  test('builds for two platforms by its own BuildKit', async () => {
    const context = await contextWith('FROM busybox\nRUN echo "runs on $(uname -m)"\n');
    const platforms = ['--platform', 'linux/amd64,linux/arm64', '--no-cache', '--progress', 'plain'];
    const log = await buildx(
      program,
      docker,
      'build',
      '--builder',
      'default',
      ...platforms,
      '--tag',
      'two',
      context,
    );
    for (const machine of ['x86_64', 'aarch64']) expect(log).toContain(`runs on ${machine}`);
    expect(await askJson(docker, 'GET /images/two/json')).toMatchObject({ RepoTags: ['two:latest'] });
  });

  test('hosts a docker-container builder from the pulled image', async () => {
    const context = await contextWith(
      `FROM ${engine.registry.host}/library/busybox\nRUN echo "runs on $(uname -m)" > /machine\n`,
    );
    const config = path.join(context, 'buildkitd.toml');
    await writeFile(config, `[registry."${engine.registry.host}"]\nhttp = true\n`);
    const driver = ['--driver', 'docker-container', '--driver-opt', 'network=host'];
    await buildx(
      program,
      docker,
      'create',
      '--name',
      'boxed',
      ...driver,
      '--buildkitd-config',
      config,
      '--bootstrap',
    );
    try {
      const archive = path.join(context, 'image.tar');
      const output = ['--output', `type=oci,dest=${archive}`, '--progress', 'plain'];
      const platforms = ['--platform', 'linux/amd64,linux/arm64'];
      await buildx(program, docker, 'build', '--builder', 'boxed', ...platforms, ...output, context);
      const index: { manifests: { platform: Record<string, string> }[] } = JSON.parse(
        await run('skopeo', ['inspect', '--raw', `oci-archive:${archive}`]),
      );
      const built = index.manifests.map(({ platform }) => platform['architecture']);
      expect(built).toEqual(expect.arrayContaining(['amd64', 'arm64']));
    } finally {
      await buildx(program, docker, 'rm', 'boxed');
    }
  });

  test('installs emulators', async () => {
    await pull(docker, BINFMT_IMAGE);
    const emulators = async (...command: string[]) => {
      const output = await runContainer(docker, { image: BINFMT_IMAGE, command, privileged: true });
      const lines = output.trim().split(/\r?\n/);
      const report: { supported: string[]; emulators: string[] } = JSON.parse(lines.at(-1)!);
      return { said: lines.slice(0, -1), ...report };
    };
    const registration = '/proc/sys/fs/binfmt_misc/qemu-s390x';
    try {
      await emulators('--uninstall', 's390x');
      expect(existsSync(registration)).toBe(false);
      expect((await emulators()).supported).not.toContain('linux/s390x');

      const installed = await emulators('--install', 's390x,arm64,vax');
      expect(installed.said).toEqual([
        'installing: s390x OK',
        'installing: arm64 qemu-aarch64 already registered',
        'installing: vax unsupported architecture',
      ]);
      expect(installed.supported).toEqual(expect.arrayContaining(['linux/arm64', 'linux/s390x']));
      expect(installed.emulators).toContain('qemu-s390x');
      expect(await readFile(registration, 'utf8')).toMatch(/^flags: .*F/m);
    } finally {
      // The machine's own again.
      if (existsSync(registration)) await writeFile(registration, '-1');
      await run('update-binfmts', ['--enable', 'qemu-s390x']);
    }
  });
});

describe('an SSH server', () => {
  let docker: DockerEngine;
  let server: SshServer;
  beforeAll(async () => {
    docker = await start({ version: 'current' });
    server = await startSshServer({ programs: docker.programs });
  }, INSTALLING_MS);
  afterAll(async () => {
    await server.stop();
    await docker.stop();
  });

  const ssh = (...args: string[]) => run(path.join(server.clientPrograms, 'ssh'), args);

  test("leads to the engine by the engine's own client", async () => {
    const version = await ssh(
      `ssh://${server.user}@${server.host}:${server.port}`,
      'docker version --format "{{.Server.Version}}"',
    );
    expect(version).toMatch(/^26\.1\.5/);
  });

  test('lets nobody in with another key', async () => {
    const other = path.join(folder, 'other-key');
    await run('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', other]);
    const trust = ['-o', `UserKnownHostsFile=${server.knownHostsFile}`, '-o', 'BatchMode=yes'];
    const only = ['-F', 'none', '-o', 'IdentitiesOnly=yes', '-i', other, '-p', String(server.port)];
    await expect(run('ssh', [...trust, ...only, `${server.user}@${server.host}`, 'true'])).rejects.toThrow(
      /Permission denied/,
    );
  });

  test('killed, it drops its sessions, and comes back with the same keys', async () => {
    const session = expect(ssh(server.host, 'exec sleep 4321.5')).rejects.toThrow(/closed|reset/);
    const isRunning = async () => (await traces('sleep 4321.5')).some((line) => line.startsWith('sleep'));
    await expect.poll(isRunning, { timeout: 30_000 }).toBe(true);
    await server.kill();
    await session;
    expect(await isRunning()).toBe(false);
    await server.restart();
    expect(await ssh(server.host, 'echo again')).toBe('again\n');
  });
});

test('stopping leaves no process, mount, control group, bridge or file', async () => {
  const docker = await start({ version: 'current', containerdStore: true });
  const home = path.dirname(docker.socketPath);
  const words = [path.basename(home), await bridgeOf(docker), 'sleep 8765.75'];
  await pull(docker, 'busybox:latest');
  await startContainer(docker, { image: 'busybox', command: ['sleep', '8765.75'] });
  for (const word of words) await expect.poll(() => traces(word), { timeout: 30_000 }).not.toEqual([]);
  await docker.stop();
  expect(await traces(...words)).toEqual([]);
  expect(existsSync(home)).toBe(false);
});

test('a test run that is killed leaves no process, mount, control group, bridge or file', async () => {
  const script = path.join(folder, 'killed.mts');
  const report = path.join(folder, 'killed.json');
  const modulePath = JSON.stringify(path.join(import.meta.dirname, 'dockerEngine.ts'));
  await writeFile(
    script,
    `const { startDockerEngine } = await import(${modulePath});\n` +
      `const { socketPath } = await startDockerEngine({ version: 'current' });\n` +
      `const { readFileSync, writeFileSync } = await import('node:fs');\n` +
      `const { bridge } = JSON.parse(readFileSync(socketPath.replace('docker.sock', 'daemon.json'), 'utf8'));\n` +
      `writeFileSync(${JSON.stringify(report)}, JSON.stringify({ socketPath, bridge }));\n` +
      `process.kill(process.pid, 'SIGKILL');\n`,
  );
  await run(process.execPath, ['--import', 'tsx', script]).catch(() => undefined);
  const { socketPath, bridge }: { socketPath: string; bridge: string } = JSON.parse(
    await readFile(report, 'utf8'),
  );
  const home = path.dirname(socketPath);
  await expect.poll(() => traces(path.basename(home), bridge), { timeout: 10_000 }).toEqual([]);
  await sleep(100);
  expect(existsSync(home)).toBe(false);
});
