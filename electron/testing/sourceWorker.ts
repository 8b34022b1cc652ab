import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { buildSync } from 'esbuild';

/**
 * Starts a worker from its TypeScript source, for tests and benchmarks. Loader hooks for TypeScript don't reach worker
 * threads in every supported Node, so the source is bundled in memory once.
 */
export function sourceWorker(entry: URL): () => Worker {
  let bundle: string | undefined;
  return () => {
    bundle ??= buildSync({
      entryPoints: [fileURLToPath(entry)],
      bundle: true,
      write: false,
      platform: 'node',
      format: 'cjs',
      target: 'node20',
    }).outputFiles[0]!.text;
    return new Worker(bundle, { eval: true, execArgv: [] });
  };
}
