import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BlobError } from './blobSource';
import { verified } from './verified';

const never = new AbortController().signal;
const digestOf = (bytes: Uint8Array): string => `sha256:${createHash('sha256').update(bytes).digest('hex')}`;

async function* inPieces(pieces: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* pieces;
}

async function collect(
  blob: { digest: string; size: number },
  pieces: readonly Uint8Array[],
): Promise<{ bytes: Buffer; error?: unknown }> {
  const read: Uint8Array[] = [];
  try {
    for await (const piece of verified(blob, inPieces(pieces), never)) read.push(piece);
    return { bytes: Buffer.concat(read) };
  } catch (error) {
    return { bytes: Buffer.concat(read), error };
  }
}

const pieces = fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 8 });

describe('verified', () => {
  it('gives what went in when it is right', async () => {
    await fc.assert(
      fc.asyncProperty(pieces, async (parts) => {
        const whole = Buffer.concat(parts);
        expect(await collect({ digest: digestOf(whole), size: whole.length }, parts)).toEqual({
          bytes: whole,
        });
      }),
    );
  });

  it('never gives all of what is wrong, and never more than its size', async () => {
    await fc.assert(
      fc.asyncProperty(pieces, fc.uint8Array({ minLength: 1, maxLength: 60 }), async (parts, right) => {
        const whole = Buffer.concat(parts);
        fc.pre(!whole.equals(right));
        const { bytes, error } = await collect({ digest: digestOf(right), size: right.length }, parts);
        expect(error).toBeInstanceOf(BlobError);
        expect(bytes.length).toBeLessThanOrEqual(right.length);
        if (whole.length > 0) expect(bytes.length).toBeLessThan(whole.length);
      }),
    );
  });

  it('gives up a source that goes on for ever, and stops when it is told to', async () => {
    let given = 0;
    const endless = async function* (): AsyncGenerator<Uint8Array> {
      for (;;) {
        given++;
        yield new Uint8Array(10);
      }
    };
    const blob = { digest: `sha256:${'0'.repeat(64)}`, size: 100 };
    const read = async (signal: AbortSignal): Promise<void> => {
      for await (const piece of verified(blob, endless(), signal)) void piece;
    };
    await expect(read(never)).rejects.toThrow('more than the 100 bytes');
    expect(given).toBe(11);
    const stop = AbortSignal.abort();
    await expect(read(stop)).rejects.toBe(stop.reason);
  });

  it('refuses a digest that it can’t check', async () => {
    expect((await collect({ digest: 'md5:00', size: 0 }, [])).error).toBeInstanceOf(BlobError);
  });

  it('gives pieces that are the reader’s own', async () => {
    const shared = new Uint8Array([1, 2, 3]);
    for await (const piece of verified({ digest: digestOf(shared), size: 3 }, inPieces([shared]), never))
      expect(piece.buffer).not.toBe(shared.buffer);
  });
});
