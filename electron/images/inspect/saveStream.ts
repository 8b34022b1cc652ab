import { randomUUID } from 'node:crypto';
import { open, rename, rm } from 'node:fs/promises';
import { fileError } from '../../system/fileErrors';

/**
 * Writes a stream to a file that appears under its name when it is complete; until then, and when anything fails, what
 * was there before stays.
 *
 * @param path absolute
 * @throws StudioError `disk-full`, `permission-denied`, `not-found` for a missing folder; what the stream throws
 */
export async function saveStream(path: string, content: AsyncIterable<Uint8Array>): Promise<void> {
  const temporary = `${path}.${randomUUID()}.tmp`;
  try {
    const file = await open(temporary, 'wx', 0o644);
    try {
      for await (const piece of content) await file.writeFile(piece);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw fileError(error, path);
  }
}
