import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { GrpcCode } from '../grpcStatus';
import { fetchRegistryToken } from './tokenServer';

interface Seen {
  readonly method: string;
  readonly url: URL;
  readonly authorization: string | undefined;
  readonly body: URLSearchParams;
}

const servers: http.Server[] = [];
afterEach(() => servers.splice(0).forEach((server) => server.close()));

async function tokenServer(
  answer: (seen: Seen) => { status: number; body?: unknown; headers?: http.OutgoingHttpHeaders },
) {
  const seen: Seen[] = [];
  const server = http.createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const entry: Seen = {
        method: request.method!,
        url: new URL(request.url!, 'http://x'),
        authorization: request.headers.authorization,
        body: new URLSearchParams(Buffer.concat(chunks).toString()),
      };
      seen.push(entry);
      const { status, body, headers } = answer(entry);
      response.writeHead(status, headers).end(body === undefined ? '' : JSON.stringify(body));
    });
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { seen, realm: `http://127.0.0.1:${(server.address() as AddressInfo).port}/token?fixed=1` };
}

const never = new AbortController().signal;
const scopes = ['repository:a/b:pull', 'repository:c:pull,push'];

describe('fetchRegistryToken', () => {
  it('asks anonymously by GET, with the realm’s own query kept', async () => {
    const { seen, realm } = await tokenServer(() => ({ status: 200, body: { token: 'T' } }));
    const token = await fetchRegistryToken({ realm, service: 'svc', scopes }, never);
    expect(token).toEqual({ token: 'T', expiresInSeconds: 60, issuedAtSeconds: 0 });
    expect(seen).toHaveLength(1);
    expect(seen[0]).toMatchObject({ method: 'GET', authorization: undefined });
    expect([...seen[0]!.url.searchParams]).toEqual([
      ['fixed', '1'],
      ['service', 'svc'],
      ['scope', scopes[0]],
      ['scope', scopes[1]],
    ]);
  });

  it('posts the password and reads lifetime and time of issue', async () => {
    const { seen, realm } = await tokenServer(() => ({
      status: 200,
      body: { access_token: 'A', token: 'ignored', expires_in: 300, issued_at: '2026-01-02T03:04:05Z' },
    }));
    const credentials = { username: 'u', secret: 'p' };
    const token = await fetchRegistryToken({ realm, service: 'svc', scopes, credentials }, never);
    expect(token).toEqual({
      token: 'A',
      expiresInSeconds: 300,
      issuedAtSeconds: Date.UTC(2026, 0, 2, 3, 4, 5) / 1000,
    });
    expect(Object.fromEntries(seen[0]!.body)).toEqual({
      client_id: 'manifold',
      grant_type: 'password',
      username: 'u',
      password: 'p',
      service: 'svc',
      scope: scopes.join(' '),
    });
  });

  it('sends a password nowhere else, wherever the answer points', async () => {
    const elsewhere = await tokenServer(() => ({ status: 200, body: { token: 'T' } }));
    const { realm } = await tokenServer(() => ({ status: 307, headers: { location: elsewhere.realm } }));
    const credentials = { username: 'u', secret: 'p' };
    await expect(
      fetchRegistryToken({ realm, service: 'svc', scopes, credentials }, never),
    ).rejects.toMatchObject({ code: GrpcCode.UNAVAILABLE });
    expect(elsewhere.seen).toEqual([]);
  });

  it('posts an identity token as a refresh token', async () => {
    const { seen, realm } = await tokenServer(() => ({ status: 200, body: { access_token: 'A' } }));
    await fetchRegistryToken(
      { realm, service: 's', scopes: [], credentials: { username: '', secret: 'idt' } },
      never,
    );
    expect(Object.fromEntries(seen[0]!.body)).toMatchObject({
      grant_type: 'refresh_token',
      refresh_token: 'idt',
    });
    expect(seen[0]!.body.has('scope')).toBe(false);
  });

  it.each([404, 405, 401])(
    'falls back to GET with basic authentication when POST answers %i',
    async (status) => {
      const { seen, realm } = await tokenServer(({ method }) =>
        method === 'POST' ? { status } : { status: 200, body: { token: 'T' } },
      );
      const credentials = { username: 'ü', secret: 'p:w' };
      const token = await fetchRegistryToken({ realm, service: 's', scopes: [], credentials }, never);
      expect(token.token).toBe('T');
      expect(seen[1]!.authorization).toBe(`Basic ${Buffer.from('ü:p:w').toString('base64')}`);
    },
  );

  it('says UNAUTHENTICATED when refused, without the secret', async () => {
    const { realm } = await tokenServer(() => ({ status: 401 }));
    const failure = await fetchRegistryToken(
      { realm, service: 's', scopes: [], credentials: { username: 'u', secret: 'S3CRET' } },
      never,
    ).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: GrpcCode.UNAUTHENTICATED });
    expect(JSON.stringify(failure, Object.getOwnPropertyNames(failure))).not.toContain('S3CRET');
  });

  it.each([
    ['no token', { status: 200, body: {} }, GrpcCode.INTERNAL],
    ['a server error', { status: 500 }, GrpcCode.UNAVAILABLE],
  ])('fails on %s', async (_what, answer, code) => {
    const { realm } = await tokenServer(() => answer);
    await expect(fetchRegistryToken({ realm, service: 's', scopes: [] }, never)).rejects.toMatchObject({
      code,
    });
  });

  it('fails on an unreachable or unusable realm', async () => {
    const refused = { realm: 'http://127.0.0.1:1/token', service: 's', scopes: [] };
    await expect(fetchRegistryToken(refused, never)).rejects.toMatchObject({ code: GrpcCode.UNAVAILABLE });
    const file = { realm: 'file:///etc/passwd', service: 's', scopes: [] };
    await expect(fetchRegistryToken(file, never)).rejects.toMatchObject({ code: GrpcCode.INVALID_ARGUMENT });
  });
});
