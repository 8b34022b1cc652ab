import { Buffer } from 'node:buffer';
import { GrpcCode, GrpcError } from '../grpcStatus';
import { ProtoReader } from '../protoReader';
import { PREFIX_BYTES, writePrefix } from '../transport/messageFraming';

/*
 * BytesMessage is `{ bytes data = 1 }`, in moby.buildkit.v1, moby.filesync.v1, moby.sshforward.v1 and moby.upload.v1
 * alike. It carries every byte of a session, so it is coded by hand.
 */

/** Field 1, length-delimited. */
const DATA_TAG = 0x0a;

/** The `data` of one BytesMessage, as a view. */
export function decodeBytesMessage(message: Uint8Array): Uint8Array {
  const reader = new ProtoReader(message);
  let data: Uint8Array = message.subarray(0, 0);
  while (!reader.done) {
    const tag = reader.tag();
    if (tag === DATA_TAG) data = reader.bytes();
    else reader.skip(tag);
  }
  return data;
}

/** Most bytes that {@link writeFramedBytesMessage} writes besides the data. */
export const FRAMING_BYTES = PREFIX_BYTES + 1 + 5;

/**
 * A gRPC-framed BytesMessage whose data is the concatenation of `chunks`.
 * @param length the sum of the chunks' lengths.
 */
export function frameBytesMessage(chunks: readonly Uint8Array[], length: number): Buffer {
  return writeFramedBytesMessage(Buffer.allocUnsafe(FRAMING_BYTES + length), chunks, length);
}

/** The same into `target`, which has room for it. Returns the written part. */
export function writeFramedBytesMessage(
  target: Buffer,
  chunks: readonly Uint8Array[],
  length: number,
): Buffer {
  target[PREFIX_BYTES] = DATA_TAG;
  let position = writeVarint(target, PREFIX_BYTES + 1, length);
  for (const chunk of chunks) {
    target.set(chunk, position);
    position += chunk.byteLength;
  }
  writePrefix(target, 0, position - PREFIX_BYTES);
  return target.subarray(0, position);
}

/**
 * Unwraps a gRPC stream of BytesMessages into the bytes they carry, in the pieces in which they arrive: nothing is
 * copied and nothing waits for the end of a message.
 */
export class BytesMessageUnwrapper {
  /** Prefix and protobuf header of the current message, while incomplete. */
  readonly #header = Buffer.allocUnsafe(FRAMING_BYTES);
  #headerFilled = 0;
  #dataLeft = 0;

  /** Takes the next bytes and hands each piece of data to `emit`. Throws a {@link GrpcError} for anything but BytesMessages. */
  push(chunk: Uint8Array, emit: (data: Uint8Array) => void): void {
    let position = 0;
    while (position < chunk.byteLength) {
      if (this.#dataLeft > 0) {
        const taken = Math.min(this.#dataLeft, chunk.byteLength - position);
        emit(chunk.subarray(position, position + taken));
        position += taken;
        this.#dataLeft -= taken;
        continue;
      }
      this.#header[this.#headerFilled++] = chunk[position++]!;
      this.#tryHeader();
    }
  }

  #tryHeader(): void {
    const header = this.#header;
    const filled = this.#headerFilled;
    if (filled < PREFIX_BYTES) return;
    const messageLength = header.readUInt32BE(1);
    if (header[0] !== 0) throw malformed('it is compressed');
    if (messageLength === 0) {
      this.#headerFilled = 0;
      return;
    }
    if (filled === PREFIX_BYTES) return;
    if (header[PREFIX_BYTES] !== DATA_TAG) throw malformed('it has an unknown field');
    const last = header[filled - 1]!;
    if (filled === PREFIX_BYTES + 1) return;
    if (last >= 0x80) {
      if (filled === header.byteLength) throw malformed('its length is out of range');
      return;
    }
    const reader = new ProtoReader(header.subarray(PREFIX_BYTES + 1, filled));
    const dataLength = reader.varint();
    if (filled - PREFIX_BYTES + dataLength !== messageLength) throw malformed('its length does not add up');
    this.#headerFilled = 0;
    this.#dataLeft = dataLength;
  }
}

function malformed(what: string): GrpcError {
  return new GrpcError(GrpcCode.INTERNAL, `The daemon sent a malformed session message: ${what}.`);
}

function writeVarint(target: Uint8Array, offset: number, value: number): number {
  let position = offset;
  let rest = value;
  while (rest >= 0x80) {
    target[position++] = (rest & 0x7f) | 0x80;
    rest >>>= 7;
  }
  target[position++] = rest;
  return position;
}
