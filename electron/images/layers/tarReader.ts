import type { FileKind } from '../../../shared/contract';
import { invalidLayer } from './layerError';
import { parsePax, paxSize, type PaxRecords } from '../tar/paxRecords';
import { LeadingSparseMap, oldGnuParts, paxParts, sparseMap, type SparseMap } from './sparseMap';
import { tarNumber } from '../tar/tarNumbers';

/** An entry of a tar archive. Names are bytes, valid until the call that brings them returns. */
export interface TarHeader {
  readonly kind: Exclude<FileKind, 'whiteout' | 'opaque'>;
  readonly name: Buffer;
  /** Of links. */
  readonly target: Buffer;
  /** Bytes of the file; of a sparse one more than the archive holds. Zero for what is no file. */
  readonly size: number;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly modifiedMs: number;
  /** Where the content begins in the uncompressed archive. */
  readonly offset: number;
  readonly sparse?: SparseMap | undefined;
}

/** Takes what a {@link TarReader} finds. */
export interface TarSink {
  /** Called for each header, those of long names and attributes too, so that limits can be kept. */
  header(): void;
  entry(header: TarHeader): void;
  /** A piece of the file announced last, as it is stored; none when it is empty. Valid until the call returns. */
  content(bytes: Buffer): void;
  /** The file announced last is complete. */
  end(): void;
  /** An entry of a type that nobody knows; it is left out. */
  unknown(type: string, name: Buffer): void;
}

const blockBytes = 512;
/** Attributes and long names of one entry, as Go's archive/tar has it, which containerd and Docker read layers with. */
const maxMetadataBytes = 1024 * 1024;
const none = Buffer.alloc(0);

const kinds: Readonly<Record<string, TarHeader['kind']>> = {
  '0': 'file',
  '\0': 'file',
  '7': 'file',
  S: 'file',
  '1': 'hardlink',
  '2': 'symlink',
  '3': 'character-device',
  '4': 'block-device',
  '5': 'directory',
  '6': 'fifo',
};

/**
 * Reads a tar archive as its bytes come: ustar, pax, and GNU's long names, large numbers and sparse files. Follows Go's
 * archive/tar where readers differ, so that an archive looks as it does to those who unpack it.
 */
export class TarReader {
  private state: 'header' | 'more-sparse' | 'sparse-map' | 'metadata' | 'content' | 'skip' | 'ended' =
    'header';
  private readonly block = Buffer.alloc(blockBytes);
  private filled = 0;
  /** Bytes of the archive that were taken. */
  private at = 0;
  /** Bytes that the present state still takes, and those that are skipped after. */
  private left = 0;
  private padding = 0;
  private first = true;
  private zeroBlock = false;
  private metadataType = '';
  private metadata = none;
  private longName: Buffer | undefined;
  private longTarget: Buffer | undefined;
  private pax: PaxRecords | undefined;
  private pending: { header: Omit<TarHeader, 'offset'>; stored: number } | undefined;
  private sparseNumbers: number[] = [];
  private leadingMap: LeadingSparseMap | undefined;

  constructor(private readonly sink: TarSink) {}

  /** Takes the archive's next bytes. @throws StudioError `image-invalid` */
  push(chunk: Buffer): void {
    for (let from = 0; from < chunk.length;) {
      // What follows the end is padding, or of no interest to anybody who unpacks the archive.
      if (this.state === 'ended') return;
      const isBlock = this.state !== 'metadata' && this.state !== 'content' && this.state !== 'skip';
      const wanted = isBlock ? blockBytes - this.filled : this.left;
      const part = chunk.subarray(from, from + Math.min(wanted, chunk.length - from));
      from += part.length;
      this.at += part.length;
      if (isBlock) this.takeBlock(part);
      else this.take(part);
    }
  }

  /** There are no more bytes. @throws StudioError `image-invalid` when the archive is cut off */
  finish(): void {
    const whole =
      this.state === 'ended' ||
      (this.state === 'header' && this.filled === 0 && !this.pax && !this.longName && !this.longTarget);
    if (!whole) throw invalidLayer(`The layer’s archive is cut off after ${this.at} bytes.`);
  }

  private take(part: Buffer): void {
    if (this.state === 'metadata') part.copy(this.metadata, this.metadata.length - this.left);
    if (this.state === 'content') this.sink.content(part);
    this.left -= part.length;
    if (this.left > 0) return;
    if (this.state === 'metadata') this.endMetadata();
    else if (this.state === 'content') this.endContent();
    else this.state = 'header';
  }

  /** Handles a block, or completes it across pushes. */
  private takeBlock(part: Buffer): void {
    if (part.length === blockBytes) {
      this.onBlock(part);
      return;
    }
    part.copy(this.block, this.filled);
    this.filled += part.length;
    if (this.filled < blockBytes) return;
    this.filled = 0;
    this.onBlock(this.block);
  }

  private onBlock(block: Buffer): void {
    if (this.state === 'header') this.onHeader(block);
    else if (this.state === 'more-sparse') {
      this.sparseNumbers.push(...oldGnuParts(block, 0, 21));
      this.expectSparse(block[504] !== 0);
    } else {
      this.left -= blockBytes;
      const numbers = this.leadingMap!.add(block);
      if (numbers === undefined && this.left < blockBytes) throw damaged('a sparse file has no map');
      if (numbers !== undefined) {
        const { header } = this.pending!;
        this.pending = { header, stored: this.pending!.stored - this.leadingMap!.size };
        this.beginSparse(numbers);
      }
    }
  }

  private onHeader(block: Buffer): void {
    if (isZero(block)) {
      if (this.zeroBlock) this.state = 'ended';
      this.zeroBlock = true;
      this.first = false;
      return;
    }
    if (this.zeroBlock) throw damaged('there is an entry after the sign for its end');
    checkHeader(block, this.first);
    this.first = false;
    this.sink.header();

    const typeByte = block[156]!;
    const type = String.fromCharCode(typeByte);
    let stored = tarNumber(block, 124, 12);
    if (this.pax && type !== 'x' && type !== 'L' && type !== 'K') stored = paxSize(this.pax) ?? stored;
    if (!(stored >= 0)) throw damaged('an entry has no valid size');

    switch (type) {
      case 'x':
      case 'X':
      case 'L':
      case 'K':
        if (stored > maxMetadataBytes) {
          throw invalidLayer(
            `The name or the attributes of an entry in the layer’s archive have ${stored} bytes, more than the ${maxMetadataBytes} that are read.`,
          );
        }
        this.metadataType = type;
        this.metadata = Buffer.allocUnsafe(stored);
        this.begin('metadata', stored);
        if (stored === 0) this.endMetadata();
        return;
      case 'g':
        // Docker and containerd ignore global attributes, too.
        this.skip(stored + paddingOf(stored));
        return;
    }
    const kind = kinds[type];
    const name = this.nameOf(block);
    if (kind === undefined) {
      this.sink.unknown(type, name);
      this.forget();
      this.skip(stored + paddingOf(stored));
      return;
    }
    // Before there was a type for directories, a slash told them.
    const isDirectory = kind === 'directory' || (kind === 'file' && name.at(-1) === 0x2f);
    this.onEntry(block, isDirectory ? 'directory' : kind, name, stored, type === 'S');
  }

  private onEntry(
    block: Buffer,
    kind: TarHeader['kind'],
    name: Buffer,
    stored: number,
    oldSparse: boolean,
  ): void {
    const pax = this.pax;
    const content = kind === 'file' ? stored : 0;
    const header = {
      kind,
      name,
      target: kind === 'hardlink' || kind === 'symlink' ? this.targetOf(block) : none,
      size: content,
      mode: orZero(tarNumber(block, 100, 8)) & 0o7777,
      uid: paxNumber(pax, 'uid') ?? orZero(tarNumber(block, 108, 8)),
      gid: paxNumber(pax, 'gid') ?? orZero(tarNumber(block, 116, 8)),
      modifiedMs: Math.floor((paxNumber(pax, 'mtime') ?? orZero(tarNumber(block, 136, 12))) * 1000),
    };
    if (kind === 'file' && (oldSparse || pax?.has('GNU.sparse.map') || pax?.has('GNU.sparse.major'))) {
      this.onSparse(block, header, stored, oldSparse);
      return;
    }
    this.forget();
    // As Go: what is no file has no content, whatever its size says.
    this.announce(header, content);
  }

  private onSparse(
    block: Buffer,
    header: Omit<TarHeader, 'offset'>,
    stored: number,
    oldSparse: boolean,
  ): void {
    const pax = this.pax;
    const size = oldSparse
      ? tarNumber(block, 483, 12)
      : (paxNumber(pax, 'GNU.sparse.realsize') ?? paxNumber(pax, 'GNU.sparse.size') ?? NaN);
    if (!(size >= 0)) throw damaged('a sparse file has no valid size');
    const name = pax?.get('GNU.sparse.name') ?? header.name;
    // The block's bytes are gone by the time that the map is complete.
    this.pending = { header: { ...header, name: Buffer.from(name), size }, stored };
    this.sparseNumbers = [];
    this.forget();
    if (oldSparse) {
      this.sparseNumbers.push(...oldGnuParts(block, 386, 4));
      this.expectSparse(block[482] !== 0);
    } else if (pax?.has('GNU.sparse.map')) {
      this.beginSparse(paxParts(pax.get('GNU.sparse.map')!));
    } else {
      if (stored < blockBytes) throw damaged('a sparse file has no map');
      this.leadingMap = new LeadingSparseMap();
      this.begin('sparse-map', stored);
    }
  }

  private expectSparse(more: boolean): void {
    if (this.sparseNumbers.length > 200_000) throw damaged('the map of a sparse file is too long');
    if (more) this.state = 'more-sparse';
    else this.beginSparse(this.sparseNumbers);
  }

  private beginSparse(numbers: readonly number[]): void {
    const { header, stored } = this.pending!;
    this.pending = undefined;
    const sparse = sparseMap(numbers, header.size, stored);
    this.announce({ ...header, sparse }, stored);
  }

  private announce(header: Omit<TarHeader, 'offset'>, stored: number): void {
    this.sink.entry({ ...header, offset: this.at });
    if (stored > 0) {
      this.begin('content', stored);
      return;
    }
    if (header.kind === 'file') this.sink.end();
    this.state = 'header';
  }

  private endContent(): void {
    this.sink.end();
    this.skip(this.padding);
  }

  private endMetadata(): void {
    const content = this.metadata;
    this.metadata = none;
    if (this.metadataType === 'L') this.longName = untilNul(content);
    else if (this.metadataType === 'K') this.longTarget = untilNul(content);
    else {
      this.pax = parsePax(content);
      if (this.pax === undefined) throw damaged('an entry’s pax attributes can’t be read');
    }
    this.skip(this.padding);
  }

  private begin(state: 'metadata' | 'content' | 'sparse-map', bytes: number): void {
    this.state = state;
    this.left = bytes;
    this.padding = paddingOf(bytes);
  }

  private skip(bytes: number): void {
    this.left = bytes;
    this.state = bytes > 0 ? 'skip' : 'header';
  }

  private forget(): void {
    this.longName = undefined;
    this.longTarget = undefined;
    this.pax = undefined;
  }

  private nameOf(block: Buffer): Buffer {
    const name = this.pax?.get('path');
    if (name !== undefined && name.length > 0) return untilNul(name);
    if (this.longName !== undefined) return this.longName;
    const short = untilNul(block.subarray(0, 100));
    // GNU's own format (`ustar  `) has times where POSIX has the prefix.
    const isPosix = block.toString('latin1', 257, 263) === 'ustar\0';
    const prefix = isPosix ? untilNul(block.subarray(345, 500)) : none;
    return prefix.length === 0 ? short : Buffer.concat([prefix, Buffer.from('/'), short]);
  }

  private targetOf(block: Buffer): Buffer {
    const target = this.pax?.get('linkpath');
    if (target !== undefined && target.length > 0) return untilNul(target);
    return this.longTarget ?? untilNul(block.subarray(157, 257));
  }
}

function isZero(block: Buffer): boolean {
  if (block[0] !== 0) return false;
  for (let at = 1; at < blockBytes; at++) if (block[at] !== 0) return false;
  return true;
}

function checkHeader(block: Buffer, first: boolean): void {
  let sum = 8 * 0x20;
  for (let at = 0; at < 148; at++) sum += block[at]!;
  for (let at = 156; at < blockBytes; at++) sum += block[at]!;
  const told = tarNumber(block, 148, 8);
  if (told === sum || told === signedSum(block)) return;
  if (!first) throw damaged('an entry’s header has a wrong checksum');
  if (block.toString('latin1', 0, 4) === 'PK\x03\x04') {
    throw invalidLayer('The layer is a zip archive. Layers of images are tar archives.');
  }
  throw invalidLayer('The layer is no tar archive.');
}

/** Some old programs took bytes for signed ones. */
function signedSum(block: Buffer): number {
  let sum = 8 * 0x20;
  for (let at = 0; at < blockBytes; at++) if (at < 148 || at >= 156) sum += (block[at]! << 24) >> 24;
  return sum;
}

function damaged(what: string): Error {
  return invalidLayer(`The layer’s archive is damaged: ${what}.`);
}

function paddingOf(bytes: number): number {
  return (blockBytes - (bytes % blockBytes)) % blockBytes;
}

function untilNul(bytes: Buffer): Buffer {
  const end = bytes.indexOf(0);
  return end < 0 ? bytes : bytes.subarray(0, end);
}

function orZero(value: number): number {
  return Number.isNaN(value) ? 0 : value;
}

function paxNumber(pax: PaxRecords | undefined, key: string): number | undefined {
  const text = pax?.get(key)?.toString('latin1');
  return text !== undefined && /^-?\d{1,20}(\.\d*)?$/.test(text) ? Number(text) : undefined;
}
