import type { BuildRequest } from '../../shared/contract';

/** What the bench asks of the core process. */
export type CoreRequest =
  | { type: 'build'; request: BuildRequest; countLogLines: boolean }
  | { type: 'measure' }
  | { type: 'figures' }
  | { type: 'stop' };

/** What it answers. The loop delay counts from the last `measure`, the memory from the process' start. */
export type CoreReply =
  | { type: 'ready' }
  | { type: 'built'; ms: number; logLines: number }
  | { type: 'measuring' }
  | { type: 'figures'; rssMb: number; loopDelayP99Ms: number }
  | { type: 'failed'; message: string };
