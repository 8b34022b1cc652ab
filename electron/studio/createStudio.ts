import { StudioError, type Boot, type Studio, type StreamItem } from '../../shared/contract';
import type { Builders } from '../builders';
import type { Builds } from '../builds';
import type { Checks } from '../checks';
import type { Images } from '../images';
import type { LayerFiles } from '../images/layers';
import type { RegistryClient } from '../images/registry/registryClient';
import type { ProjectStore } from '../projects/projectStore';
import { statesOf } from '../system/changes';
import type { Logger } from '../system/logger';
import { chooseOutput, type DesktopPorts } from './ports';
import { builderProcedures } from './builders';
import { graphProcedures } from './graph';
import { imageActionsProcedures, imageActionsStreams } from './imageActions';
import { imageFilesProcedures, imageFilesStreams } from './imageFiles';
import { imageInspectionProcedures } from './imageInspection';
import { projectProcedures, projectStreams } from './projects';
import type { SettingsStore } from './settings';

/** What the studio is wired from. */
export interface StudioParts {
  version: string;
  os: Boot['os'];
  systemLocale: string;
  /** The project named on the command line, if any. */
  openProject: string | undefined;
  samplePath: string;
  /** Where archives go that name no place, with the user's choice taken in. */
  outputFolder: () => string;
  settings: SettingsStore;
  projects: ProjectStore;
  builders: Builders;
  builds: Builds;
  checks: Checks;
  images: Images;
  registries: RegistryClient;
  layerFiles: LayerFiles;
  desktop: DesktopPorts;
  logger: Logger;
  /** Commands from menus, by listener; returns the way to take it back. */
  onCommand: (listener: (item: StreamItem<'app.commands'>) => void) => () => void;
  /** Called after the settings changed. */
  onSettings(): void;
}

/** Wires the contract's procedures and streams to the parts that do the work. */
export function createStudio(parts: StudioParts): Studio {
  const { settings, projects, builders, builds, checks, images, desktop } = parts;
  const { opener, runner } = images;
  const { registries, outputFolder } = parts;
  const imageActions = { opener, runner, registries, desktop, outputFolder };
  return {
    procedures: {
      ...projectProcedures(projects, parts.samplePath),

      'app.boot': async () => {
        const recent = (await projects.recentProjects()).find((project) => project.available);
        return {
          version: parts.version,
          os: parts.os,
          systemLocale: parts.systemLocale,
          settings: await settings.read(),
          layout: await settings.readLayout(),
          openProject: parts.openProject ?? recent?.path ?? parts.samplePath,
          outputFolder: parts.outputFolder(),
        };
      },
      'app.reportError': async (error) => parts.logger.error({ error }, 'the page reported an error'),
      'settings.update': async (patch) => {
        const updated = await settings.update(patch);
        parts.onSettings();
        return updated;
      },
      'layout.update': (layout) => settings.updateLayout(layout),

      ...builderProcedures(builders),

      'checks.run': (request, { signal }) => checks.run(request, signal),

      'builds.preflight': (request) => builds.preflight(request),
      'builds.start': (request, { signal }) => builds.start(request, signal),
      'builds.cancel': async ({ id }) => builds.cancel(id),
      'builds.get': ({ id }) => builds.get(id),
      'builds.remove': ({ id }) => builds.remove(id),
      'builds.saveLog': async ({ id, platform }) => {
        const { summary } = await builds.get(id);
        const part = platform === undefined ? '' : `-${platform.replaceAll('/', '-')}`;
        const name = `${summary.projectName}-${summary.number}${part}.log`;
        const path = await chooseOutput(desktop, parts.outputFolder, name);
        if (path === undefined) return {};
        await builds.saveLog(id, path, platform);
        return { path };
      },

      ...graphProcedures(desktop, parts.outputFolder),
      ...imageInspectionProcedures(images.inspection, parts.layerFiles, desktop, outputFolder),
      ...imageFilesProcedures(parts.layerFiles, desktop, outputFolder),
      ...imageActionsProcedures(imageActions),

      'dialogs.chooseFolder': async (options) => chosen(await desktop.chooseFolder(dialog(options))),
      'dialogs.chooseFile': async (options) => chosen(await desktop.chooseFile(dialog(options))),
      'dialogs.chooseSavePath': async (options) => chosen(await desktop.chooseSavePath(dialog(options))),
      'outputs.reveal': async ({ id }) => {
        const path = (await builds.get(id)).summary.result?.path;
        if (path === undefined) {
          throw new StudioError({ code: 'not-found', message: 'This build wrote no file or folder.' });
        }
        await desktop.revealInFileBrowser(path);
      },
      'clipboard.write': ({ text }) => desktop.writeClipboard(text),
    },

    streams: {
      ...projectStreams(projects),
      'builders.watch': (_params, { signal }) => builders.watch(signal),
      'builders.cacheRecords': ({ name }, { signal }) => builders.cacheRecords(name, signal),
      'builders.prune': (request, { signal }) => builders.prune(request, signal),
      'builds.watch': (_params, { signal }) => builds.watch(signal),
      'builds.progress': ({ id }, { signal }) => builds.progress(id, signal),
      'builds.log': ({ id }, { signal }) => builds.log(id, signal),
      ...imageFilesStreams(parts.layerFiles),
      ...imageActionsStreams(imageActions),
      'app.commands': (_params, { signal }) => commands((listener) => parts.onCommand(listener), signal),
    },
  };
}

/** Every command, none dropped, unlike a stream of states. */
async function* commands(
  onCommand: StudioParts['onCommand'],
  signal: AbortSignal,
): AsyncIterable<StreamItem<'app.commands'>> {
  const waiting: StreamItem<'app.commands'>[] = [];
  const arrivals = statesOf(
    () => waiting.splice(0),
    (listener) =>
      onCommand((item) => {
        waiting.push(item);
        listener();
      }),
    signal,
  );
  for await (const items of arrivals) yield* items;
}

function chosen(path: string | undefined): { path?: string } {
  return path === undefined ? {} : { path };
}

function dialog(options: { title: string; startAt?: string | undefined }): {
  title: string;
  startAt?: string;
} {
  return { title: options.title, ...(options.startAt === undefined ? {} : { startAt: options.startAt }) };
}
