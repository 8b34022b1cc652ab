import { fileError } from '../../system/fileErrors';
import { replaceFile } from '../../system/replaceFile';

/**
 * Writes a stream to a file, whole or not at all.
 *
 * @param path absolute
 * @throws StudioError `disk-full`, `permission-denied`, `not-found` for a missing folder; what the stream throws
 */
export async function saveStream(path: string, content: AsyncIterable<Uint8Array>): Promise<void> {
  try {
    await replaceFile(path, async (file) => {
      for await (const piece of content) await file.writeFile(piece);
    });
  } catch (error) {
    throw fileError(error, path);
  }
}
