import { GrpcError } from '../grpcStatus';
import type { ControlChannel } from './controlChannel';

/**
 * Connections on which only Solve is called (with the gateway's calls that belong to it), each for one solve at a time. An answer whose error details exceed
 * 64 KiB (they hold the whole Dockerfile) breaks HTTP/2 header decompression in Node for good: every later answer on
 * that connection is lost too, without a sign. Apart from the others, it can only harm its own call.
 */
export class SolveChannels {
  readonly #open: (signal: AbortSignal) => Promise<ControlChannel>;
  readonly #all = new Set<ControlChannel>();
  #idle: ControlChannel[] = [];
  #closed = false;

  constructor(open: (signal: AbortSignal) => Promise<ControlChannel>) {
    this.#open = open;
  }

  /**
   * Runs one call on a connection of its own. The connection is kept for the next one only after a whole answer, and
   * not when the call says that it is to be discarded.
   */
  async use<T>(
    signal: AbortSignal,
    call: (channel: ControlChannel, discard: () => void) => Promise<T>,
  ): Promise<T> {
    const channel = this.#takeIdle() ?? (await this.#openNew(signal));
    let discarded = false;
    const keep = async (): Promise<void> => {
      if (discarded) await this.#drop(channel);
      else this.#keep(channel);
    };
    try {
      const result = await call(channel, () => (discarded = true));
      await keep();
      return result;
    } catch (error) {
      discarded ||= !(error instanceof GrpcError);
      await keep();
      throw error;
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all([...this.#all].map((channel) => this.#drop(channel)));
  }

  #takeIdle(): ControlChannel | undefined {
    for (let channel = this.#idle.pop(); channel !== undefined; channel = this.#idle.pop()) {
      if (!channel.lost) return channel;
      void this.#drop(channel);
    }
    return undefined;
  }

  async #openNew(signal: AbortSignal): Promise<ControlChannel> {
    const channel = await this.#open(signal);
    this.#all.add(channel);
    if (this.#closed) await this.#drop(channel);
    return channel;
  }

  #keep(channel: ControlChannel): void {
    if (!this.#closed) this.#idle.push(channel);
  }

  #drop(channel: ControlChannel): Promise<void> {
    this.#all.delete(channel);
    return channel.close();
  }
}
