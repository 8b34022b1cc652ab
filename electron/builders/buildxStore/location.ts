import { join } from 'node:path';
import { dockerFolder, type Environment } from '../../docker';

/** The folder in which buildx keeps its builders: BUILDX_CONFIG, else `buildx` in Docker's (buildx util/confutil). */
export function buildxFolder(env: Environment): string {
  return env['BUILDX_CONFIG'] || join(dockerFolder(env), 'buildx');
}
