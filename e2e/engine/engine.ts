import { cp, rm } from 'node:fs/promises';
import path from 'node:path';
import { ensureBaseImages } from './baseImages';
import { ensureBinaries, type Binaries } from './binaries';
import { startBuildkitd, type Buildkitd, type BuildkitdOptions } from './buildkitd';
import { randomLogin, type Login } from './login';
import { startRegistry } from './registry';
import { temporaryFolder } from './temporaryFolder';

/** What a test needs to know about the engine; plain data, so it crosses process borders. */
export interface EngineData {
  readonly buildkit: Pick<Buildkitd, 'address' | 'socketPath' | 'stateDir' | 'logFile' | 'pid'>;
  /** Plain HTTP, no login; holds the base images and stands in for docker.io. */
  readonly registry: { readonly host: string };
  /** Plain HTTP, basic authentication; empty. */
  readonly authRegistry: { readonly host: string } & Login;
  /** Plain HTTP, bearer tokens of a token server as the public registries have them; empty. */
  readonly tokenRegistry: { readonly host: string } & Login;
  readonly binaries: Binaries;
}

/** The real thing, running: a buildkitd and two registries that nobody else uses. */
export interface Engine extends Omit<EngineData, 'buildkit'> {
  readonly buildkit: Buildkitd;
  /** Its data, as it is now. */
  data(): EngineData;
  /** Stops everything and removes its files. */
  dispose(): Promise<void>;
}

export interface EngineOptions {
  /** Provide buildx too. */
  readonly buildx?: boolean;
  /** How the daemon differs from the usual one; it always listens on a Unix socket. */
  readonly buildkitd?: Omit<BuildkitdOptions, 'tcp' | 'plainRegistries' | 'dockerHubMirror'>;
}

/** The options with which a daemon of a test's own sees the engine's registries as the engine's daemon does. */
export function registriesOf(engine: Pick<EngineData, 'registry' | 'authRegistry' | 'tokenRegistry'>) {
  return {
    plainRegistries: [engine.registry.host, engine.authRegistry.host, engine.tokenRegistry.host],
    dockerHubMirror: engine.registry.host,
  };
}

/**
 * Starts buildkitd, a registry with the base images and one that wants a login, all on free ports and in a folder
 * of their own, so several engines run side by side. Installs what is missing.
 */
export async function startEngine(options: EngineOptions = {}): Promise<Engine> {
  const binaries = await ensureBinaries({ buildx: options.buildx ?? false });
  const baseImages = await ensureBaseImages(binaries);
  const folder = await temporaryFolder('engine');
  const cleanUps: (() => Promise<void>)[] = [() => rm(folder, { recursive: true, force: true })];
  const dispose = async () => {
    for (let next = cleanUps.pop(); next !== undefined; next = cleanUps.pop()) await next();
  };
  try {
    const storage = path.join(folder, 'registry', 'storage');
    await cp(baseImages, storage, { recursive: true });
    const registry = await startRegistry({ folder: path.join(folder, 'registry'), storage });
    cleanUps.push(() => registry.stop());
    const startWithLogin = async (name: string, scheme: 'basic' | 'token') => {
      const login = randomLogin();
      const started = await startRegistry({ folder: path.join(folder, name), login, scheme });
      cleanUps.push(() => started.stop());
      return { host: started.host, ...login };
    };
    const authRegistry = await startWithLogin('auth-registry', 'basic');
    const tokenRegistry = await startWithLogin('token-registry', 'token');
    const registries = { registry: { host: registry.host }, authRegistry, tokenRegistry };

    const daemon = await startBuildkitd({
      ...options.buildkitd,
      ...registriesOf(registries),
    });
    cleanUps.push(() => daemon.stop());
    const { address, socketPath, stateDir, logFile } = daemon;
    return {
      ...registries,
      buildkit: daemon,
      binaries,
      data: () => ({
        ...registries,
        buildkit: { address, socketPath, stateDir, logFile, pid: daemon.pid },
        binaries,
      }),
      dispose,
    };
  } catch (error) {
    await dispose();
    throw error;
  }
}
