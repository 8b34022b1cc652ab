import type { BuildRequest } from '../../shared/contract';
import type { CredentialProvider } from '../buildkit';
import type { FileWorkers } from '../buildkit/filesync';
import type { Logger } from '../system/logger';
import type { BuildFeed } from './buildFeed';
import type { BuilderConnections } from './connections';
import type { LogSink } from './logFile';
import type { BuildPlan } from './plan';

/** What everything that a running build does works with. */
export interface RunContext {
  request: BuildRequest;
  plan: BuildPlan;
  builders: BuilderConnections;
  workers: FileWorkers;
  credentials: CredentialProvider;
  /** For secrets that come from the environment, and proxies that it names. */
  env: Readonly<Record<string, string | undefined>>;
  feed: BuildFeed;
  log: LogSink;
  logger: Logger;
  /** The user's cancellation. */
  signal: AbortSignal;
}
