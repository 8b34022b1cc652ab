import { sourceWorker } from './sourceWorker';

/** The worker that reads and writes folders for BuildKit. */
export const launchSourceWorker = sourceWorker(new URL('../buildkit/filesync/worker.ts', import.meta.url));

/** The worker that reads layers of images. */
export const launchSourceLayerWorker = sourceWorker(new URL('../images/layers/worker.ts', import.meta.url));
