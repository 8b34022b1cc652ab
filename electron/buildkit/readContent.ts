import { ProtoReader } from './protoReader';

/** The data of one containerd ReadContentResponse (`{ int64 offset = 1; bytes data = 2 }`), as a view. */
export function decodeReadContent(message: Uint8Array): Uint8Array {
  const reader = new ProtoReader(message);
  let data: Uint8Array = message.subarray(0, 0);
  while (!reader.done) {
    const tag = reader.tag();
    if (tag === 0x12) data = reader.bytes();
    else reader.skip(tag);
  }
  return data;
}
