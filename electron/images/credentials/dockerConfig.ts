import { Buffer } from 'node:buffer';
import { readFile, stat } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';
import { CredentialError } from './credentialError';
import { getFromHelper, type Login } from './credentialHelper';

/** The key under which Docker stores Docker Hub's login. */
const DOCKER_HUB_KEY = 'https://index.docker.io/v1/';
const DOCKER_HUB_HOSTS = new Set(['docker.io', 'index.docker.io', 'registry-1.docker.io']);

/** Some helpers give out tokens that live five minutes. */
const HELPER_CACHE_MS = 4 * 60_000 + 50_000;

export interface DockerConfigOptions {
  /** Folder that holds `config.json`. Default: `$DOCKER_CONFIG`, else `.docker` in the home folder. */
  readonly folder?: string;
}

/** The parts of Docker's `config.json` that are about logins. */
interface DockerConfig {
  readonly auths: ReadonlyMap<string, Readonly<Record<string, unknown>>>;
  readonly credsStore: string | undefined;
  readonly credHelpers: ReadonlyMap<string, string>;
}

const EMPTY: DockerConfig = { auths: new Map(), credsStore: undefined, credHelpers: new Map() };

/**
 * Registry logins as `docker login` stores them: from Docker's config file and the credential helpers it names.
 * The file is read again whenever it has changed; helper answers are kept for a few minutes.
 */
export class DockerConfigCredentials {
  readonly #file: string;
  #config: DockerConfig = EMPTY;
  #version = '';
  #helperAnswers = new Map<string, { readonly expiresAt: number; readonly login: Login | undefined }>();
  /** Helpers run one at a time: some keychains hang otherwise. */
  #helperQueue: Promise<unknown> = Promise.resolve();

  constructor(options: DockerConfigOptions = {}) {
    const folder = options.folder ?? process.env['DOCKER_CONFIG'] ?? path.join(homedir(), '.docker');
    this.#file = path.join(folder, 'config.json');
  }

  /**
   * @param registryHost such as `ghcr.io`, `localhost:5000` or any of Docker Hub's names.
   * @returns undefined when there is no login for it.
   * @throws {CredentialError} the file or a helper is unusable. No secret is in the error.
   */
  async credentials(registryHost: string, signal: AbortSignal): Promise<Login | undefined> {
    await this.#reload();
    const key = DOCKER_HUB_HOSTS.has(registryHost) ? DOCKER_HUB_KEY : registryHost;
    const helper =
      this.#config.credHelpers.get(key) ??
      this.#config.credHelpers.get(registryHost) ??
      this.#config.credsStore;
    if (helper === undefined) return this.#fromFile(key);
    return (await this.#fromHelper(helper, key, signal)) ?? this.#fromFile(key);
  }

  async #reload(): Promise<void> {
    const version = await fileVersion(this.#file);
    if (version === this.#version) return;
    this.#config = version === '' ? EMPTY : parseConfig(await readFile(this.#file, 'utf8'), this.#file);
    this.#helperAnswers = new Map();
    this.#version = version;
  }

  #fromFile(key: string): Login | undefined {
    const { auths } = this.#config;
    let entry = auths.get(key);
    if (entry === undefined) {
      const host = hostOf(key);
      for (const [name, candidate] of auths) if (hostOf(name) === host) entry ??= candidate;
    }
    return entry === undefined ? undefined : readAuth(entry, key, this.#file);
  }

  #fromHelper(helper: string, key: string, signal: AbortSignal): Promise<Login | undefined> {
    const cacheKey = `${helper} ${key}`;
    const answers = this.#helperAnswers;
    const login = this.#helperQueue.then(async () => {
      const known = answers.get(cacheKey);
      if (known !== undefined && known.expiresAt > Date.now()) return known.login;
      const fresh = await getFromHelper(helper, key, signal);
      answers.set(cacheKey, { expiresAt: Date.now() + HELPER_CACHE_MS, login: fresh });
      return fresh;
    });
    this.#helperQueue = login.catch(() => undefined);
    return login;
  }
}

/** Changes when the file changes; empty when there is none. */
async function fileVersion(file: string): Promise<string> {
  try {
    const { mtimeNs, size, ino } = await stat(file, { bigint: true });
    return `${mtimeNs} ${size} ${ino}`;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return '';
    throw new CredentialError(`The Docker config file ${file} can't be read.`, { cause: error });
  }
}

function parseConfig(text: string, file: string): DockerConfig {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    // The parser's own message would quote the file.
    throw new CredentialError(
      `The Docker config file ${file} is not valid JSON. Correct it, or log in again.`,
    );
  }
  const config = asObject(json);
  const { credsStore } = config;
  return {
    auths: new Map(Object.entries(asObject(config['auths'])).map(([key, entry]) => [key, asObject(entry)])),
    credsStore: typeof credsStore === 'string' && credsStore !== '' ? credsStore : undefined,
    credHelpers: new Map(
      Object.entries(asObject(config['credHelpers'])).filter(
        (entry): entry is [string, string] => typeof entry[1] === 'string',
      ),
    ),
  };
}

/** An entry of `auths`: an identity token, `auth` (base64 of user:password), or both in the clear as old files have it. */
function readAuth(entry: Readonly<Record<string, unknown>>, key: string, file: string): Login | undefined {
  const text = (name: string): string => (typeof entry[name] === 'string' ? entry[name] : '');
  if (text('identitytoken') !== '') return { username: '', secret: text('identitytoken') };
  if (text('auth') === '') {
    return text('password') === '' ? undefined : { username: text('username'), secret: text('password') };
  }
  const decoded = Buffer.from(text('auth'), 'base64').toString('utf8').replace(/\0+$/, '');
  const colon = decoded.indexOf(':');
  if (colon < 1) {
    throw new CredentialError(`The login for ${key} in ${file} is damaged. Log in to the registry again.`);
  }
  const secret = decoded.slice(colon + 1);
  return secret === '' ? undefined : { username: decoded.slice(0, colon), secret };
}

/** The host of a key of `auths`, which may have a scheme and a path. */
function hostOf(key: string): string {
  return key.replace(/^https?:\/\//, '').split('/')[0]!;
}

function asObject(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Readonly<Record<string, unknown>>)
    : {};
}
