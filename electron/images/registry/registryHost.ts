import { setTimeout as delay } from 'node:timers/promises';
import { StudioError } from '../../../shared/contract';
import { fetchRegistryToken, GrpcCode, GrpcError, type CredentialProvider } from '../../buildkit';
import { parseChallenges, type Challenge } from './challenge';
import { HostConnection, isBroken, isNoTls } from './hostConnection';
import type { HttpAnswer, HttpRequest } from './http';
import type { ProxyFor } from './proxyEnvironment';
import { parseRateLimit, parseRetryAfter, type RateLimit } from './rateLimit';
import { isLoopback } from './registryAddress';
import type { EndpointSettings } from './registryConfiguration';
import { registryDenied, registryMisleads, registryUnreachable } from './registryError';

/** A token is not used in its last seconds, which may pass on the way. */
const tokenMarginMs = 10_000;
/** Passwords have no end of their own; who logs out, or in as somebody else, is not kept waiting for long. */
const basicLoginMs = 60_000;
/** A mirror that lets us wait longer is passed over. */
const mirrorIdleMs = 5000;
const busy = new Set([429, 502, 503, 504]);

/** How patient we are. */
export interface RegistryPatience {
  /** How long a registry may let us wait for the next byte, in milliseconds. */
  readonly idleMs: number;
  /** How often something is tried again after a connection broke, or when a registry is busy. */
  readonly retries: number;
  /** Before the first retry, in milliseconds; twice as long before each next one, and up to half of it off by chance. */
  readonly backoffMs: number;
  /** A registry that wants us to wait longer than that (`Retry-After`) is not waited for. */
  readonly maxRetryAfterMs: number;
}

/** What all hosts have in common. */
export interface RegistryHostOptions {
  readonly credentials: CredentialProvider;
  readonly patience: RegistryPatience;
  readonly isInternal: (address: string) => boolean;
  readonly proxyFor: ProxyFor;
}

/** One request to a registry. Redirects of reads are followed, and never with the credentials to another host. */
export interface RegistryRequest {
  readonly method: HttpRequest['method'];
  /** Such as `library/busybox/manifests/latest`; or where the registry said, see {@link RegistryHost.resolve}. */
  readonly target: string | URL;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: HttpRequest['body'];
  /** What a token has to allow, such as `repository:library/busybox:pull`. */
  readonly scopes: readonly string[];
  /** The caller tries again itself, if at all. */
  readonly once?: boolean;
}

interface Authorization {
  readonly value: string;
  readonly untilMs: number;
}

/** One place where a registry can be reached, with what is known of it: whether it speaks TLS, and how to log in. */
export class RegistryHost {
  private scheme: 'https' | 'http' | undefined;
  private readonly authorizations = new Map<string, Authorization>();
  private readonly logins = new Map<string, Promise<string>>();
  private readonly connection: HostConnection;
  private avoidedUntilMs = 0;
  /** Whose login was used last. */
  user: string | undefined;
  /** What the last answer told. */
  rateLimit: RateLimit | undefined;

  /** @param domain of the registry that it is a place of, as people know it */
  constructor(
    readonly domain: string,
    readonly settings: EndpointSettings,
    private readonly options: RegistryHostOptions,
  ) {
    const { patience, isInternal, proxyFor } = options;
    // There is somebody else to ask.
    const idleMs = settings.isMirror ? Math.min(patience.idleMs, mirrorIdleMs) : patience.idleMs;
    this.connection = new HostConnection({ domain, tls: settings.tls, idleMs, isInternal, proxyFor });
  }

  /** How often to try again, see {@link RegistryPatience}. */
  get retries(): number {
    return this.options.patience.retries;
  }

  /** Whether it failed just now, so that others are asked first. */
  get isAvoided(): boolean {
    return Date.now() < this.avoidedUntilMs;
  }

  avoid(ms: number): void {
    this.avoidedUntilMs = Date.now() + ms;
  }

  /**
   * Where an answer points to. A location that differs from ours in its scheme only is ours: registries behind a proxy
   * don't know that they speak TLS.
   *
   * @throws StudioError when it is no HTTP address
   */
  resolve(location: string): URL {
    const base = new URL(`${this.scheme ?? 'https'}://${this.settings.host}${this.settings.base}/`);
    const url = URL.canParse(location, base.href) ? new URL(location, base) : undefined;
    if (url === undefined || !/^https?:$/.test(url.protocol)) {
      throw registryMisleads(this.domain, 'It points to what is no address.');
    }
    url.username = '';
    url.password = '';
    if (url.hostname === base.hostname && (url.port === base.port || url.port === ''))
      return new URL(url.pathname + url.search, base);
    return url;
  }

  /** Whether a URL is this host's own. */
  isOwn(url: URL): boolean {
    return url.origin === new URL(`${this.scheme ?? 'https'}://${this.settings.host}`).origin;
  }

  /**
   * Sends a request, logging in when the registry asks for it; tries again when the registry is busy or the connection
   * broke.
   *
   * @returns the answer, whatever its status but 401
   * @throws StudioError `registry-unreachable` or `registry-denied`, what the body throws, or the signal's reason
   */
  async send(request: RegistryRequest, signal: AbortSignal): Promise<HttpAnswer> {
    const { retries, maxRetryAfterMs } = this.options.patience;
    for (let attempt = 0; ; attempt++) {
      const isLast = request.once === true || attempt >= retries;
      let waitMs = this.backoffMs(attempt);
      try {
        const answer = await this.sendAuthorized(request, signal);
        this.rateLimit =
          parseRateLimit(answer.header('ratelimit-limit'), answer.header('ratelimit-remaining')) ??
          this.rateLimit;
        if (isLast || !busy.has(answer.status)) return answer;
        waitMs = parseRetryAfter(answer.header('retry-after'), Date.now()) ?? waitMs;
        if (waitMs > maxRetryAfterMs) return answer;
        answer.discard();
      } catch (error) {
        if (isLast || !isBroken(error)) throw error;
      }
      await this.wait(waitMs, signal);
    }
  }

  /** How long to wait before trying again, in milliseconds. @param attempt from 0 */
  backoffMs(attempt: number): number {
    return this.options.patience.backoffMs * 2 ** attempt * (0.5 + Math.random() / 2);
  }

  async wait(ms: number, signal: AbortSignal): Promise<void> {
    await delay(ms, undefined, { signal }).catch(() => signal.throwIfAborted());
  }

  /**
   * Reads from where a manifest says that a foreign layer is to be had, without any login.
   *
   * @param before the answer of this host, which did not have it: a public one sends us into no private network
   */
  async sendForeign(
    url: URL,
    headers: Readonly<Record<string, string>>,
    before: HttpAnswer,
    signal: AbortSignal,
  ): Promise<HttpAnswer> {
    const isPublic = this.connection.isPublic(before);
    const mustBePublic = isPublic ? 'The layer’s address is inside of a private network.' : undefined;
    const unknown = { method: 'GET', secretHeaders: {}, isAuthorized: true, isOwn: false } as const;
    return this.connection.send({ ...unknown, url: this.resolve(url.href), headers, mustBePublic }, signal);
  }

  private async sendAuthorized(request: RegistryRequest, signal: AbortSignal): Promise<HttpAnswer> {
    const key = request.scopes.join(' ');
    const known = this.authorizations.get(key);
    const first = await this.sendWith(
      request,
      known !== undefined && known.untilMs > Date.now() ? known.value : undefined,
      signal,
    );
    if (first.status !== 401) return first;
    first.discard();
    if (this.authorizations.get(key) === known) this.authorizations.delete(key);
    const authorization = await this.authorizeOnce(key, first, request.scopes, signal);
    const second = await this.sendWith(request, authorization, signal);
    if (second.status !== 401) return second;
    second.discard();
    this.authorizations.delete(key);
    throw registryDenied(this.domain, 'The login was not accepted.');
  }

  private async sendWith(
    request: RegistryRequest,
    authorization: string | undefined,
    signal: AbortSignal,
  ): Promise<HttpAnswer> {
    const { host, base, schemes } = this.settings;
    const { target } = request;
    if (target instanceof URL) return this.sendTo(target, this.isOwn(target), request, authorization, signal);
    const candidates = this.scheme === undefined ? schemes : [this.scheme];
    for (const [index, scheme] of candidates.entries()) {
      try {
        const url = new URL(`${scheme}://${host}${base}/${target}`);
        // Tells a mirror of several registries which one is meant, as containerd does.
        if (this.settings.isMirror) url.searchParams.set('ns', this.domain);
        const answer = await this.sendTo(url, true, request, authorization, signal);
        this.scheme = scheme;
        return answer;
      } catch (error) {
        if (index + 1 === candidates.length || !isNoTls(error)) throw error;
      }
    }
    throw new Error('A registry without a scheme.');
  }

  private sendTo(
    url: URL,
    isOwn: boolean,
    { method, headers = {}, body }: RegistryRequest,
    authorization: string | undefined,
    signal: AbortSignal,
  ): Promise<HttpAnswer> {
    const login = authorization === undefined ? {} : { authorization };
    return this.connection.send(
      {
        method,
        url,
        headers,
        ...(body === undefined ? {} : { body }),
        secretHeaders: isOwn ? { ...this.settings.headers, ...login } : {},
        isAuthorized: authorization !== undefined,
        isOwn,
      },
      signal,
    );
  }

  /** Several requests at once get one token. */
  private async authorizeOnce(
    key: string,
    refusal: HttpAnswer,
    scopes: readonly string[],
    signal: AbortSignal,
  ): Promise<string> {
    const known = this.authorizations.get(key);
    if (known !== undefined && known.untilMs > Date.now()) return known.value;
    const running = this.logins.get(key);
    if (running !== undefined) {
      // Whoever started it may have been cancelled; then it is ours to do.
      const value = await running.catch(() => undefined);
      signal.throwIfAborted();
      if (value !== undefined) return value;
    }
    const login = this.authorize(refusal, scopes, signal).then(({ value, untilMs }) => {
      this.authorizations.set(key, { value, untilMs });
      return value;
    });
    this.logins.set(key, login);
    try {
      return await login;
    } finally {
      if (this.logins.get(key) === login) this.logins.delete(key);
    }
  }

  private async authorize(
    refusal: HttpAnswer,
    scopes: readonly string[],
    signal: AbortSignal,
  ): Promise<Authorization> {
    const challenges = parseChallenges(refusal.header('www-authenticate') ?? '');
    const login = await this.login(signal);
    const bearer = challenges.find(({ scheme }) => scheme === 'bearer');
    if (bearer !== undefined)
      return this.token(bearer, this.connection.isPublic(refusal), login, scopes, signal);
    if (!challenges.some(({ scheme }) => scheme === 'basic')) {
      throw registryDenied(this.domain, 'The registry asks for a kind of login that Manifold does not know.');
    }
    if (login === undefined || login.username === '')
      throw registryDenied(this.domain, 'There is no login for this registry.');
    this.user = login.username;
    const value = `Basic ${Buffer.from(`${login.username}:${login.secret}`, 'utf8').toString('base64')}`;
    return { value, untilMs: Date.now() + basicLoginMs };
  }

  private async token(
    { parameters }: Challenge,
    isPublic: boolean,
    login: Awaited<ReturnType<RegistryHost['login']>>,
    scopes: readonly string[],
    signal: AbortSignal,
  ): Promise<Authorization> {
    const realm = parameters.get('realm') ?? '';
    const isPlain = URL.canParse(realm) && new URL(realm).protocol === 'http:';
    if (login !== undefined && isPlain && this.scheme === 'https' && !isLoopback(new URL(realm).host)) {
      throw registryDenied(this.domain, `Its token server ${new URL(realm).host} does without TLS.`);
    }
    const named = (parameters.get('scope') ?? '').split(' ').filter(Boolean);
    try {
      const { token, expiresInSeconds } = await fetchRegistryToken(
        {
          realm,
          service: parameters.get('service') ?? '',
          scopes: [...new Set([...scopes, ...named])],
          ...(login === undefined ? {} : { credentials: login }),
        },
        signal,
        (url, init) => {
          const isOwn = this.isOwn(url);
          const isSecret = isPublic && login !== undefined && !isOwn;
          const mustBePublic = isSecret ? 'Its token server is inside of a private network.' : undefined;
          return this.connection.fetchToken({ url, isOwn, mustBePublic }, init, signal);
        },
      );
      this.user = login === undefined || login.username === '' ? undefined : login.username;
      return { value: `Bearer ${token}`, untilMs: Date.now() + expiresInSeconds * 1000 - tokenMarginMs };
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof GrpcError)) throw error;
      if (error.cause instanceof StudioError) throw error.cause;
      if (error.code === GrpcCode.UNAVAILABLE) throw registryUnreachable(this.domain, error);
      throw registryDenied(this.domain, error.message, error);
    }
  }

  private async login(
    signal: AbortSignal,
  ): Promise<{ readonly username: string; readonly secret: string } | undefined> {
    try {
      const login = await this.options.credentials.credentials(this.settings.host, signal);
      return login === undefined || login.secret === '' ? undefined : login;
    } catch (error) {
      signal.throwIfAborted();
      // Its message names the file or the helper and holds no secret.
      throw registryDenied(this.domain, error instanceof Error ? error.message : String(error), error);
    }
  }
}
