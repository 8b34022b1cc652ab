import { GrpcCode, GrpcError, type BuildkitClient } from '../buildkit';
import { BlobError, checkDigest, checkSize, type BlobSource } from './blobSource';
import type { BlobToRead } from './openImage';
import { verified } from './verified';

/** The content store of a BuildKit daemon: what it built or pulled, until its garbage collection takes it. */
export interface DaemonContent extends BlobSource {
  /** See `OpenImage.stream`. */
  stream(blob: BlobToRead, signal: AbortSignal): AsyncIterable<Uint8Array<ArrayBuffer>>;
  /** See `OpenImage.readPart`. */
  readPart(
    blob: BlobToRead,
    range: { readonly offset: number; readonly length: number },
    signal: AbortSignal,
  ): Promise<Uint8Array>;
}

/** Reads the content store of the daemon that the client is connected to. */
export function daemonContent(client: Pick<BuildkitClient, 'readContent'>): DaemonContent {
  const pieces = async function* (
    digest: string,
    options: { signal?: AbortSignal | undefined; offset?: number; length?: number },
  ): AsyncGenerator<Uint8Array, void, undefined> {
    const { signal, ...range } = options;
    try {
      yield* client.readContent(digest, { ...range, ...(signal === undefined ? {} : { signal }) });
    } catch (cause) {
      if (cause instanceof GrpcError && cause.code === GrpcCode.NOT_FOUND) {
        throw new BlobError('missing', digest, `The daemon has no content with the digest ${digest}.`, {
          cause,
        });
      }
      throw cause;
    }
  };
  const joined = async (
    digest: string,
    maxBytes: number,
    parts: AsyncIterable<Uint8Array>,
  ): Promise<Uint8Array> => {
    const read: Uint8Array[] = [];
    let size = 0;
    for await (const part of parts) {
      size += part.length;
      checkSize(digest, size, maxBytes);
      read.push(part);
    }
    return Buffer.concat(read, size);
  };
  return {
    async read(digest, { maxBytes, signal }) {
      const bytes = await joined(digest, maxBytes, pieces(digest, { signal }));
      checkDigest(digest, bytes);
      return bytes;
    },
    stream: (blob, signal) => verified(blob, pieces(blob.digest, { signal }), signal),
    readPart: ({ digest }, range, signal) =>
      joined(digest, range.length, pieces(digest, { signal, ...range })),
  };
}
