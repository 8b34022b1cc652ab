import type { RpcPort } from './port';

/**
 * Two ends of a port within one process, for the in-process mount and for tests. Like a MessagePort it delivers
 * clones, later and in order; unlike one it delivers as microtasks, so a conversation that never waits for anything
 * else keeps timers from running.
 */
export function createMemoryPorts(): [RpcPort, RpcPort] {
  const left = new MemoryPort();
  const right = new MemoryPort();
  left.other = right;
  right.other = left;
  return [left, right];
}

class MemoryPort implements RpcPort {
  other: MemoryPort | undefined;
  readonly #messageListeners = new Set<(message: unknown) => void>();
  readonly #closeListeners = new Set<() => void>();
  readonly #arrived: unknown[] = [];
  #closed = false;

  post(message: unknown): void {
    const clone = structuredClone(message);
    queueMicrotask(() => this.other?.deliver(clone));
  }

  onMessage(listener: (message: unknown) => void): () => void {
    this.#messageListeners.add(listener);
    queueMicrotask(() => this.#flush());
    return () => this.#messageListeners.delete(listener);
  }

  onClose(listener: () => void): () => void {
    this.#closeListeners.add(listener);
    return () => this.#closeListeners.delete(listener);
  }

  close(): void {
    for (const port of [this, this.other]) queueMicrotask(() => port?.end());
  }

  deliver(message: unknown): void {
    this.#arrived.push(message);
    this.#flush();
  }

  end(): void {
    if (this.#closed) return;
    this.#closed = true;
    for (const listener of [...this.#closeListeners]) listener();
  }

  #flush(): void {
    while (!this.#closed && this.#messageListeners.size > 0 && this.#arrived.length > 0) {
      const message = this.#arrived.shift();
      for (const listener of [...this.#messageListeners]) listener(message);
    }
  }
}
