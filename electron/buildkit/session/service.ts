/**
 * Metadata of an inner call, read from the raw HTTP/2 headers so that repeated values stay apart. Keys are lower case.
 * Values are as on the wire, one character a byte: a key whose `<key>-encoded` is `1` holds URL-query-escaped values,
 * which the service that knows the key decodes, since they may be any bytes.
 */
export type SessionMetadata = ReadonlyMap<string, readonly string[]>;

/** One gRPC call that the daemon makes on our session server. */
export interface SessionCall {
  /** Full method path, `/package.Service/Method`. */
  readonly path: string;
  readonly metadata: SessionMetadata;
  /** Aborted when the daemon resets the stream, the session ends, or the build is cancelled. */
  readonly signal: AbortSignal;
  /** Message payloads, gRPC's five-byte prefix removed; ends when the daemon half-closes. Each buffer is owned by the reader. */
  readonly messages: AsyncIterable<Uint8Array>;
  /** Sends one message. Resolves when more may be written (back-pressure), rejects when the stream is gone. */
  send(payload: Uint8Array): Promise<void>;
  /**
   * Sends bytes that already hold one or more whole gRPC-framed messages. Same promise as `send`.
   * @param onTaken called when `framed` is no longer read and may be reused; not called for less than 64 KiB.
   */
  sendFramed(framed: Uint8Array, onTaken?: () => void): Promise<void>;
}

/**
 * Serves one call. Resolving ends it with status OK; a thrown {@link GrpcError} ends it with that status,
 * anything else with UNKNOWN and the error's message.
 */
export type SessionHandler = (call: SessionCall) => Promise<void>;

/** A gRPC service offered to the daemon on the session. The advertised method list derives from the keys of `methods`. */
export interface SessionService {
  /** Full service name, such as `moby.filesync.v1.FileSync`. */
  readonly name: string;
  readonly methods: Readonly<Record<string, SessionHandler>>;
}
