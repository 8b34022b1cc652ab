import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { withStoreLock } from './storeLock';

let folder: string;
let path: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'manifold-lock-'));
  path = join(folder, '.lock');
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true, force: true });
});

const nothing = (): Promise<void> => Promise.resolve();

/** How `flock` ends that doesn't wait for the lock: 0 when it was free, 1 when it is held. */
async function tryLock(): Promise<unknown> {
  const [status] = (await once(spawn('flock', ['-n', path, 'true']), 'close')) as [unknown];
  return status;
}

describe.runIf(process.platform === 'linux')('the lock of the store', () => {
  it('is held during the work and free after it, also when it failed', async () => {
    expect(await withStoreLock(path, tryLock)).toBe(1);
    expect(await tryLock()).toBe(0);
    const failure = new Error('the work failed');
    await expect(withStoreLock(path, () => Promise.reject(failure))).rejects.toBe(failure);
    expect(await tryLock()).toBe(0);
  });

  it('is given up for when another program keeps it', async () => {
    const work = vi.fn(nothing);
    await withStoreLock(path, async () => {
      await expect(withStoreLock(path, work, 200)).rejects.toMatchObject({ code: 'conflict' });
    });
    expect(work).not.toHaveBeenCalled();
    await withStoreLock(path, work, 200);
    expect(work).toHaveBeenCalledOnce();
  });

  it('is done without where there is no flock program', async () => {
    vi.stubEnv('PATH', folder);
    expect(await withStoreLock(path, () => Promise.resolve('done'))).toBe('done');
  });

  it('fails where the lock’s folder is missing', async () => {
    await expect(withStoreLock(join(folder, 'missing', '.lock'), nothing)).rejects.toMatchObject({
      code: 'ENOENT',
    });
  });
});
