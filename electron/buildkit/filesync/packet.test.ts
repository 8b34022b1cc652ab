import fc from 'fast-check';
import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import { describe, expect, it } from 'vitest';
import { PacketBatch, PacketType, readPacket } from './packet';
import { emptyStat, readStat, statSize, writeStat, type Stat } from './stat';
import { encodePacket, encodeStat } from './testing/packets';

const uint32 = fc.integer({ min: 0, max: 0xffffffff });
const int64 = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
const bytesText = fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes).toString('latin1'));
const stats: fc.Arbitrary<Stat> = fc.record({
  path: bytesText,
  mode: uint32,
  uid: uint32,
  gid: uint32,
  size: int64,
  modTime: int64,
  linkname: bytesText,
  devmajor: int64,
  devminor: int64,
});

function framed(fill: (batch: PacketBatch) => void, capacity = 1024): Buffer[] {
  const messages: Buffer[] = [];
  const batch = new PacketBatch(capacity, (bytes) => {
    expect(bytes.byteOffset).toBe(0);
    const view = Buffer.from(bytes.buffer, 0, bytes.byteLength);
    for (let at = 0; at < view.length;) {
      expect(view[at]).toBe(0);
      const end = at + 5 + view.readUInt32BE(at + 1);
      messages.push(view.subarray(at + 5, end));
      at = end;
    }
  });
  fill(batch);
  batch.flush();
  return messages;
}

describe('Stat', () => {
  it('is written as the Protocol Buffers library writes it, and read back equal', () => {
    fc.assert(
      fc.property(stats, (stat) => {
        const buffer = Buffer.alloc(statSize(stat));
        expect(writeStat(buffer, 0, stat)).toBe(buffer.length);
        expect(buffer.equals(encodeStat(stat))).toBe(true);
        expect(readStat(buffer, 0, buffer.length)).toEqual(stat);
      }),
    );
  });

  it('writes nothing for defaults', () => {
    expect(statSize(emptyStat())).toBe(0);
  });

  it('passes over extended attributes and fields it does not know', () => {
    const writer = new BinaryWriter();
    writer.tag(10, WireType.LengthDelimited).bytes(Buffer.from('xattr'));
    writer.tag(1, WireType.LengthDelimited).string('a');
    writer
      .tag(20, WireType.Bit32)
      .fixed32(7)
      .tag(21, WireType.Bit64)
      .fixed64(7n)
      .tag(22, WireType.Varint)
      .int64(-1);
    writer.tag(2, WireType.Varint).uint32(0o644);
    const bytes = Buffer.from(writer.finish());
    expect(readStat(bytes, 0, bytes.length)).toEqual({ ...emptyStat(), path: 'a', mode: 0o644 });
  });
});

describe('Packet', () => {
  it('is framed and written as the Protocol Buffers library writes it, whatever the batch size', () => {
    const packets = fc.array(
      fc.oneof(
        fc.record({ type: fc.constant(PacketType.stat), stat: stats }),
        fc.record({ type: fc.constant(PacketType.request), id: uint32 }),
        fc.record({
          type: fc.constant(PacketType.data),
          id: uint32,
          data: fc.uint8Array({ maxLength: 3000 }),
        }),
        fc.record({ type: fc.constant(PacketType.fin) }),
      ),
      { maxLength: 30 },
    );
    fc.assert(
      fc.property(packets, fc.integer({ min: 64, max: 5000 }), (list, capacity) => {
        const messages = framed((batch) => {
          for (const packet of list) {
            if (packet.type === PacketType.stat) batch.stat(packet.stat);
            else if (packet.type === PacketType.request) batch.request(packet.id);
            else if (packet.type === PacketType.fin) batch.fin();
            else if (packet.data.length === 0) batch.endOfData(packet.id);
            else {
              // More room than content: the header is shorter than was reserved.
              batch.data(packet.id, packet.data.length + 200, (buffer, offset) => {
                buffer.set(packet.data, offset);
                return packet.data.length;
              });
            }
          }
        }, capacity);
        const expected = list.map((packet) =>
          packet.type === PacketType.stat
            ? Buffer.from(
                new BinaryWriter().tag(2, WireType.LengthDelimited).bytes(encodeStat(packet.stat)).finish(),
              )
            : Buffer.from(encodePacket(packet)),
        );
        expect(messages.map((message) => message.toString('hex'))).toEqual(
          expected.map((b) => b.toString('hex')),
        );
      }),
    );
  });

  it('is read back as it was written', () => {
    fc.assert(
      fc.property(uint32, stats, fc.uint8Array({ maxLength: 500 }), uint32, (id, stat, data, type) => {
        const bytes = Buffer.from(encodePacket({ type, stat, id, data }));
        const padded = Buffer.concat([Buffer.alloc(3), bytes, Buffer.alloc(3)]);
        const packet = readPacket(padded, 3, 3 + bytes.length);
        expect(packet).toMatchObject({ type, id });
        expect(packet.stat ?? emptyStat()).toEqual(stat);
        expect(padded.subarray(packet.dataStart, packet.dataEnd).equals(data)).toBe(true);
      }),
    );
  });

  it('tells the end of the list, an empty message, from an entry with nothing but defaults', () => {
    const [end] = framed((batch) => batch.endOfStats());
    expect(end).toHaveLength(0);
    expect(readPacket(end!, 0, 0).stat).toBeUndefined();
    const [entry] = framed((batch) => batch.stat(emptyStat()));
    expect(readPacket(entry!, 0, entry!.length).stat).toEqual(emptyStat());
  });

  it('adds nothing when there is nothing to read, and carries a long error text', () => {
    const text = 'é'.repeat(5000);
    const messages = framed((batch) => {
      expect(batch.data(1, 100, () => 0)).toBe(0);
      batch.error(text);
    });
    expect(messages).toHaveLength(1);
    const packet = readPacket(messages[0]!, 0, messages[0]!.length);
    expect(packet.type).toBe(PacketType.error);
    expect(messages[0]!.toString('utf8', packet.dataStart, packet.dataEnd)).toBe(text);
  });

  it('fills a buffer again that was handed on and given back', () => {
    const buffers: ArrayBuffer[] = [];
    const batch = new PacketBatch(64, (bytes) => {
      buffers.push(bytes.buffer);
      batch.reuse(bytes.buffer);
    });
    for (let id = 0; id < 100; id++) batch.request(id);
    expect(buffers.length).toBeGreaterThan(5);
    expect(new Set(buffers).size).toBeLessThanOrEqual(2);
  });

  it('throws for malformed bytes and never reads outside the message', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 60 }), (bytes) => {
        const buffer = Buffer.from(bytes);
        try {
          const packet = readPacket(buffer, 0, buffer.length);
          expect(packet.dataEnd).toBeLessThanOrEqual(buffer.length);
        } catch (error) {
          expect(error).toMatchObject({ code: 'protocol' });
        }
      }),
      { numRuns: 2000 },
    );
    expect(() => readPacket(Buffer.from([0x22, 0x05, 1]), 0, 3)).toThrow('malformed');
    expect(() => readPacket(Buffer.from([0x0a, 0x00]), 0, 2)).toThrow('wire type 2');
    expect(() => readPacket(Buffer.alloc(20, 0xff), 0, 20)).toThrow('ten bytes');
  });
});
