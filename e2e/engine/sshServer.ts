import { mkdir, rm, writeFile, readFile } from 'node:fs/promises';
import path from 'node:path';
import { findProgram, run, searchPath } from '../../scripts/setup/command.mjs';
import { ensureDebianPackages, testPackages } from '../../scripts/setup/debianPackages.mjs';
import { startDaemon, type DaemonOptions } from './daemonProcess';
import { freePort } from './freePort';
import { temporaryFolder } from './temporaryFolder';

const HOST = '127.0.0.1';
const USER = 'root';
/** Where Debian's sshd separates its privileges. */
const PRIVILEGE_SEPARATION = '/run/sshd';

export interface SshServerOptions {
  /** Folder that comes first in the PATH of those who log in, e.g. a Docker Engine's `programs`. */
  readonly programs?: string;
}

/** An SSH server of one's own that lets one key in, as root. */
export interface SshServer {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  /** Private key that it lets in, without a passphrase. */
  readonly identityFile: string;
  /** Names its host key under its address. */
  readonly knownHostsFile: string;
  /** For `ssh -F`: with it `ssh HOST` logs in without a question. */
  readonly sshConfigFile: string;
  /** A folder with `ssh`, which uses that configuration: for the PATH of a program that runs ssh. */
  readonly clientPrograms: string;
  readonly logFile: string;
  /** Ends it at once with all of its sessions, as a lost machine would. */
  kill(): Promise<void>;
  /** Starts it again with the same port and keys. */
  restart(): Promise<void>;
  /** Ends it with all of its sessions and removes all of its files. */
  stop(): Promise<void>;
}

function required(name: string): string {
  const program = findProgram(name);
  if (program === undefined) throw new Error(`${name} is missing: install OpenSSH by your package manager`);
  return program;
}

async function createKey(file: string): Promise<string> {
  await run('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', 'manifold-test', '-f', file]);
  return readFile(`${file}.pub`, 'utf8');
}

function lines(settings: Readonly<Record<string, string>>): string {
  return Object.entries(settings)
    .map(([name, value]) => `${name} ${value}\n`)
    .join('');
}

/** Starts a real OpenSSH server on a free port of the loopback address. It ends with this process in any case. */
export async function startSshServer(options: SshServerOptions = {}): Promise<SshServer> {
  await ensureDebianPackages('Test packages', testPackages);
  const folder = await temporaryFolder('ssh');
  const file = (name: string) => path.join(folder, name);
  const port = await freePort();
  const hostKey = await createKey(file('host-key'));
  await writeFile(file('authorized_keys'), await createKey(file('id')));
  await writeFile(file('known_hosts'), `[${HOST}]:${port} ${hostKey}`);
  const programs = [...(options.programs === undefined ? [] : [options.programs]), ...searchPath()];
  await writeFile(
    file('sshd_config'),
    lines({
      ListenAddress: HOST,
      Port: String(port),
      HostKey: file('host-key'),
      AuthorizedKeysFile: file('authorized_keys'),
      // The folder above is everybody's temporary one.
      StrictModes: 'no',
      PermitRootLogin: 'prohibit-password',
      AuthenticationMethods: 'publickey',
      UsePAM: 'no',
      PidFile: 'none',
      LogLevel: 'VERBOSE',
      SetEnv: `PATH=${programs.join(path.delimiter)}`,
    }),
  );
  await writeFile(
    file('ssh_config'),
    `Host ${HOST}\n` +
      lines({
        Port: String(port),
        User: USER,
        IdentityFile: file('id'),
        IdentitiesOnly: 'yes',
        UserKnownHostsFile: file('known_hosts'),
        StrictHostKeyChecking: 'yes',
        BatchMode: 'yes',
      }),
  );
  const client = `#!/bin/sh\nexec '${required('ssh')}' -F '${file('ssh_config')}' "$@"\n`;
  await mkdir(file('bin'));
  await writeFile(path.join(file('bin'), 'ssh'), client, { mode: 0o755 });

  await mkdir(PRIVILEGE_SEPARATION, { recursive: true, mode: 0o755 });
  const daemon: DaemonOptions = {
    command: required('sshd'),
    args: ['-D', '-e', '-f', file('sshd_config')],
    logFile: file('sshd.log'),
    listening: { host: HOST, port },
    isolated: true,
  };
  const start = async () => {
    try {
      return await startDaemon(daemon);
    } catch (error) {
      await rm(folder, { recursive: true });
      throw error;
    }
  };
  let running = await start();
  return {
    host: HOST,
    port,
    user: USER,
    identityFile: file('id'),
    knownHostsFile: file('known_hosts'),
    sshConfigFile: file('ssh_config'),
    clientPrograms: file('bin'),
    logFile: daemon.logFile,
    kill: () => running.kill(),
    async restart() {
      await running.stop();
      running = await start();
    },
    async stop() {
      await running.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
