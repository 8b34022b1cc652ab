import { expect, it } from 'vitest';
import { orAborted } from './orAborted';

const forever = new Promise<never>(() => undefined);

it('gives what the work gives, with or without a signal', async () => {
  const { signal } = new AbortController();
  expect(await orAborted(Promise.resolve(1), signal)).toBe(1);
  expect(await orAborted(Promise.resolve(1), undefined)).toBe(1);
  const failure = new Error('no');
  await expect(orAborted(Promise.reject(failure), signal)).rejects.toBe(failure);
});

it('ends with the signal’s reason, aborted before or meanwhile', async () => {
  const reason = new Error('enough');
  await expect(orAborted(forever, AbortSignal.abort(reason))).rejects.toBe(reason);
  const later = new AbortController();
  const waiting = orAborted(forever, later.signal);
  later.abort(reason);
  await expect(waiting).rejects.toBe(reason);
});
