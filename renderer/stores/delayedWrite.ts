const pending = new Set<() => void>();

/** Sends everything that waits, at once. Called when the page goes away. */
export function flushDelayedWrites(): void {
  for (const flush of [...pending]) flush();
}

/** Holds the newest value back until none has come for `delayMs`, then writes it. */
export class DelayedWrite<T> {
  private timer: ReturnType<typeof setTimeout> | undefined;
  private value: T | undefined;

  constructor(
    private readonly delayMs: number,
    private readonly write: (value: T) => void,
  ) {}

  schedule(value: T): void {
    this.value = value;
    clearTimeout(this.timer);
    this.timer = setTimeout(this.flush, this.delayMs);
    pending.add(this.flush);
  }

  /** Writes now what waits, if anything does. */
  readonly flush = (): void => {
    if (this.timer === undefined) return;
    const value = this.value as T;
    this.cancel();
    this.write(value);
  };

  /** Drops what waits. */
  cancel(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.value = undefined;
    pending.delete(this.flush);
  }
}
