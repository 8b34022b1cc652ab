import { homedir } from 'node:os';
import { join } from 'node:path';

type Environment = Readonly<Record<string, string | undefined>>;

/** The folder of Docker's command line: DOCKER_CONFIG, else `~/.docker`. */
export function dockerFolder(env: Environment): string {
  return env['DOCKER_CONFIG'] || join(homedir(), '.docker');
}

/** The folder in which buildx keeps its builders: BUILDX_CONFIG, else `buildx` in Docker's (buildx util/confutil). */
export function buildxFolder(env: Environment): string {
  return env['BUILDX_CONFIG'] || join(dockerFolder(env), 'buildx');
}
