import type { ImageSource } from '../../../shared/contract';
import { orAborted } from '../../system/orAborted';
import type { ImageOpener, OpenImage } from '../openImage';
import type { HeldImage } from './heldImage';

/** How many images stay open that nobody reads. */
const keptOpen = 6;

/** Opens what a source stands for. */
export type OpenSource = (source: ImageSource, signal: AbortSignal) => Promise<HeldImage>;

interface Entry {
  readonly key: string;
  readonly opening: Promise<HeldImage>;
  /** Gives the opening up. */
  readonly abandon: AbortController;
  opened: HeldImage | undefined;
  users: number;
  /** Nobody gets it any more; it is closed when the last one has read. */
  stale: boolean;
}

/** Keeps images open, each once however many read it, and closes those that were not used for longest. */
export class KeptImages implements ImageOpener {
  /** Least recently used first. */
  private readonly entries = new Map<string, Entry>();
  private readonly closings = new Set<Promise<void>>();

  constructor(
    private readonly open: OpenSource,
    private readonly onCloseFailure: (error: unknown) => void,
  ) {}

  async use<T>(
    source: ImageSource,
    work: (image: OpenImage) => Promise<T>,
    { signal, fresh = false }: { signal: AbortSignal; fresh?: boolean },
  ): Promise<T> {
    signal.throwIfAborted();
    const entry = await this.take(source, fresh, signal);
    try {
      const { image } = await orAborted(entry.opening, signal);
      return await work(image);
    } finally {
      this.leave(entry);
    }
  }

  /** Gives all images up; resolves when those that nobody reads are closed. */
  async close(): Promise<void> {
    for (const entry of [...this.entries.values()]) this.retire(entry);
    await Promise.all(this.closings);
  }

  /** The entry of the source with one user more. */
  private async take(source: ImageSource, fresh: boolean, signal: AbortSignal): Promise<Entry> {
    const key = keyOf(source);
    const known = this.entries.get(key);
    if (known?.opened !== undefined) {
      known.users++;
      let current = false;
      try {
        current = await isCurrent(known.opened, fresh, signal);
      } finally {
        if (!current) {
          this.retire(known);
          this.leave(known);
        }
      }
      if (current && !known.stale) return this.touched(known);
      if (current) this.leave(known);
    }
    const opening = this.entries.get(key) ?? this.begin(key, source);
    opening.users++;
    return this.touched(opening);
  }

  private begin(key: string, source: ImageSource): Entry {
    const abandon = new AbortController();
    const entry: Entry = {
      key,
      opening: this.open(source, abandon.signal),
      abandon,
      opened: undefined,
      users: 0,
      stale: false,
    };
    entry.opening.then(
      (opened) => {
        entry.opened = opened;
        if (entry.stale && entry.users === 0) this.shut(entry);
      },
      () => this.forget(entry),
    );
    this.entries.set(key, entry);
    return entry;
  }

  private touched(entry: Entry): Entry {
    this.entries.delete(entry.key);
    this.entries.set(entry.key, entry);
    return entry;
  }

  private leave(entry: Entry): void {
    entry.users--;
    if (entry.users > 0) return;
    if (entry.opened === undefined) {
      entry.abandon.abort();
      this.retire(entry);
    } else if (entry.stale) this.shut(entry);
    const idle = [...this.entries.values()].filter(
      ({ users, opened }) => users === 0 && opened !== undefined,
    );
    for (const old of idle.slice(0, Math.max(0, idle.length - keptOpen))) this.retire(old);
  }

  private retire(entry: Entry): void {
    if (entry.stale) return;
    entry.stale = true;
    this.forget(entry);
    if (entry.users === 0) this.shut(entry);
  }

  private forget(entry: Entry): void {
    if (this.entries.get(entry.key) === entry) this.entries.delete(entry.key);
  }

  private shut(entry: Entry): void {
    const { opened } = entry;
    entry.opened = undefined;
    if (opened?.close === undefined) return;
    const closing = opened
      .close()
      .catch(this.onCloseFailure)
      .finally(() => this.closings.delete(closing));
    this.closings.add(closing);
  }
}

async function isCurrent(held: HeldImage, fresh: boolean, signal: AbortSignal): Promise<boolean> {
  if ((await held.isCurrent?.()) === false) return false;
  if (!fresh) return true;
  return held.isStillTrue === undefined ? held.isCurrent !== undefined : held.isStillTrue(signal);
}

function keyOf(source: ImageSource): string {
  switch (source.kind) {
    case 'registry':
      return JSON.stringify([source.kind, source.reference]);
    case 'build':
      return JSON.stringify([source.kind, source.buildId]);
    case 'archive':
      return JSON.stringify([source.kind, source.path, source.reference]);
    case 'engine':
      return JSON.stringify([source.kind, source.reference, source.context]);
  }
}
