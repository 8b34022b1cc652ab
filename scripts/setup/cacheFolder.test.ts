import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { cached, cacheFolder, withLock } from './cacheFolder.mjs';

let home: string;
beforeEach(async () => {
  home = await mkdtemp(path.join(tmpdir(), 'manifold-cache-test-'));
  vi.stubEnv('XDG_CACHE_HOME', home);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(home, { recursive: true });
});

describe.runIf(process.platform === 'linux')('the cache folder', () => {
  test('is under XDG_CACHE_HOME, which counts only when absolute', () => {
    expect(cacheFolder()).toBe(path.join(home, 'manifold'));
    vi.stubEnv('XDG_CACHE_HOME', 'relative');
    expect(cacheFolder()).toMatch(/\/\.cache\/manifold$/);
  });

  test('an entry is made once, also when several ask at the same time', async () => {
    let made = 0;
    const make = async (folder: string) => {
      made += 1;
      await sleep(50);
      await writeFile(path.join(folder, 'content'), 'whole');
    };
    const answers = await Promise.all([1, 2, 3].map(() => cached('some/entry-1', make)));
    expect(made).toBe(1);
    expect(answers.filter((answer) => answer.made)).toHaveLength(1);
    expect(await readFile(path.join(home, 'manifold/some/entry-1/content'), 'utf8')).toBe('whole');
    expect((await cached('some/entry-1', make)).made).toBe(false);
  });

  test('an entry whose making fails leaves nothing, and can be made later', async () => {
    const fail = async (folder: string) => {
      await writeFile(path.join(folder, 'half'), '');
      throw new Error('interrupted');
    };
    await expect(cached('entry', fail)).rejects.toThrow('interrupted');
    expect(await readdir(path.join(home, 'manifold'))).toEqual(['locks']);
    expect(await readdir(path.join(home, 'manifold/locks'))).toEqual([]);
    expect((await cached('entry', () => Promise.resolve())).made).toBe(true);
  });

  test('a lock is waited for, and taken over when its process is gone', async () => {
    const order: string[] = [];
    const first = withLock('thing', async () => {
      await sleep(100);
      order.push('first');
    });
    await sleep(20);
    const waiting = vi.fn();
    await withLock('thing', () => Promise.resolve(order.push('second')), waiting);
    await first;
    expect(order).toEqual(['first', 'second']);
    expect(waiting).toHaveBeenCalledOnce();

    const folder = path.join(home, 'manifold/locks');
    await mkdir(folder, { recursive: true });
    await writeFile(path.join(folder, 'abandoned'), String(2 ** 22 - 1));
    expect(await withLock('abandoned', () => Promise.resolve('taken over'))).toBe('taken over');
  });
});
