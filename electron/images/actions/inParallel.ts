/**
 * Does some work for each item, for a few at once. The first that fails stops the others, and when all have stopped its
 * error is thrown.
 *
 * @param work is given a signal that aborts when another one has failed
 */
export async function inParallel<T>(
  items: Iterable<T>,
  atOnce: number,
  signal: AbortSignal,
  work: (item: T, signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const others = new AbortController();
  const combined = AbortSignal.any([signal, others.signal]);
  const waiting = [...items].values();
  let failure: { readonly error: unknown } | undefined;
  const worker = async (): Promise<void> => {
    // One iterator for all workers: each item goes to one of them.
    for (const item of waiting) {
      if (combined.aborted) return;
      try {
        await work(item, combined);
      } catch (error) {
        failure ??= { error };
        others.abort(error);
        return;
      }
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
  signal.throwIfAborted();
  if (failure !== undefined) throw failure.error;
}
