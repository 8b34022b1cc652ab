import { StudioError, type DockerContext } from '../../shared/contract';
import { fileError } from '../system/fileErrors';
import {
  completeAddress,
  defaultAddress,
  defaultTlsAddress,
  parseAddress,
  type EngineEndpoint,
} from './address';
import {
  contextId,
  contextIds,
  currentContextName,
  isContextName,
  readContext,
  readContextTls,
  readTlsFiles,
} from './contextStore';
import { dockerFolder, type Environment } from './location';

/** The context that Docker makes from the environment. */
const defaultContext = 'default';

type Listed = Omit<DockerContext, 'current'>;

/**
 * Docker's contexts, the default one first. One that can't be used is listed all the same and says why; so is the one
 * that is in use but missing.
 *
 * @throws StudioError when the folder of contexts can't be read
 */
export async function listContexts(env: Environment): Promise<DockerContext[]> {
  const current = await currentContextName(env);
  let ids: string[];
  try {
    ids = await contextIds(env);
  } catch (error) {
    throw fileError(error, dockerFolder(env));
  }
  const stored = await Promise.all(ids.map((id) => listed(env, id)));
  const contexts = stored.filter((context) => context !== undefined);
  contexts.sort((a, b) => (a.name < b.name ? -1 : 1));
  contexts.unshift(listedContext(defaultContext, '', environmentAddress(env)));
  if (!contexts.some(({ name }) => name === current)) {
    contexts.push({ name: current, description: '', endpoint: '', error: noContext(current).toData() });
  }
  return contexts.map((context) => ({ ...context, current: context.name === current }));
}

async function listed(env: Environment, id: string): Promise<Listed | undefined> {
  try {
    const context = await readContext(env, id);
    return context && listedContext(context.name, context.description, storedAddress(context.host));
  } catch (error) {
    // Its name is unknown; the folder at least tells it from others.
    const name = id.slice(0, 12);
    return { name, description: '', endpoint: '', error: unusable(name, error).toData() };
  }
}

function listedContext(name: string, description: string, endpoint: string): Listed {
  const parsed = parseAddress(endpoint);
  const error = parsed.ok ? {} : { error: unusable(name, new Error(parsed.error)).toData() };
  return { name, description, endpoint: parsed.ok ? endpoint : withoutPassword(endpoint), ...error };
}

/**
 * What buildx remembers its current builder for: the name of the Docker context in use, or the engine's address when
 * that is the default context (docker/cli cli/command, buildx util/dockerutil).
 */
export async function currentDockerEndpoint(env: Environment): Promise<string> {
  const name = await currentContextName(env);
  return name === defaultContext ? environmentAddress(env) : name;
}

/**
 * A typed endpoint as buildx stores it for a new node: a context's name or a completed address; nothing means the
 * context in use.
 *
 * @throws StudioError `invalid-request` with the subject `endpoint` when it is no engine's
 */
export async function endpointToStore(typed: string, env: Environment): Promise<string> {
  const name = typed || (await currentContextName(env));
  if (name === defaultContext) {
    if (wantsTls(env)) {
      throw wrongEndpoint(
        'The certificates of DOCKER_CERT_PATH can’t be kept with a builder. Make a Docker context of them, and choose it.',
      );
    }
    return environmentAddress(env);
  }
  if (isContextName(name)) {
    if ((await findContext(name, env)) === undefined) throw wrongEndpoint(noContext(name).message);
    return name;
  }
  const address = completeAddress(name);
  const parsed = parseAddress(address);
  if (!parsed.ok) throw wrongEndpoint(parsed.error);
  return address;
}

/**
 * How an engine is reached that a context's name or an address stands for; nothing is the context in use. Contexts are
 * read anew each time, as they may change.
 *
 * @throws StudioError `builder-unreachable`
 */
export async function resolveEngine(nameOrAddress: string, env: Environment): Promise<EngineEndpoint> {
  const name = nameOrAddress || (await currentContextName(env));
  try {
    if (name === defaultContext) return await defaultEngine(env);
    if (!isContextName(name)) return endpointOf(name);
    const context = await findContext(name, env);
    if (context === undefined) throw noContext(name);
    const endpoint = endpointOf(storedAddress(context.host));
    if (endpoint.kind !== 'tcp') return endpoint;
    const tls = await readContextTls(env, context);
    return tls === undefined ? endpoint : { ...endpoint, tls };
  } catch (error) {
    throw error instanceof StudioError ? error : unusable(name, error);
  }
}

async function defaultEngine(env: Environment): Promise<EngineEndpoint> {
  const endpoint = endpointOf(environmentAddress(env));
  if (endpoint.kind !== 'tcp' || !wantsTls(env)) return endpoint;
  const folder = env['DOCKER_CERT_PATH'] || dockerFolder(env);
  const tls = await readTlsFiles(folder, !env['DOCKER_TLS_VERIFY']);
  if (tls.ca === undefined) throw new Error(`There is no ca.pem in ${folder}.`);
  return { ...endpoint, tls };
}

function endpointOf(address: string): EngineEndpoint {
  const parsed = parseAddress(address);
  if (!parsed.ok) throw new Error(parsed.error);
  return parsed.value;
}

/** TLS is for the default context only; others keep their own certificates. */
function wantsTls(env: Environment): boolean {
  return Boolean(env['DOCKER_TLS_VERIFY']) || Boolean(env['DOCKER_TLS']);
}

function environmentAddress(env: Environment): string {
  if (env['DOCKER_HOST']) return completeAddress(env['DOCKER_HOST']);
  return wantsTls(env) ? defaultTlsAddress : defaultAddress;
}

function storedAddress(host: string): string {
  return host === '' ? defaultAddress : completeAddress(host);
}

function findContext(name: string, env: Environment) {
  return readContext(env, contextId(name));
}

function withoutPassword(address: string): string {
  return address.replace(/^([a-z]+:\/\/[^/@:]*):[^/@]*@/i, '$1@');
}

function noContext(name: string): StudioError {
  return new StudioError({
    code: 'builder-unreachable',
    message: `There is no Docker context named ${name}.`,
    hint: 'Choose another context, or make it again with docker context create.',
    details: { subject: name },
  });
}

function unusable(name: string, cause: unknown): StudioError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new StudioError(
    {
      code: 'builder-unreachable',
      message: `The Docker engine ${withoutPassword(name)} can’t be used: ${reason}`,
      hint: 'Correct the Docker context or address, for instance with docker context update.',
      details: { subject: withoutPassword(name), cause: reason },
    },
    { cause },
  );
}

function wrongEndpoint(message: string): StudioError {
  return new StudioError({
    code: 'invalid-request',
    message,
    hint: 'Change what you typed.',
    details: { subject: 'endpoint' },
  });
}
