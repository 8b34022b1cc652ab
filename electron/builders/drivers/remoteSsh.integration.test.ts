import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startBuildkitd } from '../../../e2e/engine/buildkitd';
import { currentEngine } from '../../../e2e/engine/globalSetup';
import { startSshServer, type SshServer } from '../../../e2e/engine/sshServer';
import type { StudioError } from '../../../shared/contract';
import { BuildkitClient } from '../../buildkit';
import { testEngine } from '../../testing/engine';
import { asStudioError } from '../nodeWatch';
import { describeDriver } from './conformance';
import { createRemoteDriver } from './remote';

let server: SshServer;
let folder: string;
let programs: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'manifold-ssh-'));
  programs = join(folder, 'programs');
  await mkdir(programs);
  await symlink(currentEngine().binaries.buildctl, join(programs, 'buildctl'));
  server = await startSshServer({ programs });
});
afterAll(async () => {
  await server.stop();
  await rm(folder, { recursive: true });
});

/** The environment of a user whose `ssh` is the one in that folder. */
function userOf(clientPrograms: string): Record<string, string | undefined> {
  return { ...process.env, PATH: [clientPrograms, process.env['PATH']].join(delimiter) };
}

function address(socket = testEngine().socketPath): string {
  return `ssh://${server.user}@${server.host}:${server.port}${socket}`;
}

/** A user with an SSH configuration of its own, and known hosts. */
async function user(name: string, settings: Record<string, string>, knownHosts = ''): Promise<string> {
  const home = join(folder, name);
  await mkdir(home);
  await writeFile(join(home, 'known_hosts'), knownHosts);
  const lines = Object.entries({
    UserKnownHostsFile: join(home, 'known_hosts'),
    GlobalKnownHostsFile: '/dev/null',
    IdentityFile: server.identityFile,
    IdentitiesOnly: 'yes',
    ...settings,
  }).map(([key, value]) => `${key} ${value}\n`);
  await writeFile(join(home, 'config'), lines.join(''));
  const { stdout } = await promisify(execFile)('which', ['ssh']);
  const script = `#!/bin/sh\nexec '${stdout.trim()}' -F '${join(home, 'config')}' "$@"\n`;
  await writeFile(join(home, 'ssh'), script, { mode: 0o755 });
  return home;
}

async function newKey(name: string): Promise<string> {
  await promisify(execFile)('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', join(folder, name)]);
  return join(folder, name);
}

/** What a person is told when connecting fails. */
async function failureOf(endpoint: string, clientPrograms = server.clientPrograms): Promise<StudioError> {
  const driver = createRemoteDriver({ env: userOf(clientPrograms) });
  const node = driver.create({
    ...{ builder: 'b', node: 'n', endpoint, flags: [], files: new Map() },
    options: driver.optionsSchema.parse({}),
  });
  try {
    const client = await BuildkitClient.connect((signal) => node.dial(signal), { connectTimeoutMs: 9000 });
    await client.close();
  } catch (error) {
    return asStudioError(error, node.endpoint);
  }
  throw new Error('It connected.');
}

describeDriver('remote over ssh', async () => ({
  driver: createRemoteDriver({ env: userOf(server.clientPrograms) }),
  endpoint: address(),
  options: {},
  dispose: () => Promise.resolve(),
}));

describe('host keys', () => {
  it('an unknown one is refused, and nothing is written', async () => {
    const home = await user('unknown', {});
    const error = await failureOf(address(), home);
    expect(error.code).toBe('builder-unreachable');
    expect(error.message).toContain('host key is not known');
    expect(error.hint).toContain('once with ssh in a terminal');
    expect(await readFile(join(home, 'known_hosts'), 'utf8')).toBe('');
  });

  it('a changed one is refused', async () => {
    const other = await readFile(`${await newKey('other-host')}.pub`, 'utf8');
    const home = await user('changed', {}, `[${server.host}]:${server.port} ${other}`);
    const error = await failureOf(address(), home);
    expect(error.message).toContain('another one than before');
    expect(error.hint).toContain('ssh-keygen -R');
  });

  it('a known one is taken', async () => {
    const home = await user('known', {}, await readFile(server.knownHostsFile, 'utf8'));
    await expect(failureOf(address(), home)).rejects.toThrow('It connected.');
  });
});

describe('what goes wrong on the way', () => {
  it('a key that the server does not know', async () => {
    const IdentityFile = await newKey('stranger');
    const home = await user('stranger-user', { IdentityFile }, await readFile(server.knownHostsFile, 'utf8'));
    const error = await failureOf(address(), home);
    expect(error.message).toContain('refuses your SSH key');
    expect(error.hint).toContain('SSH agent');
  });

  it('no buildctl on the far side', async () => {
    const bare = await startSshServer();
    try {
      const endpoint = `ssh://${bare.user}@${bare.host}:${bare.port}`;
      const error = await failureOf(endpoint, bare.clientPrograms);
      expect(error.message).toContain('there is no buildctl');
      expect(error.hint).toContain('PATH');
    } finally {
      await bare.stop();
    }
  });

  it('no daemon on the far side', async () => {
    const error = await failureOf(address(join(folder, 'no.sock')));
    expect(error.message).toContain('no BuildKit daemon listens');
    expect(error.hint).toContain('buildkitd');
  });

  it('nothing at the port', async () => {
    const error = await failureOf('ssh://127.0.0.1:1/x.sock');
    expect(error.message).toContain('nothing listens on its SSH port');
  });

  it('a host that there is not', async () => {
    const error = await failureOf('ssh://no-such-host.invalid');
    expect(error.message).toMatch(/host name is not known/);
  });

  it('no ssh here', async () => {
    const empty = join(folder, 'empty');
    await mkdir(empty);
    const driver = createRemoteDriver({ env: { PATH: empty } });
    const node = driver.create({
      ...{ builder: 'b', node: 'n', endpoint: address(), flags: [], files: new Map() },
      options: driver.optionsSchema.parse({}),
    });
    await expect(node.dial()).rejects.toMatchObject({
      code: 'builder-unreachable',
      message: expect.stringContaining('there is no ssh') as string,
    });
  });
});

it('loses the connection when the daemon or the server dies, and finds it again', async () => {
  const daemon = await startBuildkitd();
  const driver = createRemoteDriver({ env: userOf(server.clientPrograms) });
  const node = driver.create({
    ...{ builder: 'b', node: 'n', endpoint: address(daemon.socketPath), flags: [], files: new Map() },
    options: driver.optionsSchema.parse({}),
  });
  const connect = async (): Promise<[BuildkitClient, Promise<unknown>]> => {
    const client = await BuildkitClient.connect((signal) => node.dial(signal));
    return [client, new Promise((resolve) => client.onDisconnect(resolve))];
  };
  try {
    const [first, lostDaemon] = await connect();
    await daemon.kill();
    await lostDaemon;
    await first.close();
    await daemon.restart();
    const [second, lostServer] = await connect();
    await server.kill();
    await lostServer;
    await second.close();
    await server.restart();
    const [third] = await connect();
    expect(await third.listWorkers()).toHaveLength(1);
    await third.close();
  } finally {
    await daemon.stop();
  }
  expect(await leftOver(server.sshConfigFile)).toEqual([]);
});

/** Command lines of processes that still mention the client's configuration. */
async function leftOver(text: string): Promise<string[]> {
  const { stdout } = await promisify(execFile)('ps', ['-eo', 'args']);
  return stdout.split('\n').filter((line) => line.includes(text));
}
