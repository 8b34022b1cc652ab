import { describe, expect, it, vi } from 'vitest';
import { statesOf } from './changes';

describe('states of something that changes', () => {
  it('gives the state now and after changes, the latest only, and ends on abort', async () => {
    let value = 0;
    let changed = (): void => undefined;
    const off = vi.fn();
    const stop = new AbortController();
    const states = statesOf(
      () => value,
      (listener) => {
        changed = listener;
        return off;
      },
      stop.signal,
    )[Symbol.asyncIterator]();
    expect((await states.next()).value).toBe(0);
    for (value = 1; value < 5; value++) changed();
    expect((await states.next()).value).toBe(5);
    const pending = states.next();
    stop.abort();
    expect((await pending).done).toBe(true);
    expect(off).toHaveBeenCalledOnce();
  });
});
