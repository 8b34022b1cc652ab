import type { FileHandle } from 'node:fs/promises';
import { parsePax, paxSize, type PaxRecords } from './paxRecords';
import { tarNumber } from './tarNumbers';

/** Where a file's bytes lie inside a tar archive. */
export interface TarEntry {
  offset: number;
  size: number;
}

/** A file that is no tar archive, or is cut off. */
export class TarError extends Error {
  override readonly name = 'TarError';
}

const blockBytes = 512;
/** Names and attributes of one entry; longer ones are no archive of ours. */
const maxMetadataBytes = 1024 * 1024;
/** An image has a few dozen; what is beyond this is made to fill the memory. */
const maxEntries = 250_000;
/** Small files stand close together: one read finds many of them. */
const windowBytes = 64 * 1024;
const pieceBytes = 1024 * 1024;
const zeros = Buffer.alloc(blockBytes);

/** What an archive says about its files, without their content. */
export interface TarIndex {
  /** Regular files by name. */
  entries: Map<string, TarEntry>;
  /** Symbolic and hard links by name, and where they lead; a hard link's target counts from the archive's top. */
  links: Map<string, { target: string; hard: boolean }>;
  /** Where the entries end: what follows there is padding only. */
  endOffset: number;
}

/**
 * Finds the regular files of an uncompressed tar archive without reading their content. Knows ustar, pax and the GNU
 * extensions for long names and large sizes; of equal names the last one counts.
 *
 * @throws TarError
 */
export async function indexTar(file: FileHandle): Promise<Map<string, TarEntry>> {
  return (await scanTar(file)).entries;
}

/**
 * {@link indexTar}, with the links and the end.
 *
 * @throws TarError, or the signal's reason
 */
export async function scanTar(file: FileHandle, signal?: AbortSignal): Promise<TarIndex> {
  const { size: end } = await file.stat();
  const entries: TarIndex['entries'] = new Map();
  const links: TarIndex['links'] = new Map();
  const headerAt = headerReader(file, end);
  let longName: string | undefined;
  let longLink: string | undefined;
  let pax: PaxRecords | undefined;

  let at = 0;
  for (let seen = 0; at < end; seen++) {
    signal?.throwIfAborted();
    if (seen > maxEntries) throw new TarError(`The archive has more than ${maxEntries} entries.`);
    if (at + blockBytes > end) throw new TarError(`The archive is cut off at byte ${at}.`);
    const header = await headerAt(at);
    if (zeros.equals(header)) break;
    checkHeader(header, at);
    const type = String.fromCharCode(header[156]!);
    const isMetadata = type === 'L' || type === 'K' || type === 'x';
    const size = (isMetadata ? undefined : paxSize(pax)) ?? tarNumber(header, 124, 12);
    const offset = at + blockBytes;
    if (!Number.isSafeInteger(size) || size < 0 || offset + size > end) {
      throw new TarError(`The archive is cut off or damaged at byte ${at}.`);
    }
    at = offset + Math.ceil(size / blockBytes) * blockBytes;

    if (isMetadata) {
      if (size > maxMetadataBytes) throw new TarError(`The archive has an overlong name at byte ${offset}.`);
      const content = await readExactly(file, offset, size);
      if (type === 'L') longName = text(content);
      else if (type === 'K') longLink = text(content);
      else {
        pax = parsePax(content);
        if (pax === undefined) throw new TarError('The archive has damaged attributes.');
      }
      continue;
    }
    if (type === 'g') continue;
    const name = (told(pax, 'path') ?? longName ?? ustarName(header)).replace(/^\.\//, '');
    if (type === '0' || type === '\0') {
      entries.set(name, { offset, size });
      links.delete(name);
    } else if (type === '1' || type === '2') {
      const target = told(pax, 'linkpath') ?? longLink ?? text(header.subarray(157, 257));
      links.set(name, { target, hard: type === '1' });
      entries.delete(name);
    }
    longName = undefined;
    longLink = undefined;
    pax = undefined;
  }
  return { entries, links, endOffset: at };
}

/** Reads headers by their offset, many at once where they stand close together. What it gives is valid until the next. */
function headerReader(file: FileHandle, end: number): (at: number) => Promise<Buffer> {
  let window: Buffer = Buffer.alloc(0);
  let start = 0;
  return async (at) => {
    if (at < start || at + blockBytes > start + window.length) {
      window = await readExactly(file, at, Math.min(windowBytes, end - at));
      start = at;
    }
    return window.subarray(at - start, at - start + blockBytes);
  };
}

/** @throws TarError when the file ends before */
export async function readExactly(file: FileHandle, offset: number, size: number): Promise<Buffer> {
  const bytes = Buffer.alloc(size);
  for (let filled = 0; filled < size;) {
    const { bytesRead } = await file.read(bytes, filled, size - filled, offset + filled);
    if (bytesRead === 0) throw new TarError('The archive is cut off.');
    filled += bytesRead;
  }
  return bytes;
}

/**
 * A part of a file in pieces that are the reader's own.
 *
 * @throws TarError when the file ends before, or the signal's reason
 */
export async function* readPieces(
  file: FileHandle,
  { offset, length }: { readonly offset: number; readonly length: number },
  signal: AbortSignal,
): AsyncGenerator<Uint8Array<ArrayBuffer>, void, undefined> {
  for (let done = 0; done < length;) {
    signal.throwIfAborted();
    const piece = new Uint8Array(Math.min(pieceBytes, length - done));
    const { bytesRead } = await file.read(piece, 0, piece.length, offset + done);
    if (bytesRead === 0) throw new TarError('The archive is cut off.');
    done += bytesRead;
    yield bytesRead === piece.length ? piece : piece.slice(0, bytesRead);
  }
}

function checkHeader(header: Buffer, at: number): void {
  let sum = 0;
  for (let index = 0; index < blockBytes; index++) sum += index >= 148 && index < 156 ? 0x20 : header[index]!;
  if (sum !== tarNumber(header, 148, 8)) throw new TarError(`No tar header at byte ${at}.`);
}

function ustarName(header: Buffer): string {
  const name = text(header.subarray(0, 100));
  const isUstar = header.toString('latin1', 257, 262) === 'ustar';
  const prefix = isUstar && header[263] === 0x30 ? text(header.subarray(345, 500)) : '';
  return prefix === '' ? name : `${prefix}/${name}`;
}

/** An empty value takes an attribute back. */
function told(pax: PaxRecords | undefined, key: string): string | undefined {
  const value = pax?.get(key);
  return value === undefined || value.length === 0 ? undefined : text(value);
}

function text(bytes: Buffer): string {
  const end = bytes.indexOf(0);
  return bytes.toString('utf8', 0, end < 0 ? bytes.length : end);
}
