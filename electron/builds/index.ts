/** Builds: from a BuildRequest to a finished build and its record. */
export { Builds, type BuildsOptions } from './builds';
export type { BuilderConnections } from './connections';
