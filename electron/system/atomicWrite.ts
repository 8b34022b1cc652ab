import { randomUUID } from 'node:crypto';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/**
 * Replaces a file as a whole: readers see the old content or the new one, also when the power goes in between.
 * Missing parent folders are made. On failure the old file stays and the error is the file system's own.
 *
 * @param options.temporaryFolder where the new content is written first: an existing folder on the same file system;
 *   the file's own folder unless given
 */
export async function writeFileAtomic(
  path: string,
  content: string | Uint8Array,
  options: { mode?: number; temporaryFolder?: string } = {},
): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const unique = `${randomUUID()}.tmp`;
  const temporary =
    options.temporaryFolder === undefined ? `${path}.${unique}` : join(options.temporaryFolder, `.${unique}`);
  try {
    const file = await open(temporary, 'wx', options.mode ?? 0o600);
    try {
      await file.writeFile(content);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}
