import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { dialUnix, testEngine } from './engine';

/** A buildkitd that one test has for itself, to do it harm. */
export interface OwnDaemon {
  readonly socketPath: string;
  /** Ends it at once, as a crash would; what it ran ends too. */
  kill(): Promise<void>;
  /** Lets it hang without closing its connections. */
  freeze(): void;
  /** Ends it and removes its files. */
  dispose(): Promise<void>;
}

/** Starts one on fresh state, in a process namespace of its own, with the engine's registry in place of docker.io. */
export async function startOwnDaemon(): Promise<OwnDaemon> {
  const { buildkitd, registryHost } = testEngine();
  const folder = await mkdtemp(path.join(tmpdir(), 'own-buildkitd-'));
  const socketPath = path.join(folder, 'socket');
  const config = path.join(folder, 'buildkitd.toml');
  await writeFile(
    config,
    `[registry."docker.io"]\nmirrors = ["${registryHost}"]\n[registry."${registryHost}"]\nhttp = true\n`,
  );
  const program = [
    buildkitd,
    '--config',
    config,
    '--root',
    path.join(folder, 'root'),
    '--addr',
    `unix://${socketPath}`,
  ];
  const child = spawn('unshare', ['--pid', '--fork', '--kill-child', '--mount-proc', ...program], {
    stdio: 'ignore',
  });
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const kill = async (): Promise<void> => {
    child.kill('SIGKILL');
    await exited;
  };
  const dispose = async (): Promise<void> => {
    await kill();
    await rm(folder, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
  };
  try {
    await waitUntilListening(socketPath);
  } catch (error) {
    await dispose();
    throw error;
  }
  return {
    socketPath,
    kill,
    freeze() {
      const daemonPid = readFileSync(`/proc/${child.pid}/task/${child.pid}/children`, 'utf8').trim();
      process.kill(Number(daemonPid), 'SIGSTOP');
    },
    dispose,
  };
}

async function waitUntilListening(socketPath: string): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      (await dialUnix(socketPath)()).destroy();
      return;
    } catch (error) {
      if (attempt === 200) throw new Error('The test daemon did not start.', { cause: error });
      await sleep(50);
    }
  }
}
