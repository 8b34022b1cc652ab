import { createHash } from 'node:crypto';
import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { EngineTls } from './address';
import { dockerFolder, type Environment } from './location';

/** A context as Docker keeps it (docker/cli cli/context/store). */
export interface StoredContext {
  name: string;
  description: string;
  /** As stored; may be incomplete. */
  host: string;
  skipTlsVerify: boolean;
}

const metaSchema = z.object({
  Name: z.string(),
  Metadata: z.looseObject({ Description: z.string().optional() }).nullish(),
  Endpoints: z.object({
    docker: z.object({ Host: z.string().optional(), SkipTLSVerify: z.boolean().optional() }),
  }),
});
const configSchema = z.looseObject({ currentContext: z.string().optional() });

/** docker/cli cli/context/store ValidateContextName */
const namePattern = /^[a-zA-Z0-9][a-zA-Z0-9_.+-]+$/;

/** Whether a text can be a context's name; an address can't. */
export function isContextName(text: string): boolean {
  return namePattern.test(text);
}

/** The folders of all contexts, by their ids; no contexts is no error. */
export async function contextIds(env: Environment): Promise<string[]> {
  try {
    return (await readdir(join(dockerFolder(env), 'contexts', 'meta'))).sort();
  } catch (error) {
    if (isMissing(error)) return [];
    throw error;
  }
}

/** The id of the context of this name: what its folders are called. */
export function contextId(name: string): string {
  return createHash('sha256').update(name).digest('hex');
}

/**
 * Reads one context.
 *
 * @returns undefined when there is none of this id
 * @throws Error saying in what way it is damaged, or a file error
 */
export async function readContext(env: Environment, id: string): Promise<StoredContext | undefined> {
  const file = join(dockerFolder(env), 'contexts', 'meta', id, 'meta.json');
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
  const parsed = metaSchema.safeParse(jsonOf(text));
  if (!parsed.success) throw new Error(`${file} is damaged, or describes no Docker Engine.`);
  const { Name: name, Metadata, Endpoints } = parsed.data;
  if (!isContextName(name) || contextId(name) !== id) {
    throw new Error(`${file} has another name in it than its folder says.`);
  }
  return {
    name,
    description: Metadata?.Description ?? '',
    host: Endpoints.docker.Host ?? '',
    skipTlsVerify: Endpoints.docker.SkipTLSVerify ?? false,
  };
}

/** The certificates that are stored with a context; undefined when it wants no TLS. */
export async function readContextTls(
  env: Environment,
  { name, skipTlsVerify }: StoredContext,
): Promise<EngineTls | undefined> {
  const tls = await readTlsFiles(
    join(dockerFolder(env), 'contexts', 'tls', contextId(name), 'docker'),
    skipTlsVerify,
  );
  return skipTlsVerify || Object.keys(tls).length > 1 ? tls : undefined;
}

/** Reads those of ca.pem, cert.pem and key.pem that are in a folder. */
export async function readTlsFiles(folder: string, skipVerify: boolean): Promise<EngineTls> {
  const read = async (file: string): Promise<Buffer | undefined> => {
    try {
      return await readFile(join(folder, file));
    } catch (error) {
      if (isMissing(error)) return undefined;
      throw error;
    }
  };
  const [ca, cert, key] = await Promise.all(['ca.pem', 'cert.pem', 'key.pem'].map(read));
  return { skipVerify, ...(ca && { ca }), ...(cert && { cert }), ...(key && { key }) };
}

/**
 * The context that is in use: none with DOCKER_HOST, else DOCKER_CONTEXT, else the one of `docker context use`. It need
 * not exist. A missing or damaged config.json is Docker's to complain about; it has no context in use then.
 */
export async function currentContextName(env: Environment): Promise<string> {
  if (env['DOCKER_HOST']) return 'default';
  if (env['DOCKER_CONTEXT']) return env['DOCKER_CONTEXT'];
  try {
    const text = await readFile(join(dockerFolder(env), 'config.json'), 'utf8');
    return configSchema.parse(JSON.parse(text)).currentContext || 'default';
  } catch {
    return 'default';
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isMissing(error: unknown): boolean {
  return ['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '');
}
