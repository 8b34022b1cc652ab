/** Delivered messages are let go of in groups: shifting an array one by one is quadratic. */
const COMPACT_AFTER = 512;

/**
 * Messages on their way from a stream's events to one reader that awaits them. Tells the producer to pause while
 * more than `highWaterBytes` wait. What arrived before a failure is still delivered.
 */
export class MessageQueue implements AsyncIterableIterator<Uint8Array> {
  readonly #flow: { pause(): void; resume(): void; cancel(): void };
  readonly #highWaterBytes: number;
  #messages: Uint8Array[] = [];
  #head = 0;
  #queuedBytes = 0;
  #paused = false;
  #end: { readonly error?: Error } | undefined;
  #waiting:
    { resolve: (result: IteratorResult<Uint8Array>) => void; reject: (error: unknown) => void } | undefined;

  constructor(flow: { pause(): void; resume(): void; cancel(): void }, highWaterBytes: number) {
    this.#flow = flow;
    this.#highWaterBytes = highWaterBytes;
  }

  push(message: Uint8Array): void {
    if (this.#end !== undefined) return;
    if (this.#waiting !== undefined) {
      const { resolve } = this.#waiting;
      this.#waiting = undefined;
      resolve({ done: false, value: message });
      return;
    }
    this.#messages.push(message);
    this.#queuedBytes += message.byteLength;
    if (!this.#paused && this.#queuedBytes > this.#highWaterBytes) {
      this.#paused = true;
      this.#flow.pause();
    }
  }

  /** No more messages. Only the first call of `end` and `fail` counts. */
  end(): void {
    this.#finish({});
  }

  fail(error: Error): void {
    this.#finish({ error });
  }

  next(): Promise<IteratorResult<Uint8Array>> {
    if (this.#head < this.#messages.length) return Promise.resolve({ done: false, value: this.#shift() });
    if (this.#end !== undefined) {
      if (this.#end.error === undefined) return Promise.resolve({ done: true, value: undefined });
      const { error } = this.#end;
      this.#end = {};
      return Promise.reject(error);
    }
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject };
    });
  }

  /** The reader stops early (`break`, `throw`): whatever still comes is dropped and the stream cancelled. */
  return(): Promise<IteratorResult<Uint8Array>> {
    const wasOpen = this.#end === undefined;
    this.#messages = [];
    this.#head = 0;
    this.#end = {};
    if (wasOpen) this.#flow.cancel();
    return Promise.resolve({ done: true, value: undefined });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  #shift(): Uint8Array {
    const message = this.#messages[this.#head++]!;
    this.#queuedBytes -= message.byteLength;
    if (this.#head === this.#messages.length || this.#head >= COMPACT_AFTER) {
      this.#messages = this.#messages.slice(this.#head);
      this.#head = 0;
    }
    if (this.#paused && this.#queuedBytes <= this.#highWaterBytes / 2) {
      this.#paused = false;
      this.#flow.resume();
    }
    return message;
  }

  #finish(end: { readonly error?: Error }): void {
    if (this.#end !== undefined) return;
    this.#end = end;
    const waiting = this.#waiting;
    if (waiting === undefined) return;
    this.#waiting = undefined;
    if (end.error === undefined) waiting.resolve({ done: true, value: undefined });
    else {
      this.#end = {};
      waiting.reject(end.error);
    }
  }
}
