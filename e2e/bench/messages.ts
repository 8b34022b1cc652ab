import type { BuildRequest, FileTreeRequest } from '../../shared/contract';

/** What the bench asks of the core process. */
export type CoreRequest =
  | { type: 'build'; request: BuildRequest; countLogLines: boolean }
  | { type: 'inspect'; reference: string }
  | { type: 'open-tree'; request: FileTreeRequest }
  | { type: 'filter-tree'; text: string }
  | { type: 'measure' }
  | { type: 'figures' }
  | { type: 'stop' };

/**
 * What it answers; times in ms. The loop delay counts from the last `measure`, the memory from the process' start.
 */
export type CoreReply =
  | { type: 'ready' }
  | { type: 'built'; ms: number; logLines: number }
  | { type: 'inspected'; ms: number; platforms: string[] }
  | { type: 'tree-open'; ms: number; paths: number }
  | { type: 'tree-filtered'; ms: number; matching: number }
  | { type: 'measuring' }
  | { type: 'figures'; rssMb: number; loopDelayP99Ms: number }
  | { type: 'failed'; message: string };
