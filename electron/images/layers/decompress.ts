import type { Duplex } from 'node:stream';
import * as zlib from 'node:zlib';
import { Decompress } from 'fzstd';
import { invalidLayer } from './layerError';
import type { LayerLimits } from './limits';
import { ZstdFrames } from './zstdFrames';

export type Compression = 'gzip' | 'zstd' | 'none';

/** Large pieces, because each costs a turn of the event loop. */
const pieceBytes = 1024 * 1024;
/** Zlib works in a thread of its own: so much is decompressed ahead while what came before is looked at. */
const streamOptions = { chunkSize: pieceBytes, highWaterMark: 2 * pieceBytes };
const piecesAhead = 3;
/** Frames end within a piece, and fzstd calls itself for each; that bounds how deep. */
const zstdPieceBytes = 16 * 1024;

/** By its first bytes: media types are wrong at times, and Docker's own doesn't tell. */
export function compressionOf(head: Uint8Array): Compression {
  if (head[0] === 0x1f && head[1] === 0x8b) return 'gzip';
  if (head[0] === 0x28 && head[1] === 0xb5 && head[2] === 0x2f && head[3] === 0xfd) return 'zstd';
  // A skippable frame, as zstd:chunked may begin with.
  if (head[0]! >> 4 === 5 && head[1] === 0x2a && head[2] === 0x4d && head[3] === 0x18) return 'zstd';
  return 'none';
}

/**
 * Decompresses a layer or an archive as it comes, whatever it is compressed with. Several gzip members or zstd frames are
 * one stream.
 *
 * @param limits uncompressed size and factor of growth, beyond which it ends
 * @param what what it is, for people
 * @throws StudioError `image-invalid`, or what the source throws
 */
export async function* decompress(
  source: AsyncIterable<Uint8Array>,
  limits: Pick<LayerLimits, 'uncompressedBytes' | 'ratio' | 'ratioFromBytes'>,
  what = 'The layer',
): AsyncGenerator<Buffer, void, undefined> {
  let inBytes = 0;
  let outBytes = 0;
  const counted = async function* (): AsyncGenerator<Buffer> {
    for await (const chunk of source) {
      inBytes += chunk.length;
      yield Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
    }
  };
  const { head, all } = await beginning(counted());
  for await (const piece of inflate(compressionOf(head), all, what)) {
    outBytes += piece.length;
    if (outBytes > limits.uncompressedBytes) {
      throw invalidLayer(
        `${what} has more than ${limits.uncompressedBytes} bytes uncompressed, which is more than is read.`,
      );
    }
    if (outBytes > limits.ratioFromBytes && outBytes > inBytes * limits.ratio) {
      throw invalidLayer(
        `${what} is a decompression bomb: ${inBytes} bytes of it became more than ${limits.ratio} times as many.`,
      );
    }
    yield piece;
  }
}

/** Waits for the bytes that tell the compression; they come again in `all`. */
async function beginning(
  source: AsyncGenerator<Buffer>,
): Promise<{ head: Buffer; all: AsyncGenerator<Buffer> }> {
  let head: Buffer = Buffer.alloc(0);
  let rest = true;
  while (head.length < 4 && rest) {
    const next = await source.next();
    if (next.done) rest = false;
    else head = head.length === 0 ? next.value : Buffer.concat([head, next.value]);
  }
  return {
    head,
    all: (async function* () {
      try {
        if (head.length > 0) yield head;
        if (rest) yield* source;
      } finally {
        await source.return(undefined);
      }
    })(),
  };
}

function inflate(
  compression: Compression,
  source: AsyncGenerator<Buffer>,
  what: string,
): AsyncGenerator<Buffer> {
  switch (compression) {
    case 'none':
      return source;
    case 'gzip':
      return through(zlib.createGunzip(streamOptions), source, 'gzip', what);
    case 'zstd': {
      const native = nativeZstd();
      return native === undefined ? zstd(source, what) : through(native, source, 'zstd', what);
    }
  }
}

/** Node.js has zstd from 22.15 on; it brings the same limit of the window. */
function nativeZstd(): Duplex | undefined {
  const { createZstdDecompress } = zlib as unknown as {
    createZstdDecompress?: (options: zlib.ZlibOptions) => Duplex;
  };
  return createZstdDecompress?.(streamOptions);
}

async function* through(
  transform: Duplex,
  source: AsyncGenerator<Buffer>,
  name: string,
  what: string,
): AsyncGenerator<Buffer> {
  let sourceFailure: { error: unknown } | undefined;
  feed(transform, source).catch((error: unknown) => {
    sourceFailure = { error };
    transform.destroy(error instanceof Error ? error : new Error(String(error)));
  });
  try {
    for await (const piece of transform) yield piece as Buffer;
  } catch (error) {
    throw sourceFailure === undefined ? zlibError(error, name, what) : sourceFailure.error;
  } finally {
    transform.destroy();
  }
}

/** Writes ahead, so that zlib's thread has its next piece when it is done with one. A pipe waits until it has none. */
async function feed(transform: Duplex, source: AsyncGenerator<Buffer>): Promise<void> {
  let waiting = 0;
  let wake: () => void = () => undefined;
  transform.once('close', () => wake());
  for await (const piece of source) {
    waiting += 1;
    transform.write(piece, () => {
      waiting -= 1;
      wake();
    });
    while (waiting >= piecesAhead && !transform.destroyed) {
      await new Promise<void>((resolve) => (wake = resolve));
    }
    if (transform.destroyed) return;
  }
  transform.end();
}

function zlibError(error: unknown, name: string, what: string): unknown {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  if (code === 'Z_BUF_ERROR' || (error as Error).message === 'unexpected end of file') {
    return invalidLayer(`${what} is cut off: its ${name} compression does not end.`, error);
  }
  if (code.startsWith('Z_') || code.startsWith('ZSTD_')) {
    return invalidLayer(`${what}’s ${name} compression is damaged.`, error);
  }
  return error;
}

async function* zstd(source: AsyncGenerator<Buffer>, what: string): AsyncGenerator<Buffer> {
  const frames = new ZstdFrames(what);
  const ready: Buffer[] = [];
  const decoder = new Decompress((data) => {
    if (data.length > 0) ready.push(Buffer.from(data.buffer, data.byteOffset, data.byteLength));
  });
  for await (const chunk of source) {
    for (let at = 0; at < chunk.length; at += zstdPieceBytes) {
      const piece = chunk.subarray(at, at + zstdPieceBytes);
      frames.push(piece);
      push(decoder, piece, what);
      yield* ready.splice(0);
    }
  }
  frames.finish();
  push(decoder, Buffer.alloc(0), what, true);
  yield* ready.splice(0);
}

function push(decoder: Decompress, piece: Buffer, what: string, final = false): void {
  try {
    decoder.push(piece, final);
  } catch (error) {
    // fzstd trusts what it reads and ends in errors of many types when it is damaged.
    throw invalidLayer(`${what}’s zstd compression is damaged.`, error);
  }
}
