import { open, type FileHandle } from 'node:fs/promises';
import { BlobError, checkDigest, checkSize, type BlobSource } from './blobSource';
import { indexTar, readExactly, type TarEntry } from './tarIndex';

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
    const entry = this.entries.get(`blobs/${digest.replace(':', '/')}`);
    if (entry === undefined)
      throw new BlobError('missing', digest, `The archive has no content with the digest ${digest}.`);
    checkSize(digest, entry.size, maxBytes);
    const bytes = await readExactly(this.file, entry.offset, entry.size);
    checkDigest(digest, bytes);
    return bytes;
  }

  async close(): Promise<void> {
    await this.file.close();
  }
}
