const maximumDepth = 32;

/** Names with what they mean, in front of those of another scope: made at once, however much that one holds. */
export class NestedScope<T> {
  readonly #own: Map<string, T>;
  readonly #outer: NestedScope<T> | undefined;
  readonly #depth: number;

  constructor(outer?: NestedScope<T>) {
    // A long way to look up a name would make many stages on each other slow.
    const isDeep = outer !== undefined && outer.#depth >= maximumDepth;
    this.#own = isDeep ? outer.#all() : new Map<string, T>();
    this.#outer = isDeep ? undefined : outer;
    this.#depth = isDeep || outer === undefined ? 0 : outer.#depth + 1;
  }

  get(name: string): T | undefined {
    return this.#own.get(name) ?? this.#outer?.get(name);
  }

  /** Sets it here; the outer scope stays as it is. */
  set(name: string, meaning: T): void {
    this.#own.set(name, meaning);
  }

  #all(): Map<string, T> {
    const all = new Map<string, T>();
    this.#fill(all);
    return all;
  }

  #fill(all: Map<string, T>): void {
    if (this.#outer !== undefined) this.#outer.#fill(all);
    for (const [name, meaning] of this.#own) all.set(name, meaning);
  }
}
