import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import {
  defaultBuildSettings,
  type BuildRequest,
  type BuildSettings,
  type BuildSummary,
} from '../../shared/contract';
import { reduceBuild } from '../../shared/model/progress/reduce';
import type { BuildProgress } from '../../shared/model/progress/types';
import { noEngine } from './noEngine';
import { Builders, createDrivers, openBuildxStore } from '../builders';
import type { CredentialProvider } from '../buildkit';
import { createFileWorkers } from '../buildkit/filesync';
import { launchSourceWorker } from './workers';
import { Builds } from '../builds';
import { listContexts } from '../docker';
import type { Logger } from '../system/logger';

export const never = new AbortController().signal;

/** The core as far as builds need it, on a real daemon and in a folder of its own. */
export interface TestBuilds {
  folder: string;
  outputs: string;
  builds: Builds;
  builders: Builders;
  request(dockerfileText: string, settings?: Partial<BuildSettings>): BuildRequest;
  /** Builds to the end. */
  run(dockerfileText: string, settings?: Partial<BuildSettings>): Promise<BuildSummary>;
  /** Waits for the end of a build that was started; returns it with its whole progress. */
  finish(id: string): Promise<{ summary: BuildSummary; progress: BuildProgress }>;
  /** Opens the records again, as the next Manifold does. */
  reopen(): Promise<Builds>;
  dispose(): Promise<void>;
}

export interface TestBuildsOptions {
  /** The data folder, also one that an earlier core has used; a new one by default. */
  folder?: string;
  /** Beyond what the tests' own environment has. */
  env?: Readonly<Record<string, string>>;
  /** Silent by default. */
  logger?: Logger;
  /** The address is a Docker Engine's, whose own BuildKit builds. */
  docker?: boolean;
}

/** @param project absolute path of the folder that is built */
export async function testBuilds(
  address: string,
  project: string,
  credentials: CredentialProvider = { credentials: async () => undefined },
  options: TestBuildsOptions = {},
): Promise<TestBuilds> {
  const folder = options.folder ?? (await mkdtemp(join(tmpdir(), 'manifold-builds-')));
  const outputs = join(folder, 'outputs');
  const logger = options.logger ?? pino({ level: 'silent' });
  const host = options.docker
    ? { DOCKER_HOST: address, DOCKER_CONFIG: join(folder, 'docker') }
    : { BUILDKIT_HOST: address };
  const env = { ...host, MANIFOLD_TEST_SECRET: 'from the environment', ...options.env };
  const builderName = options.docker ? 'default' : 'test';
  const onCorrupt = (): void => {
    throw new Error('A store was damaged.');
  };
  const builders = await Builders.open({
    ...noEngine,
    store: openBuildxStore({
      env: { BUILDX_CONFIG: join(folder, 'buildx'), DOCKER_CONFIG: join(folder, 'docker') },
      ownChoiceFile: join(folder, 'own-choice.json'),
      onCorrupt,
      logger,
    }),
    ...(options.docker ? { dockerContexts: () => listContexts(env) } : {}),
    drivers: createDrivers({ stateFolder: folder, env, cacheFolder: folder, credentials }),
    env: {},
    logger,
  });
  if (builders.get(builderName) === undefined) {
    await builders.create({ name: builderName, driver: 'remote', node: { endpoint: address } });
  }
  await builders.refresh(builderName);
  const workers = createFileWorkers(launchSourceWorker);
  const reopen = (): Promise<Builds> =>
    Builds.open({
      folder: join(folder, 'builds'),
      outputFolder: () => outputs,
      keepBuilds: () => 50,
      builders,
      workers,
      credentials,
      env,
      logger,
    });
  const builds = await reopen();

  const request = (dockerfileText: string, settings: Partial<BuildSettings> = {}): BuildRequest => ({
    project,
    dockerfile: 'Dockerfile',
    dockerfileText,
    builder: builderName,
    settings: { ...defaultBuildSettings, ...settings },
  });
  const finish = async (id: string): Promise<{ summary: BuildSummary; progress: BuildProgress }> => {
    let progress: BuildProgress | undefined;
    for await (const item of builds.progress(id, never)) {
      if (item.type === 'snapshot') progress = item.progress;
      else for (const event of item.events) progress = reduceBuild(progress!, event);
    }
    for await (const item of builds.watch(never)) {
      const known = item.type === 'snapshot' ? item.builds : item.type === 'summary' ? [item.build] : [];
      const summary = known.find((build) => build.id === id);
      if (summary?.endedMs !== undefined) return { summary, progress: progress! };
    }
    throw new Error('The list of builds ended.');
  };
  return {
    folder,
    outputs,
    builds,
    builders,
    request,
    finish,
    reopen,
    run: async (text, settings) => (await finish((await builds.start(request(text, settings))).id)).summary,
    dispose: async () => {
      await builds.shutdown();
      await builders.close({ keepDaemons: false });
      await workers.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
