import type { Result } from '../../shared/model/result';
import { ProcessStreamError } from './processStream';

/** Where an `ssh://` address leads. */
export interface SshAddress {
  user: string | undefined;
  host: string;
  port: number | undefined;
  /** Path of a socket on the far side; undefined when the address names none. */
  path: string | undefined;
}

/**
 * Reads `ssh://[user@]host[:port][/path]`, as docker/cli and BuildKit do: no password, query or fragment. The error says
 * what is wrong, for people, and holds no password.
 */
export function parseSshAddress(address: string): Result<SshAddress, string> {
  const example = 'such as ssh://user@host.example';
  let url: URL;
  let user: string;
  let path: string;
  try {
    url = new URL(address);
    user = decodeURIComponent(url.username);
    path = decodeURIComponent(url.pathname);
  } catch {
    return { ok: false, error: `That is no SSH address, ${example}.` };
  }
  if (url.protocol !== 'ssh:') return { ok: false, error: `An SSH address begins with ssh://, ${example}.` };
  if (url.password !== '') {
    return { ok: false, error: 'An SSH address takes no password: use a key and the SSH agent.' };
  }
  if (url.search !== '' || url.hash !== '') {
    return { ok: false, error: `An SSH address has nothing after the host and a path, ${example}.` };
  }
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
  // Names that ssh or a shell on the way would take for something else.
  if (!/^[a-z0-9:._-]+$/i.test(host) || host.startsWith('-') || !/^[^\s'"`$\\;&|<>]*$/.test(user)) {
    return { ok: false, error: `The user or host in the SSH address has signs that none can have.` };
  }
  return {
    ok: true,
    value: {
      user: user || undefined,
      host,
      port: url.port === '' ? undefined : Number(url.port),
      path: /^\/*$/.test(path) ? undefined : path,
    },
  };
}

/**
 * Arguments for the user's `ssh` that run a command on the far side. Host keys are checked as the user's own
 * configuration says; nothing is asked, so an unknown key or a locked one is a failure.
 *
 * @param remote the command and its arguments; the far side's shell gets each as one word
 */
export function sshArguments({ user, host, port }: SshAddress, remote: readonly string[]): string[] {
  return [
    ...['-o', 'ConnectTimeout=30', '-o', 'BatchMode=yes', '-T'],
    ...(user === undefined ? [] : ['-l', user]),
    ...(port === undefined ? [] : ['-p', String(port)]),
    ...['--', host, remote.map(shellWord).join(' ')],
  ];
}

function shellWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}

/**
 * Why `ssh` failed, and what to do about it.
 *
 * @returns undefined when it wasn't `ssh` that failed
 */
export function explainSshFailure(cause: unknown): readonly [reason: string, hint: string] | undefined {
  if ((cause as NodeJS.ErrnoException | undefined)?.code === 'ENOENT' && isSpawnOfSsh(cause)) {
    return ['there is no ssh program on the PATH', 'Install OpenSSH’s client, or put it on the PATH.'];
  }
  if (!(cause instanceof ProcessStreamError) || cause.command !== 'ssh') return undefined;
  const said = cause.stderr;
  if (/host identification has changed/i.test(said)) {
    return [
      'its SSH host key is another one than before',
      'Find out why it changed. If it is right, remove the old key with ssh-keygen -R and connect once with ssh.',
    ];
  }
  if (/host key verification failed|no .* host key is known/i.test(said)) {
    return [
      'its SSH host key is not known',
      'Connect to the host once with ssh in a terminal, and check the key that it shows.',
    ];
  }
  if (/permission denied \(/i.test(said)) {
    return [
      'it refuses your SSH key',
      'Add the key to the SSH agent, or name it in your SSH configuration; passwords can’t be asked for.',
    ];
  }
  return [cause.message.replace(/\.$/, ''), 'Try to connect to the host with ssh in a terminal.'];
}

function isSpawnOfSsh(cause: unknown): boolean {
  return (cause as NodeJS.ErrnoException).syscall === 'spawn ssh';
}
