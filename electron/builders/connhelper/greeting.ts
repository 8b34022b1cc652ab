import type { Duplex } from 'node:stream';

/** An HTTP/2 frame names its type in this byte; a server begins with SETTINGS (RFC 9113, 3.4 and 4.1). */
const typeOffset = 3;
const settingsType = 4;
/** How much of something else is told. */
const toldBytes = 1024;

/**
 * Waits for a daemon's first bytes, which gRPC servers send unasked: a helper process that has started says nothing yet
 * about the daemon behind it. The bytes stay in the stream for its reader.
 *
 * @param signal destroys the stream when it aborts before that
 * @throws what the stream fails with, the signal's reason, or an Error with what was said instead: Docker prints there why
 *   it can't run a command, and a login shell its welcome
 */
export function greeting(stream: Duplex, signal: AbortSignal): Promise<Duplex> {
  return new Promise((resolve, reject) => {
    let received = Buffer.alloc(0);
    const settle = (): void => {
      signal.removeEventListener('abort', onAbort);
      stream.off('readable', onReadable).off('error', onError).off('end', onEnd).off('close', onEnd);
    };
    const fail = (error: Error): void => {
      settle();
      stream.on('error', () => undefined);
      stream.destroy();
      reject(error);
    };
    const onReadable = (): void => {
      const chunk = stream.read() as Buffer | null;
      if (chunk === null) return;
      received = Buffer.concat([received, chunk]);
      if (received.length <= typeOffset) return;
      if (received[typeOffset] !== settingsType) {
        fail(new Error(`it says: ${received.subarray(0, toldBytes).toString('utf8').trim()}`));
        return;
      }
      settle();
      stream.unshift(received);
      resolve(stream);
    };
    const onError = (error: Error): void => fail(error);
    const onEnd = (): void => fail(new Error('it closed the connection before it answered'));
    const onAbort = (): void => fail(signal.reason as Error);
    signal.addEventListener('abort', onAbort, { once: true });
    stream.on('readable', onReadable).on('error', onError).on('end', onEnd).on('close', onEnd);
    if (signal.aborted) onAbort();
  });
}
