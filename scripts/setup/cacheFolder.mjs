/**
 * Manifold's folder for what was downloaded or compiled. Entries appear in it whole (built elsewhere, then
 * renamed), so two set-ups at once, or one that is interrupted, leave nothing half done.
 */
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, open, readFile, rename, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { isAlive } from './processGroup.mjs';

const POLL_MS = 250;

/** @returns {string} the folder, e.g. `~/.cache/manifold`; it may not exist yet */
export function cacheFolder() {
  if (process.platform === 'darwin') return path.join(os.homedir(), 'Library', 'Caches', 'manifold');
  if (process.platform === 'win32') {
    return path.join(process.env['LOCALAPPDATA'] ?? path.join(os.homedir(), 'AppData', 'Local'), 'manifold');
  }
  const xdg = process.env['XDG_CACHE_HOME'];
  return path.join(
    xdg !== undefined && path.isAbsolute(xdg) ? xdg : path.join(os.homedir(), '.cache'),
    'manifold',
  );
}

/**
 * Runs `work` while no other set-up holds the lock of that name. A lock whose process is gone is taken over.
 * @template T
 * @param {string} name
 * @param {() => Promise<T>} work
 * @param {() => void} [onWait] called once when another process holds the lock
 * @returns {Promise<T>}
 */
export async function withLock(name, work, onWait) {
  const folder = path.join(cacheFolder(), 'locks');
  const file = path.join(folder, name.replace(/[^\w.@-]+/g, '_'));
  await mkdir(folder, { recursive: true });
  for (let waited = false; ;) {
    try {
      const handle = await open(file, 'wx');
      await handle.writeFile(String(process.pid));
      await handle.close();
      break;
    } catch (error) {
      if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'EEXIST') throw error;
    }
    const holder = Number(await readFile(file, 'utf8').catch(() => ''));
    if (holder > 0 && !isAlive(holder)) {
      await rm(file, { force: true });
      continue;
    }
    if (!waited) onWait?.();
    waited = true;
    await sleep(POLL_MS);
  }
  try {
    return await work();
  } finally {
    await rm(file, { force: true });
  }
}

/**
 * The cache entry `name`, made by `make` when it isn't there.
 * @param {string} name relative path; put everything that decides the content (versions, hashes) into it
 * @param {(folder: string) => Promise<void>} make fills an empty folder
 * @param {() => void} [onWait] called once when another process is making an entry
 * @returns {Promise<{ folder: string, made: boolean }>}
 */
export async function cached(name, make, onWait) {
  const folder = path.join(cacheFolder(), name);
  if (existsSync(folder)) return { folder, made: false };
  return withLock(
    name,
    async () => {
      if (existsSync(folder)) return { folder, made: false };
      const unfinished = `${folder}.${randomBytes(4).toString('hex')}.unfinished`;
      try {
        await mkdir(unfinished, { recursive: true });
        await make(unfinished);
        await rename(unfinished, folder);
      } finally {
        await rm(unfinished, { recursive: true, force: true });
      }
      return { folder, made: true };
    },
    onWait,
  );
}
