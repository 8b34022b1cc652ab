import { Buffer } from 'node:buffer';
import { GrpcCode, GrpcError } from '../grpcStatus';

/** What a registry's challenge asks to be fetched, and from where. */
export interface TokenRequest {
  readonly realm: string;
  readonly service: string;
  readonly scopes: readonly string[];
  /** Absent for anonymous access. An empty user name means that the secret is a refresh ("identity") token. */
  readonly credentials?: { readonly username: string; readonly secret: string };
}

export interface RegistryToken {
  readonly token: string;
  readonly expiresInSeconds: number;
  /** Seconds since the epoch; 0 when the server doesn't say. */
  readonly issuedAtSeconds: number;
}

/** Sends a request as `fetch` does, over connections of the caller's choice. */
export type TokenFetcher = (url: URL, init: RequestInit) => Promise<Response>;

/** What the token specification wants assumed when the server names no lifetime. */
const DEFAULT_EXPIRY_SECONDS = 60;
const CLIENT_ID = 'manifold';

/**
 * Gets a bearer token from a registry's token server: OAuth2 POST with credentials, GET without them or where POST is
 * not offered (distribution's token authentication and OAuth2 specifications).
 *
 * @param fetcher where it is not `fetch`, such as over connections with certificates of their own
 * @throws {GrpcError} UNAUTHENTICATED when refused, UNAVAILABLE when the server can't be reached. No secret is in it.
 */
export async function fetchRegistryToken(
  request: TokenRequest,
  signal: AbortSignal,
  fetcher: TokenFetcher = fetch,
): Promise<RegistryToken> {
  const realm = parseRealm(request.realm);
  const { credentials } = request;
  if (credentials === undefined) return readToken(await getToken(realm, request, signal, fetcher), realm);
  const response = await postToken(realm, request, credentials, signal, fetcher);
  // Some servers answer a POST that they don't know with 404, 405 or even 401.
  const retryWithGet =
    response.status === 404 ||
    response.status === 401 ||
    (response.status === 405 && credentials.username !== '');
  if (!retryWithGet) return readToken(response, realm);
  await response.body?.cancel();
  return readToken(await getToken(realm, request, signal, fetcher), realm);
}

function parseRealm(realm: string): URL {
  const url = URL.canParse(realm) ? new URL(realm) : undefined;
  if (url === undefined || (url.protocol !== 'https:' && url.protocol !== 'http:')) {
    throw new GrpcError(GrpcCode.INVALID_ARGUMENT, `The registry named an unusable token server: ${realm}`);
  }
  return url;
}

function postToken(
  realm: URL,
  request: TokenRequest,
  credentials: { readonly username: string; readonly secret: string },
  signal: AbortSignal,
  fetcher: TokenFetcher,
): Promise<Response> {
  const form = new URLSearchParams({ service: request.service, client_id: CLIENT_ID });
  if (request.scopes.length > 0) form.set('scope', request.scopes.join(' '));
  if (credentials.username === '') {
    form.set('grant_type', 'refresh_token');
    form.set('refresh_token', credentials.secret);
  } else {
    form.set('grant_type', 'password');
    form.set('username', credentials.username);
    form.set('password', credentials.secret);
  }
  // fetch would send the form, secret and all, to wherever the answer points.
  return send(realm, { method: 'POST', body: form, redirect: 'manual', signal }, fetcher);
}

function getToken(
  realm: URL,
  request: TokenRequest,
  signal: AbortSignal,
  fetcher: TokenFetcher,
): Promise<Response> {
  const url = new URL(realm);
  if (request.service !== '') url.searchParams.append('service', request.service);
  for (const scope of request.scopes) url.searchParams.append('scope', scope);
  const { credentials } = request;
  const headers: Record<string, string> =
    credentials === undefined
      ? {}
      : { authorization: `Basic ${base64(`${credentials.username}:${credentials.secret}`)}` };
  return send(url, { method: 'GET', headers, signal }, fetcher);
}

async function send(url: URL, init: RequestInit, fetcher: TokenFetcher): Promise<Response> {
  try {
    return await fetcher(url, init);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new GrpcError(GrpcCode.UNAVAILABLE, `The token server ${url.origin} can't be reached: ${why}`, {
      cause: error,
    });
  }
}

async function readToken(response: Response, realm: URL): Promise<RegistryToken> {
  if (!response.ok) {
    await response.body?.cancel();
    const code =
      response.status === 401 || response.status === 403 ? GrpcCode.UNAUTHENTICATED : GrpcCode.UNAVAILABLE;
    throw new GrpcError(
      code,
      `The token server ${realm.origin} answered ${response.status} ${response.statusText}. Check the login for this registry.`,
    );
  }
  let body: Readonly<Record<string, unknown>>;
  try {
    body = (await response.json()) as Readonly<Record<string, unknown>>;
  } catch (error) {
    throw new GrpcError(GrpcCode.INTERNAL, `The token server ${realm.origin} did not answer with JSON.`, {
      cause: error,
    });
  }
  const token = [body['access_token'], body['token']].find(
    (value) => typeof value === 'string' && value !== '',
  );
  if (token === undefined) {
    throw new GrpcError(GrpcCode.INTERNAL, `The token server ${realm.origin} answered without a token.`);
  }
  const expiresIn = body['expires_in'];
  const issuedAt = typeof body['issued_at'] === 'string' ? Date.parse(body['issued_at']) : Number.NaN;
  return {
    token: token as string,
    expiresInSeconds:
      typeof expiresIn === 'number' && expiresIn > 0 ? Math.floor(expiresIn) : DEFAULT_EXPIRY_SECONDS,
    issuedAtSeconds: Number.isNaN(issuedAt) ? 0 : Math.floor(issuedAt / 1000),
  };
}

function base64(text: string): string {
  return Buffer.from(text, 'utf8').toString('base64');
}
