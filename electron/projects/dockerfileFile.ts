import { isUtf8 } from 'node:buffer';
import { createHash } from 'node:crypto';
import { watch, type FSWatcher } from 'node:fs';
import { readFile, realpath, stat } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { StudioError } from '../../shared/contract';
import { writeFileAtomic } from '../system/atomicWrite';
import { fileError } from '../system/fileErrors';

const maxBytes = 32 * 1024 * 1024;

/** Identifies a file's content, so that a save never overwrites what somebody else wrote. */
export function revisionOf(content: Uint8Array): string {
  return createHash('sha256').update(content).digest('hex');
}

/** @throws StudioError `not-found`, `permission-denied`, or `invalid-request` for a file that is no text */
export async function readTextFile(path: string): Promise<{ text: string; revision: string }> {
  try {
    const found = await stat(path);
    // Reading a pipe or a device might never end.
    if (!found.isFile()) throw notText(path, 'is not a file');
    if (found.size > maxBytes) throw notText(path, 'is larger than 32 MiB');
    const content = await readFile(path);
    // Saving would destroy what can't be shown.
    if (!isUtf8(content)) throw notText(path, 'is not UTF-8 text');
    return { text: content.toString('utf8'), revision: revisionOf(content) };
  } catch (error) {
    throw fileError(error, path);
  }
}

function notText(path: string, why: string): StudioError {
  return new StudioError({
    code: 'invalid-request',
    message: `${basename(path)} ${why}.`,
    hint: 'This is no Dockerfile that can be edited here.',
    details: { subject: path },
  });
}

/**
 * Writes a text file.
 *
 * @param expected the revision it must still have on disk; undefined overwrites whatever is there
 * @throws StudioError `conflict` when it has another one
 */
export async function saveTextFile(
  path: string,
  text: string,
  expected: string | undefined,
): Promise<string> {
  try {
    const before = await readFile(path).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return undefined;
      throw error;
    });
    if (expected !== undefined && before !== undefined && revisionOf(before) !== expected) {
      throw new StudioError({
        code: 'conflict',
        message: `${basename(path)} was changed on disk in the meantime.`,
        hint: 'Reload it, or overwrite it with the text on screen.',
        details: { subject: path },
      });
    }
    const mode = before === undefined ? 0o644 : (await stat(path)).mode & 0o777;
    // A link stays one: what it leads to is replaced.
    await writeFileAtomic(before === undefined ? path : await realpath(path), text, { mode });
    return revisionOf(Buffer.from(text, 'utf8'));
  } catch (error) {
    throw fileError(error, path);
  }
}

/** Tells a file's revision whenever it changes on disk, undefined when it is gone. Ends when `signal` aborts. */
export async function* watchTextFile(
  path: string,
  signal: AbortSignal,
): AsyncIterable<{ revision?: string }> {
  let wake: () => void = () => undefined;
  // The folder is watched, because editors and our own saves replace the file.
  const watcher = watchFolder(dirname(path), (name) => {
    if (name === null || name === basename(path)) wake();
  });
  const stop = (): void => wake();
  signal.addEventListener('abort', stop);
  try {
    let last = await currentRevision(path);
    while (!signal.aborted) {
      await new Promise<void>((resolve) => {
        // Where the file system sends no events (network mounts), this interval is what notices.
        const timer = setTimeout(resolve, 5000);
        wake = () => {
          clearTimeout(timer);
          // Several events come for one save; the content is read once they are through.
          setTimeout(resolve, 60);
        };
      });
      if (signal.aborted) return;
      const now = await currentRevision(path);
      if (now !== last) yield now === undefined ? {} : { revision: now };
      last = now;
    }
  } finally {
    signal.removeEventListener('abort', stop);
    watcher?.close();
  }
}

/** Undefined where no events can be had: the folder is gone, or the system's limit of watches is reached. */
function watchFolder(folder: string, onEvent: (name: string | null) => void): FSWatcher | undefined {
  try {
    return watch(folder, (_event, name) => onEvent(name)).on('error', () => onEvent(null));
  } catch {
    return undefined;
  }
}

async function currentRevision(path: string): Promise<string | undefined> {
  try {
    if (!(await stat(path)).isFile()) return undefined;
    return revisionOf(await readFile(path));
  } catch {
    return undefined;
  }
}
