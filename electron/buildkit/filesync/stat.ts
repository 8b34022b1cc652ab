import type { BytePath } from './bytePath';
import { FieldReader, WireType } from './fieldReader';
import { varint32Size, varint64Size, writeLatin1, writeVarint32, writeVarint64 } from './protoWriter';

/** fsutil's Stat: one entry of a tree. Extended attributes (field 10) are neither sent nor read. */
export interface Stat {
  /** Slash-separated, relative to the tree's root. */
  path: BytePath;
  /** Go's FileMode; see {@link GoMode}. */
  mode: number;
  uid: number;
  gid: number;
  /** Bytes of content. */
  size: bigint;
  /** Nanoseconds since 1970. */
  modTime: bigint;
  /** A symlink's target as it stands, or the path of the entry that a hard link repeats. */
  linkname: BytePath;
  devmajor: bigint;
  devminor: bigint;
}

/** A Stat with every field at its default. */
export function emptyStat(): Stat {
  return {
    path: '',
    mode: 0,
    uid: 0,
    gid: 0,
    size: 0n,
    modTime: 0n,
    linkname: '',
    devmajor: 0n,
    devminor: 0n,
  };
}

/** Bytes that {@link writeStat} will write. */
export function statSize(stat: Stat): number {
  let size = 0;
  if (stat.path !== '') size += 1 + varint32Size(stat.path.length) + stat.path.length;
  if (stat.mode !== 0) size += 1 + varint32Size(stat.mode);
  if (stat.uid !== 0) size += 1 + varint32Size(stat.uid);
  if (stat.gid !== 0) size += 1 + varint32Size(stat.gid);
  if (stat.size !== 0n) size += 1 + varint64Size(stat.size);
  if (stat.modTime !== 0n) size += 1 + varint64Size(stat.modTime);
  if (stat.linkname !== '') size += 1 + varint32Size(stat.linkname.length) + stat.linkname.length;
  if (stat.devmajor !== 0n) size += 1 + varint64Size(stat.devmajor);
  if (stat.devminor !== 0n) size += 1 + varint64Size(stat.devminor);
  return size;
}

/** Encodes a Stat; returns the position behind it. */
export function writeStat(buffer: Buffer, at: number, stat: Stat): number {
  if (stat.path !== '') {
    buffer[at++] = 0x0a;
    at = writeLatin1(buffer, writeVarint32(buffer, at, stat.path.length), stat.path);
  }
  if (stat.mode !== 0) {
    buffer[at++] = 0x10;
    at = writeVarint32(buffer, at, stat.mode);
  }
  if (stat.uid !== 0) {
    buffer[at++] = 0x18;
    at = writeVarint32(buffer, at, stat.uid);
  }
  if (stat.gid !== 0) {
    buffer[at++] = 0x20;
    at = writeVarint32(buffer, at, stat.gid);
  }
  if (stat.size !== 0n) {
    buffer[at++] = 0x28;
    at = writeVarint64(buffer, at, stat.size);
  }
  if (stat.modTime !== 0n) {
    buffer[at++] = 0x30;
    at = writeVarint64(buffer, at, stat.modTime);
  }
  if (stat.linkname !== '') {
    buffer[at++] = 0x3a;
    at = writeLatin1(buffer, writeVarint32(buffer, at, stat.linkname.length), stat.linkname);
  }
  if (stat.devmajor !== 0n) {
    buffer[at++] = 0x40;
    at = writeVarint64(buffer, at, stat.devmajor);
  }
  if (stat.devminor !== 0n) {
    buffer[at++] = 0x48;
    at = writeVarint64(buffer, at, stat.devminor);
  }
  return at;
}

/** Decodes the Stat in `buffer[start, end)` on top of `stat`. Throws code `protocol` when malformed. */
export function readStat(buffer: Buffer, start: number, end: number, stat: Stat = emptyStat()): Stat {
  const reader = new FieldReader(buffer, start, end);
  while (reader.more) {
    const tag = reader.uint32();
    switch (tag >>> 3) {
      case 1:
        stat.path = latin1(reader, tag);
        break;
      case 2:
        stat.mode = uint32(reader, tag);
        break;
      case 3:
        stat.uid = uint32(reader, tag);
        break;
      case 4:
        stat.gid = uint32(reader, tag);
        break;
      case 5:
        stat.size = int64(reader, tag);
        break;
      case 6:
        stat.modTime = int64(reader, tag);
        break;
      case 7:
        stat.linkname = latin1(reader, tag);
        break;
      case 8:
        stat.devmajor = int64(reader, tag);
        break;
      case 9:
        stat.devminor = int64(reader, tag);
        break;
      default:
        reader.skip(tag);
    }
  }
  return stat;
}

function uint32(reader: FieldReader, tag: number): number {
  reader.expect(tag, WireType.varint);
  return reader.uint32();
}

function int64(reader: FieldReader, tag: number): bigint {
  reader.expect(tag, WireType.varint);
  return reader.int64();
}

function latin1(reader: FieldReader, tag: number): string {
  reader.expect(tag, WireType.bytes);
  const start = reader.bytes();
  return reader.buffer.toString('latin1', start, reader.at);
}
