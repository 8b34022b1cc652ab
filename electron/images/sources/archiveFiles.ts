import { constants, open, realpath, stat, type FileHandle } from 'node:fs/promises';
import { posix, join, sep } from 'node:path';
import { BlobError, checkSize } from '../blobSource';
import { readPieces, scanTar, type TarEntry, type TarIndex } from '../tar/tarIndex';

/** Links of links; more are made to go in a circle. */
const maxLinks = 16;

/** The files of an image's archive, packed or unpacked, by names with forward slashes. */
export interface ArchiveFiles {
  /** In bytes; undefined when there is no such file. */
  sizeOf(name: string): Promise<number | undefined>;
  /**
   * A part of a file, in pieces that are the reader's own.
   *
   * @throws BlobError `missing`, TarError when the file is shorter, or the signal's reason
   */
  pieces(
    name: string,
    range: { readonly offset: number; readonly length: number },
    signal: AbortSignal,
  ): AsyncGenerator<Uint8Array<ArrayBuffer>, void, undefined>;
  close(): Promise<void>;
}

/**
 * A whole file of an archive.
 *
 * @throws BlobError `missing` or `too-large`
 */
export async function readArchiveFile(
  files: ArchiveFiles,
  name: string,
  maxBytes: number,
  signal: AbortSignal,
): Promise<Buffer> {
  const size = await files.sizeOf(name);
  if (size === undefined) throw missing(name);
  checkSize(name, size, maxBytes);
  const parts: Uint8Array[] = [];
  for await (const part of files.pieces(name, { offset: 0, length: size }, signal)) parts.push(part);
  return Buffer.concat(parts, size);
}

/** The files of an uncompressed tar archive, read in place. Links are followed inside of the archive only. */
export class TarFiles implements ArchiveFiles {
  private constructor(
    private readonly file: FileHandle,
    private readonly index: TarIndex,
  ) {}

  /**
   * @param file closed when this fails, and with the result
   * @throws TarError, or the signal's reason
   */
  static async open(file: FileHandle, signal: AbortSignal): Promise<TarFiles> {
    try {
      return new TarFiles(file, await scanTar(file, signal));
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  async sizeOf(name: string): Promise<number | undefined> {
    return this.find(name)?.size;
  }

  async *pieces(
    name: string,
    { offset, length }: { readonly offset: number; readonly length: number },
    signal: AbortSignal,
  ): AsyncGenerator<Uint8Array<ArrayBuffer>, void, undefined> {
    const entry = this.find(name);
    if (entry === undefined) throw missing(name);
    checkRange(name, entry.size, offset, length);
    yield* readPieces(this.file, { offset: entry.offset + offset, length }, signal);
  }

  close(): Promise<void> {
    return this.file.close();
  }

  private find(name: string): TarEntry | undefined {
    let at = name;
    for (let hop = 0; hop <= maxLinks; hop++) {
      const entry = this.index.entries.get(at);
      if (entry !== undefined) return entry;
      const link = this.index.links.get(at);
      if (link === undefined) return undefined;
      at = posix.normalize(link.hard ? link.target : posix.join(posix.dirname(at), link.target));
    }
    return undefined;
  }
}

/** The files of a folder. What leads out of it, by a link or otherwise, is not there. */
export class FolderFiles implements ArchiveFiles {
  private constructor(private readonly folder: string) {}

  /** @throws the file system's error */
  static async open(folder: string): Promise<FolderFiles> {
    return new FolderFiles(await realpath(folder));
  }

  async sizeOf(name: string): Promise<number | undefined> {
    const path = await this.inside(name);
    if (path === undefined) return undefined;
    const found = await stat(path);
    return found.isFile() ? found.size : undefined;
  }

  async *pieces(
    name: string,
    { offset, length }: { readonly offset: number; readonly length: number },
    signal: AbortSignal,
  ): AsyncGenerator<Uint8Array<ArrayBuffer>, void, undefined> {
    const path = await this.inside(name);
    if (path === undefined) throw missing(name);
    // A pipe that has taken the file's place doesn't hold us up.
    const file = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    try {
      const found = await file.stat();
      if (!found.isFile()) throw missing(name);
      checkRange(name, found.size, offset, length);
      yield* readPieces(file, { offset, length }, signal);
    } finally {
      await file.close();
    }
  }

  async close(): Promise<void> {
    // Files are open only while they are read.
  }

  private async inside(name: string): Promise<string | undefined> {
    try {
      const path = await realpath(join(this.folder, name));
      return path.startsWith(this.folder.endsWith(sep) ? this.folder : this.folder + sep) ? path : undefined;
    } catch (error) {
      if (['ENOENT', 'ENOTDIR', 'ELOOP'].includes((error as NodeJS.ErrnoException).code ?? ''))
        return undefined;
      throw error;
    }
  }
}

function checkRange(name: string, size: number, offset: number, length: number): void {
  if (offset + length > size) throw new BlobError('corrupt', name, `${name} has only ${size} bytes.`);
}

function missing(name: string): BlobError {
  return new BlobError('missing', name, `The archive has no ${name}.`);
}
