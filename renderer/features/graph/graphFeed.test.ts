import { expect, test, vi } from 'vitest';
import { defaultBuildSettings } from '../../../shared/contract';
import type { GraphQuestion } from './graph.worker';
import { graphFeed } from './graphFeed';
import { GraphSession } from './graphSession';
import type { Graph, GraphRequest } from './graphSession';
import { GraphPacker } from './graphTransfer';

const request = (text: string): GraphRequest => ({
  file: 'Dockerfile',
  text,
  settings: defaultBuildSettings,
  ownPlatform: 'linux/amd64',
  steps: 'auto',
  turned: [],
  tidied: 0,
});
const labels = (graph: Graph | undefined): string[] => graph?.model.stages.map(({ label }) => label) ?? [];

/** A worker that answers when the test says so. */
function slowWorker() {
  const asked: GraphQuestion[] = [];
  const session = new GraphSession();
  const packer = new GraphPacker();
  const worker = {
    postMessage: (question: GraphQuestion) => asked.push(question),
    terminate: vi.fn(),
    onmessage: undefined as ((event: { data: unknown }) => void) | undefined,
    onerror: undefined as ((event: { message: string }) => void) | undefined,
  };
  return {
    worker: worker as unknown as Worker,
    asked,
    terminate: worker.terminate,
    answer: () => {
      const { number, request: last } = asked.at(-1)!;
      worker.onmessage?.({ data: { number, graph: packer.pack(session.graph(last)) } });
    },
    break: () => worker.onerror?.({ message: 'broken' }),
  };
}

test('while one graph is made, of all that is typed only the last is asked for', () => {
  const slow = slowWorker();
  const graphs: Graph[] = [];
  const feed = graphFeed(
    () => slow.worker,
    (graph) => graphs.push(graph),
    vi.fn(),
  );
  for (const name of ['a', 'ab', 'abc', 'abcd']) feed.ask(request(`FROM x AS ${name}`));
  expect(slow.asked).toHaveLength(1);
  slow.answer();
  expect(slow.asked.map(({ request: { text } }) => text)).toEqual(['FROM x AS a', 'FROM x AS abcd']);
  slow.answer();
  expect(graphs.map(labels)).toEqual([['a'], ['abcd']]);
  expect(slow.asked).toHaveLength(2);
  feed.close();
  expect(slow.terminate).toHaveBeenCalledOnce();
});

test('a worker that breaks or never starts is told of, and the graph is made all the same', () => {
  const slow = slowWorker();
  const onFailure = vi.fn();
  let last: Graph | undefined;
  const feed = graphFeed(
    () => slow.worker,
    (graph) => (last = graph),
    onFailure,
  );
  feed.ask(request('FROM x AS one'));
  slow.break();
  expect(onFailure).toHaveBeenCalledOnce();
  expect(labels(last)).toEqual(['one']);
  feed.ask(request('FROM x AS two'));
  expect(labels(last)).toEqual(['two']);

  const none = graphFeed(
    () => {
      throw new Error('no workers here');
    },
    (graph) => (last = graph),
    onFailure,
  );
  none.ask(request('FROM x AS three'));
  expect(labels(last)).toEqual(['three']);
  expect(onFailure).toHaveBeenCalledTimes(2);
});
