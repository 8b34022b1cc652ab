/**
 * Items of several sources as they come; ends when all sources have ended, fails with the first that fails. Before it
 * ends, early or not, every source is returned; a source that is waiting has to be woken by its own signal.
 */
export async function* inAnyOrder<T>(
  sources: readonly AsyncGenerator<T>[],
): AsyncGenerator<T, void, undefined> {
  const next = async (source: AsyncGenerator<T>) => ({ source, result: await source.next() });
  const waiting = new Map(sources.map((source) => [source, next(source)]));
  try {
    while (waiting.size > 0) {
      const { source, result } = await Promise.race(waiting.values());
      if (result.done) {
        waiting.delete(source);
        continue;
      }
      waiting.set(source, next(source));
      yield result.value;
    }
  } finally {
    await Promise.allSettled(
      [...waiting].flatMap(([source, pending]) => [pending, source.return(undefined)]),
    );
  }
}
