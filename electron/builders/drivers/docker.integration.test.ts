import { createHash } from 'node:crypto';
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createCertificates } from '../../../e2e/engine/certificates';
import { askDocker } from '../../../e2e/engine/dockerApi';
import { startDockerEngine, type DockerEngine } from '../../../e2e/engine/dockerEngine';
import { registriesOf } from '../../../e2e/engine/engine';
import { currentEngine } from '../../../e2e/engine/globalSetup';
import { startSshServer, type SshServer } from '../../../e2e/engine/sshServer';
import { StudioError } from '../../../shared/contract';
import { BuildkitClient } from '../../buildkit';
import { listContexts } from '../../docker';
import { testSolve } from '../../testing/testSolve';
import type { DriverNode } from '../driver';
import { asStudioError } from '../nodeWatch';
import { describeDriver } from './conformance';
import { createDockerDriver } from './docker';

const never = new AbortController().signal;
const silent = (): void => undefined;
const registries = registriesOf(currentEngine());

/** 26.1 with the containerd image store, also on TCP. */
let current: DockerEngine;
/** 20.10 with the classic one. */
let old: DockerEngine;
let ssh: SshServer;
let folder: string;
let env: Record<string, string | undefined>;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'manifold-docker-'));
  [current, old] = await Promise.all([
    startDockerEngine({ version: 'current', containerdStore: true, tcp: 'mutual-tls', ...registries }),
    startDockerEngine({ version: 'old', ...registries }),
  ]);
  ssh = await startSshServer({ programs: old.programs });
  env = {
    PATH: `${ssh.clientPrograms}${delimiter}${process.env['PATH'] ?? ''}`,
    HOME: folder,
    DOCKER_CONFIG: folder,
  };
}, 400_000);
afterAll(async () => {
  await Promise.all([current.stop(), old.stop(), ssh.stop()]);
  await rm(folder, { recursive: true });
});

const driver = (extra = {}) =>
  createDockerDriver({ stateFolder: folder, cacheFolder: folder, env: { ...env, ...extra } });
const nodeAt = (endpoint: string, extra = {}): DriverNode =>
  driver(extra).create({
    ...{ builder: 'default', node: 'default', endpoint, options: {}, flags: [], files: new Map() },
  });
const failureOf = async (node: DriverNode): Promise<StudioError> => {
  try {
    await (await BuildkitClient.connect((signal) => node.dial(signal))).close();
  } catch (error) {
    return asStudioError(error, node.endpoint);
  }
  throw new Error('It connected.');
};

/** Writes a Docker context as `docker context create` does. */
async function addContext(
  name: string,
  host: string,
  certificates: Record<string, string> = {},
): Promise<void> {
  const id = createHash('sha256').update(name).digest('hex');
  const [meta, tls] = [join(folder, 'contexts/meta', id), join(folder, 'contexts/tls', id, 'docker')];
  await Promise.all([mkdir(meta, { recursive: true }), mkdir(tls, { recursive: true })]);
  const text = JSON.stringify({ Name: name, Metadata: {}, Endpoints: { docker: { Host: host } } });
  await writeFile(join(meta, 'meta.json'), text);
  for (const [file, from] of Object.entries(certificates)) await cp(from, join(tls, file));
}

const subject = (engine: () => DockerEngine) => async () => ({
  ...{ driver: driver(), endpoint: engine().host, options: {} },
  dispose: async () => undefined,
});
describeDriver(
  'docker, containerd image store',
  subject(() => current),
);
describeDriver(
  'docker, classic image store',
  subject(() => old),
);

describe('the engine’s own BuildKit', () => {
  it('says before a build what it can’t do', async () => {
    const all = { multiPlatform: true, ociExport: true, dockerExport: true, cacheExport: true };
    const none = { multiPlatform: false, ociExport: false, dockerExport: false, cacheExport: false };
    expect(await nodeAt(current.host).features!(never)).toEqual({
      ...all,
      load: 'store',
      loadMultiPlatform: true,
    });
    expect(await nodeAt(old.host).features!(never)).toEqual({
      ...none,
      load: 'store',
      loadMultiPlatform: false,
    });
  });

  it.each(['current', 'old'] as const)('keeps what it builds, in the engine %s', async (version) => {
    const engine = version === 'current' ? current : old;
    const exporters = [{ type: 'moby', attrs: { name: 'docker.io/library/kept:1' } }];
    await testSolve(nodeAt(engine.host), 'FROM busybox\nCOPY Dockerfile /\n', { exporters });
    expect(JSON.parse(await askDocker(engine.socketPath, 'GET /images/kept:1/json'))).toMatchObject({
      RepoTags: ['kept:1'],
    });
  });

  it('builds for two platforms at once in the containerd image store', async () => {
    const printed: string[] = [];
    await testSolve(nodeAt(current.host), 'FROM busybox\nRUN uname -m\n', {
      frontendAttrs: { platform: 'linux/amd64,linux/arm64' },
      exporters: [{ type: 'moby', attrs: { name: 'docker.io/library/both:1' } }],
      onLog: (text) => printed.push(text),
    });
    expect(printed.join('')).toContain('x86_64');
    expect(printed.join('')).toContain('aarch64');
  });

  it('is tested by New builder’s rules, but never made there', () => {
    expect(driver().capabilities).toMatchObject({ creatable: false, start: false, stop: false });
  });
});

describe('ways to an engine', () => {
  const tls = () => {
    const { ca, client } = current.certificates!;
    return { 'ca.pem': ca, 'cert.pem': client.cert, 'key.pem': client.key };
  };

  it('mutual TLS, by a context', async () => {
    await addContext('secured', current.address, tls());
    await testSolve(nodeAt('secured'), 'FROM scratch\nCOPY Dockerfile /\n');
    expect(await nodeAt('', { DOCKER_CONTEXT: 'secured' }).features!(never)).toMatchObject({
      multiPlatform: true,
    });
    expect((await listContexts(env)).map(({ name }) => name)).toContain('secured');
  });

  it('mutual TLS, by the environment', async () => {
    const certificates = join(folder, 'certificates');
    await mkdir(certificates);
    for (const [file, from] of Object.entries(tls())) await cp(from, join(certificates, file));
    const host = { DOCKER_HOST: current.address, DOCKER_TLS_VERIFY: '1', DOCKER_CERT_PATH: certificates };
    expect(await nodeAt('', host).features!(never)).toMatchObject({ multiPlatform: true });
  });

  it('tells what is wrong with TLS', async () => {
    expect((await failureOf(nodeAt(current.address))).message).toContain('it wants TLS');
    const { 'ca.pem': ca } = tls();
    await addContext('no-certificate', current.address, { 'ca.pem': ca });
    expect((await failureOf(nodeAt('no-certificate'))).message).toContain('refuses the client certificate');
    const strangers = await createCertificates(join(folder, 'strangers'));
    await addContext('strange', current.address, { ...tls(), 'ca.pem': strangers.ca });
    expect((await failureOf(nodeAt('strange'))).message).toContain('not signed by the given CA');
    await addContext(
      'not-tls',
      `tcp://127.0.0.1:${new URL(`http://${registries.dockerHubMirror}`).port}`,
      tls(),
    );
    expect((await failureOf(nodeAt('not-tls'))).message).toContain('does not speak TLS');
  });

  it('SSH, with the user’s own ssh', async () => {
    await addContext('away', `ssh://${ssh.user}@${ssh.host}:${ssh.port}`);
    const node = nodeAt('away');
    expect(await node.features!(never)).toMatchObject({ multiPlatform: false });
    const printed: string[] = [];
    await testSolve(node, 'FROM busybox\nRUN echo by ssh\n', { onLog: (text) => printed.push(text) });
    expect(printed.join('')).toContain('by ssh');
    const logins = async () => (await readFile(ssh.logFile, 'utf8')).split('Accepted publickey').length;
    const before = await logins();
    for (let times = 0; times < 3; times++) await node.features!(never);
    expect((await logins()) - before).toBeLessThan(2);
    await testSolve(nodeAt(`ssh://${ssh.host}`), 'FROM scratch\nCOPY Dockerfile /\n');
  });

  it('never accepts a host key silently', async () => {
    const strict = join(folder, 'stranger');
    const known = join(folder, 'known_hosts');
    await mkdir(strict);
    await writeFile(known, '');
    const config = (await readFile(ssh.sshConfigFile, 'utf8'))
      .split('\n')
      .filter((line) => !/KnownHosts|StrictHost|BatchMode/.test(line))
      .join('\n');
    await writeFile(join(strict, 'config'), `${config}\nUserKnownHostsFile ${known}\n`);
    const program = `#!/bin/sh\nexec /usr/bin/ssh -F '${join(strict, 'config')}' "$@"\n`;
    await writeFile(join(strict, 'ssh'), program, { mode: 0o755 });
    const before = Date.now();
    const error = await failureOf(
      nodeAt(`ssh://${ssh.host}`, { PATH: `${strict}${delimiter}${dirname('/bin/sh')}` }),
    );
    expect(error.message).toContain('host key is not known');
    expect(error.hint).toContain('terminal');
    expect(Date.now() - before).toBeLessThan(8000);
    expect(await readFile(known, 'utf8')).toBe('');
  });

  it('tells that there is no ssh, no engine, no context', async () => {
    expect((await failureOf(nodeAt(`ssh://${ssh.host}`, { PATH: folder }))).message).toContain(
      'no ssh program',
    );
    expect((await failureOf(nodeAt(`unix://${folder}/none.sock`))).message).toContain('is not running');
    expect((await failureOf(nodeAt('gone'))).message).toContain('no Docker context named gone');
  });
});

describe('emulation', () => {
  it('is installed by a container that is gone afterwards', async () => {
    const told: string[] = [];
    await nodeAt(current.host).emulation!.install(
      ['linux/arm64', 'linux/arm/v7'],
      (text) => told.push(text),
      never,
    );
    expect(told).toContain('installing emulators for arm64,arm');
    expect(told.some((text) => text.startsWith('pulling tonistiigi/binfmt'))).toBe(true);
    const containers = await askDocker(current.socketPath, 'GET /containers/json?all=1');
    expect(containers).not.toContain('binfmt');
  });

  it('refuses what nothing emulates', async () => {
    const install = nodeAt(current.host).emulation!.install(['windows/amd64'], silent, never);
    await expect(install).rejects.toMatchObject({ code: 'platform-unsupported' });
  });
});

describe('an engine that can’t pull', () => {
  it('says the command for emulators', async () => {
    const engine = await startDockerEngine({ version: 'current', dockerHubMirror: '127.0.0.1:9' });
    try {
      const install = nodeAt(engine.host).emulation!.install(['linux/arm64'], silent, never);
      const error = await install.catch((caught: unknown) => caught);
      expect(error).toBeInstanceOf(StudioError);
      const command = 'docker run --privileged --rm tonistiigi/binfmt --install arm64';
      expect((error as StudioError).hint).toContain(command);
    } finally {
      await engine.stop();
    }
  });
});

describe('an engine that goes away', () => {
  it('ends a build with a typed error, is said not to run, and is found again', async () => {
    const node = nodeAt(old.host);
    let killing: Promise<void> | undefined;
    const build = testSolve(node, 'FROM busybox\nRUN echo begun && sleep 60\n', {
      onLog: () => void (killing ??= old.kill()),
    });
    await expect(build).rejects.toMatchObject({ name: 'DaemonGoneError' });
    await killing;
    expect(await failureOf(node)).toMatchObject({
      code: 'builder-unreachable',
      message: expect.stringContaining('is not running') as string,
    });
    await expect(node.features!(never)).rejects.toMatchObject({ code: 'builder-unreachable' });
    await old.restart();
    await testSolve(node, 'FROM scratch\nCOPY Dockerfile /\n');
  });
});
