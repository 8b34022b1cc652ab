/** Builds: from a BuildRequest to a finished build and its record. */
export { Builds } from './builds';
