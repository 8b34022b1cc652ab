import { randomBytes } from 'node:crypto';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { Upload } from '../gen/moby/upload/v1/upload_pb';
import { GrpcCode, GrpcError } from '../grpcStatus';
import { frameBytesMessage } from './bytesMessage';
import type { SessionCall, SessionService } from './service';

/** Largest piece per message, well below the daemon's limit. */
const MAX_PIECE_BYTES = 1024 * 1024;

/** Serves streams to the daemon, such as a tar archive used as the build context. */
export interface UploadService extends SessionService {
  /**
   * Offers a stream of bytes and returns the URL under which the daemon can fetch it, once, on this session;
   * for instance as the frontend attribute `context`. The stream is destroyed when the transfer ends.
   */
  add(stream: Readable): string;
}

export function createUploadService(): UploadService {
  const streams = new Map<string, Readable>();
  const pull = async (call: SessionCall): Promise<void> => {
    const id = path.posix.basename(call.metadata.get('urlpath')?.[0] ?? '');
    const stream = streams.get(id);
    if (stream === undefined) {
      throw new GrpcError(
        GrpcCode.NOT_FOUND,
        `The session has no upload ${JSON.stringify(id)}, or it was fetched already.`,
      );
    }
    streams.delete(id);
    const onAbort = () => stream.destroy();
    call.signal.addEventListener('abort', onAbort, { once: true });
    try {
      for await (const chunk of stream as AsyncIterable<Uint8Array>) {
        for (let start = 0; start < chunk.byteLength; start += MAX_PIECE_BYTES) {
          const piece = chunk.subarray(start, start + MAX_PIECE_BYTES);
          await call.sendFramed(frameBytesMessage([piece], piece.byteLength));
        }
      }
    } finally {
      call.signal.removeEventListener('abort', onAbort);
      stream.destroy();
    }
  };
  return {
    name: Upload.typeName,
    methods: { [Upload.method.pull.name]: pull },
    add(stream) {
      const id = randomBytes(16).toString('hex');
      streams.set(id, stream);
      return `http://buildkit-session/${id}`;
    },
  };
}
