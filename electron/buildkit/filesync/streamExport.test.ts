import { Buffer } from 'node:buffer';
import { buffer } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { decodeBytesMessage, frameBytesMessage } from '../session/bytesMessage';
import type { SessionCall } from '../session/service';
import { createStreamExportService } from './streamExport';

const prefixBytes = 5;
const message = (data: Uint8Array): Uint8Array =>
  frameBytesMessage([data], data.length).subarray(prefixBytes);

/** A daemon that sends the chunks; `sent` counts those that were taken from it. */
function call(chunks: readonly Uint8Array[], signal = new AbortController().signal) {
  const state = { sent: 0 };
  async function* messages(): AsyncGenerator<Uint8Array> {
    for (const chunk of chunks) {
      state.sent++;
      yield message(chunk);
    }
  }
  const made: SessionCall = {
    path: '/moby.filesync.v1.FileSend/DiffCopy',
    metadata: new Map(),
    signal,
    messages: messages(),
    send: async () => undefined,
    sendFramed: async () => undefined,
  };
  return { state, made };
}

const chunks = Array.from({ length: 200 }, (_, index) =>
  index % 7 === 3 ? Buffer.alloc(0) : Buffer.alloc(1000, index),
);

describe('createStreamExportService', () => {
  it('hands over every byte and succeeds when they are consumed', async () => {
    const { made } = call(chunks);
    let got: Buffer | undefined;
    const service = createStreamExportService(async (content) => {
      got = await buffer(content);
    });
    await service.methods['DiffCopy']!(made);
    expect(got).toEqual(Buffer.concat(chunks));
    expect(decodeBytesMessage(message(Buffer.from('x')))).toEqual(Buffer.from('x'));
  });

  it('takes from the daemon only what is read, and the rest at the end', async () => {
    const many = Array.from({ length: 1000 }, () => Buffer.alloc(64 * 1024));
    const { state, made } = call(many);
    let early = 0;
    const service = createStreamExportService(async (content) => {
      content.read(0);
      await new Promise((resolve) => setTimeout(resolve, 50));
      early = state.sent;
    });
    await service.methods['DiffCopy']!(made);
    expect(early).toBeLessThan(10);
    expect(state.sent).toBe(many.length);
  });

  it('fails with what the consumer throws', async () => {
    const { made } = call(chunks);
    const error = new Error('no room');
    const service = createStreamExportService(async () => {
      throw error;
    });
    await expect(service.methods['DiffCopy']!(made)).rejects.toBe(error);
  });

  it('breaks the stream when the daemon gives up', async () => {
    const abort = new AbortController();
    const { made } = call(chunks, abort.signal);
    const reason = new Error('gave up');
    const service = createStreamExportService(async (content) => {
      abort.abort(reason);
      await buffer(content);
    });
    await expect(service.methods['DiffCopy']!(made)).rejects.toBe(reason);
  });
});
