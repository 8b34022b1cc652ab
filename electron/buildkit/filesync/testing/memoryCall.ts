import type { SessionCall } from '../../session/service';

/** Bytes that a peer may be ahead of its reader, as an HTTP/2 window would allow. */
const WINDOW = 1 << 20;

/** A SessionCall without a connection: the test plays the daemon with {@link deliver} and {@link onSent}. */
export class MemoryCall implements SessionCall {
  readonly path = '/test';
  readonly metadata: ReadonlyMap<string, readonly string[]>;
  readonly signal: AbortSignal;
  /** Receives every message that is sent; resolves when more may be sent. */
  onSent: (payload: Uint8Array) => Promise<void> | void = () => undefined;
  private readonly queue: Uint8Array[] = [];
  private queued = 0;
  private ended = false;
  private wakeReader: (() => void) | undefined;
  private wakeWriter: (() => void) | undefined;

  constructor(
    metadata: Readonly<Record<string, readonly string[]>> = {},
    signal = new AbortController().signal,
  ) {
    this.metadata = new Map(Object.entries(metadata));
    this.signal = signal;
  }

  /** A message from the daemon. Resolves when there is room for more. */
  async deliver(payload: Uint8Array): Promise<void> {
    this.queue.push(payload);
    this.queued += payload.length;
    this.wakeReader?.();
    if (this.queued > WINDOW) await new Promise<void>((resolve) => (this.wakeWriter = resolve));
  }

  /** The daemon half-closes. */
  end(): void {
    this.ended = true;
    this.wakeReader?.();
  }

  readonly messages: AsyncIterable<Uint8Array> = { [Symbol.asyncIterator]: () => this.read() };

  async send(payload: Uint8Array): Promise<void> {
    await this.onSent(payload);
  }

  async sendFramed(framed: Uint8Array, onTaken?: () => void): Promise<void> {
    const view = Buffer.from(framed);
    onTaken?.();
    for (let at = 0; at < view.length;) {
      const end = at + 5 + view.readUInt32BE(at + 1);
      if (view[at] !== 0 || end > view.length) throw new Error('not whole gRPC frames');
      const room = this.onSent(view.subarray(at + 5, end));
      if (room) await room;
      at = end;
    }
  }

  private async *read(): AsyncGenerator<Uint8Array, void> {
    for (;;) {
      const next = this.queue.shift();
      if (next) {
        this.queued -= next.length;
        if (this.queued <= WINDOW) this.wakeWriter?.();
        yield next;
      } else if (this.ended) return;
      else await new Promise<void>((resolve) => (this.wakeReader = resolve));
    }
  }
}

/** Two calls of which each is the other's daemon. */
export function linkedCalls(
  left: Readonly<Record<string, readonly string[]>>,
  right: Readonly<Record<string, readonly string[]>>,
): [MemoryCall, MemoryCall] {
  const one = new MemoryCall(left);
  const other = new MemoryCall(right);
  one.onSent = (payload) => other.deliver(payload);
  other.onSent = (payload) => one.deliver(payload);
  return [one, other];
}
