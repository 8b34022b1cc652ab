/**
 * Passes on what a piece of work says it is doing, while it does it. Of what comes faster than it is read, the last
 * counts.
 *
 * @returns what the work returns
 * @throws what the work throws
 */
export async function* activities<T>(
  work: (tell: (activity: string) => void) => Promise<T>,
): AsyncGenerator<string, T, undefined> {
  let latest: string | undefined;
  let isOver = false;
  let wake = (): void => undefined;
  const working = work((activity) => {
    latest = activity;
    wake();
  });
  const over = (): void => {
    isOver = true;
    wake();
  };
  working.then(over, over);
  while (!isOver) {
    if (latest === undefined) await new Promise<void>((resolve) => (wake = resolve));
    else {
      const activity = latest;
      latest = undefined;
      yield activity;
    }
  }
  return working;
}
