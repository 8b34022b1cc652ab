import type { Reply } from './messages';
import { ProtocolViolation, RpcError, rpcCodes } from './rpcError';

/** Who gets a subscription's items. After `onEnd`, `onError` or unsubscribing, nothing more is called. */
export interface RpcObserver {
  /**
   * Called for one item at a time, in order. The item counts as worked off when this has returned and its promise, if
   * any, is fulfilled; when it fails, the subscription is cancelled and `onError` gets the reason.
   */
  onItem(item: unknown): void | Promise<void>;
  onEnd?(): void;
  onError?(error: RpcError): void;
}

interface SubscriptionLinks {
  acknowledge(seq: number): void;
  /** The other side has ended the subscription. */
  ended(): void;
  /** This side wants no more of it. */
  abandoned(): void;
  /** Takes what `onEnd` or `onError` throws. */
  report(error: unknown): void;
}

/** The consuming end of a stream: keeps the items in order, hands them out one by one and acknowledges each. */
export class Subscription {
  readonly #name: string;
  readonly #observer: RpcObserver;
  readonly #window: number;
  readonly #links: SubscriptionLinks;
  #queue: Reply[] = [];
  #received = 0;
  #acknowledged = 0;
  #working = false;
  #endReceived = false;
  #live = true;

  constructor(name: string, observer: RpcObserver, window: number, links: SubscriptionLinks) {
    this.#name = name;
    this.#observer = observer;
    this.#window = window;
    this.#links = links;
  }

  /** Takes one reply; throws a {@link ProtocolViolation} when it may not come now. */
  accept(reply: Reply): void {
    if (reply.type === 'ok') throw new ProtocolViolation('A subscription is not answered by ok.');
    if (this.#endReceived) throw new ProtocolViolation('Nothing may follow the end of a subscription.');
    if (reply.type === 'item') {
      if (reply.seq !== this.#received + 1) {
        throw new ProtocolViolation(`Expected item ${this.#received + 1}, got ${reply.seq}.`);
      }
      if (reply.seq - this.#acknowledged > this.#window) {
        throw new ProtocolViolation(`More than ${this.#window} items are on the way.`);
      }
      this.#received = reply.seq;
    } else {
      this.#endReceived = true;
    }
    this.#queue.push(reply);
    if (!this.#working) void this.#workOff();
  }

  /** Ends the subscription with `onError`, unless it has ended already. */
  fail(error: RpcError): void {
    this.#finish(() => this.#observer.onError?.(error));
  }

  unsubscribe(): void {
    this.#finish(() => this.#links.abandoned());
  }

  async #workOff(): Promise<void> {
    this.#working = true;
    for (let reply = this.#queue.shift(); reply; reply = this.#queue.shift()) {
      if (reply.type === 'item') await this.#handOut(reply);
      else this.#end(reply);
    }
    this.#working = false;
  }

  async #handOut({ seq, value }: Extract<Reply, { type: 'item' }>): Promise<void> {
    try {
      await this.#observer.onItem(value);
    } catch (cause) {
      if (!this.#live) return this.#links.report(cause);
      this.#links.abandoned();
      const message = `Could not take an item of "${this.#name}": ${cause instanceof Error ? cause.message : String(cause)}`;
      return this.fail(new RpcError({ code: rpcCodes.internal, message }, { cause }));
    }
    if (!this.#live) return;
    this.#acknowledged = seq;
    this.#links.acknowledge(seq);
  }

  #end(reply: Exclude<Reply, { type: 'item' }>): void {
    this.#links.ended();
    if (reply.type === 'err') this.fail(new RpcError(reply.error));
    else this.#finish(() => this.#observer.onEnd?.());
  }

  /** Calls `last` if this is the first ending; nothing is handed out any more. */
  #finish(last: () => void): void {
    if (!this.#live) return;
    this.#live = false;
    this.#queue = [];
    try {
      last();
    } catch (error) {
      this.#links.report(error);
    }
  }
}
