import type { TransferItem } from '../../../shared/contract';

const intervalMs = 150;

/** Counts what a transfer moves; see the contract's `transferItemSchema`. */
export class TransferMeter {
  private readonly moving = new Map<string, number>();
  private movedBytes = 0;
  private presentBytes = 0;
  private totalBytes = 0;

  expect(bytes: number): void {
    this.totalBytes += bytes;
  }

  /** How much of something is on its way by now. */
  moves(id: string, bytes: number): void {
    this.moving.set(id, bytes);
  }

  /** It has arrived, or was there. */
  done(id: string, bytes: number, how: 'moved' | 'present'): void {
    this.moving.delete(id);
    if (how === 'moved') this.movedBytes += bytes;
    else this.presentBytes += bytes;
  }

  get item(): Extract<TransferItem, { type: 'progress' }> {
    const moving = [...this.moving.values()].reduce((sum, bytes) => sum + bytes, 0);
    return {
      type: 'progress',
      transferredBytes: this.movedBytes + moving,
      presentBytes: this.presentBytes,
      totalBytes: this.totalBytes,
    };
  }
}

/**
 * Runs a transfer and tells how far it is, a few times a second, then how it ended. Leaving the stream stops it, and
 * waits until it has stopped.
 *
 * @throws what `work` throws
 */
export async function* transferItems(
  work: (meter: TransferMeter, signal: AbortSignal) => Promise<Exclude<TransferItem, { type: 'progress' }>>,
  signal: AbortSignal,
): AsyncGenerator<TransferItem, void, undefined> {
  const left = new AbortController();
  const meter = new TransferMeter();
  const result = work(meter, AbortSignal.any([signal, left.signal]));
  // Awaited below, or after the stream was left.
  result.catch(() => undefined);
  let told = '';
  try {
    for (;;) {
      let timer: NodeJS.Timeout | undefined;
      const tick = new Promise<undefined>((resolve) => (timer = setTimeout(resolve, intervalMs, undefined)));
      const end = await Promise.race([result, tick]).finally(() => clearTimeout(timer));
      const { item } = meter;
      const text = JSON.stringify(item);
      if (text !== told) yield item;
      told = text;
      if (end === undefined) continue;
      yield end;
      return;
    }
  } finally {
    left.abort(new DOMException('The transfer was left.', 'AbortError'));
    await result.catch(() => undefined);
  }
}
