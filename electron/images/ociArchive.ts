import { open, type FileHandle } from 'node:fs/promises';
import { BlobError, checkDigest, checkSize, type BlobSource } from './blobSource';
import { indexTar, readExactly, readPieces, type TarEntry } from './tar/tarIndex';
import { verified } from './verified';

/** An OCI layout in a tar archive, as BuildKit's `oci` and `docker` exporters write it; read in place, not unpacked. */
export class OciArchive implements BlobSource {
  private constructor(
    private readonly file: FileHandle,
    private readonly entries: ReadonlyMap<string, TarEntry>,
  ) {}

  /** @throws TarError when the file is no tar archive, or the file system's error */
  static async open(path: string): Promise<OciArchive> {
    const file = await open(path, 'r');
    try {
      return new OciArchive(file, await indexTar(file));
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  async read(
    digest: string,
    { maxBytes, signal }: { maxBytes: number; signal?: AbortSignal },
  ): Promise<Uint8Array> {
    signal?.throwIfAborted();
    const { offset, size } = this.entry(digest);
    checkSize(digest, size, maxBytes);
    const bytes = await readExactly(this.file, offset, size);
    checkDigest(digest, bytes);
    return bytes;
  }

  /** Whether there is such a blob. */
  has(digest: string): boolean {
    return this.entries.has(entryName(digest));
  }

  /**
   * A file of the archive beside the blobs, such as `index.json`.
   *
   * @throws BlobError when it is absent, or larger than `maxBytes`
   */
  async readFile(name: string, maxBytes: number): Promise<Uint8Array> {
    const entry = this.entries.get(name);
    if (entry === undefined) throw new BlobError('missing', name, `The archive has no ${name}.`);
    checkSize(name, entry.size, maxBytes);
    return readExactly(this.file, entry.offset, entry.size);
  }

  /**
   * A blob of any size in pieces, see {@link verified}.
   *
   * @throws BlobError, or the signal's reason
   */
  stream(digest: string, signal: AbortSignal): AsyncGenerator<Uint8Array, void, undefined> {
    const { offset, size } = this.entry(digest);
    return verified({ digest, size }, readPieces(this.file, { offset, length: size }, signal), signal);
  }

  /** Bytes of a blob. @throws BlobError when it is absent */
  sizeOf(digest: string): number {
    return this.entry(digest).size;
  }

  private entry(digest: string): TarEntry {
    const entry = this.entries.get(entryName(digest));
    if (entry === undefined)
      throw new BlobError('missing', digest, `The archive has no content with the digest ${digest}.`);
    return entry;
  }

  async close(): Promise<void> {
    await this.file.close();
  }
}

function entryName(digest: string): string {
  return `blobs/${digest.replace(':', '/')}`;
}
