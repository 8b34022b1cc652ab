import { open, rename, rm, type FileHandle } from 'node:fs/promises';

/**
 * Writes a file that appears under its name when it is complete and on disk. Nothing is left of one that could not be
 * completed, and what was there before stays.
 *
 * @param path absolute
 * @param fill writes the content; it must not close the file
 * @throws the file system's error, or what `fill` throws
 */
export async function replaceFile(path: string, fill: (file: FileHandle) => Promise<void>): Promise<void> {
  const partial = `${path}.partial`;
  await rm(partial, { force: true });
  // Like any other file that a person saves, readable as their umask says.
  const file = await open(partial, 'wx', 0o666);
  try {
    try {
      await fill(file);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(partial, path);
  } catch (error) {
    await rm(partial, { force: true });
    throw error;
  }
}
