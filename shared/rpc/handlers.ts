import { RpcError, rpcCodes } from './rpcError';

export interface RpcContext {
  /** Aborted when the caller cancels or goes away, or when the peer is disposed of. */
  readonly signal: AbortSignal;
}

/** What a peer offers to the other side. An {@link RpcError} that is thrown crosses as it is. */
export interface RpcHandlers {
  call(name: string, params: unknown, context: RpcContext): Promise<unknown>;
  /**
   * The next item is asked for only when there is room on the wire. On cancellation the signal is aborted and the
   * iterator's `return` is called, at once and even while a `next` is pending.
   */
  subscribe(name: string, params: unknown, context: RpcContext): AsyncIterable<unknown>;
}

/** Handlers that look names up in two tables, by own keys only: "constructor" and "__proto__" name nothing. */
export function tableHandlers(
  procedures: Readonly<Record<string, (params: unknown, context: RpcContext) => unknown>>,
  streams: Readonly<Record<string, (params: unknown, context: RpcContext) => AsyncIterable<unknown>>>,
): RpcHandlers {
  return {
    call: async (name, params, context) => entry(procedures, name)(params, context),
    subscribe: (name, params, context) => entry(streams, name)(params, context),
  };
}

function entry<T>(table: Readonly<Record<string, T>>, name: string): T {
  const found = Object.hasOwn(table, name) ? table[name] : undefined;
  if (found === undefined) {
    throw new RpcError({ code: rpcCodes.unknownName, message: `Nothing is named "${name}".` });
  }
  return found;
}
