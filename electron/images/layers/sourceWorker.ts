import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { buildSync } from 'esbuild';
import type { LayerWorkerLauncher } from './layerWorkers';

let bundle: string | undefined;

/** Starts the thread for layers from its TypeScript source, for tests and benchmarks; see the one of `filesync`. */
export const launchSourceLayerWorker: LayerWorkerLauncher = () => {
  bundle ??= buildSync({
    entryPoints: [fileURLToPath(new URL('./worker.ts', import.meta.url))],
    bundle: true,
    write: false,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
  }).outputFiles[0]!.text;
  return new Worker(bundle, { eval: true, execArgv: [] });
};
