import { setTimeout as sleep } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { timeLimit } from './timeLimit';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

describe('a time limit', () => {
  it('aborts also when garbage was collected meanwhile', async () => {
    const other = new AbortController();
    const signal = timeLimit(60, other.signal);
    let reason: unknown;
    signal.addEventListener('abort', () => {
      reason = signal.reason as unknown;
    });
    await sleep(10);
    collectGarbage();
    await sleep(100);
    expect(reason).toMatchObject({ name: 'TimeoutError' });
  });

  it('ends with the first of the other signals, for its reason', () => {
    const other = new AbortController();
    const signal = timeLimit(60_000, new AbortController().signal, other.signal);
    other.abort('given up');
    expect(signal.reason).toBe('given up');
  });
});
