import { createHash } from 'node:crypto';
import { BlobError, checkDigest, checkSize } from '../images/blobSource';
import type { BlobToRead, OpenImage } from '../images/openImage';
import { verified } from '../images/verified';

export const ociIndex = 'application/vnd.oci.image.index.v1+json';
export const ociManifest = 'application/vnd.oci.image.manifest.v1+json';
export const ociConfig = 'application/vnd.oci.image.config.v1+json';
export const ociLayer = 'application/vnd.oci.image.layer.v1.tar+gzip';

export interface TestDescriptor {
  mediaType: string;
  digest: string;
  size: number;
}

/** Blobs in memory, and an image that begins with the one that was added last. */
export class MemoryImage implements OpenImage {
  readonly source = { kind: 'archive', path: '/memory' } as const;
  readonly name = 'memory';
  readonly blobs = new Map<string, Uint8Array>();
  /** Most reads at the same time so far. */
  mostReads = 0;
  root: TestDescriptor = { mediaType: '', digest: '', size: 0 };
  private reads = 0;

  /** Adds a document or bytes and makes it the root. */
  add(content: unknown, mediaType = ''): TestDescriptor {
    const bytes = content instanceof Uint8Array ? content : Buffer.from(JSON.stringify(content));
    const digest = `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
    this.blobs.set(digest, bytes);
    this.root = { mediaType, digest, size: bytes.length };
    return this.root;
  }

  /** Adds an image of one layer for a platform. */
  addImage(architecture: string, os = 'linux'): TestDescriptor & { platform: object } {
    const layer = this.add(Buffer.from(`layer of ${architecture}`), ociLayer);
    const config = this.add(
      { os, architecture, rootfs: { diff_ids: ['sha256:1'] }, history: [{ created_by: 'COPY' }] },
      ociConfig,
    );
    const manifest = { schemaVersion: 2, mediaType: ociManifest, config, layers: [layer] };
    return { ...this.add(manifest, ociManifest), platform: { os, architecture } };
  }

  addIndex(manifests: readonly unknown[]): TestDescriptor {
    return this.add({ schemaVersion: 2, mediaType: ociIndex, manifests }, ociIndex);
  }

  async read(
    digest: string,
    { maxBytes, signal }: { maxBytes: number; signal?: AbortSignal },
  ): Promise<Uint8Array> {
    this.mostReads = Math.max(this.mostReads, ++this.reads);
    try {
      await new Promise((resolve) => setImmediate(resolve));
      signal?.throwIfAborted();
      const bytes = this.bytes(digest);
      checkSize(digest, bytes.length, maxBytes);
      checkDigest(digest, bytes);
      return bytes;
    } finally {
      this.reads--;
    }
  }

  stream(blob: BlobToRead, signal: AbortSignal): AsyncGenerator<Uint8Array<ArrayBuffer>> {
    const bytes = (): Uint8Array => this.bytes(blob.digest);
    const pieces = async function* (): AsyncGenerator<Uint8Array> {
      yield bytes();
    };
    return verified(blob, pieces(), signal);
  }

  private bytes(digest: string): Uint8Array {
    const bytes = this.blobs.get(digest);
    if (bytes === undefined) throw new BlobError('missing', digest, `There is no ${digest}.`);
    return bytes;
  }
}
