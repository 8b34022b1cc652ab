import { execFile, spawn } from 'node:child_process';
import { open, readFile, rm, stat } from 'node:fs/promises';
import { connect } from 'node:net';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { StudioError } from '../../../shared/contract';
import { writeFileAtomic } from '../../system/atomicWrite';
import { fileError } from '../../system/fileErrors';
import type { BootProgress } from '../driver';
import { readProcessRecord, takeLock, writeProcessRecord } from './daemonRecord';
import { findExecutables, type Executables } from './executables';
import { makeDaemonFolders, type DaemonFiles } from './files';
import { descendantsOf, identifyProcess, isAlive, sendSignal, type ProcessIdentity } from './linuxProcess';
import { unmountBelow } from './mounts';
import { earlyExitError, lastLines } from './startFailure';

type Environment = Readonly<Record<string, string | undefined>>;

const startTimeoutMs = 60_000;
const stopTimeoutMs = 10_000;
const pollMs = 50;

const ownConfig = `# Written by Manifold. To set registry mirrors and the like, put a buildkitd.toml next to this file.
[worker.oci]
  enabled = true
[worker.containerd]
  enabled = false
`;

/**
 * A buildkitd that Manifold starts and owns. It runs apart from Manifold, so it survives a crash of it; the next
 * Manifold, or a second one, finds it by its record and its socket and goes on with it.
 */
export class LocalDaemon {
  constructor(
    private readonly files: DaemonFiles,
    private readonly env: Environment,
    private readonly cacheFolder: string,
  ) {}

  get socket(): string {
    return this.files.socket;
  }

  /** Whether the daemon's process runs and its socket is there. */
  async isRunning(): Promise<boolean> {
    if ((await readProcessRecord(this.files.record)) === undefined) return false;
    return stat(this.files.socket).then(
      () => true,
      () => false,
    );
  }

  /**
   * Starts the daemon and waits until its socket answers; returns at once when it already does.
   *
   * @throws StudioError `builder-unavailable` with what is missing or the daemon's last words
   */
  async start(progress: BootProgress, signal: AbortSignal): Promise<void> {
    if (await this.adopt(signal)) return;
    const executables = await findExecutables(this.env, this.cacheFolder, process.getuid?.() === 0);
    const unlock = await this.lock(progress, signal);
    if (unlock === undefined) return;
    try {
      // While the lock was waited for, its holder may have started the daemon.
      if (await this.adopt(signal)) return;
      progress('Starting BuildKit');
      await makeDaemonFolders(this.files);
      await rm(this.files.socket, { force: true });
      await writeFileAtomic(this.files.ownConfig, ownConfig);
      await this.launch(executables, signal);
    } catch (error) {
      throw fileError(error, this.files.folder);
    } finally {
      await unlock();
    }
  }

  /** Stops the daemon and everything it started: first kindly, after 10 seconds by force. Its cache stays. */
  async stop(): Promise<void> {
    const daemon = await readProcessRecord(this.files.record);
    if (daemon !== undefined) {
      const children = await descendantsOf(daemon);
      sendSignal(daemon.pid, 'SIGTERM');
      if (!(await this.waitForEnd(daemon, stopTimeoutMs))) {
        children.push(...(await descendantsOf(daemon)));
        sendSignal(-daemon.pid, 'SIGKILL');
        sendSignal(daemon.pid, 'SIGKILL');
        await this.waitForEnd(daemon, stopTimeoutMs);
      }
      for (const child of children) if (await isAlive(child)) sendSignal(child.pid, 'SIGKILL');
    }
    await rm(this.files.record, { force: true });
    await rm(this.files.socket, { force: true });
  }

  /** Stops the daemon and deletes everything of it. */
  async remove(): Promise<void> {
    await this.stop();
    // A daemon that was killed leaves mounts behind, through which a deletion would go astray.
    await unmountBelow(this.files.folder);
    try {
      await rm(this.files.folder, { recursive: true, force: true });
    } catch (error) {
      if (process.getuid?.() === 0) throw error;
      // Images' files belong to users that exist only inside of the daemon's user namespace.
      const { rootlesskit } = await findExecutables(this.env, this.cacheFolder, false);
      if (rootlesskit === undefined) throw error;
      await promisify(execFile)(rootlesskit, ['rm', '-rf', this.files.folder]);
    }
  }

  /** Goes on with a daemon that already runs, waiting for it when it is just starting. */
  private async adopt(signal: AbortSignal): Promise<boolean> {
    const daemon = await readProcessRecord(this.files.record);
    if (daemon === undefined) return false;
    const deadline = Date.now() + startTimeoutMs;
    while (await isAlive(daemon)) {
      if (await this.answers()) return true;
      if (Date.now() > deadline) throw this.noAnswer(await lastLines(this.files.log));
      await sleep(pollMs, undefined, { signal });
    }
    return false;
  }

  /** @returns undefined when another Manifold has started the daemon meanwhile */
  private async lock(
    progress: BootProgress,
    signal: AbortSignal,
  ): Promise<(() => Promise<void>) | undefined> {
    await makeDaemonFolders(this.files);
    for (;;) {
      const unlock = await takeLock(this.files.startLock);
      if (unlock !== undefined) return unlock;
      progress('Waiting for another Manifold that starts BuildKit');
      await sleep(pollMs * 4, undefined, { signal });
      if (await this.adopt(signal)) return undefined;
    }
  }

  private async launch(executables: Executables, signal: AbortSignal): Promise<void> {
    const { rootlesskit, buildkitd, path } = executables;
    const flags = [
      ...['--addr', `unix://${this.files.socket}`],
      ...['--root', this.files.root],
      ...['--config', await this.configPath()],
      '--oci-worker=true',
      '--containerd-worker=false',
    ];
    const [program, args] =
      rootlesskit === undefined ? [buildkitd, flags] : [rootlesskit, [buildkitd, '--rootless', ...flags]];
    const log = await open(this.files.log, 'w', 0o600);
    try {
      const child = spawn(program, args, {
        // Its own process group and session: a signal to Manifold's terminal does not reach it.
        detached: true,
        stdio: ['ignore', log.fd, log.fd],
        cwd: this.files.folder,
        env: this.daemonEnvironment(path),
      });
      child.unref();
      const failed = new Promise<Error>((resolve) => child.once('error', resolve));
      if (child.pid === undefined) throw this.cannotRun(program, await failed);
      const daemon = await identifyProcess(child.pid);
      if (daemon !== undefined) await writeProcessRecord(this.files.record, daemon);
      await this.waitForAnswer(daemon, signal);
    } finally {
      await log.close();
    }
  }

  private daemonEnvironment(path: string): Environment {
    return {
      // A rootless daemon puts a socket of its own there; sessions without a login (cron, su) have none.
      XDG_RUNTIME_DIR: dirname(this.files.socket),
      ...this.env,
      PATH: path,
      // Without these, BuildKit cuts a step's output at 2 MiB and 200 KiB/s.
      BUILDKIT_STEP_LOG_MAX_SIZE: '-1',
      BUILDKIT_STEP_LOG_MAX_SPEED: '-1',
    };
  }

  private async waitForAnswer(daemon: ProcessIdentity | undefined, signal: AbortSignal): Promise<void> {
    const deadline = Date.now() + startTimeoutMs;
    while (daemon !== undefined && (await isAlive(daemon))) {
      if (await this.answers()) return;
      if (signal.aborted || Date.now() > deadline) {
        const last = await lastLines(this.files.log);
        await this.stop();
        signal.throwIfAborted();
        throw this.noAnswer(last);
      }
      await sleep(pollMs);
    }
    await rm(this.files.record, { force: true });
    throw earlyExitError(await lastLines(this.files.log), this.files.log);
  }

  private async configPath(): Promise<string> {
    const given = this.env['MANIFOLD_BUILDKITD_CONFIG'];
    if (given) return given;
    return readFile(this.files.userConfig).then(
      () => this.files.userConfig,
      (error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT') return this.files.ownConfig;
        throw error;
      },
    );
  }

  private answers(): Promise<boolean> {
    return new Promise((resolve) => {
      const socket = connect({ path: this.files.socket });
      const end = (answer: boolean) => (): void => {
        socket.destroy();
        resolve(answer);
      };
      socket.once('connect', end(true)).once('error', end(false)).setTimeout(2000, end(false));
    });
  }

  private async waitForEnd(daemon: ProcessIdentity, timeoutMs: number): Promise<boolean> {
    const deadline = Date.now() + timeoutMs;
    while (await isAlive(daemon)) {
      if (Date.now() > deadline) return false;
      await sleep(pollMs);
    }
    return true;
  }

  private cannotRun(program: string, cause: Error): StudioError {
    return new StudioError(
      {
        code: 'builder-unavailable',
        message: `${program} can’t be run.`,
        hint: 'Check that the file is a program for this machine and may be executed.',
        details: { subject: program, cause: cause.message },
      },
      { cause },
    );
  }

  private noAnswer(lastOutput: string[]): StudioError {
    return new StudioError({
      code: 'builder-unavailable',
      message: `buildkitd did not answer within ${startTimeoutMs / 1000} seconds.`,
      hint: `Its log is ${this.files.log}.`,
      details: { subject: this.files.log, lastOutput },
    });
  }
}
