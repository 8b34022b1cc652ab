/**
 * A signal that aborts with a `TimeoutError` after a time, or before with one of the others.
 *
 * For what `AbortSignal.any([…, AbortSignal.timeout(ms)])` looks like: a combined signal holds its sources weakly, and
 * so does the timer of `AbortSignal.timeout`, so that in Node.js 20 the garbage collector takes the time limit away
 * (nodejs/node#57736). Here the timer holds it. It keeps no process alive.
 */
export function timeLimit(ms: number, ...others: readonly AbortSignal[]): AbortSignal {
  const limit = new AbortController();
  setTimeout(
    () => limit.abort(new DOMException('The operation was aborted due to timeout', 'TimeoutError')),
    ms,
  ).unref();
  return others.length === 0 ? limit.signal : AbortSignal.any([...others, limit.signal]);
}
