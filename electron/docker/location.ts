import { homedir } from 'node:os';
import { join } from 'node:path';

/** The user's environment: DOCKER_CONFIG, DOCKER_HOST, DOCKER_CONTEXT, DOCKER_TLS, DOCKER_TLS_VERIFY, DOCKER_CERT_PATH, PATH. */
export type Environment = Readonly<Record<string, string | undefined>>;

/** The folder of Docker's command line: DOCKER_CONFIG, else `~/.docker`. */
export function dockerFolder(env: Environment): string {
  return env['DOCKER_CONFIG'] || join(homedir(), '.docker');
}
