import type { FileHandle } from 'node:fs/promises';
import { BlobError } from './blobSource';
import { TarWriter } from './tar/tarWriter';

const layout = Buffer.from('{"imageLayoutVersion":"1.0.0"}', 'utf8');

/** Layers that may stay with their vendor (image-spec, layer.md, non-distributable layers). */
export const foreignLayerType = /nondistributable|foreign/;

/** Writes an OCI layout into a tar archive (image-spec, image-layout.md), its parts in the order of the calls. */
export class OciArchiveWriter {
  private readonly tar: TarWriter;
  private readonly folders = new Set<string>();

  constructor(file: FileHandle) {
    this.tar = new TarWriter(file);
  }

  /** The file that says which kind of layout it is. */
  async layout(): Promise<void> {
    await this.tar.add('oci-layout', layout.length, [layout]);
  }

  /**
   * A blob, under its digest; each only once.
   *
   * @throws BlobError `corrupt` for what is no digest; TarError when `content` is not `size` bytes long
   */
  async blob(
    digest: string,
    size: number,
    content: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  ): Promise<void> {
    const [, algorithm, hex] = /^([a-z0-9]+):([a-f0-9]+)$/.exec(digest) ?? [];
    if (algorithm === undefined) throw new BlobError('corrupt', digest, `${digest} is no digest.`);
    await this.folder('blobs/');
    await this.folder(`blobs/${algorithm}/`);
    await this.tar.add(`blobs/${algorithm}/${hex}`, size, content);
  }

  /** `index.json`. */
  async index(bytes: Uint8Array): Promise<void> {
    await this.tar.add('index.json', bytes.length, [bytes]);
  }

  /** Writes the end of the archive; the file stays open. */
  async end(): Promise<void> {
    await this.tar.end();
  }

  private async folder(name: string): Promise<void> {
    if (this.folders.has(name)) return;
    await this.tar.folder(name);
    this.folders.add(name);
  }
}
