/** What a card is known by, from one state of the text to the next. */
export interface Identity {
  /** Never used for another card while the file is open. */
  key: string;
  /** Equal while it is surely the same, such as a stage's name. */
  strong: string;
  /** Equal when it may be the same under another name. */
  weak: string;
}

/**
 * Finds each card of the last state again: first what is unchanged before and behind the edit, then what is called the
 * same, then what took the place of something that is gone. The others get keys of their own.
 *
 * @param fresh makes a key that was not used before
 * @returns one identity for each of `next`, in that order; no key twice
 */
export function keepIdentities(
  before: readonly Identity[],
  next: readonly Omit<Identity, 'key'>[],
  fresh: () => string,
): Identity[] {
  const keys: (string | undefined)[] = next.map(() => undefined);
  const left = new Set(before);
  const take = (index: number, identity: Identity | undefined): void => {
    if (identity === undefined) return;
    keys[index] = identity.key;
    left.delete(identity);
  };
  const shortest = Math.min(before.length, next.length);
  let start = 0;
  while (start < shortest && before[start]?.strong === next[start]?.strong) take(start, before[start++]);
  for (let end = 1; end <= shortest - start; end += 1) {
    const identity = before.at(-end);
    if (identity?.strong !== next.at(-end)?.strong) break;
    take(next.length - end, identity);
  }
  for (const part of ['strong', 'weak'] as const) {
    const waiting = new Map<string, Identity[]>();
    for (const identity of left)
      waiting.set(identity[part], [...(waiting.get(identity[part]) ?? []), identity]);
    next.forEach((card, index) => {
      if (keys[index] === undefined) take(index, waiting.get(card[part])?.shift());
    });
  }
  return next.map((card, index) => ({ ...card, key: keys[index] ?? fresh() }));
}
