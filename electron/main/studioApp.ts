import { app, Menu, MessageChannelMain, nativeTheme, type BrowserWindow } from 'electron';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { StreamItem, Studio } from '../../shared/contract';
import { createPeer } from '../../shared/rpc';
import { Builders, CurrentEngineLoader, createDrivers, openBuildxStore } from '../builders';
import { Builds } from '../builds';
import { createFileWorkers } from '../buildkit/filesync';
import { Checks } from '../checks';
import { listContexts } from '../docker';
import { DockerConfigCredentials } from '../images/credentials/dockerConfig';
import { proxiesFrom } from '../images/registry/proxyEnvironment';
import { throughProxies } from '../images/registry/tokenFetcher';
import { ProjectStore } from '../projects/projectStore';
import { ensureSampleProject } from '../projects/sample/sampleProject';
import { createStudio } from '../studio/createStudio';
import { serveStudio } from '../studio/serveStudio';
import { SettingsStore } from '../studio/settings';
import { cacheFolder } from '../system/cacheFolder';
import type { CorruptFileReport } from '../system/jsonFile';
import { openLogger } from '../system/logger';
import { askBeforeClosing } from './closing';
import { electronDesktop } from './desktop';
import { openImages } from './images';
import { applicationMenu } from './menu';
import { rpcPortOf } from './messagePort';
import { textsFor, type Texts } from './texts';
import { loadPage, openWindow, windowBounds } from './window';

export interface StudioAppOptions {
  preload: string;
  filesyncWorker: string;
  layersWorker: string;
  sampleSource: string;
  openProject: string | undefined;
  pageOrigin: string;
}

export interface StudioApp {
  /** Opens the window when there is none. */
  open(): Promise<void>;
  /** Brings the window to the front, with a project if one is named. */
  focus(project: string | undefined): void;
}

/** Builds the core, opens the window on it, and takes both down when the app quits. */
export async function startStudioApp(options: StudioAppOptions): Promise<StudioApp> {
  const userData = app.getPath('userData');
  mkdirSync(userData, { recursive: true, mode: 0o700 });
  const logger = openLogger(join(userData, 'logs'));
  logger.info({ version: app.getVersion(), electron: process.versions.electron }, 'starting');
  process.on('uncaughtException', (error) => logger.error({ error: describe(error) }, 'uncaught exception'));
  process.on('unhandledRejection', (error) =>
    logger.error({ error: describe(error) }, 'unhandled rejection'),
  );
  const onCorrupt: CorruptFileReport = ({ path, keptAs, cause }) =>
    logger.error({ path, keptAs, cause: String(cause) }, 'a stored file was damaged and set aside');

  const settings = new SettingsStore(userData, onCorrupt);
  let current = await settings.read();
  const outputFolder = (): string => current.outputFolder || join(userData, 'outputs');
  const projects = new ProjectStore(join(userData, 'projects'), onCorrupt);
  const samplePath = join(userData, 'sample', 'hello-platforms');
  // Without room for the sample, other projects can still be opened.
  await ensureSampleProject(options.sampleSource, samplePath).catch((error: unknown) =>
    logger.error({ error: describe(error) }, 'the sample project could not be made'),
  );
  const workers = createFileWorkers(() => new Worker(options.filesyncWorker));
  const credentials = throughProxies(new DockerConfigCredentials(), proxiesFrom(process.env));
  const builders = await Builders.open({
    store: openBuildxStore({
      env: process.env,
      ownChoiceFile: join(userData, 'builders', 'own-choice.json'),
      onCorrupt,
      logger,
    }),
    drivers: createDrivers({
      stateFolder: join(userData, 'builders'),
      env: process.env,
      cacheFolder: cacheFolder(process.env),
      credentials,
    }),
    dockerContexts: () => listContexts(process.env),
    loader: new CurrentEngineLoader(process.env),
    env: process.env,
    logger,
  });
  const builds = await Builds.open({
    folder: join(userData, 'builds'),
    outputFolder,
    keepBuilds: () => current.keepBuilds,
    builders,
    workers,
    credentials,
    env: process.env,
    logger,
  });
  const checks = new Checks({ builders, workers, credentials, logger });
  const imageParts = openImages({
    worker: options.layersWorker,
    builds,
    builders,
    credentials,
    folder: userData,
    onCorrupt,
    logger,
  });

  let window: BrowserWindow | undefined;
  const commandListeners = new Set<(item: StreamItem<'app.commands'>) => void>();
  const send = (item: StreamItem<'app.commands'>): void =>
    commandListeners.forEach((listener) => listener(item));
  const texts = (): Texts => textsFor(current.language === 'system' ? app.getLocale() : current.language);
  const applySettings = async (): Promise<void> => {
    current = await settings.read();
    nativeTheme.themeSource = current.theme;
    Menu.setApplicationMenu(applicationMenu(texts(), (command) => send({ type: 'command', command })));
  };
  await applySettings();

  const studio = createStudio({
    version: app.getVersion(),
    os: process.platform === 'darwin' ? 'mac' : process.platform === 'win32' ? 'windows' : 'linux',
    systemLocale: app.getLocale(),
    openProject: options.openProject,
    samplePath,
    outputFolder,
    settings,
    projects,
    builders,
    builds,
    checks,
    ...imageParts,
    desktop: electronDesktop(() => window),
    logger,
    onCommand(listener) {
      commandListeners.add(listener);
      return () => commandListeners.delete(listener);
    },
    onSettings: () => void applySettings(),
  });

  const bounds = windowBounds(userData, onCorrupt);
  let mayClose = false;

  const open = async (): Promise<void> => {
    if (window !== undefined) return;
    window = await openWindow(options.preload, bounds);
    window.on('closed', () => {
      window = undefined;
    });
    askBeforeClosing(window, texts, () =>
      mayClose ? [] : builds.running().map((build) => `${build.projectName} #${build.number}`),
    );
    reloadAfterCrash(window, (reason) => logger.error({ reason }, 'the page crashed'));
    mount(studio, window, (name, error) => logger.error({ name, error: describe(error) }, 'a call failed'));
    await loadPage(window);
  };

  let closing = false;
  let closed = false;
  const closingFailed = (error: unknown): void => logger.error({ error: describe(error) }, 'closing failed');
  app.on('before-quit', () => logger.info('quitting'));
  app.on('will-quit', (event) => {
    if (closed) return;
    event.preventDefault();
    if (closing) return;
    closing = true;
    void (async () => {
      try {
        await builds.shutdown().catch(closingFailed);
        await builders.close({ keepDaemons: current.keepLocalBuilder }).catch(closingFailed);
        await workers.close().catch(closingFailed);
        await imageParts.layerFiles.close().catch(closingFailed);
        await imageParts.images.close().catch(closingFailed);
        await Promise.all([settings.settled(), projects.settled(), bounds.settled()]);
      } finally {
        closed = true;
        logger.flush();
        app.quit();
      }
    })();
  });

  // Nobody can answer a question: the session ends, or a terminal stops the app.
  for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) {
    process.on(signal, () => {
      logger.info({ signal }, 'told to stop');
      mayClose = true;
      app.quit();
    });
  }
  await open();
  return {
    open,
    focus(project) {
      if (window === undefined) return;
      if (window.isMinimized()) window.restore();
      window.focus();
      if (project !== undefined) send({ type: 'open-project', path: project });
    },
  };
}

/** Gives every load of the page (the first one and reloads) its own port to the core. */
function mount(
  studio: Studio,
  window: BrowserWindow,
  onDefect: (name: string, error: unknown) => void,
): void {
  let dispose: () => void = () => undefined;
  window.webContents.on('dom-ready', () => {
    dispose();
    const { port1, port2 } = new MessageChannelMain();
    const peer = createPeer(rpcPortOf(port1), {
      handlers: serveStudio(studio, onDefect),
      onProtocolError: (problem) => onDefect('protocol', problem),
      onUnobservedError: (error) => onDefect('unobserved', error),
    });
    dispose = () => peer.dispose();
    window.webContents.postMessage('studio-port', null, [port2]);
  });
  window.on('closed', () => dispose());
}

/** Shows the page again after its process died; a page that dies again at once stays as it is. */
function reloadAfterCrash(window: BrowserWindow, onCrash: (reason: string) => void): void {
  let lastMs = 0;
  window.webContents.on('render-process-gone', (_event, { reason }) => {
    onCrash(reason);
    const again = Date.now() - lastMs < 10_000;
    lastMs = Date.now();
    if (!again && !window.isDestroyed()) window.webContents.reload();
  });
}

function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
