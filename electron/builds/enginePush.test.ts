import { expect, it } from 'vitest';
import { StudioError, type BuildRequest } from '../../shared/contract';
import { newBuildProgress } from '../../shared/model/progress/reduce';
import { BuildFeed } from './buildFeed';
import type { BuilderConnections } from './connections';
import { pushFromEngine } from './enginePush';
import type { LogSink } from './logFile';

const digests = ['a', 'b'].map((letter) => `sha256:${letter.repeat(64)}`);
const references = ['docker.io/library/app:1', 'r.example/app:2'];

/** Pushes both references from an engine that is played by `push`. */
function pushing(push: BuilderConnections['push'], signal = new AbortController().signal) {
  const feed = new BuildFeed(newBuildProgress('id', ['linux/amd64'], 1), 'Dockerfile', () => undefined);
  const written: string[] = [];
  const log: LogSink = {
    step: () => undefined,
    output: (step, _stream, _timeMs, data) => written.push(`${step} ${Buffer.from(data).toString('utf8')}`),
    drained: async () => undefined,
  };
  const options = {
    ...{ builders: { push } as BuilderConnections, request: { builder: 'b' } as BuildRequest },
    ...{ feed, log, signal },
  };
  return { feed, written, done: pushFromEngine(options, 'node0', references) };
}

it('pushes tag by tag, each a step with its layers and its log', async () => {
  const asked: string[] = [];
  const { feed, written, done } = pushing(async (_builder, _node, reference, { onNews }) => {
    asked.push(reference);
    onNews({ layer: { id: 'l', current: 5, total: 10, done: false } });
    onNews({ line: 'l: Pushed', layer: { id: 'l', current: 10, total: 10, done: true } });
    return digests[asked.length - 1];
  });
  expect(await done).toBe(digests[0]);
  expect(asked).toEqual(references);
  const steps = feed.progress.order.map((id) => feed.progress.steps[id]!);
  expect(steps.map(({ name, node, status, logLines }) => [name, node, status, logLines])).toEqual([
    ['pushing app:1', 'node0', 'done', 1],
    ['pushing r.example/app:2', 'node0', 'done', 1],
  ]);
  expect(steps[0]!.activities).toMatchObject([{ id: 'pushing layer l', current: 10, total: 10 }]);
  expect(steps[0]!.activities[0]!.completedMs).toBeDefined();
  expect(written).toEqual(['manifold:push:1 l: Pushed\n', 'manifold:push:2 l: Pushed\n']);
});

it('tells what was pushed before the one that failed, and asks for no more', async () => {
  const denied = new StudioError({
    ...{ code: 'registry-denied', message: 'The registry refuses.', hint: 'Log in.' },
    details: { cause: 'unauthorized' },
  });
  const { feed, done } = pushing(async (_builder, _node, reference) => {
    if (reference === references[1]) throw denied;
    return digests[0];
  });
  await expect(done).rejects.toMatchObject({
    ...{ code: 'registry-denied', hint: 'Log in.', cause: denied },
    message: 'The registry refuses. Pushed before: app:1.',
    details: { cause: 'unauthorized', step: 'manifold:push:2', stepName: 'pushing r.example/app:2' },
  });
  expect(feed.progress.steps['manifold:push:2']).toMatchObject({
    ...{ status: 'failed', error: 'The registry refuses.' },
  });

  const first = pushing(() => Promise.reject(denied));
  await expect(first.done).rejects.toMatchObject({ message: 'The registry refuses.' });
  expect(first.feed.progress.order).toEqual(['manifold:push:1']);
});

it('is called off by its signal, which the engine’s request has too', async () => {
  const abort = new AbortController();
  const reason = new Error('enough');
  const { feed, done } = pushing(
    (_builder, _node, _reference, { signal }) =>
      new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => reject(new Error('the connection was closed')));
        abort.abort(reason);
      }),
    abort.signal,
  );
  await expect(done).rejects.toBe(reason);
  expect(feed.progress.steps['manifold:push:1']?.status).toBe('cancelled');
});
