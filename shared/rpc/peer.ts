import { tableHandlers, type RpcHandlers } from './handlers';
import { IncomingRequests } from './incoming';
import { messageSchema, type RpcMessage } from './messages';
import { OutgoingRequests } from './outgoing';
import type { RpcPort } from './port';
import { ProtocolViolation, RpcError, rpcCodes } from './rpcError';
import type { RpcObserver } from './subscription';

export interface PeerOptions {
  /** What the other side may ask for. Without it every name is unknown. */
  readonly handlers?: RpcHandlers;
  /** How many items of each of this side's subscriptions may be on the way, 1 to 1024; 32 unless told. */
  readonly window?: number;
  /** Told of messages that are no messages, or that may not come now. They are ignored otherwise. */
  readonly onProtocolError?: (problem: string, message: unknown) => void;
  /** Told of errors that nobody waits for: those of a handler after cancellation, or of an observer's last call. */
  readonly onUnobservedError?: (error: unknown) => void;
}

export interface RpcPeer {
  /** Rejects with an {@link RpcError}. Aborting the signal rejects at once and cancels the other side's handler. */
  call(name: string, params: unknown, options?: { readonly signal?: AbortSignal }): Promise<unknown>;
  /** Returns a function that unsubscribes; aborting the signal ends the subscription with `onError` instead. */
  subscribe(
    name: string,
    params: unknown,
    observer: RpcObserver,
    options?: { readonly signal?: AbortSignal },
  ): () => void;
  /** Fails what this side has asked, cancels what it serves, and closes the port. */
  dispose(): void;
}

/** Speaks the protocol of messages.ts over a port, in both directions. When the port closes, so does the peer. */
export function createPeer(port: RpcPort, options: PeerOptions = {}): RpcPeer {
  let closed = false;
  const send = (message: RpcMessage) => {
    if (!closed) port.post(message);
  };
  const report = (error: unknown) => options.onUnobservedError?.(error);
  const outgoing = new OutgoingRequests(send, options.window ?? 32, report);
  const incoming = new IncomingRequests(options.handlers ?? tableHandlers({}, {}), send, report);

  const receive = (raw: unknown) => {
    const parsed = messageSchema.safeParse(raw);
    if (!parsed.success) {
      options.onProtocolError?.(`Not a message: ${parsed.error.message}`, raw);
      return;
    }
    try {
      dispatch(parsed.data, incoming, outgoing);
    } catch (error) {
      if (!(error instanceof ProtocolViolation)) throw error;
      options.onProtocolError?.(error.message, raw);
    }
  };

  const close = () => {
    if (closed) return;
    closed = true;
    stopListening();
    stopWatching();
    incoming.cancelAll();
    outgoing.closeAll(new RpcError({ code: rpcCodes.disconnected, message: 'The connection was closed.' }));
  };
  const stopListening = port.onMessage(receive);
  const stopWatching = port.onClose(close);

  return {
    call: (name, params, { signal } = {}) => outgoing.call(name, params, signal),
    subscribe: (name, params, observer, { signal } = {}) =>
      outgoing.subscribe(name, params, observer, signal),
    dispose() {
      if (closed) return;
      close();
      port.close();
    },
  };
}

function dispatch(message: RpcMessage, incoming: IncomingRequests, outgoing: OutgoingRequests): void {
  switch (message.type) {
    case 'call':
    case 'sub':
      return incoming.start(message);
    case 'ack':
      return incoming.acknowledge(message);
    case 'cancel':
      return incoming.cancel(message);
    case 'ok':
    case 'err':
    case 'item':
    case 'end':
      return outgoing.accept(message);
  }
}
