/**
 * Turns "something changed" callbacks into a stream of states: the state now, then the state after each change, the
 * latest one only when several came while the reader was busy. Ends when `signal` aborts.
 *
 * @param onChange registers a callback and returns the way to take it back
 */
export async function* statesOf<T>(
  read: () => T | Promise<T>,
  onChange: (listener: () => void) => () => void,
  signal: AbortSignal,
): AsyncIterable<T> {
  let stale = true;
  let wake: () => void = () => undefined;
  const changed = (): void => {
    stale = true;
    wake();
  };
  const off = onChange(changed);
  signal.addEventListener('abort', changed);
  try {
    while (!signal.aborted) {
      if (stale) {
        stale = false;
        yield await read();
      } else {
        await new Promise<void>((resolve) => {
          wake = resolve;
          if (stale || signal.aborted) resolve();
        });
      }
    }
  } finally {
    off();
    signal.removeEventListener('abort', changed);
  }
}
