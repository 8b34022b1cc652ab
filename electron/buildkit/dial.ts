import type { Duplex } from 'node:stream';

/**
 * Opens one new connection to a BuildKit daemon, ready for HTTP/2 with prior knowledge (h2c, or inside TLS).
 * This is all that a builder driver gives the client. Called at least twice per client; each stream returned
 * is owned and closed by the caller. Rejects with the driver's own error when the daemon can't be reached.
 */
export type Dial = (signal?: AbortSignal) => Promise<Duplex>;
