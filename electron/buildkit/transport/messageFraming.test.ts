import { Buffer } from 'node:buffer';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GrpcCode } from '../grpcStatus';
import {
  frameMessage,
  MAX_MESSAGE_BYTES,
  MessageDeframer,
  PREFIX_BYTES,
  writePrefix,
} from './messageFraming';

/** Cuts bytes at the given positions (fractions of the length). */
function split(bytes: Buffer, cuts: readonly number[]): Buffer[] {
  const positions = cuts.map((cut) => Math.floor(cut * bytes.byteLength)).sort((a, b) => a - b);
  return [0, ...positions].map((start, index) => bytes.subarray(start, positions[index] ?? bytes.byteLength));
}

const cuts = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 20 });

describe('MessageDeframer', () => {
  it('gives back every message, wherever the stream is cut', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 300 }), { maxLength: 20 }), cuts, (messages, where) => {
        const deframer = new MessageDeframer();
        const received: Buffer[] = [];
        for (const chunk of split(Buffer.concat(messages.map(frameMessage)), where)) {
          deframer.push(chunk, (message) => received.push(Buffer.from(message)));
        }
        expect(received).toEqual(messages.map((message) => Buffer.from(message)));
        expect(deframer.atBoundary).toBe(true);
      }),
    );
  });

  it('knows that a stream ended inside a message', () => {
    const framed = frameMessage(Buffer.from('hello'));
    for (let length = 1; length < framed.byteLength; length++) {
      const deframer = new MessageDeframer();
      deframer.push(framed.subarray(0, length), () => expect.unreachable());
      expect(deframer.atBoundary).toBe(false);
    }
  });

  it('refuses a message over the limit before it is buffered', () => {
    const prefix = Buffer.alloc(PREFIX_BYTES);
    writePrefix(prefix, 0, MAX_MESSAGE_BYTES + 1);
    expect(() => new MessageDeframer().push(prefix, () => undefined)).toThrow(
      expect.objectContaining({ code: GrpcCode.RESOURCE_EXHAUSTED }),
    );
  });

  it('refuses compression, which we never offer', () => {
    const framed = frameMessage(Buffer.from('x'));
    framed[0] = 1;
    expect(() => new MessageDeframer().push(framed, () => undefined)).toThrow(
      expect.objectContaining({ code: GrpcCode.UNIMPLEMENTED }),
    );
  });

  it('writes lengths above 2^24 in big endian', () => {
    const prefix = Buffer.alloc(PREFIX_BYTES);
    writePrefix(prefix, 0, 0x0102_0304);
    expect([...prefix]).toEqual([0, 1, 2, 3, 4]);
  });
});
