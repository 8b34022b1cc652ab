import { expect, it } from 'vitest';
import type { BuildSummary } from '../../shared/contract';
import { BuildListFeed } from './buildListFeed';

const build = (id: string, warnings = 0) => ({ id, warnings }) as BuildSummary;

it('tells the list, then the latest news of each build', async () => {
  const feed = new BuildListFeed(() => [build('a')]);
  const abort = new AbortController();
  const items = feed.follow(abort.signal)[Symbol.asyncIterator]();
  expect((await items.next()).value).toEqual({ type: 'snapshot', builds: [build('a')] });
  for (let n = 0; n < 100; n++) feed.changed(build('a', n));
  feed.changed(build('b'));
  feed.removed('b');
  expect((await items.next()).value).toEqual({ type: 'summary', build: build('a', 99) });
  expect((await items.next()).value).toEqual({ type: 'removed', id: 'b' });
  const waiting = items.next();
  abort.abort();
  expect((await waiting).done).toBe(true);
});
