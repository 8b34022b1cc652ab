import type { MessagePort, Worker } from 'node:worker_threads';
import { afterEach, expect, it, vi } from 'vitest';
import { launchSourceLayerWorker } from '../../testing/workers';
import type { LayerJob } from './layerJobs';
import { LayerWorkers, type TreeLink } from './layerWorkers';
import { layerLimits } from './limits';
import { tarEnd } from './testing/tarFile';

const never = new AbortController().signal;
const stop = new AbortController();
const workers: Worker[] = [];
/** The kind of each job, and the number of the thread that it went to. */
const placed: string[] = [];
const layers = new LayerWorkers(() => {
  const worker = launchSourceLayerWorker();
  const thread = workers.push(worker);
  const post = worker.postMessage.bind(worker);
  vi.spyOn(worker, 'postMessage').mockImplementation(
    (message: { job: LayerJob; port: MessagePort }, transfer) => {
      placed.push(`${message.job.kind} ${thread}`);
      post(message, transfer as MessagePort[]);
    },
  );
  return worker;
}, 2);
afterEach(() => layers.close());

const tree = (): Promise<TreeLink> =>
  layers.openTree([{ layers: [], view: 'merged', platform: undefined }], never);

/** A layer whose end doesn't come before `stop`. */
function indexing(): Promise<unknown> {
  const endless = async function* (signal: AbortSignal): AsyncGenerator<Uint8Array<ArrayBuffer>> {
    yield new Uint8Array(tarEnd);
    await new Promise((resolve) => signal.addEventListener('abort', () => resolve(undefined)));
  };
  return layers.run(
    { kind: 'index', layer: { digest: 'sha256:1', diffId: undefined }, limits: layerLimits },
    { source: endless, signal: stop.signal },
  );
}

it('gives what comes to the thread with the fewest jobs under way, however many trees it has', async () => {
  const [first, second, third, fourth] = [await tree(), await tree(), await tree(), await tree()];
  expect(placed.splice(0)).toEqual(['tree 1', 'tree 2', 'tree 1', 'tree 2']);
  second.close();
  fourth.close();

  const indexed = [indexing()];
  await vi.waitFor(() => expect(placed.splice(0)).toEqual(['index 2']));
  // The first thread has more links, but none of them has anything to do.
  const fifth = await tree();
  expect(placed.splice(0)).toEqual(['tree 1']);
  indexed.push(indexing());
  await vi.waitFor(() => expect(placed.splice(0)).toEqual(['index 1']));
  // Of equally busy ones the thread without trees.
  const sixth = await tree();
  expect(placed.splice(0)).toEqual(['tree 2']);

  stop.abort();
  await Promise.allSettled(indexed);
  for (const link of [first, third, fifth, sixth]) link.close();
});
