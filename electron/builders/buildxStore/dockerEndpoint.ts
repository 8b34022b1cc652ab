import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { dockerFolder } from './location';

type Environment = Readonly<Record<string, string | undefined>>;

const configSchema = z.object({ currentContext: z.string().optional() });

/**
 * What buildx remembers its current builder for: the name of the Docker context in use, or the engine's address when
 * that is the default context. DOCKER_HOST wins over DOCKER_CONTEXT, which wins over `docker context use` (docker/cli
 * cli/command, buildx util/dockerutil).
 */
export async function currentDockerEndpoint(env: Environment): Promise<string> {
  if (env['DOCKER_HOST']) return engineAddress(env['DOCKER_HOST'], Boolean(env['DOCKER_TLS_VERIFY']));
  const context = env['DOCKER_CONTEXT'] || (await configuredContext(env));
  return context && context !== 'default' ? context : defaultAddress;
}

const defaultAddress =
  process.platform === 'win32' ? 'npipe:////./pipe/docker_engine' : 'unix:///var/run/docker.sock';

/** A missing or damaged config.json is Docker's to complain about; it has no context in use then. */
async function configuredContext(env: Environment): Promise<string | undefined> {
  try {
    const text = await readFile(join(dockerFolder(env), 'config.json'), 'utf8');
    return configSchema.parse(JSON.parse(text)).currentContext;
  } catch {
    return undefined;
  }
}

/** Completes an address as Docker's command line does: TCP unless it says otherwise, localhost, port 2375 (TLS: 2376). */
function engineAddress(host: string, tls: boolean): string {
  const address = host.trim();
  if (address === 'unix://') return 'unix:///var/run/docker.sock';
  if (/^(unix|npipe|ssh|fd):\/\//.test(address)) return address;
  const match = /^(?:tcp:\/\/)?(?:[^@/]*@)?(\[[^\]]*\]|[^:/]*)(?::(\d*))?(\/.*)?$/.exec(address);
  if (match === null) return address;
  const [, name, port, path] = match;
  return `tcp://${name || 'localhost'}:${port || (tls ? '2376' : '2375')}${path ?? ''}`;
}
