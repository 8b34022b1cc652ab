import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { newBuildProgress, reduceBuild } from '../../shared/model/progress/reduce';
import { buildEventSchema, buildProgressSchema, type BuildProgress } from '../../shared/model/progress/types';
import type { StatusEvent } from '../buildkit';
import { BuildFeed } from './buildFeed';

const never = new AbortController().signal;

function newFeed(onChange: () => void = () => undefined): BuildFeed {
  return new BuildFeed(newBuildProgress('id', ['linux/amd64'], 1), 'Dockerfile', onChange);
}

function status(news: Partial<StatusEvent>): StatusEvent {
  return { vertexes: [], statuses: [], logs: [], warnings: [], ...news };
}

const vertex = (digest: string, rest: object = {}) => ({
  digest,
  inputs: [],
  name: digest,
  cached: false,
  ...rest,
});

describe('BuildFeed', () => {
  it('joins a flood of status events into one', async () => {
    let changes = 0;
    const feed = newFeed(() => changes++);
    for (let n = 1; n <= 1000; n++) {
      feed.status(
        'node0',
        status({
          vertexes: [vertex('a', { startedMs: 5 })],
          statuses: [{ id: 'x', vertex: 'a', name: '', current: n, total: 1000, timestampMs: n }],
        }),
      );
      feed.status(
        'node0',
        status({ logs: [{ vertex: 'a', stream: 1, timestampMs: 1, data: Buffer.from('one\ntwo\n') }] }),
      );
    }
    expect(changes).toBe(0);
    feed.flush();
    expect(changes).toBe(1);
    expect(feed.progress.steps['a']).toMatchObject({
      status: 'running',
      startedMs: 5,
      logLines: 2000,
      activities: [{ id: 'x', name: 'x', current: 1000, total: 1000 }],
    });
  });

  it('tells within 50 ms or so without being asked', async () => {
    const feed = newFeed();
    feed.status('node0', status({ vertexes: [vertex('a')] }));
    await new Promise((resolve) => setTimeout(resolve, 120));
    expect(feed.progress.order).toEqual(['a']);
  });

  it('gives a late follower a snapshot with the end, and ends', async () => {
    const feed = newFeed();
    feed.running();
    feed.end({ status: 'cancelled' });
    await feed.close();
    const items = [];
    for await (const item of feed.follow(never)) items.push(item);
    expect(items).toEqual([{ type: 'snapshot', progress: feed.progress }]);
    expect(feed.progress).toMatchObject({ status: 'cancelled', sequence: 2 });
  });

  it('stays open after the end for what is told late', async () => {
    const feed = newFeed();
    let tell = (): void => undefined;
    feed.waitFor(new Promise((resolve) => (tell = resolve)));
    feed.end({ status: 'cancelled' });
    const closing = feed.close();
    const follower = feed.follow(never)[Symbol.asyncIterator]();
    expect((await follower.next()).value).toMatchObject({ type: 'snapshot' });
    feed.sources(new Map([['a', [{ start: 1, end: 2 }]]]));
    expect((await follower.next()).value).toMatchObject({ events: [{ type: 'sources' }] });
    const last = follower.next();
    tell();
    await closing;
    expect((await last).done).toBe(true);
  });

  it('gives a follower that is far behind a snapshot instead of a long queue', async () => {
    const feed = newFeed();
    const follower = feed.follow(never)[Symbol.asyncIterator]();
    await follower.next();
    for (let n = 0; n < 500; n++) feed.activity(`${n}`);
    expect(await follower.next()).toEqual({
      done: false,
      value: { type: 'snapshot', progress: feed.progress },
    });
    feed.activity('last');
    expect((await follower.next()).value).toMatchObject({
      type: 'events',
      events: [{ activity: 'last', sequence: 501 }],
    });
  });

  it('lets a waiting follower go when it no longer wants to', async () => {
    const abort = new AbortController();
    const follower = newFeed().follow(abort.signal)[Symbol.asyncIterator]();
    await follower.next();
    const waiting = follower.next();
    abort.abort();
    expect((await waiting).done).toBe(true);
  });

  it('counts the followers’ state and its own as one, however slow they read (property)', async () => {
    const id = fc.constantFrom('a', 'b', 'c');
    const time = fc.option(fc.integer({ min: 1, max: 1000 }), { nil: undefined });
    const event = fc.record({
      vertexes: fc.array(
        fc.record({
          digest: id,
          inputs: fc.subarray(['a', 'b', 'c']),
          name: fc.string(),
          cached: fc.boolean(),
          startedMs: time,
          completedMs: time,
          error: fc.option(fc.constantFrom('', 'x: context canceled', 'bad'), { nil: undefined }),
        }),
        { maxLength: 3 },
      ),
      statuses: fc.array(
        fc.record({
          id: fc.constantFrom('l1', 'l2'),
          vertex: id,
          name: fc.string(),
          current: fc.nat(),
          total: fc.nat(),
          timestampMs: fc.nat(),
        }),
        { maxLength: 3 },
      ),
      logs: fc.array(
        fc.record({ vertex: id, stream: fc.constant(1), timestampMs: fc.nat(), data: fc.uint8Array() }),
        { maxLength: 3 },
      ),
      warnings: fc.array(
        fc.record({
          vertex: id,
          level: fc.nat(3),
          short: fc.string(),
          detail: fc.array(fc.string()),
          url: fc.string(),
        }),
        { maxLength: 1 },
      ),
    });
    const step = fc.oneof(
      event.map((news) => ({ kind: 'status' as const, news: news as StatusEvent })),
      fc.constant({ kind: 'flush' as const }),
      fc.constant({ kind: 'read' as const }),
      fc.string().map((text) => ({ kind: 'activity' as const, text })),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
        const feed = newFeed();
        const abort = new AbortController();
        const follower = feed.follow(abort.signal)[Symbol.asyncIterator]();
        let seen: BuildProgress | undefined;
        let expected = 0;
        const read = async (): Promise<boolean> => {
          const { value, done } = await follower.next();
          if (done) return false;
          if (value.type === 'snapshot') {
            seen = value.progress;
            expected = seen.sequence;
          } else {
            for (const one of value.events) {
              expect(one.sequence).toBe(++expected);
              buildEventSchema.parse(one);
              seen = reduceBuild(seen!, one);
            }
          }
          return true;
        };
        await read();
        for (const one of steps) {
          if (one.kind === 'status') feed.status('node0', one.news);
          else if (one.kind === 'flush') feed.flush();
          else if (one.kind === 'activity') feed.activity(one.text);
          else if (expected < feed.progress.sequence) await read();
        }
        feed.end({ status: 'failed', error: { code: 'internal', message: 'm' } });
        await feed.close();
        while (await read());
        expect(seen).toEqual(feed.progress);
        buildProgressSchema.parse(seen);
      }),
      { numRuns: 150 },
    );
  });
});
