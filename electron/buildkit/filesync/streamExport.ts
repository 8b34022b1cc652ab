import { Readable } from 'node:stream';
import { decodeBytesMessage } from '../session/bytesMessage';
import type { SessionCall, SessionService } from '../session/service';

/**
 * `moby.filesync.v1.FileSend` for one exporter of a tar, oci or docker stream whose bytes go on to somebody else.
 *
 * @param consume takes the stream and resolves when it has done its work; the export succeeds only then, and fails with
 * what it throws. `signal` aborts when the daemon or the build gives up. Reading slowly slows the daemon down.
 */
export function createStreamExportService(
  consume: (content: Readable, signal: AbortSignal) => Promise<void>,
): SessionService {
  const diffCopy = async (call: SessionCall): Promise<void> => {
    const messages = call.messages[Symbol.asyncIterator]();
    const content = contentOf(messages);
    const onAbort = (): void => void content.destroy(call.signal.reason as Error);
    call.signal.addEventListener('abort', onAbort, { once: true });
    try {
      await consume(content, call.signal);
    } finally {
      call.signal.removeEventListener('abort', onAbort);
      content.destroy();
    }
    // Who reads a tar archive may stop at its end mark; the daemon wants to get rid of the padding too.
    while ((await messages.next()).done !== true);
  };
  return { name: 'moby.filesync.v1.FileSend', methods: { DiffCopy: diffCopy } };
}

function contentOf(messages: AsyncIterator<Uint8Array>): Readable {
  const pull = async (): Promise<Uint8Array | null> => {
    for (;;) {
      const next = await messages.next();
      if (next.done === true) return null;
      const data = decodeBytesMessage(next.value);
      // An empty chunk would not be asked for again.
      if (data.length > 0) return data;
    }
  };
  const content: Readable = new Readable({
    read() {
      pull().then(
        (chunk) => content.push(chunk),
        (error: Error) => content.destroy(error),
      );
    },
  });
  // Whoever consumes it may be done with it, or not have begun, when it breaks.
  content.on('error', () => undefined);
  return content;
}
