import { PREFIX_BYTES, writePrefix } from '../transport/messageFraming';
import { FieldReader, WireType } from './fieldReader';
import { varint32Size, writeVarint32 } from './protoWriter';
import { emptyStat, readStat, statSize, writeStat, type Stat } from './stat';

/** Kinds of fsutil's Packet. */
export const PacketType = { stat: 0, request: 1, data: 2, fin: 3, error: 4 } as const;

/** A decoded Packet. Its data is a range of the buffer it was read from. */
export interface Packet {
  type: number;
  stat: Stat | undefined;
  id: number;
  dataStart: number;
  dataEnd: number;
}

/** Decodes the Packet in `buffer[start, end)`. Throws code `protocol` when malformed. */
export function readPacket(buffer: Buffer, start: number, end: number): Packet {
  const packet: Packet = { type: 0, stat: undefined, id: 0, dataStart: start, dataEnd: start };
  const reader = new FieldReader(buffer, start, end);
  while (reader.more) {
    const tag = reader.uint32();
    switch (tag >>> 3) {
      case 1:
        reader.expect(tag, WireType.varint);
        packet.type = reader.uint32();
        break;
      case 2: {
        reader.expect(tag, WireType.bytes);
        const statStart = reader.bytes();
        packet.stat = readStat(buffer, statStart, reader.at, packet.stat ?? emptyStat());
        break;
      }
      case 3:
        reader.expect(tag, WireType.varint);
        packet.id = reader.uint32();
        break;
      case 4:
        reader.expect(tag, WireType.bytes);
        packet.dataStart = reader.bytes();
        packet.dataEnd = reader.at;
        break;
      default:
        reader.skip(tag);
    }
  }
  return packet;
}

/** Reads up to `length` bytes into `buffer` at `offset`; returns how many, 0 at the end. */
export type ReadInto = (buffer: Buffer, offset: number, length: number) => number;

/**
 * Collects gRPC-framed Packets in a buffer and hands it on when it is full or flushed. Each array handed on owns its
 * whole ArrayBuffer, so that it can be transferred to another thread.
 */
export class PacketBatch {
  private buffer: Buffer;
  private used = 0;
  private readonly spare: Buffer[] = [];

  /** @param capacity bytes collected before they are handed on */
  constructor(
    private readonly capacity: number,
    private readonly handOn: (framed: Uint8Array<ArrayBuffer>) => void,
  ) {
    this.buffer = Buffer.allocUnsafeSlow(capacity);
  }

  stat(stat: Stat): void {
    const inner = statSize(stat);
    const length = 1 + varint32Size(inner) + inner;
    let at = this.begin(length);
    this.buffer[at++] = 0x12;
    at = writeVarint32(this.buffer, at, inner);
    this.used = writeStat(this.buffer, at, stat);
  }

  /** An empty STAT: there are no more entries. */
  endOfStats(): void {
    this.used = this.begin(0);
  }

  request(id: number): void {
    this.header(PacketType.request, id, 0);
  }

  /** One DATA packet filled by `read` with at most `length` bytes; nothing is added when it has none. Returns how many. */
  data(id: number, length: number, read: ReadInto): number {
    this.reserve(length + 24);
    const start = this.used;
    const dataAt = start + dataHeaderSize(id, length);
    const count = read(this.buffer, dataAt, length);
    if (count === 0) return 0;
    const realAt = this.header(PacketType.data, id, count);
    if (realAt !== dataAt) this.buffer.copyWithin(realAt, dataAt, dataAt + count);
    this.used = realAt + count;
    return count;
  }

  /** An empty DATA: the file is complete. */
  endOfData(id: number): void {
    this.header(PacketType.data, id, 0);
  }

  fin(): void {
    this.header(PacketType.fin, 0, 0);
  }

  error(message: string): void {
    const text = Buffer.from(message, 'utf8');
    this.reserve(text.length + 24);
    const at = this.header(PacketType.error, 0, text.length);
    this.used = at + text.copy(this.buffer, at);
  }

  /** Hands on what is collected. */
  flush(): void {
    if (this.used === 0) return;
    if (this.used < this.capacity / 4) {
      const small = Buffer.allocUnsafeSlow(this.used);
      this.buffer.copy(small, 0, 0, this.used);
      this.used = 0;
      this.handOn(small);
      return;
    }
    const full = this.buffer.subarray(0, this.used) as Uint8Array<ArrayBuffer>;
    this.buffer = this.spare.pop() ?? Buffer.allocUnsafeSlow(this.capacity);
    this.used = 0;
    this.handOn(full);
  }

  /** Takes a buffer that was handed on back, to be filled again. */
  reuse(buffer: ArrayBuffer): void {
    if (buffer.byteLength === this.capacity) this.spare.push(Buffer.from(buffer));
  }

  /** Bytes collected and not yet handed on. */
  get pending(): number {
    return this.used;
  }

  private reserve(length: number): void {
    if (this.used + length <= this.buffer.length) return;
    this.flush();
    if (length > this.buffer.length) this.buffer = Buffer.allocUnsafeSlow(length);
  }

  /** Writes a message's prefix; returns where its content starts. */
  private begin(length: number): number {
    this.reserve(PREFIX_BYTES + length);
    writePrefix(this.buffer, this.used, length);
    return this.used + PREFIX_BYTES;
  }

  /** Writes a Packet up to its data; returns where the data goes. */
  private header(type: number, id: number, dataLength: number): number {
    const content = dataHeaderSize(id, dataLength) - PREFIX_BYTES + dataLength;
    let at = this.begin(content);
    this.buffer[at++] = 0x08;
    this.buffer[at++] = type;
    if (id !== 0) {
      this.buffer[at++] = 0x18;
      at = writeVarint32(this.buffer, at, id);
    }
    if (dataLength !== 0) {
      this.buffer[at++] = 0x22;
      at = writeVarint32(this.buffer, at, dataLength);
    }
    this.used = at;
    return at;
  }
}

/** Bytes before the data of a framed Packet whose type isn't 0. */
function dataHeaderSize(id: number, dataLength: number): number {
  return (
    PREFIX_BYTES +
    2 +
    (id === 0 ? 0 : 1 + varint32Size(id)) +
    (dataLength === 0 ? 0 : 1 + varint32Size(dataLength))
  );
}
