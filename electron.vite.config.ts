import { resolve } from 'node:path';
import react from '@vitejs/plugin-react';
import { defineConfig } from 'electron-vite';

const unused = resolve(import.meta.dirname, 'electron/docker/unused.ts');

export default defineConfig({
  main: {
    // dockerode brings a connection of its own, SSH with native code, and a gRPC session. None of them is used here.
    resolve: {
      alias: { 'docker-modem': unused, '@grpc/proto-loader': unused, 'tar-fs': unused, protobufjs: unused },
    },
    build: {
      outDir: 'out/main',
      externalizeDeps: false,
      rollupOptions: {
        input: {
          index: 'electron/main/index.ts',
          filesyncWorker: 'electron/buildkit/filesync/worker.ts',
          layersWorker: 'electron/images/layers/worker.ts',
        },
        external: ['electron'],
        output: { entryFileNames: '[name].js', format: 'es' },
      },
    },
  },
  preload: {
    build: {
      outDir: 'out/preload',
      externalizeDeps: false,
      // A sandboxed preload has to be one CommonJS file.
      rollupOptions: {
        input: { index: 'electron/preload/index.ts' },
        external: ['electron'],
        output: { entryFileNames: '[name].cjs', format: 'cjs' },
      },
    },
  },
  renderer: {
    root: 'renderer',
    plugins: [react()],
    build: {
      outDir: 'out/renderer',
      rollupOptions: { input: { index: 'renderer/index.html' } },
      // Inlined assets would need `data:` in more of the CSP than fonts and images.
      assetsInlineLimit: 0,
      // Half of what the window waits for at start is reading scripts.
      minify: true,
      chunkSizeWarningLimit: 8000,
    },
  },
});
