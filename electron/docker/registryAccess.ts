import { StudioError, type ErrorCode } from '../../shared/contract';
import { parseReference, type ImageReference } from '../../shared/model/reference';
import { refusedStatus } from './engineError';

/** A login for a registry. */
export interface RegistryLogin {
  /** Empty when `secret` is an identity token. */
  username: string;
  secret: string;
}

/** The login for a registry such as `ghcr.io` or `docker.io`; undefined for none. */
export type LoginFor = (registry: string, signal: AbortSignal) => Promise<RegistryLogin | undefined>;

/** Where Docker keeps Docker Hub's login. */
const dockerHubServer = 'https://index.docker.io/v1/';

/** A login as the engine takes it in X-Registry-Auth (moby api/types/registry, AuthConfig). */
export function authOf(domain: string, { username, secret }: RegistryLogin): object {
  const serveraddress = domain === 'docker.io' ? dockerHubServer : domain;
  return username === ''
    ? { identitytoken: secret, serveraddress }
    : { username, password: secret, serveraddress };
}

/** @throws StudioError `invalid-request` */
export function imageReference(image: string): ImageReference {
  const parsed = parseReference(image);
  if (parsed.ok) return parsed.value;
  throw new StudioError({
    code: 'invalid-request',
    message: `${image} is no image's name: ${parsed.error.message}.`,
    hint: 'Correct the image in the builder’s options.',
    details: { subject: 'image' },
  });
}

/** Why an engine has to speak to a registry, and what to do when that fails. */
export interface RegistryPurpose {
  /** Such as `pulled from`. */
  words: string;
  hints: Partial<Record<ErrorCode, string>>;
  /** What it is when the engine's words tell nothing; absent to leave the engine's own error. */
  otherwise?: ErrorCode;
}

/** What registries answer comes in the engine's words only. */
const failures: readonly (readonly [pattern: RegExp, code: ErrorCode])[] = [
  [
    /unauthorized|access.*denied|\bdenied: |403 forbidden|authentication required|no basic auth|incorrect username/i,
    'registry-denied',
  ],
  [/manifest unknown|not found|no matching manifest|name unknown/i, 'not-found'],
  [
    /dial tcp|no such host|timeout|connection re|context deadline|EOF|TLS|x509|http: server gave/i,
    'registry-unreachable',
  ],
];

/**
 * The typed form of what an engine says of a registry; another error comes back as it is.
 *
 * @param error what {@link DockerEngine} has thrown
 */
export function registryFailure(
  image: string,
  registry: string,
  error: unknown,
  { words, hints, otherwise }: RegistryPurpose,
): unknown {
  if (refusedStatus(error) === undefined) return error;
  const cause = (error as StudioError).cause as Error;
  const code = failures.find(([pattern]) => pattern.test(cause.message))?.[1] ?? otherwise;
  if (code === undefined) return error;
  const hint = hints[code];
  return new StudioError(
    {
      code,
      message: `${image} can’t be ${words} ${registry}: ${cause.message.trim().replace(/\.$/, '')}.`,
      ...(hint === undefined ? {} : { hint }),
      details: { subject: image, cause: cause.message },
    },
    { cause },
  );
}
