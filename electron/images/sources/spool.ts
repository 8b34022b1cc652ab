import { createHash, randomUUID } from 'node:crypto';
import { mkdir, open, unlink, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { StudioError } from '../../../shared/contract';
import { formatBytes } from '../../../shared/model/bytes';
import { fileError } from '../../system/fileErrors';

/**
 * Keeps a stream on disk, in a {@link spoolFile}.
 *
 * @param folder made when missing
 * @param limit in bytes; `what` says what is larger
 * @throws StudioError `image-invalid` beyond the limit, `disk-full`, `permission-denied`; what the stream throws
 */
export async function spool(
  folder: string,
  content: AsyncIterable<Uint8Array>,
  limit: { readonly maxBytes: number; readonly what: string },
  signal: AbortSignal,
): Promise<FileHandle> {
  const file = await spoolFile(folder);
  try {
    let size = 0;
    for await (const piece of content) {
      signal.throwIfAborted();
      if (size + piece.length > limit.maxBytes) throw tooLarge(limit);
      try {
        for (let at = 0; at < piece.length;)
          at += (await file.write(piece, at, piece.length - at, size + at)).bytesWritten;
      } catch (error) {
        throw fileError(error, folder);
      }
      size += piece.length;
    }
    return file;
  } catch (error) {
    await file.close();
    throw error;
  }
}

/**
 * An empty file that has no name any more: it is gone when it is closed, also when Manifold dies.
 *
 * @param folder made when missing
 * @throws StudioError `disk-full`, `permission-denied`, or the file system's error
 */
export async function spoolFile(folder: string): Promise<FileHandle> {
  const path = join(folder, `${randomUUID()}.spool`);
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const file = await open(path, 'wx+', 0o600);
    await unlink(path);
    return file;
  } catch (error) {
    throw fileError(error, folder);
  }
}

function tooLarge({ maxBytes, what }: { maxBytes: number; what: string }): StudioError {
  return new StudioError({
    code: 'image-invalid',
    message: `${what} is larger than ${formatBytes(maxBytes)} when it is unpacked.`,
    hint: 'Unpack it yourself when you trust it, and open what comes out.',
  });
}

/** The digest of a stream's bytes. */
export async function digestOf(content: AsyncIterable<Uint8Array>): Promise<string> {
  const hash = createHash('sha256');
  for await (const piece of content) hash.update(piece);
  return `sha256:${hash.digest('hex')}`;
}
