import { invalidLayer } from './layerError';

/** What zstd's own tools take unless told otherwise (ZSTD_WINDOWLOG_LIMIT_DEFAULT). */
const maxWindowBytes = 128 * 2 ** 20;

/**
 * Follows the frames of a zstd stream (RFC 8878, section 3.1) without decompressing them, because the decoder makes room
 * for whatever window a frame asks for. Stands before it.
 */
export class ZstdFrames {
  private state: 'magic' | 'header' | 'skippable-size' | 'block' | 'skip' = 'magic';
  private readonly held = Buffer.alloc(18);
  private filled = 0;
  private wanted = 4;
  private skipping = 0;
  /** What comes after the bytes that are skipped. */
  private next: 'magic' | 'block' = 'magic';
  private hasChecksum = false;

  /** @param what what is compressed, for people */
  constructor(private readonly what: string) {}

  /** @throws StudioError `image-invalid` when it is no zstd, or asks for too large a window */
  push(chunk: Buffer): void {
    for (let at = 0; at < chunk.length;) {
      if (this.state === 'skip') {
        const taken = Math.min(this.skipping, chunk.length - at);
        at += taken;
        this.skipping -= taken;
        if (this.skipping === 0) this.expect(this.next, this.next === 'magic' ? 4 : 3);
        continue;
      }
      const taken = chunk.copy(this.held, this.filled, at, at + this.wanted - this.filled);
      at += taken;
      this.filled += taken;
      if (this.filled === this.wanted) this.onHeld();
    }
  }

  /** @throws StudioError `image-invalid` when a frame is cut off */
  finish(): void {
    if (this.state !== 'magic' || this.filled > 0)
      throw invalidLayer(`${this.what} is cut off: its zstd compression does not end.`);
  }

  private onHeld(): void {
    const { held } = this;
    switch (this.state) {
      case 'magic': {
        const magic = held.readUInt32LE(0);
        if (magic >>> 4 === 0x184d2a5) this.expect('skippable-size', 4);
        else if (magic === 0xfd2fb528) this.expect('header', 1);
        else
          throw invalidLayer(`${this.what}’s zstd compression is damaged: a frame has no valid beginning.`);
        return;
      }
      case 'skippable-size':
        this.skip(held.readUInt32LE(0), 'magic');
        return;
      case 'header': {
        const descriptor = held[0]!;
        const single = (descriptor & 0x20) !== 0;
        const sizeBytes = [single ? 1 : 0, 2, 4, 8][descriptor >> 6]!;
        const dictionaryBytes = [0, 1, 2, 4][descriptor & 3]!;
        const length = 1 + (single ? 0 : 1) + dictionaryBytes + sizeBytes;
        if (this.wanted < length) {
          this.wanted = length;
          return;
        }
        const window = single ? contentSize(held, 1 + dictionaryBytes, sizeBytes) : windowSize(held[1]!);
        if (window > maxWindowBytes) {
          throw invalidLayer(
            `${this.what}’s zstd compression asks for ${window} bytes of memory, more than the ${maxWindowBytes} that it gets.`,
          );
        }
        this.hasChecksum = (descriptor & 4) !== 0;
        this.expect('block', 3);
        return;
      }
      case 'block': {
        const header = held.readUIntLE(0, 3);
        const [last, type, size] = [(header & 1) !== 0, (header >> 1) & 3, header >> 3];
        if (type === 3)
          throw invalidLayer(`${this.what}’s zstd compression is damaged: a block has no valid type.`);
        const bytes = type === 1 ? 1 : size;
        this.skip(bytes + (last && this.hasChecksum ? 4 : 0), last ? 'magic' : 'block');
        return;
      }
      case 'skip':
        return;
    }
  }

  private expect(state: 'magic' | 'header' | 'skippable-size' | 'block', bytes: number): void {
    this.state = state;
    this.wanted = bytes;
    this.filled = 0;
  }

  private skip(bytes: number, next: 'magic' | 'block'): void {
    if (bytes === 0) {
      this.expect(next, next === 'magic' ? 4 : 3);
      return;
    }
    this.state = 'skip';
    this.skipping = bytes;
    this.next = next;
  }
}

function windowSize(descriptor: number): number {
  const base = 2 ** (10 + (descriptor >> 3));
  return base + (base / 8) * (descriptor & 7);
}

function contentSize(held: Buffer, at: number, bytes: number): number {
  if (bytes === 8) return Number(held.readBigUInt64LE(at));
  return held.readUIntLE(at, bytes) + (bytes === 2 ? 256 : 0);
}
