import type { FileHandle } from 'node:fs/promises';
import { TarError } from './tarIndex';

const blockBytes = 512;
/** The largest size that fits into eleven octal digits. */
const maxOctalSize = 0o77777777777;

/** Writes a tar archive of regular files and folders (ustar; larger files than 8 GiB as GNU tar and Go write them). */
export class TarWriter {
  private written = 0;

  constructor(private readonly file: FileHandle) {}

  /** @param name at most 99 bytes, ends with a slash */
  async folder(name: string): Promise<void> {
    await this.write(header(name, 0, '5', 0o755));
  }

  /**
   * @param name at most 99 bytes
   * @throws TarError when `content` is not `size` bytes long
   */
  async add(
    name: string,
    size: number,
    content: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  ): Promise<void> {
    await this.write(header(name, size, '0', 0o444));
    const end = this.written + size;
    for await (const chunk of content) {
      if (this.written + chunk.length > end) throw new TarError(`${name} is longer than it was said to be.`);
      await this.write(chunk);
    }
    if (this.written !== end) throw new TarError(`${name} is shorter than it was said to be.`);
    await this.pad();
  }

  /** Appends whole entries of another archive as they are. */
  async append(chunks: AsyncIterable<Uint8Array>): Promise<void> {
    for await (const chunk of chunks) await this.write(chunk);
    await this.pad();
  }

  /** Writes the end of the archive; the file stays open. */
  async end(): Promise<void> {
    await this.write(Buffer.alloc(2 * blockBytes));
  }

  private async pad(): Promise<void> {
    const over = this.written % blockBytes;
    if (over > 0) await this.write(Buffer.alloc(blockBytes - over));
  }

  private async write(bytes: Uint8Array): Promise<void> {
    for (let at = 0; at < bytes.length;) {
      const { bytesWritten } = await this.file.write(bytes, at, bytes.length - at, this.written);
      at += bytesWritten;
      this.written += bytesWritten;
    }
  }
}

/** Without owner and times: they are nobody's, and equal content makes an equal archive. */
function header(name: string, size: number, type: '0' | '5', mode: number): Buffer {
  const block = Buffer.alloc(blockBytes);
  if (Buffer.byteLength(name) > 99) throw new TarError(`The name ${name} is too long.`);
  block.write(name, 0, 'utf8');
  octal(block, 100, 8, mode);
  octal(block, 108, 8, 0);
  octal(block, 116, 8, 0);
  if (size <= maxOctalSize) octal(block, 124, 12, size);
  else {
    block[124] = 0x80;
    block.writeBigUInt64BE(BigInt(size), 128);
  }
  octal(block, 136, 12, 0);
  block.write(type, 156, 'latin1');
  block.write('ustar\0' + '00', 257, 'latin1');
  block.fill(' ', 148, 156);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  return block;
}

function octal(block: Buffer, at: number, length: number, value: number): void {
  block.write(`${value.toString(8).padStart(length - 1, '0')}\0`, at, 'latin1');
}
