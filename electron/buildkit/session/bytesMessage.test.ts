import { Buffer } from 'node:buffer';
import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BytesMessageSchema } from '../gen/moby/buildkit/v1/control_pb';
import { frameMessage, PREFIX_BYTES } from '../transport/messageFraming';
import { BytesMessageUnwrapper, decodeBytesMessage, frameBytesMessage } from './bytesMessage';

function generated(data: Uint8Array): Uint8Array {
  return toBinary(BytesMessageSchema, create(BytesMessageSchema, { data }));
}

function unwrap(chunks: readonly Uint8Array[]): Buffer {
  const unwrapper = new BytesMessageUnwrapper();
  const pieces: Uint8Array[] = [];
  for (const chunk of chunks) unwrapper.push(chunk, (piece) => pieces.push(piece));
  return Buffer.concat(pieces);
}

const data = fc.oneof(
  fc.uint8Array({ maxLength: 400 }),
  fc.integer({ min: 0, max: 70_000 }).map((n) => new Uint8Array(n).fill(7)),
);

describe('BytesMessage by hand', () => {
  it('is written as the generated code reads it', () => {
    fc.assert(
      fc.property(fc.array(data, { maxLength: 5 }), (chunks) => {
        const whole = Buffer.concat(chunks);
        const framed = frameBytesMessage(chunks, whole.byteLength);
        expect(framed.readUInt32BE(1)).toBe(framed.byteLength - PREFIX_BYTES);
        expect(whole.equals(fromBinary(BytesMessageSchema, framed.subarray(PREFIX_BYTES)).data)).toBe(true);
      }),
    );
  });

  it('is read as the generated code writes it', () => {
    fc.assert(
      fc.property(data, (bytes) => {
        expect(Buffer.from(bytes).equals(decodeBytesMessage(generated(bytes)))).toBe(true);
      }),
    );
  });

  it('is unwrapped from a stream wherever it is cut', () => {
    fc.assert(
      fc.property(
        fc.array(data, { maxLength: 8 }),
        fc.array(fc.integer({ min: 1, max: 9_000 }), { minLength: 1, maxLength: 10 }),
        (messages, sizes) => {
          const stream = Buffer.concat(messages.map((message) => frameMessage(generated(message))));
          const chunks: Buffer[] = [];
          for (let start = 0, turn = 0; start < stream.byteLength; turn++) {
            const size = sizes[turn % sizes.length]!;
            chunks.push(stream.subarray(start, start + size));
            start += size;
          }
          expect(unwrap(chunks).equals(Buffer.concat(messages))).toBe(true);
        },
      ),
    );
  });

  it('is unwrapped byte by byte', () => {
    const framed = frameBytesMessage([Buffer.alloc(300, 'x')], 300);
    expect(unwrap([...framed].map((byte) => Uint8Array.of(byte))).toString()).toBe('x'.repeat(300));
  });

  it.each([
    ['compressed', [1, 0, 0, 0, 3, 0x0a, 1, 65]],
    ['another field', [0, 0, 0, 0, 3, 0x12, 1, 65]],
    ['an inner length that does not fit', [0, 0, 0, 0, 3, 0x0a, 2, 65]],
    ['an endless length', [0, 0, 0, 0, 9, 0x0a, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff]],
  ])('is refused when malformed: %s', (_what, bytes) => {
    expect(() => unwrap([Uint8Array.from(bytes)])).toThrow(/malformed session message/);
  });
});
