import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { BlobError, checkDigest } from '../../blobSource';
import type { BlobToRead, ImageOpener, OpenImage } from '../../openImage';
import type { LayerOfColumn } from '../blobStream';

/** Layers in memory or in files, as an image that can be opened, and what was asked of it. */
export class MemoryLayers implements ImageOpener {
  /** Digests that were streamed, in order. */
  readonly streamed: string[] = [];
  /** Bytes that were read in parts. */
  partBytes = 0;
  /** Waited for before each piece, to hold a stream back. */
  beforePiece: (signal: AbortSignal) => Promise<void> = () => Promise.resolve();
  private readonly blobs = new Map<string, Buffer | string>();

  constructor(private readonly options: { parts?: boolean; pieceBytes?: number } = {}) {}

  /** From now on parts can't be read. */
  forgetParts(): void {
    this.options.parts = false;
  }

  /** Adds a layer; what is told about it can be wrong. */
  add(content: Buffer, more: Partial<LayerOfColumn> = {}): LayerOfColumn {
    const digest = `sha256:${createHash('sha256').update(content).digest('hex')}`;
    this.blobs.set(digest, content);
    return { digest, mediaType: 'application/vnd.oci.image.layer.v1.tar', size: content.length, ...more };
  }

  /** Adds a layer that is in a file, by a digest that is believed. */
  async addFile(path: string, digest: string): Promise<LayerOfColumn> {
    this.blobs.set(digest, path);
    const { size } = await stat(path);
    return { digest, mediaType: 'application/vnd.oci.image.layer.v1.tar', size };
  }

  use<T>(_source: unknown, work: (image: OpenImage) => Promise<T>): Promise<T> {
    return work(this.image());
  }

  private image(): OpenImage {
    return {
      source: { kind: 'registry', reference: 'memory' },
      name: 'memory',
      root: { digest: '', mediaType: '', size: 0 },
      read: (digest) => Promise.reject(new BlobError('missing', digest, 'Not in memory.')),
      stream: (blob, signal) => this.stream(blob, signal),
      ...(this.options.parts
        ? {
            readPart: (blob: BlobToRead, range: { offset: number; length: number }) => this.part(blob, range),
          }
        : {}),
    };
  }

  private async *stream(
    { digest }: BlobToRead,
    signal: AbortSignal,
  ): AsyncGenerator<Uint8Array<ArrayBuffer>> {
    this.streamed.push(digest);
    const content = this.blobs.get(digest);
    if (content === undefined) throw new BlobError('missing', digest, `There is no ${digest}.`);
    if (typeof content === 'string') {
      for await (const piece of createReadStream(content, { highWaterMark: 256 * 1024, signal }))
        yield Uint8Array.from(piece as Buffer);
      return;
    }
    const pieceBytes = this.options.pieceBytes ?? 64 * 1024;
    for (let at = 0; at < content.length || at === 0; at += pieceBytes) {
      await this.beforePiece(signal);
      signal.throwIfAborted();
      if (at + pieceBytes >= content.length) checkDigest(digest, content);
      yield Uint8Array.from(content.subarray(at, at + pieceBytes));
    }
  }

  private async part(
    { digest }: BlobToRead,
    { offset, length }: { offset: number; length: number },
  ): Promise<Uint8Array | undefined> {
    const content = this.blobs.get(digest);
    this.partBytes += length;
    if (typeof content !== 'string') return content?.subarray(offset, offset + length);
    const file = await open(content);
    try {
      const bytes = Buffer.alloc(length);
      const { bytesRead } = await file.read(bytes, 0, length, offset);
      return bytes.subarray(0, bytesRead);
    } finally {
      await file.close();
    }
  }
}
