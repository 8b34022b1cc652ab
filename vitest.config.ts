import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: [
            'shared/**/*.test.ts',
            'electron/**/*.test.ts',
            'scripts/**/*.test.ts',
            'e2e/**/*.test.ts',
          ],
          exclude: ['**/*.integration.test.ts', 'e2e/tests/**', '**/node_modules/**'],
          environment: 'node',
          testTimeout: 30_000,
        },
      },
      {
        plugins: [react()],
        test: {
          name: 'page',
          include: ['renderer/**/*.test.{ts,tsx}'],
          environment: 'happy-dom',
          // A test reads the colours; other style sheets are of no use without layout.
          css: { include: /tokens\.css/ },
          testTimeout: 30_000,
        },
      },
      {
        test: {
          name: 'integration',
          include: ['electron/**/*.integration.test.ts', 'e2e/**/*.integration.test.ts'],
          environment: 'node',
          globalSetup: ['e2e/engine/globalSetup.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          // They share one daemon and two cores; timings are part of what they assert.
          fileParallelism: false,
        },
      },
    ],
  },
});
