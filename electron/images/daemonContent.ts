import { GrpcCode, GrpcError, type BuildkitClient } from '../buildkit';
import { BlobError, checkDigest, checkSize, type BlobSource } from './blobSource';

/** The content store of a BuildKit daemon: what it built or pulled, until its garbage collection takes it. */
export function daemonContent(client: Pick<BuildkitClient, 'readContent'>): BlobSource {
  return {
    async read(digest, { maxBytes, signal }) {
      const parts: Uint8Array[] = [];
      let size = 0;
      try {
        for await (const part of client.readContent(digest, signal === undefined ? {} : { signal })) {
          size += part.length;
          checkSize(digest, size, maxBytes);
          parts.push(part);
        }
      } catch (cause) {
        if (cause instanceof GrpcError && cause.code === GrpcCode.NOT_FOUND) {
          throw new BlobError('missing', digest, `The daemon has no content with the digest ${digest}.`, {
            cause,
          });
        }
        throw cause;
      }
      const bytes = Buffer.concat(parts, size);
      checkDigest(digest, bytes);
      return bytes;
    },
  };
}
