import { FileTransferError } from './fileTransferError';

/** Wire types of Protocol Buffers. */
export const WireType = { varint: 0, fixed64: 1, bytes: 2, fixed32: 5 } as const;

const scratch = new BigInt64Array(1);
const halves = new Uint32Array(scratch.buffer);

/**
 * Reads one message's fields from a range of a buffer, without a view for each nested message and with exact 64-bit
 * numbers (times in nanoseconds need them). Every method throws code `protocol` on malformed input.
 */
export class FieldReader {
  constructor(
    readonly buffer: Buffer,
    public at: number,
    readonly end: number,
  ) {}

  get more(): boolean {
    return this.at < this.end;
  }

  /** A varint's lowest 32 bits, unsigned. */
  uint32(): number {
    const first = this.byte();
    if (first < 0x80) return first;
    this.at--;
    this.varint();
    return halves[0]!;
  }

  /** A varint as a signed 64-bit number. */
  int64(): bigint {
    this.varint();
    return scratch[0]!;
  }

  /** Start of a length-delimited field's content; `at` is moved behind it. */
  bytes(): number {
    const length = this.uint32();
    const start = this.at;
    if (length > this.end - start) throw malformed('a field is longer than its message');
    this.at = start + length;
    return start;
  }

  /** Checks a known field's wire type. */
  expect(tag: number, wireType: number): void {
    if ((tag & 7) !== wireType) throw malformed(`field ${tag >>> 3} has wire type ${tag & 7}`);
  }

  /** Passes over a field that isn't known. */
  skip(tag: number): void {
    switch (tag & 7) {
      case WireType.varint:
        this.varint();
        return;
      case WireType.fixed64:
        this.advance(8);
        return;
      case WireType.bytes:
        this.bytes();
        return;
      case WireType.fixed32:
        this.advance(4);
        return;
      default:
        throw malformed(`wire type ${tag & 7}`);
    }
  }

  private byte(): number {
    if (this.at >= this.end) throw malformed('the message ends inside a field');
    return this.buffer[this.at++]!;
  }

  private advance(length: number): void {
    if (length > this.end - this.at) throw malformed('the message ends inside a field');
    this.at += length;
  }

  private varint(): void {
    let low = 0;
    let high = 0;
    for (let index = 0; index < 10; index++) {
      const byte = this.byte();
      const bits = byte & 0x7f;
      if (index < 4) low |= bits << (7 * index);
      else if (index === 4) {
        low |= bits << 28;
        high = bits >>> 4;
      } else high |= bits << (7 * index - 32);
      if (byte < 0x80) {
        halves[0] = low;
        halves[1] = high;
        return;
      }
    }
    throw malformed('a varint has more than ten bytes');
  }
}

function malformed(what: string): FileTransferError {
  return new FileTransferError('protocol', `The daemon sent a malformed message: ${what}.`);
}
