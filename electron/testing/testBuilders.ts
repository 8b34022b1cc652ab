import { join } from 'node:path';
import { pino } from 'pino';
import type { BuilderNode } from '../../shared/contract';
import { Builders, createDrivers, openBuildxStore } from '../builders';
import type { Driver } from '../builders/driver';
import { noEngine } from './noEngine';
import { timeLimit } from '../system/timeLimit';

/**
 * The builders of a Manifold that keeps everything in `folder`, buildx's store in `folder/buildx`.
 *
 * @param drivers the usual ones unless given
 */
export function testBuilders(folder: string, drivers?: readonly Driver[]): Promise<Builders> {
  const logger = pino({ level: 'silent' });
  const env = { BUILDX_CONFIG: join(folder, 'buildx'), DOCKER_CONFIG: join(folder, 'docker') };
  return Builders.open({
    ...noEngine,
    store: openBuildxStore({
      env,
      ownChoiceFile: join(folder, 'own-choice.json'),
      onCorrupt: ({ path }) => {
        throw new Error(`${path} was damaged.`);
      },
      logger,
    }),
    drivers: drivers ?? createDrivers({ stateFolder: folder, env: {}, cacheFolder: folder }),
    env: {},
    logger,
  });
}

/** The first state of a builder's node that is as wanted. */
export async function nodeState(
  builders: Builders,
  builder: string,
  node: string,
  wanted: (node: BuilderNode) => boolean,
): Promise<BuilderNode> {
  for await (const list of builders.watch(timeLimit(15_000))) {
    const found = list.find(({ name }) => name === builder)?.nodes.find(({ name }) => name === node);
    if (found !== undefined && wanted(found)) return found;
  }
  throw new Error(`${node} of ${builder} did not become as wanted: ${JSON.stringify(builders.get(builder))}`);
}
