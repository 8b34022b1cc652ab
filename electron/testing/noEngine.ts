import type { EngineLoader } from '../builders/engineLoader';

const loader: EngineLoader = {
  features: async () => undefined,
  load: () => Promise.reject(new Error('There is no engine.')),
};

/** A machine without Docker: no contexts, and no engine to load images into. */
export const noEngine = { dockerContexts: async (): Promise<[]> => [], loader };
