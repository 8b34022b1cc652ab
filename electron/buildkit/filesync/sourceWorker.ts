import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { buildSync } from 'esbuild';
import type { WorkerLauncher } from './fileWorkers';

let bundle: string | undefined;

/**
 * Starts the file worker from its TypeScript source, for tests and benchmarks. Loader hooks for TypeScript don't reach
 * worker threads in every supported Node, so the source is bundled in memory once.
 */
export const launchSourceWorker: WorkerLauncher = () => {
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
