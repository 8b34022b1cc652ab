import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { open } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { StudioError } from '../../../shared/contract';

const usualPatienceMs = 15_000;
const retryMs = 50;
/** `O_EXLOCK` of macOS' fcntl.h, which Node does not name: opening takes the flock(2) lock. */
const openLocked = 0x20;
const openWithoutWaiting = 0x4;
const openCreating = 0x200;

/**
 * Does the work while holding the file's flock(2) lock, which is how buildx locks its store (github.com/gofrs/flock).
 * Node has no flock(2) of its own. On macOS opening the file takes the lock; elsewhere the `flock` program of util-linux
 * does, and holds it as long as its standard input is open: until the work is done, or this process is. On Windows, and
 * where there is no `flock` program, the work is done without a lock: files are replaced as a whole all the same, but the
 * last of two writers of one file wins.
 *
 * @param path the lock's file, in an existing folder; made when it is missing
 * @throws StudioError `conflict` when another program keeps the lock for longer than `patienceMs`
 */
export async function withStoreLock<T>(
  path: string,
  work: () => Promise<T>,
  patienceMs = usualPatienceMs,
): Promise<T> {
  const release = await lock(path, patienceMs);
  try {
    return await work();
  } finally {
    await release();
  }
}

type Release = () => Promise<unknown>;

async function lock(path: string, patienceMs: number): Promise<Release> {
  if (process.platform === 'win32') return () => Promise.resolve();
  if (process.platform === 'darwin') return openExclusively(path, patienceMs);
  await (await open(path, 'a', 0o600)).close();
  return runFlock(path, patienceMs);
}

async function openExclusively(path: string, patienceMs: number): Promise<Release> {
  const deadline = Date.now() + patienceMs;
  for (;;) {
    try {
      const file = await open(path, openLocked | openWithoutWaiting | openCreating, 0o600);
      return () => file.close();
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
      if (Date.now() > deadline) throw held(path, error);
      await sleep(retryMs);
    }
  }
}

async function runFlock(path: string, patienceMs: number): Promise<Release> {
  const holder = spawn(
    'flock',
    ['-x', '-w', String(patienceMs / 1000), path, 'sh', '-c', 'echo locked; exec cat'],
    { stdio: 'pipe' },
  );
  const ended = new Promise<number | null>((resolve) => holder.once('close', resolve));
  // A holder that was killed has let go already.
  holder.stdin.on('error', () => undefined);
  let complaint = '';
  holder.stderr.on('data', (text: Buffer) => (complaint += text.toString()));
  try {
    await once(holder, 'spawn');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return () => Promise.resolve();
    throw error;
  }
  const locked = new Promise<'locked'>((resolve) => holder.stdout.once('data', () => resolve('locked')));
  const outcome = await Promise.race([locked, ended]);
  if (outcome !== 'locked') {
    const cause = new Error(complaint.trim() || `flock ended with ${outcome}`);
    throw complaint === '' && outcome === 1 ? held(path, cause) : cause;
  }
  return () => {
    holder.stdin.end();
    return ended;
  };
}

function held(path: string, cause: unknown): StudioError {
  return new StudioError(
    {
      code: 'conflict',
      message: 'Another program is changing the builders.',
      hint: 'Wait until docker buildx is done, then try again.',
      details: { subject: path },
    },
    { cause },
  );
}
