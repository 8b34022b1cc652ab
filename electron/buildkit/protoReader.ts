import { Buffer } from 'node:buffer';

/**
 * Reads the fields of a protobuf message without copying
 * (https://protobuf.dev/programming-guides/encoding/). Only for the messages of which there are very many; everything
 * else goes through generated code. Bytes that are no message throw a RangeError.
 */
export class ProtoReader {
  readonly #bytes: Buffer;
  #position = 0;
  #end: number;

  constructor(bytes: Uint8Array) {
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#end = bytes.byteLength;
  }

  /** True at the end of the message, or of the embedded message that was entered. */
  get done(): boolean {
    return this.#position >= this.#end;
  }

  /** The next field's tag: field number times eight plus wire type. */
  tag(): number {
    return this.varint();
  }

  /** An unsigned varint, exact up to 2^53. */
  varint(): number {
    let byte = this.#byte();
    if (byte < 0x80) return byte;
    let value = byte & 0x7f;
    let factor = 0x80;
    for (let length = 1; byte >= 0x80; length++) {
      if (length === 10) throw new RangeError('A protobuf varint is longer than ten bytes.');
      byte = this.#byte();
      value += (byte & 0x7f) * factor;
      factor *= 0x80;
    }
    return value;
  }

  /** A signed integer (int32, int64), exact between -2^53 and 2^53. */
  int64(): number {
    const start = this.#position;
    const value = this.varint();
    if (value < 2 ** 63) return value;
    let low = 0n;
    for (let index = start, shift = 0n; index < this.#position; index++, shift += 7n) {
      low |= BigInt(this.#bytes[index]! & 0x7f) << shift;
    }
    return Number(BigInt.asIntN(64, low));
  }

  /** A length-delimited field as a view. */
  bytes(): Buffer {
    const start = this.#advance(this.varint());
    return this.#bytes.subarray(start, this.#position);
  }

  string(): string {
    const start = this.#advance(this.varint());
    return this.#bytes.toString('utf8', start, this.#position);
  }

  /** Starts an embedded message: `done` and the read methods now mean it. Returns what {@link leave} wants back. */
  enter(): number {
    const outerEnd = this.#end;
    const length = this.varint();
    if (this.#position + length > outerEnd) throw overrun();
    this.#end = this.#position + length;
    return outerEnd;
  }

  /** Ends the embedded message that {@link enter} started. */
  leave(outerEnd: number): void {
    this.#end = outerEnd;
  }

  /** Passes over a field that is not known. */
  skip(tag: number): void {
    switch (tag & 7) {
      case 0:
        this.varint();
        return;
      case 1:
        this.#advance(8);
        return;
      case 2:
        this.#advance(this.varint());
        return;
      case 5:
        this.#advance(4);
        return;
      default:
        throw new RangeError(`Protobuf wire type ${tag & 7} is not used by BuildKit.`);
    }
  }

  /** Moves on and returns where it was. */
  #advance(length: number): number {
    const start = this.#position;
    if (start + length > this.#end) throw overrun();
    this.#position = start + length;
    return start;
  }

  #byte(): number {
    if (this.#position >= this.#end) throw overrun();
    return this.#bytes[this.#position++]!;
  }
}

function overrun(): RangeError {
  return new RangeError('A protobuf field runs over the end of its message.');
}
