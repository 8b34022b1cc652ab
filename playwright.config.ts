import { defineConfig } from '@playwright/test';

export default defineConfig({
  testDir: 'e2e/tests',
  outputDir: 'test-results',
  globalSetup: './e2e/engine/playwrightSetup.ts',
  timeout: 120_000,
  expect: { timeout: 15_000 },
  // Each test starts an Electron of its own; the machine CI runs on has two cores.
  workers: 1,
  fullyParallel: false,
  retries: 0,
  forbidOnly: true,
  reporter: [['list']],
});
