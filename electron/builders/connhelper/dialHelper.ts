import type { Duplex } from 'node:stream';
import { StudioError } from '../../../shared/contract';
import { dialTimeoutMs } from '../dialEndpoint';
import { unreachable } from '../unreachable';
import { greeting } from './greeting';
import { timeLimit } from '../../system/timeLimit';

/**
 * Opens a stream through something that runs `buildctl dial-stdio` next to the daemon, within 8 seconds.
 *
 * @param open starts it; the signal aborts when the dialling does
 * @param shown the endpoint as people know it, for errors
 * @throws StudioError `builder-unreachable`, another one that `open` throws, or the signal's reason
 */
export async function dialHelper(
  open: (signal: AbortSignal) => Duplex | Promise<Duplex>,
  shown: string,
  signal: AbortSignal | undefined,
): Promise<Duplex> {
  const deadline = timeLimit(dialTimeoutMs);
  const stop = signal === undefined ? deadline : AbortSignal.any([signal, deadline]);
  stop.throwIfAborted();
  try {
    return await greeting(await open(stop), stop);
  } catch (error) {
    signal?.throwIfAborted();
    if (error instanceof StudioError) throw error;
    if (deadline.aborted) {
      const reason = `it did not answer within ${dialTimeoutMs / 1000} seconds`;
      throw unreachable(shown, reason, error);
    }
    throw unreachable(shown, undefined, error);
  }
}
