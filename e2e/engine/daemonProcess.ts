import { spawn, type ChildProcess } from 'node:child_process';
import { openSync, closeSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

const READY_TIMEOUT_MS = 30_000;
const STOP_GRACE_MS = 3_000;

/** Where a daemon listens. */
export type Listening = { readonly path: string } | { readonly host: string; readonly port: number };

/** What to run and how to know that it is up. */
export interface DaemonOptions {
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Both outputs go here, appended. */
  readonly logFile: string;
  /** The daemon counts as started when this accepts a connection. */
  readonly listening: Listening;
  /**
   * Gives the daemon its own process and mount namespaces: whatever it starts or mounts ends with it, however it
   * ends. Needs root.
   */
  readonly isolated?: boolean;
  /** Shell line run inside the namespaces before the daemon, e.g. a mount only it shall see. */
  readonly prepare?: string;
}

/** A daemon that ends with this process at the latest, even when this process is killed. */
export interface DaemonProcess {
  /** Process id of the daemon itself. */
  readonly pid: number;
  /** Ends it at once, as a crash would. Resolves when it is gone. */
  kill(): Promise<void>;
  /** Asks it to end, kills it after 3 seconds. Resolves when it is gone. */
  stop(): Promise<void>;
}

function accepts(listening: Listening): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(listening);
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}

/** The process that a launcher, e.g. `unshare` or `tini`, stays the parent of. */
export async function onlyChildOf(pid: number): Promise<number | undefined> {
  const children = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8').catch(() => '');
  const child = Number(children.trim().split(' ')[0]);
  return child > 0 ? child : undefined;
}

function shellQuoted(words: readonly string[]): string {
  return words.map((word) => `'${word.replaceAll("'", `'\\''`)}'`).join(' ');
}

function commandLine(options: DaemonOptions): string[] {
  const own = [options.command, ...options.args];
  const prepared =
    options.prepare === undefined ? own : ['sh', '-ec', `${options.prepare}; exec ${shellQuoted(own)}`];
  // The kernel kills the daemon when the thread that started it ends: no test run can leave one behind.
  const bound = ['setpriv', '--pdeathsig', 'KILL', '--'];
  return options.isolated === true
    ? [...bound, 'unshare', '--mount', '--pid', '--fork', '--kill-child', '--mount-proc', '--', ...prepared]
    : [...bound, ...prepared];
}

function spawnDaemon(options: DaemonOptions): ChildProcess {
  const [command, ...args] = commandLine(options) as [string, ...string[]];
  const log = openSync(options.logFile, 'a');
  try {
    return spawn(command, args, { env: { ...process.env, ...options.env }, stdio: ['ignore', log, log] });
  } finally {
    closeSync(log);
  }
}

/**
 * Starts a daemon and waits until it listens.
 * @throws Error with the end of its log when it ends before that or isn't up in 30 seconds
 */
export async function startDaemon(options: DaemonOptions): Promise<DaemonProcess> {
  const child = spawnDaemon(options);
  const exited = new Promise<void>((resolve) => {
    child.once('exit', () => resolve());
    child.once('error', () => resolve());
  });
  let gone = false;
  void exited.then(() => (gone = true));

  const deadline = Date.now() + READY_TIMEOUT_MS;
  while (!(await accepts(options.listening))) {
    if (gone || Date.now() > deadline) {
      child.kill('SIGKILL');
      const log = await readFile(options.logFile, 'utf8').catch(() => '');
      const what = gone ? 'ended while starting' : `wasn't up after ${READY_TIMEOUT_MS / 1000} s`;
      throw new Error(`${options.command} ${what}. The end of its log:\n${log.slice(-2000)}`);
    }
    await sleep(20);
  }
  const launcher = child.pid;
  const pid = launcher !== undefined && options.isolated === true ? await onlyChildOf(launcher) : launcher;
  if (pid === undefined) {
    child.kill('SIGKILL');
    throw new Error(`${options.command} is listening but its process can't be found`);
  }

  const signal = (name: NodeJS.Signals) => {
    if (gone) return;
    try {
      process.kill(pid, name);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
    }
  };
  return {
    pid,
    async kill() {
      signal('SIGKILL');
      await exited;
    },
    async stop() {
      signal('SIGTERM');
      const timer = setTimeout(() => signal('SIGKILL'), STOP_GRACE_MS);
      await exited;
      clearTimeout(timer);
    },
  };
}
