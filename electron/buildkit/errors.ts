/** The connection to the daemon is lost: it stopped, was killed, or the network failed. Every pending call ends with this. */
export class DaemonGoneError extends Error {
  override readonly name = 'DaemonGoneError';
  constructor(options?: { cause?: unknown }) {
    super(
      'The BuildKit daemon closed the connection. Check that the builder is running, then try again.',
      options,
    );
  }
}

/** No connection to the daemon could be opened. `cause` holds the driver's or the protocol's error. */
export class ConnectError extends Error {
  override readonly name = 'ConnectError';
  constructor(reason: string, options?: { cause?: unknown }) {
    super(`Can't connect to the BuildKit daemon: ${reason}`, options);
  }
}

/** The caller gave up through its AbortSignal; `cause` is the signal's reason. */
export class CancelledError extends Error {
  override readonly name = 'CancelledError';
  constructor(options?: { cause?: unknown }) {
    super('The call to the BuildKit daemon was cancelled.', options);
  }
}

/** The session, on which the daemon fetches files and credentials, broke while it was needed. `cause` says how. */
export class SessionError extends Error {
  override readonly name = 'SessionError';
  readonly reason: 'lost' | 'ignore-file-too-long';
  constructor(options: { cause: unknown }) {
    const { cause } = options;
    const tooLong = cause instanceof Error && cause.message.includes('CONTINUATION');
    super(
      tooLong
        ? 'The ignore file is too long: its patterns exceed the 144 KiB that fit into one request. Shorten it.'
        : `The session with the BuildKit daemon broke${cause instanceof Error ? `: ${cause.message}` : '.'}`,
      options,
    );
    this.reason = tooLong ? 'ignore-file-too-long' : 'lost';
  }
}
