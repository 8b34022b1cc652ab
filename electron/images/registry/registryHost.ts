import { fetchRegistryToken, GrpcCode, GrpcError, type CredentialProvider } from '../../buildkit';
import { parseChallenges, type Challenge } from './challenge';
import { isLoopback, type RegistryAddress } from './registryAddress';
import { registryDenied, registryUnreachable } from './registryError';

const answerTimeoutMs = 60_000;
/** A token is not used in its last seconds, which may pass on the way. */
const tokenMarginMs = 10_000;

/** One request to a registry. Redirects of reads are followed, and never with the credentials to another host. */
export interface RegistryRequest {
  readonly method: 'GET' | 'HEAD' | 'PUT';
  /** Such as `/v2/library/busybox/manifests/latest`. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array<ArrayBuffer>;
  /** What a token has to allow, such as `repository:library/busybox:pull`. */
  readonly scope: string;
}

/** A registry with what is known of it: whether it speaks TLS, and what it accepts as authorization. */
export class RegistryHost {
  private scheme: 'https' | 'http' | undefined;
  private readonly authorizations = new Map<string, { value: string; untilMs: number }>();

  constructor(
    private readonly address: RegistryAddress,
    private readonly credentials: CredentialProvider,
  ) {}

  get domain(): string {
    return this.address.domain;
  }

  /**
   * Sends a request, logging in when the registry asks for it.
   *
   * @returns the answer, whatever its status but 401
   * @throws StudioError `registry-unreachable` or `registry-denied`, or the signal's reason
   */
  async send(request: RegistryRequest, signal: AbortSignal): Promise<Response> {
    const known = this.authorizations.get(request.scope);
    const authorization = known !== undefined && known.untilMs > Date.now() ? known.value : undefined;
    const first = await this.fetch(request, authorization, signal);
    if (first.status !== 401) return first;
    await first.body?.cancel();
    this.authorizations.delete(request.scope);
    const challenges = parseChallenges(first.headers.get('www-authenticate') ?? '');
    const second = await this.fetch(request, await this.authorize(challenges, request.scope, signal), signal);
    if (second.status !== 401) return second;
    await second.body?.cancel();
    this.authorizations.delete(request.scope);
    throw registryDenied(this.domain, 'The login was not accepted.');
  }

  private async fetch(
    request: RegistryRequest,
    authorization: string | undefined,
    signal: AbortSignal,
  ): Promise<Response> {
    const { method, path, headers, body } = request;
    const schemes = this.scheme === undefined ? this.address.schemes : [this.scheme];
    for (const [index, scheme] of schemes.entries()) {
      try {
        const response = await fetch(`${scheme}://${this.address.host}${path}`, {
          method,
          headers: { ...headers, ...(authorization === undefined ? {} : { authorization }) },
          ...(body === undefined ? {} : { body }),
          // fetch drops the authorization when it follows to another origin; a body may not go there either.
          redirect: method === 'PUT' ? 'manual' : 'follow',
          signal: AbortSignal.any([signal, AbortSignal.timeout(answerTimeoutMs)]),
        });
        this.scheme = scheme;
        return response;
      } catch (error) {
        signal.throwIfAborted();
        if (index + 1 === schemes.length || !isNoTls(error)) throw registryUnreachable(this.domain, error);
      }
    }
    throw new Error('A registry without a scheme.');
  }

  private async authorize(
    challenges: readonly Challenge[],
    scope: string,
    signal: AbortSignal,
  ): Promise<string> {
    const login = await this.login(signal);
    const bearer = challenges.find(({ scheme }) => scheme === 'bearer');
    if (bearer !== undefined) return this.token(bearer, login, scope, signal);
    if (!challenges.some(({ scheme }) => scheme === 'basic')) {
      throw registryDenied(this.domain, 'The registry asks for a kind of login that Manifold does not know.');
    }
    if (login === undefined || login.username === '')
      throw registryDenied(this.domain, 'There is no login for this registry.');
    const value = `Basic ${Buffer.from(`${login.username}:${login.secret}`, 'utf8').toString('base64')}`;
    this.authorizations.set(scope, { value, untilMs: Infinity });
    return value;
  }

  private async token(
    { parameters }: Challenge,
    login: Awaited<ReturnType<RegistryHost['login']>>,
    scope: string,
    signal: AbortSignal,
  ): Promise<string> {
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
          scopes: [...new Set([scope, ...named])],
          ...(login === undefined ? {} : { credentials: login }),
        },
        signal,
      );
      const value = `Bearer ${token}`;
      this.authorizations.set(scope, {
        value,
        untilMs: Date.now() + expiresInSeconds * 1000 - tokenMarginMs,
      });
      return value;
    } catch (error) {
      signal.throwIfAborted();
      if (!(error instanceof GrpcError)) throw error;
      if (error.code === GrpcCode.UNAVAILABLE) throw registryUnreachable(this.domain, error);
      throw registryDenied(this.domain, error.message, error);
    }
  }

  private async login(
    signal: AbortSignal,
  ): Promise<{ readonly username: string; readonly secret: string } | undefined> {
    try {
      const login = await this.credentials.credentials(this.address.host, signal);
      return login === undefined || login.secret === '' ? undefined : login;
    } catch (error) {
      signal.throwIfAborted();
      // Its message names the file or the helper and holds no secret.
      throw registryDenied(this.domain, error instanceof Error ? error.message : String(error), error);
    }
  }
}

/** Whether the other end did not speak TLS at all; a bad certificate is no reason to do without it. */
function isNoTls(error: unknown): boolean {
  const { cause } = error as { cause?: NodeJS.ErrnoException };
  return /^(?:ERR_SSL_|EPROTO$|ECONNRESET$|UND_ERR_SOCKET$)/.test(cause?.code ?? '');
}
