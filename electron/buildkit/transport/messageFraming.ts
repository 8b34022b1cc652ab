import { Buffer } from 'node:buffer';
import { GrpcCode, GrpcError } from '../grpcStatus';

/** Largest message accepted either way, as the Go client has it. */
export const MAX_MESSAGE_BYTES = 16 * 1024 * 1024;

/** Bytes before each message on the wire: one compression flag, four of length (big endian). */
export const PREFIX_BYTES = 5;

/** Writes gRPC's message prefix into `target` at `offset`. */
export function writePrefix(target: Uint8Array, offset: number, length: number): void {
  target[offset] = 0;
  target[offset + 1] = length >>> 24;
  target[offset + 2] = length >>> 16;
  target[offset + 3] = length >>> 8;
  target[offset + 4] = length;
}

/** One message with its prefix, as a new buffer. */
export function frameMessage(payload: Uint8Array): Buffer {
  const framed = Buffer.allocUnsafe(PREFIX_BYTES + payload.byteLength);
  writePrefix(framed, 0, payload.byteLength);
  framed.set(payload, PREFIX_BYTES);
  return framed;
}

/**
 * Cuts a gRPC byte stream into messages, wherever the chunks are split. A message that lies within one chunk is
 * a view of it, so the chunks must not be reused.
 */
export class MessageDeframer {
  readonly #prefix = Buffer.allocUnsafe(PREFIX_BYTES);
  #prefixFilled = 0;
  #partial: Buffer | undefined;
  #partialFilled = 0;

  /**
   * Takes the next bytes and hands each completed message to `emit`.
   * Throws a {@link GrpcError} for compressed or too large messages.
   */
  push(chunk: Uint8Array, emit: (message: Uint8Array) => void): void {
    let position = 0;
    while (position < chunk.byteLength) {
      if (this.#partial !== undefined) {
        const wanted = this.#partial.byteLength - this.#partialFilled;
        const taken = Math.min(wanted, chunk.byteLength - position);
        this.#partial.set(chunk.subarray(position, position + taken), this.#partialFilled);
        this.#partialFilled += taken;
        position += taken;
        if (taken === wanted) {
          const message = this.#partial;
          this.#partial = undefined;
          emit(message);
        }
        continue;
      }
      while (this.#prefixFilled < PREFIX_BYTES && position < chunk.byteLength) {
        this.#prefix[this.#prefixFilled++] = chunk[position++]!;
      }
      if (this.#prefixFilled < PREFIX_BYTES) return;
      this.#prefixFilled = 0;
      const length = this.#messageLength();
      if (position + length <= chunk.byteLength) {
        emit(chunk.subarray(position, position + length));
        position += length;
      } else {
        this.#partial = Buffer.allocUnsafeSlow(length);
        this.#partialFilled = 0;
      }
    }
  }

  /** True between messages: the stream may end here. */
  get atBoundary(): boolean {
    return this.#prefixFilled === 0 && this.#partial === undefined;
  }

  #messageLength(): number {
    if (this.#prefix[0] !== 0) {
      throw new GrpcError(
        GrpcCode.UNIMPLEMENTED,
        'The peer sent a compressed message, which was not offered.',
      );
    }
    const length = this.#prefix.readUInt32BE(1);
    if (length > MAX_MESSAGE_BYTES) {
      throw new GrpcError(
        GrpcCode.RESOURCE_EXHAUSTED,
        `The peer sent a message of ${length} bytes; the limit is ${MAX_MESSAGE_BYTES}.`,
      );
    }
    return length;
  }
}
