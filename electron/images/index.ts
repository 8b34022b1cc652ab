import type { ImageSource } from '../../shared/contract';
import type { Environment, PullOptions } from '../docker';
import type { CorruptFileReport } from '../system/jsonFile';
import type { Logger } from '../system/logger';
import { ImageInspection, type ImageInspectionDeps } from './inspect/inspection';
import { RecentImages } from './inspect/recentImages';
import { imageError } from './imageError';
import type { ImageOpener, OpenImage } from './openImage';
import { ImageRunner } from './run/imageRunner';
import { openBuildImage, type BuildImageDeps } from './sources/buildImage';
import { listEngineImages, openEngineImage } from './sources/engineImage';
import type { HeldImage } from './sources/heldImage';
import { KeptImages } from './sources/imageOpener';
import { openArchive } from './sources/openArchive';

/** Images: where they are, what they say about themselves, what is in them. */
export type { ImageInspection } from './inspect/inspection';

export interface ImagesOptions extends BuildImageDeps {
  builds: BuildImageDeps['builds'] & ImageInspectionDeps['builds'];
  /** Tags of the repository of a reference. */
  tags: ImageInspectionDeps['tags'];
  /** The app's data folder. */
  folder: string;
  /** Logins that an engine pulls with. */
  login: PullOptions['login'];
  env: Environment;
  logger: Logger;
  onCorrupt: CorruptFileReport;
}

/** The images that people look at. */
export interface Images {
  readonly opener: ImageOpener;
  readonly inspection: ImageInspection;
  readonly runner: ImageRunner;
  /** Gives up what is open, and waits for what is to be remembered. */
  close(): Promise<void>;
}

/** Puts together what it takes to open images and to read them. */
export function createImages(options: ImagesOptions): Images {
  const { builds, tags, env, logger, login, spoolFolder } = options;
  const recent = new RecentImages(options.folder, options.onCorrupt);
  const opener = new KeptImages(
    (source, signal) => openSource(source, options, signal),
    (err) => logger.error({ err }, 'an image could not be closed'),
  );
  const engineImages = (signal: AbortSignal) => listEngineImages(env, signal);
  return {
    opener,
    runner: new ImageRunner({ opener, env, login, spoolFolder, logger }),
    inspection: new ImageInspection({ opener, builds, recent, engineImages, tags, logger }),
    async close() {
      await opener.close();
      await recent.settled();
    },
  };
}

async function openSource(
  source: ImageSource,
  options: ImagesOptions,
  signal: AbortSignal,
): Promise<HeldImage> {
  switch (source.kind) {
    case 'registry':
      return { image: await openRegistry(source.reference, options, signal) };
    case 'build':
      return openBuildImage(source, options, signal);
    case 'archive':
      return openArchive({ source, ...source }, options.spoolFolder, signal);
    case 'engine':
      return openEngineImage(source, options.env, options.spoolFolder, signal);
  }
}

async function openRegistry(
  reference: string,
  options: ImagesOptions,
  signal: AbortSignal,
): Promise<OpenImage> {
  try {
    return await options.openRegistry(reference, signal);
  } catch (error) {
    signal.throwIfAborted();
    throw imageError(error, reference);
  }
}
