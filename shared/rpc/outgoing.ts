import type { Reply, RpcMessage } from './messages';
import { ProtocolViolation, RpcError, rpcCodes } from './rpcError';
import { Subscription, type RpcObserver } from './subscription';

/** A request of this side that waits for the other one. */
interface OutgoingRequest {
  /** Takes one reply; throws a {@link ProtocolViolation} when it may not come now. */
  accept(reply: Reply): void;
  fail(error: RpcError): void;
}

/** The asking half of a peer: the calls and subscriptions that this side has started. */
export class OutgoingRequests {
  readonly #send: (message: RpcMessage) => void;
  readonly #window: number;
  readonly #report: (error: unknown) => void;
  readonly #open = new Map<number, OutgoingRequest>();
  #lastId = 0;
  #closedBy: RpcError | undefined;

  /**
   * @param send throws when the message can't be cloned.
   * @param window how many items of a subscription may be on the way.
   * @param report gets what an observer throws when there is nobody left to tell.
   */
  constructor(send: (message: RpcMessage) => void, window: number, report: (error: unknown) => void) {
    this.#send = send;
    this.#window = window;
    this.#report = report;
  }

  call(name: string, params: unknown, signal: AbortSignal | undefined): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const close = this.#start((id) => ({ type: 'call', id, name, params }), signal, {
        accept(reply) {
          if (reply.type !== 'ok' && reply.type !== 'err') {
            throw new ProtocolViolation('A call is answered by ok or err.');
          }
          close();
          if (reply.type === 'ok') resolve(reply.result);
          else reject(new RpcError(reply.error));
        },
        fail: reject,
      });
    });
  }

  /** Returns a function that unsubscribes. */
  subscribe(
    name: string,
    params: unknown,
    observer: RpcObserver,
    signal: AbortSignal | undefined,
  ): () => void {
    const window = this.#window;
    let id = 0;
    const subscription = new Subscription(name, observer, window, {
      acknowledge: (seq) => this.#send({ type: 'ack', id, seq }),
      ended: () => close(),
      abandoned: () => close({ cancel: true }),
      report: this.#report,
    });
    const close = this.#start(
      (newId) => {
        id = newId;
        return { type: 'sub', id, name, params, window };
      },
      signal,
      subscription,
    );
    return () => subscription.unsubscribe();
  }

  /** Hands a reply to its request. Throws a {@link ProtocolViolation}, after having failed the request with it. */
  accept(reply: Reply): void {
    const request = this.#open.get(reply.id);
    if (!request) {
      if (reply.id <= this.#lastId) return; // crossed our cancellation on the way
      throw new ProtocolViolation(`Nothing was asked with id ${reply.id}.`);
    }
    try {
      request.accept(reply);
    } catch (cause) {
      const message = `The other side broke the protocol: ${cause instanceof Error ? cause.message : String(cause)}`;
      request.fail(new RpcError({ code: rpcCodes.protocol, message }, { cause }));
      throw cause;
    }
  }

  /** Fails everything that is open, and everything that is started from now on. */
  closeAll(error: RpcError): void {
    this.#closedBy = error;
    for (const request of [...this.#open.values()]) request.fail(error);
  }

  /** Returns a function that forgets the request, and tells the other side so if asked to. */
  #start(
    message: (id: number) => RpcMessage,
    signal: AbortSignal | undefined,
    request: OutgoingRequest,
  ): (options?: { cancel: boolean }) => void {
    this.#lastId += 1;
    const id = this.#lastId;
    const abort = () => {
      close({ cancel: true });
      request.fail(cancelled(signal?.reason));
    };
    const close = (options?: { cancel: boolean }) => {
      signal?.removeEventListener('abort', abort);
      if (this.#open.delete(id) && options?.cancel && !this.#closedBy) this.#send({ type: 'cancel', id });
    };
    const refusal = this.#closedBy ?? (signal?.aborted ? cancelled(signal.reason) : undefined);
    if (refusal) {
      queueMicrotask(() => request.fail(refusal));
      return close;
    }
    this.#open.set(id, {
      accept: (reply) => request.accept(reply),
      fail: (error) => {
        close({ cancel: true });
        request.fail(error);
      },
    });
    signal?.addEventListener('abort', abort, { once: true });
    try {
      this.#send(message(id));
    } catch (cause) {
      close();
      const text = `The request could not be sent: ${cause instanceof Error ? cause.message : String(cause)}`;
      const error = new RpcError({ code: rpcCodes.internal, message: text }, { cause });
      queueMicrotask(() => request.fail(error));
    }
    return close;
  }
}

function cancelled(reason: unknown): RpcError {
  return new RpcError({ code: rpcCodes.cancelled, message: 'The request was cancelled.' }, { cause: reason });
}
