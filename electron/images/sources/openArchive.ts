import { open, stat, type FileHandle } from 'node:fs/promises';
import { basename } from 'node:path';
import { StudioError, type ImageSource } from '../../../shared/contract';
import { fileError } from '../../system/fileErrors';
import { imageError } from '../imageError';
import { ImageError } from '../document';
import { compressionOf, decompress } from '../layers/decompress';
import { readPieces } from '../tar/tarIndex';
import { FolderFiles, TarFiles, type ArchiveFiles } from './archiveFiles';
import type { ArchiveImage } from './archiveImage';
import { isDockerArchive, openDockerArchive } from './dockerArchive';
import { isOciLayout, openOciLayout } from './ociLayout';
import type { HeldImage } from './heldImage';
import { spool } from './spool';

const mebibyte = 1024 ** 2;
/** Archives of images shrink to a third at best; what grows a hundredfold is made to fill the disk. */
const maxGrowth = 100;
const alwaysUnpackedBytes = 256 * mebibyte;
const maxUnpackedBytes = 64 * 1024 * mebibyte;
/** What is spooled is limited there, by the size of the whole archive. */
const spoolLimits = { uncompressedBytes: Infinity, ratio: Infinity, ratioFromBytes: Infinity };

export interface ArchiveAt {
  source: ImageSource;
  /** Absolute, of a file or a folder. */
  path: string;
  reference?: string | undefined;
}

/**
 * Opens an OCI archive, an OCI layout folder, or an archive of `docker save`, the archives also gzipped or as zstd. A
 * plain archive is read in place; a compressed one is unpacked to the spool folder.
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
  try {
    const head = Buffer.alloc(4);
    const { bytesRead } = await file.read(head, 0, head.length, 0);
    if (compressionOf(head.subarray(0, bytesRead)) === 'none') return await TarFiles.open(file, signal);
  } catch (error) {
    await file.close().catch(() => undefined);
    throw error;
  }
  try {
    const { size } = await file.stat();
    const maxBytes = Math.min(Math.max(size * maxGrowth, alwaysUnpackedBytes), maxUnpackedBytes);
    const content = unpacked(file, size, name, signal);
    return await TarFiles.open(await spool(spoolFolder, content, { maxBytes, what: name }, signal), signal);
  } finally {
    await file.close();
  }
}

async function* unpacked(
  file: FileHandle,
  size: number,
  name: string,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array, void, undefined> {
  try {
    yield* decompress(readPieces(file, { offset: 0, length: size }, signal), spoolLimits, 'The archive');
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof StudioError)) throw error;
    throw new ImageError(`${name} can’t be unpacked. ${error.message}`, { cause: error });
  }
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
