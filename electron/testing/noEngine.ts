import { noLoader } from '../builders/engineLoader';

/** A machine without Docker: no contexts, and no engine to load images into. */
export const noEngine = { dockerContexts: async (): Promise<[]> => [], loader: noLoader };
