import { app, dialog, session } from 'electron';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { projectArgument } from './arguments';
import { hardenApp } from './hardening';
import { pageOrigin, registerPageScheme, servePage } from './pageProtocol';
import { startStudioApp } from './studioApp';

const here = fileURLToPath(new URL('.', import.meta.url));

registerPageScheme();
// As root Chromium's own sandbox can't start; the page stays in its sandboxed world all the same (window.ts).
if (!app.commandLine.hasSwitch('no-sandbox')) app.enableSandbox();

// A second start hands its project to the first one, so that two never write the same data folder.
const first = app.requestSingleInstanceLock({
  project: projectArgument(process.argv, app.isPackaged, process.cwd()),
});
if (!first) {
  app.quit();
} else {
  const start = async (): Promise<void> => {
    await app.whenReady();
    hardenApp();
    servePage(session.defaultSession.protocol, join(here, '../renderer'));
    const studio = await startStudioApp({
      preload: join(here, '../preload/index.cjs'),
      filesyncWorker: join(here, 'filesyncWorker.js'),
      layersWorker: join(here, 'layersWorker.js'),
      // Outside the archive when packaged: a folder inside it can't be copied as a whole.
      sampleSource: join(
        app.isPackaged ? process.resourcesPath : app.getAppPath(),
        'assets/sample/hello-platforms',
      ),
      openProject: projectArgument(process.argv, app.isPackaged, process.cwd()),
      pageOrigin,
    });
    app.on('second-instance', (_event, _argv, _cwd, data) => {
      const project = (data as { project?: unknown } | undefined)?.project;
      studio.focus(typeof project === 'string' ? project : undefined);
    });
    app.on('activate', () => void studio.open());
    app.on('window-all-closed', () => app.quit());
  };
  start().catch((error: unknown) => {
    dialog.showErrorBox('Manifold', error instanceof Error ? error.message : String(error));
    app.exit(1);
  });
}
