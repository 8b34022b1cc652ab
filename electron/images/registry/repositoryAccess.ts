import { BlobError } from '../blobSource';
import type { HttpAnswer } from './http';
import type { Registry } from './registry';
import { readAtMost, registryUnreachable } from './registryError';
import type { RegistryHost, RegistryRequest } from './registryHost';

/** A repository, and what we want to do with it. */
export interface RepositoryAccess {
  readonly registry: Registry;
  readonly path: string;
  readonly access: 'pull' | 'pull,push';
}

/** @param what below the repository, such as `manifests/latest` */
export function requestFor(
  { path, access }: RepositoryAccess,
  method: RegistryRequest['method'],
  what: string | URL,
  rest: Pick<RegistryRequest, 'headers' | 'body' | 'once'> = {},
): RegistryRequest {
  const target = typeof what === 'string' ? `${path}/${what}` : what;
  return { method, target, scopes: [`repository:${path}:${access}`], ...rest };
}

/**
 * Reads: from a mirror where there is one, unless we may write, and then have to know what the registry itself has.
 *
 * @throws what `read` throws, a StudioError, or the signal's reason
 */
export async function readFrom<T>(
  { registry, access }: RepositoryAccess,
  request: RegistryRequest,
  read: (answer: HttpAnswer, host: RegistryHost) => Promise<T>,
  signal: AbortSignal,
): Promise<T> {
  if (access === 'pull') return registry.read(request, read, signal);
  const host = await registry.host();
  return read(await host.send(request, signal), host);
}

/**
 * The whole body of an answer.
 *
 * @param what digest or tag, for people
 * @throws BlobError `too-large`, StudioError `registry-unreachable` when it breaks off, or the signal's reason
 */
export async function bodyOf(
  answer: HttpAnswer,
  domain: string,
  what: string,
  maxBytes: number,
  signal: AbortSignal,
): Promise<Uint8Array> {
  const announced = Number(answer.header('content-length') ?? 0);
  try {
    if (announced <= maxBytes) return await readAtMost(answer, maxBytes);
  } catch (error) {
    signal.throwIfAborted();
    if (!(error instanceof RangeError)) throw registryUnreachable(domain, error);
  }
  answer.discard();
  const size = announced > maxBytes ? `${announced} bytes, ` : '';
  throw new BlobError('too-large', what, `${what} has ${size}more than the ${maxBytes} that are read.`);
}

/** A name as people write it, of a tag or a digest in a repository. */
export function nameIn({ path }: RepositoryAccess, reference: string): string {
  return `${path}${reference.includes(':') ? '@' : ':'}${reference}`;
}
