import { open, stat, type FileHandle } from 'node:fs/promises';
import { basename } from 'node:path';
import type { Duplex } from 'node:stream';
import zlib from 'node:zlib';
import { StudioError, type ImageSource } from '../../../shared/contract';
import { fileError } from '../../system/fileErrors';
import { imageError } from '../imageError';
import { ImageError } from '../document';
import { FolderFiles, TarFiles, type ArchiveFiles } from './archiveFiles';
import type { ArchiveImage } from './archiveImage';
import { isDockerArchive, openDockerArchive } from './dockerArchive';
import { isOciLayout, openOciLayout } from './ociLayout';
import type { HeldImage } from './heldImage';
import { spool } from './spool';

const mebibyte = 1024 ** 2;
/** Every piece costs a turn of the event loop and a write. */
const pieceBytes = mebibyte;
/** Archives of images shrink to a third at best; what grows a hundredfold is made to fill the disk. */
const maxGrowth = 100;
const alwaysUnpackedBytes = 256 * mebibyte;
const maxUnpackedBytes = 64 * 1024 * mebibyte;

export interface ArchiveAt {
  source: ImageSource;
  /** Absolute, of a file or a folder. */
  path: string;
  reference?: string | undefined;
}

/**
 * Opens an OCI archive, an OCI layout folder, or an archive of `docker save`, the archives also gzipped (and, where the
 * runtime can, as zstd). A plain archive is read in place; a compressed one is unpacked to the spool folder.
 *
 * @throws StudioError `not-found`, `permission-denied`, `disk-full`, `image-invalid`, or the signal's reason
 */
export async function openArchive(
  { source, path, reference }: ArchiveAt,
  spoolFolder: string,
  signal: AbortSignal,
): Promise<HeldImage> {
  const name = basename(path) || path;
  try {
    const before = await stampOf(path);
    const files = before.isFolder
      ? await FolderFiles.open(path)
      : await openTar(await open(path, 'r'), name, spoolFolder, signal);
    const image = await openFiles({ source, name, files, reference }, signal);
    return {
      image,
      close: () => files.close(),
      isCurrent: async () => {
        const now = await stampOf(path).catch(() => undefined);
        return now?.stamp === before.stamp;
      },
    };
  } catch (error) {
    signal.throwIfAborted();
    throw imageError(fileError(error, path), name);
  }
}

/**
 * Opens the image in these files, which are closed when that fails.
 *
 * @throws as {@link openOciLayout} and {@link openDockerArchive}; ImageError when they are neither's
 */
export async function openFiles(
  archive: { source: ImageSource; name: string; files: ArchiveFiles; reference?: string | undefined },
  signal: AbortSignal,
): Promise<ArchiveImage> {
  const { files, name } = archive;
  try {
    if (await isOciLayout(files)) return await openOciLayout(archive, signal);
    if (await isDockerArchive(files)) return await openDockerArchive(archive, signal);
    throw new ImageError(`${name} is neither an OCI layout nor an archive of docker save.`);
  } catch (error) {
    await files.close();
    throw error;
  }
}

async function openTar(
  file: FileHandle,
  name: string,
  spoolFolder: string,
  signal: AbortSignal,
): Promise<TarFiles> {
  let unpacker: Duplex | undefined;
  try {
    unpacker = unpackerFor(await magicOf(file), name);
    if (unpacker === undefined) return await TarFiles.open(file, signal);
  } catch (error) {
    await file.close().catch(() => undefined);
    throw error;
  }
  try {
    const { size } = await file.stat();
    const maxBytes = Math.min(Math.max(size * maxGrowth, alwaysUnpackedBytes), maxUnpackedBytes);
    const content = unpacked(file, unpacker, name, signal);
    return await TarFiles.open(await spool(spoolFolder, content, { maxBytes, what: name }, signal), signal);
  } finally {
    await file.close();
  }
}

async function* unpacked(
  file: FileHandle,
  unpacker: Duplex,
  name: string,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array, void, undefined> {
  const packed = file.createReadStream({ start: 0, autoClose: false, highWaterMark: pieceBytes, signal });
  packed.once('error', (error) => unpacker.destroy(error));
  packed.pipe(unpacker);
  try {
    yield* unpacker as AsyncIterable<Uint8Array>;
  } catch (cause) {
    signal.throwIfAborted();
    throw new ImageError(`${name} is cut off or damaged: it can’t be unpacked.`, { cause });
  } finally {
    packed.destroy();
    unpacker.destroy();
  }
}

function unpackerFor(magic: string, name: string): Duplex | undefined {
  if (magic.startsWith('1f8b')) return zlib.createGunzip({ chunkSize: pieceBytes });
  if (magic !== '28b52ffd') return undefined;
  // Node.js has it since 22.15, and so Electron since 36.
  const { createZstdDecompress } = zlib as { createZstdDecompress?: () => Duplex };
  if (createZstdDecompress !== undefined) return createZstdDecompress();
  throw new StudioError({
    code: 'image-invalid',
    message: `${name} is packed with zstd, which can’t be unpacked here.`,
    hint: 'Unpack it with “zstd -d” and open the archive that comes out.',
    details: { subject: name },
  });
}

async function magicOf(file: FileHandle): Promise<string> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(4), 0, 4, 0);
  return buffer.toString('hex', 0, bytesRead);
}

/** What changes when the archive does. A layout's images are those of its list. */
async function stampOf(path: string): Promise<{ stamp: string; isFolder: boolean }> {
  const found = await stat(path);
  if (!found.isDirectory() && !found.isFile())
    throw new ImageError(`${path} is neither a file nor a folder.`);
  const list = found.isDirectory()
    ? await stat(`${path}/index.json`).catch(() => stat(`${path}/manifest.json`).catch(() => found))
    : found;
  return { stamp: `${list.ino}:${list.size}:${list.mtimeMs}`, isFolder: found.isDirectory() };
}
