import type { RpcHandlers } from './handlers';
import type { MessageOf, Reply } from './messages';
import { ProtocolViolation, toWireError } from './rpcError';

type Start = MessageOf<'call' | 'sub'>;

/** A request of the other side that is being served. */
class Serving {
  readonly #controller = new AbortController();
  readonly #window: number;
  #sent = 0;
  #acknowledged = 0;
  #wake: (() => void) | undefined;

  constructor(window: number) {
    this.#window = window;
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  nextSeq(): number {
    this.#sent += 1;
    return this.#sent;
  }

  acknowledge(seq: number): void {
    if (seq <= this.#acknowledged || seq > this.#sent) {
      throw new ProtocolViolation(`Item ${seq} can't be acknowledged now.`);
    }
    this.#acknowledged = seq;
    this.#wake?.();
  }

  /** Resolves when one more item may be sent, or when the request is cancelled. */
  async room(): Promise<void> {
    while (this.#sent - this.#acknowledged >= this.#window && !this.signal.aborted) {
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }

  cancel(): void {
    this.#controller.abort();
    this.#wake?.();
  }
}

/** The serving half of a peer. Once a request is cancelled, nothing more is sent for it. */
export class IncomingRequests {
  readonly #handlers: RpcHandlers;
  readonly #send: (message: Reply) => void;
  readonly #report: (error: unknown) => void;
  readonly #served = new Map<number, Serving>();
  #lastId = 0;

  /**
   * @param send throws when the message can't be cloned.
   * @param report gets what a handler throws after its request was cancelled, when there is nobody left to tell.
   */
  constructor(handlers: RpcHandlers, send: (message: Reply) => void, report: (error: unknown) => void) {
    this.#handlers = handlers;
    this.#send = send;
    this.#report = report;
  }

  start(message: Start): void {
    if (message.id <= this.#lastId) throw new ProtocolViolation(`Id ${message.id} was used before.`);
    this.#lastId = message.id;
    const serving = new Serving(message.type === 'sub' ? message.window : 1);
    this.#served.set(message.id, serving);
    void (message.type === 'call' ? this.#serveCall(message, serving) : this.#serveStream(message, serving));
  }

  acknowledge({ id, seq }: MessageOf<'ack'>): void {
    this.#find(id)?.acknowledge(seq);
  }

  cancel({ id }: MessageOf<'cancel'>): void {
    const serving = this.#find(id);
    this.#served.delete(id);
    serving?.cancel();
  }

  cancelAll(): void {
    const served = [...this.#served.values()];
    this.#served.clear();
    for (const serving of served) serving.cancel();
  }

  async #serveCall({ id, name, params }: MessageOf<'call'>, serving: Serving): Promise<void> {
    try {
      const result = await this.#handlers.call(name, params, { signal: serving.signal });
      if (serving.signal.aborted) return;
      this.#send({ type: 'ok', id, result });
      this.#served.delete(id);
    } catch (error) {
      this.#fail(id, serving, error);
    }
  }

  async #serveStream({ id, name, params }: MessageOf<'sub'>, serving: Serving): Promise<void> {
    const { signal } = serving;
    try {
      const items = this.#handlers.subscribe(name, params, { signal })[Symbol.asyncIterator]();
      // Not left to the loop: it may be waiting for an item that never comes.
      signal.addEventListener('abort', () => void this.#close(items));
      for (;;) {
        await serving.room();
        if (signal.aborted) return;
        const next = await items.next();
        if (signal.aborted) return;
        if (next.done) break;
        await this.#sendItem({ type: 'item', id, seq: serving.nextSeq(), value: next.value }, items);
      }
      this.#served.delete(id);
      this.#send({ type: 'end', id });
    } catch (error) {
      this.#fail(id, serving, error);
    }
  }

  async #sendItem(message: MessageOf<'item'>, items: AsyncIterator<unknown>): Promise<void> {
    try {
      this.#send(message);
    } catch (error) {
      await this.#close(items);
      throw error;
    }
  }

  async #close(items: AsyncIterator<unknown>): Promise<void> {
    try {
      await items.return?.();
    } catch (error) {
      this.#report(error);
    }
  }

  #fail(id: number, serving: Serving, error: unknown): void {
    if (serving.signal.aborted) {
      if (error !== serving.signal.reason) this.#report(error);
      return;
    }
    this.#served.delete(id);
    const wireError = toWireError(error);
    try {
      this.#send({ type: 'err', id, error: wireError });
    } catch (notCloneable) {
      this.#report(notCloneable);
      this.#send({ type: 'err', id, error: { code: wireError.code, message: wireError.message } });
    }
  }

  /** Undefined for a request that has just ended: the message crossed our last reply on the way. */
  #find(id: number): Serving | undefined {
    const serving = this.#served.get(id);
    if (!serving && id > this.#lastId) throw new ProtocolViolation(`Nothing was asked with id ${id}.`);
    return serving;
  }
}
