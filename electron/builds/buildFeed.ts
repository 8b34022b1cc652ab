import type { BuildResult, StreamItem, StudioErrorData } from '../../shared/contract';
import { reduceBuild } from '../../shared/model/progress/reduce';
import type { BuildEvent, BuildProgress } from '../../shared/model/progress/types';
import type { StatusEvent, VertexSources } from '../buildkit';
import { StatusBatch } from './statusBatch';

/** At most 20 status events a second; nobody sees more, and a page has other things to do. */
const flushIntervalMs = 50;
/** A follower that is further behind gets a fresh snapshot instead. */
const maxQueuedEvents = 100;

type ProgressItem = StreamItem<'builds.progress'>;
type WithoutSequence<E> = E extends BuildEvent ? Omit<E, 'sequence'> : never;

interface Follower {
  events: BuildEvent[];
  needsSnapshot: boolean;
  wake: () => void;
}

/** How a build has ended. */
export type BuildEnd =
  | { status: 'succeeded'; result: BuildResult }
  | { status: 'failed'; error: StudioErrorData }
  | { status: 'cancelled' };

/** The progress of one running build: what is known so far, and numbered events for those who follow it. */
export class BuildFeed {
  private readonly followers = new Set<Follower>();
  private readonly batches = new Map<string, StatusBatch>();
  private timer: NodeJS.Timeout | undefined;
  private readonly late: Promise<void>[] = [];
  private closed = false;

  /** @param onChange called after every event, with the new progress in place */
  constructor(
    private state: BuildProgress,
    private readonly dockerfile: string,
    private readonly onChange: () => void,
  ) {}

  get progress(): BuildProgress {
    return this.state;
  }

  /** Says what is being done before the build runs. */
  activity(activity: string): void {
    this.apply({ type: 'activity', activity });
  }

  /** Tells of something that went wrong here and does not keep the build from going on. */
  warn(message: string, detail: string): void {
    this.apply({
      type: 'status',
      node: '',
      vertexes: [],
      activities: [],
      warnings: [{ step: '', level: 1, message, detail: [detail] }],
      logged: [],
    });
  }

  running(): void {
    this.apply({ type: 'running', atMs: Date.now() });
  }

  /** Takes in what a node's daemon tells; followers hear of it within 50 ms. */
  status(node: string, event: StatusEvent): void {
    let batch = this.batches.get(node);
    if (batch === undefined) this.batches.set(node, (batch = new StatusBatch(node, this.dockerfile)));
    batch.add(event);
    this.timer ??= setTimeout(() => this.flush(), flushIntervalMs);
  }

  /** Takes in where steps come from. */
  sources(sources: VertexSources): void {
    this.apply({
      type: 'sources',
      sources: Object.fromEntries(
        [...sources].map(([id, lines]) => [id, lines.map((range) => ({ ...range }))]),
      ),
    });
  }

  /** Takes in everything that was told so far. */
  flush(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    for (const batch of this.batches.values()) {
      const event = batch.take();
      if (event !== undefined) this.apply(event);
    }
  }

  /** Keeps the feed open after the build's end for what is still to be told then. */
  waitFor(late: Promise<void>): void {
    this.late.push(late);
  }

  /** Tells the end. {@link close} has to follow. */
  end(end: BuildEnd): void {
    this.flush();
    this.apply({ type: 'ended', atMs: Date.now(), ...end });
  }

  /** Lets the followers go when everything is told. */
  async close(): Promise<void> {
    await Promise.all(this.late);
    this.closed = true;
    for (const { wake } of this.followers) wake();
  }

  /** A snapshot, then events; ends when the feed is closed, or when `signal` aborts. A slow reader gets a snapshot now and then. */
  async *follow(signal: AbortSignal): AsyncIterable<ProgressItem> {
    const follower: Follower = { events: [], needsSnapshot: true, wake: () => undefined };
    const onAbort = (): void => follower.wake();
    this.followers.add(follower);
    signal.addEventListener('abort', onAbort);
    try {
      while (!signal.aborted) {
        if (follower.needsSnapshot) {
          follower.needsSnapshot = false;
          follower.events = [];
          yield { type: 'snapshot', progress: this.state };
        } else if (follower.events.length > 0) {
          yield { type: 'events', events: follower.events.splice(0) };
        } else if (this.closed) {
          return;
        } else {
          await new Promise<void>((resolve) => (follower.wake = resolve));
        }
      }
    } finally {
      this.followers.delete(follower);
      signal.removeEventListener('abort', onAbort);
    }
  }

  private apply(news: WithoutSequence<BuildEvent>): void {
    const event: BuildEvent = { ...news, sequence: this.state.sequence + 1 };
    this.state = reduceBuild(this.state, event);
    for (const follower of this.followers) {
      if (follower.needsSnapshot) continue;
      if (follower.events.length >= maxQueuedEvents) {
        follower.needsSnapshot = true;
        follower.events = [];
      } else follower.events.push(event);
      follower.wake();
    }
    this.onChange();
  }
}
