import { randomUUID, sign, X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { createSelfSigned } from './certificates';
import type { Login } from './login';

const SERVICE = 'manifold-test-registry';
const ISSUER = 'manifold-test-tokens';
const LIFETIME_S = 300;

/** What a registry has to know about its token server. */
export interface TokenServer {
  /** URL that tokens come from. */
  readonly realm: string;
  readonly service: string;
  readonly issuer: string;
  /** PEM file: the registry trusts tokens that this certificate's key signed. */
  readonly certificate: string;
  stop(): Promise<void>;
}

/** Who asks and for what, from the two ways of asking that registries' token servers know. */
interface TokenRequest {
  readonly login: Login | undefined;
  readonly service: string;
  readonly scopes: readonly string[];
}

function basicLogin(header: string | undefined): Login | undefined {
  const encoded = /^Basic (.+)$/i.exec(header ?? '')?.[1];
  if (encoded === undefined) return undefined;
  const decoded = Buffer.from(encoded, 'base64').toString();
  const colon = decoded.indexOf(':');
  return { username: decoded.slice(0, colon), password: decoded.slice(colon + 1) };
}

/**
 * GET with basic authentication and one `scope` each, or an OAuth2 POST with all scopes in one value, as the
 * distribution project's token specification has them.
 */
async function readRequest(request: IncomingMessage): Promise<TokenRequest> {
  if (request.method === 'POST') {
    const form = new URLSearchParams(await text(request));
    const [username, password] = [form.get('username'), form.get('password')];
    return {
      login: username === null || password === null ? undefined : { username, password },
      service: form.get('service') ?? '',
      scopes: (form.get('scope') ?? '').split(' '),
    };
  }
  const query = new URL(request.url ?? '/', 'http://localhost').searchParams;
  return {
    login: basicLogin(request.headers.authorization),
    service: query.get('service') ?? '',
    scopes: query.getAll('scope').flatMap((scope) => scope.split(' ')),
  };
}

/** `repository:library/busybox:pull,push` -> what the token grants. */
function grantFor(scope: string) {
  const match = /^([^:]+):(.+):([^:]*)$/.exec(scope);
  return match === null ? [] : [{ type: match[1], name: match[2], actions: match[3]?.split(',') ?? [] }];
}

/**
 * Starts the token server of a registry: whoever has the login gets everything asked for, whoever asks without one
 * gets a token that grants nothing, a wrong login gets 401.
 */
export async function startTokenServer(options: {
  readonly folder: string;
  readonly login: Login;
}): Promise<TokenServer> {
  const { cert, key } = await createSelfSigned(options.folder, 'tokens', ISSUER);
  const privateKey = await readFile(key);
  const chain = [new X509Certificate(await readFile(cert)).raw.toString('base64')];

  const issueToken = (audience: string, subject: string, scopes: readonly string[]) => {
    const now = Math.floor(Date.now() / 1000);
    const encode = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const body = `${encode({ typ: 'JWT', alg: 'ES256', x5c: chain })}.${encode({
      iss: ISSUER,
      sub: subject,
      aud: audience,
      iat: now,
      nbf: now - 10,
      exp: now + LIFETIME_S,
      jti: randomUUID(),
      access: scopes.flatMap(grantFor),
    })}`;
    const signature = sign('sha256', Buffer.from(body), { key: privateKey, dsaEncoding: 'ieee-p1363' });
    return `${body}.${signature.toString('base64url')}`;
  };

  const server = createServer((request, response) => {
    void (async () => {
      const { login, service, scopes } = await readRequest(request);
      const isKnown = login?.username === options.login.username && login.password === options.login.password;
      response.setHeader('content-type', 'application/json');
      if (login !== undefined && !isKnown) {
        response.statusCode = 401;
        response.end(
          JSON.stringify({ errors: [{ code: 'UNAUTHORIZED', message: 'incorrect username or password' }] }),
        );
        return;
      }
      const token = issueToken(service, login?.username ?? '', isKnown ? scopes : []);
      const issued = { expires_in: LIFETIME_S, issued_at: new Date().toISOString() };
      response.end(JSON.stringify({ token, access_token: token, ...issued }));
    })();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    realm: `http://localhost:${port}/token`,
    service: SERVICE,
    issuer: ISSUER,
    certificate: cert,
    async stop() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}
