/**
 * What a peer needs of a transport: whole messages, in order, structured-cloned. `post` throws when a message can't be
 * cloned. Messages that arrive before the first listener are kept for it. `onMessage` and `onClose` return a function
 * that removes the listener; `close` closes both ends.
 */
export interface RpcPort {
  post(message: unknown): void;
  onMessage(listener: (message: unknown) => void): () => void;
  onClose(listener: () => void): () => void;
  close(): void;
}
