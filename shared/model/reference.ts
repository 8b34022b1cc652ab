import type { Result } from './result';

/** The name of an image, with the registry and the "library/" that familiar names leave out. */
export interface ImageReference {
  /** Host and port of the registry; "docker.io" for familiar names. */
  readonly domain: string;
  /** Repository within the registry, such as "library/alpine". */
  readonly path: string;
  readonly tag?: string;
  /** Such as "sha256:…", lower-case hexadecimal. */
  readonly digest?: string;
}

export interface ReferenceProblem {
  readonly code: 'empty' | 'identifier' | 'upper-case' | 'format' | 'too-long' | 'digest';
  /** English; the wording people know from docker. */
  readonly message: string;
}

const defaultDomain = 'docker.io';
const legacyDefaultDomain = 'index.docker.io';
const officialPrefix = 'library/';
const maximumPathLength = 255;

// The grammar is dictated by distribution/reference. Written so that no two branches can match the same text, which
// keeps matching linear.
const domainComponent = '[a-zA-Z0-9]+(?:-+[a-zA-Z0-9]+)*';
const host = `(?:${domainComponent}(?:\\.${domainComponent})*|\\[[a-fA-F0-9:]+\\])`;
const pathComponent = '[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*';
const digest = '[A-Za-z][A-Za-z0-9]*(?:[-_+.][A-Za-z][A-Za-z0-9]*)*:[0-9a-fA-F]{32,}';
const referencePattern = new RegExp(
  `^(${host}(?::[0-9]+)?)/(${pathComponent}(?:/${pathComponent})*)(?::([\\w][\\w.-]{0,127}))?(?:@(${digest}))?$`,
);
const identifierPattern = /^[a-f0-9]{64}$/;
const digestLengths: Readonly<Record<string, number>> = { sha256: 64, sha384: 96, sha512: 128 };

/**
 * Reads an image reference as docker does: "alpine" is docker.io/library/alpine, "host:5000/app@sha256:…" is taken as
 * it stands. Neither tag nor digest is made up.
 */
export function parseReference(text: string): Result<ImageReference, ReferenceProblem> {
  if (text === '') return problem('empty', 'repository name must have at least one component');
  if (identifierPattern.test(text)) {
    return problem(
      'identifier',
      `invalid repository name (${text}), cannot specify 64-byte hexadecimal strings`,
    );
  }
  const [domain, remainder] = splitDomain(text);
  const repository = remainder.split(':', 1)[0] ?? '';
  if (repository.toLowerCase() !== repository) {
    return problem(
      'upper-case',
      `invalid reference format: repository name (${repository}) must be lowercase`,
    );
  }
  const full = `${domain}/${remainder}`;
  const match = referencePattern.exec(full);
  if (!match?.[1] || !match[2]) {
    return referencePattern.test(full.toLowerCase())
      ? problem('upper-case', 'repository name must be lowercase')
      : problem('format', 'invalid reference format');
  }
  const [, matchedDomain, path, tag, matchedDigest] = match;
  if (path.length > maximumPathLength) {
    return problem('too-long', `repository name must not be more than ${maximumPathLength} characters`);
  }
  const digestMessage = matchedDigest === undefined ? undefined : digestProblem(matchedDigest);
  if (digestMessage !== undefined) return problem('digest', digestMessage);
  return {
    ok: true,
    value: {
      domain: matchedDomain,
      path,
      ...(tag !== undefined && { tag }),
      ...(matchedDigest !== undefined && { digest: matchedDigest }),
    },
  };
}

/** The short form that docker shows: without "docker.io/" and, for official images, without "library/". */
export function familiarName(reference: ImageReference): string {
  return familiarRepository(reference) + suffix(reference);
}

/** The full form; ":latest" is added when there is neither tag nor digest. */
export function canonicalName(reference: ImageReference): string {
  const named = reference.tag || reference.digest ? reference : { ...reference, tag: 'latest' };
  return `${reference.domain}/${reference.path}${suffix(named)}`;
}

/** The full name without tag and digest, such as "docker.io/library/alpine". */
export function repositoryName({ domain, path }: Pick<ImageReference, 'domain' | 'path'>): string {
  return `${domain}/${path}`;
}

function problem(code: ReferenceProblem['code'], message: string): Result<never, ReferenceProblem> {
  return { ok: false, error: { code, message } };
}

/** The part before the first slash is a registry only when it looks like one: a dot, a port, "localhost", capitals. */
function splitDomain(name: string): [domain: string, remainder: string] {
  const slash = name.indexOf('/');
  if (slash < 0) return [defaultDomain, officialPrefix + name];
  const first = name.slice(0, slash);
  const isDomain = first === 'localhost' || /[.:]/.test(first) || first.toLowerCase() !== first;
  const domain = !isDomain || first === legacyDefaultDomain ? defaultDomain : first;
  const remainder = isDomain ? name.slice(slash + 1) : name;
  return [
    domain,
    domain === defaultDomain && !remainder.includes('/') ? officialPrefix + remainder : remainder,
  ];
}

function digestProblem(digest: string): string | undefined {
  const colon = digest.indexOf(':');
  const [algorithm, encoded] = [digest.slice(0, colon), digest.slice(colon + 1)];
  const length = Object.hasOwn(digestLengths, algorithm) ? digestLengths[algorithm] : undefined;
  if (length === undefined) {
    return /^[a-z0-9]+(?:[.+_-][a-z0-9]+)*$/.test(algorithm)
      ? 'unsupported digest algorithm'
      : 'invalid checksum digest format';
  }
  if (encoded.length !== length) return 'invalid checksum digest length';
  return /^[a-f0-9]+$/.test(encoded) ? undefined : 'invalid checksum digest format';
}

function familiarRepository({ domain, path }: ImageReference): string {
  if (domain !== defaultDomain) return `${domain}/${path}`;
  const short = path.startsWith(officialPrefix) ? path.slice(officialPrefix.length) : path;
  return short.includes('/') ? path : short;
}

function suffix({ tag, digest }: Pick<ImageReference, 'tag' | 'digest'>): string {
  return (tag ? `:${tag}` : '') + (digest ? `@${digest}` : '');
}
