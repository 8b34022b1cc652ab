import { startEngine, type EngineData } from './engine';

const VARIABLE = 'MANIFOLD_TEST_ENGINE';

/**
 * Global set-up for vitest and for Playwright: starts the engine once for all tests and gives back what stops it.
 * Where an engine was handed over by the environment, that one is used and left running.
 */
export default async function globalSetup(): Promise<() => Promise<void>> {
  if (process.env[VARIABLE] !== undefined) return () => Promise.resolve();
  const engine = await startEngine();
  process.env[VARIABLE] = JSON.stringify(engine.data());
  return async () => {
    delete process.env[VARIABLE];
    await engine.dispose();
  };
}

/** The engine that the global set-up started. @throws Error in a test that runs without it */
export function currentEngine(): EngineData {
  const data = process.env[VARIABLE];
  if (data === undefined) {
    throw new Error('No engine: name the test *.integration.test.ts, or put it into e2e/tests');
  }
  return JSON.parse(data) as EngineData;
}
