import type { Readable } from 'node:stream';
import type { NodeFeatures } from '../../shared/contract';
import type { BootProgress } from './driver';

/** The engine of the Docker context in use, which takes images from builders that have no engine of their own. */
export interface EngineLoader {
  /** What the engine can take; undefined when no engine answers. Never rejects but with the signal's reason. */
  features(signal: AbortSignal): Promise<Pick<NodeFeatures, 'loadMultiPlatform'> | undefined>;
  /**
   * Loads a Docker archive, or an OCI one where several platforms can be loaded.
   *
   * @throws StudioError saying why the engine refuses, or that there is none
   */
  load(archive: Readable, progress: BootProgress, signal: AbortSignal): Promise<void>;
}

/** What a buildkitd can do that is not an engine's: everything, and its images go to the engine in use, if there is one. */
export async function daemonFeatures(loader: EngineLoader, signal: AbortSignal): Promise<NodeFeatures> {
  const engine = await loader.features(signal);
  return {
    ...{ multiPlatform: true, ociExport: true, dockerExport: true, cacheExport: true },
    load: engine === undefined ? 'none' : 'archive',
    loadMultiPlatform: engine?.loadMultiPlatform ?? false,
  };
}
