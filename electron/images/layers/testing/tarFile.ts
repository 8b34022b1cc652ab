import { Buffer } from 'node:buffer';
import { pack, type Header } from 'tar-stream';

/** An entry for {@link tarFile}; `content` of files. */
export type TarFileEntry = Partial<Header> & { name: string; content?: string | Buffer };

/** A tar archive by tar-stream, which knows nothing of our reader. */
export async function tarFile(entries: readonly TarFileEntry[]): Promise<Buffer> {
  const archive = pack();
  for (const { content, ...headers } of entries) {
    const bytes = content === undefined ? Buffer.alloc(0) : Buffer.from(content);
    archive.entry({ ...headers, ...(content === undefined ? {} : { size: bytes.length }) }, bytes);
  }
  archive.finalize();
  const pieces: Buffer[] = [];
  for await (const piece of archive as unknown as AsyncIterable<Buffer>) pieces.push(piece);
  return Buffer.concat(pieces);
}

/** A header block by hand, for what no tool writes; the checksum is right. */
export function tarHeader(
  name: string | Buffer,
  fields: { type?: string; size?: number; target?: string } = {},
): Buffer {
  const block = Buffer.alloc(512);
  Buffer.from(name).copy(block, 0, 0, 100);
  block.write('0000644\0', 100, 'latin1');
  block.write('0000000\0', 108, 'latin1');
  block.write('0000000\0', 116, 'latin1');
  block.write(`${(fields.size ?? 0).toString(8).padStart(11, '0')}\0`, 124, 'latin1');
  block.write('00000000000\0', 136, 'latin1');
  block.write(fields.type ?? '0', 156, 'latin1');
  block.write(fields.target ?? '', 157, 100, 'latin1');
  block.write('ustar\x0000', 257, 'latin1');
  return withChecksum(block);
}

/** Sets a header's checksum. */
export function withChecksum(block: Buffer): Buffer {
  block.fill(0x20, 148, 156);
  const sum = block.reduce((sum, byte) => sum + byte, 0);
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  return block;
}

/** Content in whole blocks. */
export function inBlocks(content: string | Buffer): Buffer {
  const bytes = Buffer.from(content);
  return Buffer.concat([bytes, Buffer.alloc((512 - (bytes.length % 512)) % 512)]);
}

/** The two blocks of zeros that end an archive. */
export const tarEnd = Buffer.alloc(1024);
