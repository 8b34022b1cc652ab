import type { BuildSummary, StreamItem } from '../../shared/contract';

type ListItem = StreamItem<'builds.watch'>;

interface Follower {
  /** What the follower has not heard of yet; the latest news of each build. */
  news: Map<string, ListItem>;
  needsSnapshot: boolean;
  wake: () => void;
}

/** Tells followers what changes in the list of builds. */
export class BuildListFeed {
  private readonly followers = new Set<Follower>();

  constructor(private readonly list: () => BuildSummary[]) {}

  changed(build: BuildSummary): void {
    this.tell(build.id, { type: 'summary', build });
  }

  removed(id: string): void {
    this.tell(id, { type: 'removed', id });
  }

  /** The list, then changes; several changes of one build become the last one for a slow reader. */
  async *follow(signal: AbortSignal): AsyncIterable<ListItem> {
    const follower: Follower = { news: new Map(), needsSnapshot: true, wake: () => undefined };
    const onAbort = (): void => follower.wake();
    this.followers.add(follower);
    signal.addEventListener('abort', onAbort);
    try {
      while (!signal.aborted) {
        const [next] = follower.news;
        if (follower.needsSnapshot) {
          follower.needsSnapshot = false;
          follower.news.clear();
          yield { type: 'snapshot', builds: this.list() };
        } else if (next !== undefined) {
          follower.news.delete(next[0]);
          yield next[1];
        } else {
          await new Promise<void>((resolve) => (follower.wake = resolve));
        }
      }
    } finally {
      this.followers.delete(follower);
      signal.removeEventListener('abort', onAbort);
    }
  }

  private tell(id: string, item: ListItem): void {
    for (const follower of this.followers) {
      follower.news.set(id, item);
      follower.wake();
    }
  }
}
