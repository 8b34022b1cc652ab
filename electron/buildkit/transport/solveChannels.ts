import { GrpcError } from '../grpcStatus';
import type { ControlChannel } from './controlChannel';

/**
 * Connections on which only Solve is called, each with at most one call at a time. An answer whose error details exceed
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

  /** Runs one call on a connection of its own. The connection is kept for the next one only after a whole answer. */
  async use<T>(signal: AbortSignal, call: (channel: ControlChannel) => Promise<T>): Promise<T> {
    const channel = this.#takeIdle() ?? (await this.#openNew(signal));
    try {
      const result = await call(channel);
      this.#keep(channel);
      return result;
    } catch (error) {
      if (error instanceof GrpcError) this.#keep(channel);
      else await this.#drop(channel);
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
