import { BinaryReader, BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import { PacketType } from '../packet';
import type { Stat } from '../stat';

/** A Packet in plain form, for the reference encoder and decoder, which share no code with the one under test. */
export interface PlainPacket {
  type: number;
  stat?: Partial<Stat>;
  id?: number;
  data?: Uint8Array;
}

/** Encodes a Packet with the Protocol Buffers library. */
export function encodePacket(packet: PlainPacket): Uint8Array {
  const writer = new BinaryWriter();
  if (packet.type !== 0) writer.tag(1, WireType.Varint).uint32(packet.type);
  if (packet.stat) writer.tag(2, WireType.LengthDelimited).bytes(encodeStat(packet.stat));
  if (packet.id) writer.tag(3, WireType.Varint).uint32(packet.id);
  if (packet.data?.length) writer.tag(4, WireType.LengthDelimited).bytes(packet.data);
  return writer.finish();
}

export function encodeStat(stat: Partial<Stat>): Uint8Array {
  const writer = new BinaryWriter();
  if (stat.path) writer.tag(1, WireType.LengthDelimited).bytes(Buffer.from(stat.path, 'latin1'));
  if (stat.mode) writer.tag(2, WireType.Varint).uint32(stat.mode);
  if (stat.uid) writer.tag(3, WireType.Varint).uint32(stat.uid);
  if (stat.gid) writer.tag(4, WireType.Varint).uint32(stat.gid);
  if (stat.size) writer.tag(5, WireType.Varint).int64(stat.size);
  if (stat.modTime) writer.tag(6, WireType.Varint).int64(stat.modTime);
  if (stat.linkname) writer.tag(7, WireType.LengthDelimited).bytes(Buffer.from(stat.linkname, 'latin1'));
  if (stat.devmajor) writer.tag(8, WireType.Varint).int64(stat.devmajor);
  if (stat.devminor) writer.tag(9, WireType.Varint).int64(stat.devminor);
  return writer.finish();
}

/** Decodes what a daemon needs to know of a Packet, with the Protocol Buffers library. */
export function decodePacket(
  payload: Uint8Array,
): Required<Omit<PlainPacket, 'stat'>> & { path: string | undefined } {
  const packet = {
    type: PacketType.stat as number,
    id: 0,
    data: new Uint8Array(),
    path: undefined as string | undefined,
  };
  const reader = new BinaryReader(payload);
  while (reader.pos < reader.len) {
    const [field, wireType] = reader.tag();
    if (field === 1) packet.type = reader.uint32();
    else if (field === 2) packet.path = pathOf(reader.bytes());
    else if (field === 3) packet.id = reader.uint32();
    else if (field === 4) packet.data = new Uint8Array(reader.bytes());
    else reader.skip(wireType);
  }
  return packet;
}

function pathOf(stat: Uint8Array): string {
  const reader = new BinaryReader(stat);
  let path = '';
  while (reader.pos < reader.len) {
    const [field, wireType] = reader.tag();
    if (field === 1) path = Buffer.from(reader.bytes()).toString('latin1');
    else reader.skip(wireType);
  }
  return path;
}
