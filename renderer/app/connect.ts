import { errorCodes, StudioError } from '../../shared/contract';
import type { ErrorCode, ErrorDetails, StudioClient } from '../../shared/contract';
import { createPeer, RpcError } from '../../shared/rpc';
import type { RpcPort } from '../../shared/rpc';

/** Waits for the port that the preload script hands to the page, once. */
export function waitForPort(target: Window = window): Promise<MessagePort> {
  return new Promise((resolve) => {
    const receive = (event: MessageEvent<unknown>): void => {
      const { data } = event;
      const [port] = event.ports;
      const named =
        typeof data === 'object' && data !== null && 'type' in data && data.type === 'manifold:port';
      if (!named || event.source !== target || port === undefined) return;
      target.removeEventListener('message', receive);
      resolve(port);
    };
    target.addEventListener('message', receive);
  });
}

/** A DOM port as the RPC peer's transport. */
export function rpcPortOf(port: MessagePort): RpcPort {
  return {
    post: (message) => port.postMessage(message),
    onMessage(listener) {
      const receive = (event: MessageEvent<unknown>): void => listener(event.data);
      port.addEventListener('message', receive);
      port.start();
      return () => port.removeEventListener('message', receive);
    },
    onClose(listener) {
      port.addEventListener('close', listener);
      return () => port.removeEventListener('close', listener);
    },
    close: () => port.close(),
  };
}

/**
 * The core at the other end of a transport. Everything it rejects with is a `StudioError`.
 *
 * @param onDefect is told of what nobody waits for: messages against the protocol, observers that throw
 */
export function connectStudio(port: RpcPort, onDefect: (error: unknown) => void): StudioClient {
  const peer = createPeer(port, {
    onProtocolError: (problem) => onDefect(new Error(problem)),
    onUnobservedError: onDefect,
  });
  return {
    async call(name, ...[params, options]) {
      try {
        return (await peer.call(name, params, options)) as never;
      } catch (error) {
        throw studioError(error);
      }
    },
    subscribe: (name, params, observer) =>
      peer.subscribe(name, params, {
        onItem: (item) => observer.onItem(item as never),
        ...(observer.onEnd === undefined ? {} : { onEnd: () => observer.onEnd?.() }),
        onError: (error) => observer.onError?.(studioError(error)),
      }),
    dispose: () => peer.dispose(),
  };
}

/** The peer's error in the contract's form; codes of the peer itself become `internal`. */
function studioError(error: unknown): StudioError {
  if (!(error instanceof RpcError)) {
    const message = error instanceof Error ? error.message : String(error);
    return new StudioError({ code: 'internal', message }, { cause: error });
  }
  const code = errorCodes.find((known) => known === error.code) ?? ('internal' satisfies ErrorCode);
  return new StudioError(
    {
      code,
      message: error.message,
      ...(error.hint === undefined ? {} : { hint: error.hint }),
      ...(error.details === undefined ? {} : { details: error.details as ErrorDetails }),
    },
    { cause: error },
  );
}
