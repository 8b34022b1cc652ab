import { randomBytes } from 'node:crypto';
import { link, readFile, rm, writeFile } from 'node:fs/promises';
import { z } from 'zod';
import { writeFileAtomic } from '../../system/atomicWrite';
import { identifyProcess, isAlive, type ProcessIdentity } from './linuxProcess';

const identitySchema = z.object({ pid: z.int().positive(), startTime: z.string() });

/** Remembers which process a file speaks of, so that it can be found again after a crash of the application. */
export async function writeProcessRecord(path: string, process: ProcessIdentity): Promise<void> {
  await writeFileAtomic(path, `${JSON.stringify(process)}\n`);
}

/** The process of which the file speaks, if it still runs. */
export async function readProcessRecord(path: string): Promise<ProcessIdentity | undefined> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  const identity = parseIdentity(text);
  return identity !== undefined && (await isAlive(identity)) ? identity : undefined;
}

/**
 * Takes a lock that dies with its owner.
 *
 * @returns the way to give it back; undefined while another living process holds it
 */
export async function takeLock(path: string): Promise<(() => Promise<void>) | undefined> {
  const own = await identifyProcess(process.pid);
  if (own === undefined) throw new Error('This process can’t be found in /proc.');
  // Linking makes the lock appear with its content, so nobody can take it for a damaged one.
  const draft = `${path}.${process.pid}.${randomBytes(4).toString('hex')}`;
  await writeFile(draft, JSON.stringify(own), { mode: 0o600 });
  try {
    for (;;) {
      try {
        await link(draft, path);
        return () => rm(path, { force: true });
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      }
      if ((await readProcessRecord(path)) !== undefined) return undefined;
      await rm(path, { force: true });
    }
  } finally {
    await rm(draft, { force: true });
  }
}

function parseIdentity(text: string): ProcessIdentity | undefined {
  try {
    return identitySchema.parse(JSON.parse(text));
  } catch {
    return undefined; // cut off by a crash; then nothing can be said about its process
  }
}
