import { createHash } from 'node:crypto';
import http from 'node:http';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { inspect } from 'node:util';
import { afterEach, describe, expect, it } from 'vitest';
import { StudioError } from '../../../shared/contract';
import { fetchRegistryToken, type CredentialProvider } from '../../buildkit';
import { proxiesFrom } from './proxyEnvironment';
import { RegistryClient } from './registryClient';
import { throughProxies } from './tokenFetcher';
import { startTestProxy, type TestProxy, type TestProxyOptions } from './testing/testProxy';

const never = new AbortController().signal;
const manifestType = 'application/vnd.oci.image.manifest.v1+json';
const content = Buffer.from('content');
const digest = `sha256:${createHash('sha256').update(content).digest('hex')}`;
const login: CredentialProvider = { credentials: async () => ({ username: 'u', secret: 'geheim' }) };

const closers: (() => void)[] = [];
afterEach(() => closers.splice(0).forEach((close) => close()));

async function listen(server: Server): Promise<number> {
  closers.push(() => server.close());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}

/** Whatever listens where a proxy is expected. */
async function noProxy(onSocket: (socket: Socket) => void): Promise<number> {
  const sockets = new Set<Socket>();
  closers.push(() => sockets.forEach((socket) => socket.destroy()));
  return listen(
    createServer((socket) => {
      sockets.add(socket);
      socket.on('error', () => undefined);
      onSocket(socket);
    }),
  );
}

async function proxy(options: TestProxyOptions): Promise<TestProxy> {
  const started = await startTestProxy(options);
  closers.push(() => started.stop());
  return started;
}

type Handler = (request: http.IncomingMessage, response: http.ServerResponse, body: Buffer) => void;

async function serve(handler: Handler) {
  const seen: { line: string; headers: http.IncomingHttpHeaders }[] = [];
  const server = http.createServer((request, response) => {
    seen.push({ line: `${request.method} ${request.url}`, headers: request.headers });
    const pieces: Buffer[] = [];
    request.on('data', (piece: Buffer) => pieces.push(piece));
    request.on('end', () => handler(request, response, Buffer.concat(pieces)));
  });
  closers.push(() => server.closeAllConnections());
  return { seen, host: `127.0.0.1:${await listen(server)}` };
}

/** `registry.test` speaks TLS, `plain.test` does not; both are known to proxies only. */
function open(domain: string, env: Record<string, string>) {
  const client = new RegistryClient({
    credentials: login,
    plainHosts: ['plain.test', 'plain.test:5000', '10.9.8.7'],
    patience: { idleMs: 400, retries: 1, backoffMs: 5 },
    proxyFor: proxiesFrom(env),
  });
  return client.repository({ domain, path: 'a/b' }, 'pull,push');
}

async function failure(domain: string, env: Record<string, string>): Promise<StudioError> {
  const error: unknown = await open(domain, env)
    .getManifest('1', never)
    .catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(StudioError);
  const studio = error as StudioError;
  expect(studio.code).toBe('registry-unreachable');
  expect(inspect(studio, { depth: 20, showHidden: true })).not.toMatch(/geheim|Z2VoZWlt|OmdlaGVpbQ/);
  return studio;
}

/** Asks for a login first. */
function withLogin(handler: Handler): Handler {
  return (request, response, body) => {
    if (request.headers.authorization !== undefined) return handler(request, response, body);
    response.writeHead(401, { 'www-authenticate': 'Basic realm="r"', 'content-length': 0 }).end();
  };
}

const answers = (text: string) => (socket: Socket) => void socket.once('data', () => socket.write(text));

describe.each(['registry.test', 'plain.test'])('a proxy on the way to %s', (domain) => {
  it.each([
    ['wants a login', answers('HTTP/1.1 407 Who\r\nContent-Length: 2\r\n\r\nno'), 'wants a login'],
    ['does not speak HTTP', answers('SSH-2.0-OpenSSH_9\r\n\r\n'), 'does not answer as a proxy does'],
    ['hangs up', (socket: Socket) => void socket.once('data', () => socket.end()), 'can’t be reached'],
  ])('that %s is named, with its variable', async (_name, onSocket, words) => {
    const label = `127.0.0.1:${await noProxy(onSocket)}`;
    const error = await failure(domain, { ALL_PROXY: label });
    expect(error.message).toContain(`the proxy ${label} (ALL_PROXY) ${words}`);
    expect(error.message).toContain(domain);
    expect(error.details!.subject).toBe(label);
  });

  it('that does not accept the login is named, without the login', async () => {
    const label = `127.0.0.1:${(await proxy({ names: {}, login: 'u:other' })).port}`;
    const env = { all_proxy: `http://anna:geheim@${label}` };
    const { message, hint } = await failure(domain, env);
    expect(message).toContain(`the proxy ${label} (all_proxy) does not accept the login`);
    expect(hint).toContain('user:password');
    const wanted = await failure(domain, { all_proxy: `http://${label}` });
    expect(wanted.message).toContain('wants a login');
  });

  it('that is not there is named', async () => {
    const port = await noProxy(() => undefined);
    closers.splice(0).forEach((close) => close());
    const error = await failure(domain, { ALL_PROXY: `http://u:geheim@127.0.0.1:${port}` });
    expect(error.message).toContain(`the proxy 127.0.0.1:${port} (ALL_PROXY) can’t be reached`);
    expect(error.details!.cause).toContain('ECONNREFUSED');
  });

  it('that speaks no TLS although it should is named', async () => {
    const { port } = await proxy({ names: {} });
    const error = await failure(domain, { ALL_PROXY: `https://u:geheim@127.0.0.1:${port}` });
    expect(error.message).toContain(
      `the proxy 127.0.0.1:${port} (ALL_PROXY) does not answer as a proxy does`,
    );
  });

  it('that the environment names badly is an error, and not passed by', async () => {
    const error = await failure(domain, { ALL_PROXY: 'socks4://u:geheim@127.0.0.1:1' });
    expect(error.message).toContain('ALL_PROXY in the environment has a socks4:// address');
    expect(error.details!.subject).toBe('ALL_PROXY');
  });

  it('is left in peace when nobody waits any more', async () => {
    const closed: (() => void)[] = [];
    const asked: (() => void)[] = [];
    const isAsked = new Promise<void>((resolve) => asked.push(resolve));
    const isClosed = new Promise<void>((resolve) => closed.push(resolve));
    const port = await noProxy((socket) => {
      socket.once('data', () => asked.forEach((resolve) => resolve()));
      socket.once('close', () => closed.forEach((resolve) => resolve()));
    });
    const stop = new AbortController();
    const reading = open(domain, { ALL_PROXY: `127.0.0.1:${port}` }).getManifest('1', stop.signal);
    const outcome = reading.catch((reason: unknown) => reason);
    await isAsked;
    const reason = new Error('stopped');
    stop.abort(reason);
    expect(await outcome).toBe(reason);
    await isClosed;
  });
});

describe('a tunnel', () => {
  it('that the proxy does not open says where to', async () => {
    const { port, seen } = await proxy({ names: {} });
    const error = await failure('registry.test:5000', { HTTPS_PROXY: `127.0.0.1:${port}` });
    expect(error.message).toContain('answers 403 Forbidden when asked for registry.test:5000');
    expect(error.hint).toContain('NO_PROXY');
    expect(seen.map(({ line }) => line)).toEqual(['CONNECT registry.test:5000']);
  });

  it('is none when the other end speaks first', async () => {
    const port = await noProxy(answers('HTTP/1.1 200 Yes\r\n\r\nhello'));
    const { message } = await failure('registry.test', { HTTPS_PROXY: `127.0.0.1:${port}` });
    expect(message).toContain('does not answer as a proxy does');
  });

  it('is waited for no longer than the registry would be', async () => {
    const port = await noProxy(() => undefined);
    const { message } = await failure('registry.test', { HTTPS_PROXY: `127.0.0.1:${port}` });
    expect(message).toContain(`the proxy 127.0.0.1:${port} (HTTPS_PROXY) can’t be reached: nothing came`);
  });

  it('to what speaks no TLS is the registry’s fault, and the proxy’s is no reason to do without', async () => {
    const { host } = await serve((_request, response) => response.end());
    const { port } = await proxy({ names: { 'registry.test:443': host } });
    const { message } = await failure('registry.test', { HTTPS_PROXY: `127.0.0.1:${port}` });
    expect(message).toBe('The registry registry.test can’t be reached from this machine.');

    const asked: string[] = [];
    const silent = await noProxy((socket) =>
      socket.once('data', (line) => {
        asked.push(String(line).split(' ')[0]!);
        socket.resetAndDestroy();
      }),
    );
    const either = new RegistryClient({
      credentials: login,
      tables: async () => ({ 'registry.test': { http: true, insecure: true } }),
      patience: { retries: 0 },
      proxyFor: proxiesFrom({ ALL_PROXY: `127.0.0.1:${silent}` }),
    });
    const reading = either.repository({ domain: 'registry.test', path: 'a' }, 'pull').getManifest('1', never);
    await expect(reading).rejects.toMatchObject({ code: 'registry-unreachable' });
    expect(asked).toEqual(['CONNECT']);
  });
});

describe('plain HTTP through a proxy', () => {
  it('asks for whole addresses, over connections that are kept, and shows its login to the proxy alone', async () => {
    const { host, seen } = await serve(
      withLogin((_request, response) => response.writeHead(200, { 'content-type': manifestType }).end('{}')),
    );
    const names = { 'plain.test:5000': host };
    const there = await proxy({ names, login: 'u:p@ss' });
    const repository = open('plain.test:5000', { http_proxy: `u:p%40ss@127.0.0.1:${there.port}` });
    await repository.getManifest('1', never);
    for (const tag of ['2', '3', '4', '5']) await repository.getManifest(tag, never);
    expect(there.seen.map(({ line }) => line)).toEqual([
      'GET http://plain.test:5000/v2/a/b/manifests/1',
      'GET http://plain.test:5000/v2/a/b/manifests/1',
      ...['2', '3', '4', '5'].map((tag) => `GET http://plain.test:5000/v2/a/b/manifests/${tag}`),
    ]);
    // The second request, with the login, may be sent before the first one's connection is free.
    expect(there.connections.made).toBeLessThanOrEqual(2);
    expect(seen).toHaveLength(6);
    for (const { headers } of seen) {
      expect(headers.host).toBe('plain.test:5000');
      expect(headers).not.toHaveProperty('proxy-authorization');
    }
  });

  it('sends bodies', async () => {
    const bodies: string[] = [];
    const { host } = await serve((_request, response, body) => {
      bodies.push(body.toString());
      response.writeHead(201).end();
    });
    const there = await proxy({ names: { 'plain.test:80': host } });
    const repository = open('plain.test', { HTTP_PROXY: `http://127.0.0.1:${there.port}` });
    await repository.putManifest('1', { bytes: Buffer.from('{}'), mediaType: manifestType }, never);
    expect(bodies).toEqual(['{}']);
  });

  it('is not done where NO_PROXY says so, nor for this machine', async () => {
    const { host, seen } = await serve((_request, response) =>
      response.writeHead(200, { 'content-type': manifestType }).end('{}'),
    );
    const there = await proxy({ names: {} });
    await open(host, { ALL_PROXY: `127.0.0.1:${there.port}` }).getManifest('1', never);
    expect(seen).toHaveLength(1);
    const error = await failure('plain.test', { ALL_PROXY: `127.0.0.1:${there.port}`, NO_PROXY: '.test' });
    expect(error.details!.cause).toContain('ENOTFOUND');
    expect(there.seen).toEqual([]);
  });
});

describe('a redirect through a proxy', () => {
  const blobAt = (location: string) =>
    withLogin((_request, response) => response.writeHead(307, { location }).end());

  it('goes through the proxy of where it leads, and takes no login there', async () => {
    const storage = await serve((_request, response) => response.end(content));
    const { host } = await serve(blobAt('http://storage.test/x?y=z'));
    const names = { 'plain.test:80': host, 'storage.test:80': storage.host };
    const there = await proxy({ names });
    const repository = open('plain.test', { HTTP_PROXY: `127.0.0.1:${there.port}` });
    expect(Buffer.from(await repository.read(digest, { maxBytes: 100, isBlob: true }))).toEqual(content);
    expect(there.seen.at(-1)!.line).toBe('GET http://storage.test/x?y=z');
    expect(storage.seen[0]!.headers).not.toHaveProperty('authorization');
  });

  it.each(['http://10.0.0.1/x', 'http://169.254.169.254/latest', 'http://[::1]/x', 'http://localhost:1/x'])(
    'to %s, inside of a private network, is not followed',
    async (location) => {
      const { host } = await serve(blobAt(location));
      const there = await proxy({ names: { 'plain.test:80': host, '10.0.0.1:80': host } });
      const repository = open('plain.test', { HTTP_PROXY: `127.0.0.1:${there.port}` });
      await expect(repository.read(digest, { maxBytes: 100, isBlob: true })).rejects.toMatchObject({
        code: 'registry-denied',
        message: expect.stringContaining('private network') as string,
      });
      expect(there.seen.every(({ line }) => line.startsWith('GET http://plain.test/'))).toBe(true);
    },
  );

  it('within a private network is followed', async () => {
    const storage = await serve((_request, response) => response.end(content));
    const { host } = await serve(blobAt('http://10.0.0.1/x'));
    const there = await proxy({ names: { '10.9.8.7:80': host, '10.0.0.1:80': storage.host } });
    const repository = open('10.9.8.7', { HTTP_PROXY: `127.0.0.1:${there.port}` });
    expect(Buffer.from(await repository.read(digest, { maxBytes: 100, isBlob: true }))).toEqual(content);
  });
});

describe('a token server behind a proxy', () => {
  it('is asked through it', async () => {
    const tokens = await serve((_request, response) => response.end('{"token":"T"}'));
    const { host } = await serve(({ headers }, response) => {
      if (headers.authorization === 'Bearer T') {
        response.writeHead(200, { 'content-type': manifestType }).end('{}');
      } else {
        response.writeHead(401, { 'www-authenticate': 'Bearer realm="http://tokens.test/token"' }).end();
      }
    });
    const there = await proxy({ names: { 'plain.test:80': host, 'tokens.test:80': tokens.host } });
    await open('plain.test', { HTTP_PROXY: `127.0.0.1:${there.port}` }).getManifest('1', never);
    expect(there.seen[1]!.line).toBe('POST http://tokens.test/token');
    expect(tokens.seen).toHaveLength(1);
  });

  it('is named by the proxy that lets us not through to it', async () => {
    const { host } = await serve((_request, response) => {
      response.writeHead(401, { 'www-authenticate': 'Bearer realm="https://tokens.test/token"' }).end();
    });
    const there = await proxy({ names: { 'plain.test:80': host } });
    const { message } = await failure('plain.test', { ALL_PROXY: `127.0.0.1:${there.port}` });
    expect(message).toContain('answers 403 Forbidden when asked for tokens.test:443');
  });
});

describe('a token that a daemon has us fetch', () => {
  const request = (realm: string) => ({
    realm,
    service: 's',
    scopes: ['repository:a/b:pull'],
    credentials: { username: 'u', secret: 'geheim' },
  });

  it('comes through the proxy', async () => {
    const tokens = await serve((_request, response) => response.end('{"token":"T","expires_in":90}'));
    const there = await proxy({ names: { 'tokens.test:80': tokens.host } });
    const env = { HTTP_PROXY: `127.0.0.1:${there.port}` };
    const { fetchToken } = throughProxies(login, proxiesFrom(env));
    const fetched = await fetchRegistryToken(request('http://tokens.test/token?a=b'), never, fetchToken);
    expect(fetched).toMatchObject({ token: 'T', expiresInSeconds: 90 });
    expect(there.seen.map(({ line }) => line)).toEqual(['POST http://tokens.test/token?a=b']);
  });

  it('fails with the proxy’s name, and stops when it is told to', async () => {
    const asked = new AbortController();
    const port = await noProxy((socket) => void socket.once('data', () => asked.abort(new Error('stopped'))));
    const { fetchToken } = throughProxies(login, proxiesFrom({ HTTPS_PROXY: `127.0.0.1:${port}` }));
    const stopped = fetchRegistryToken(request('https://tokens.test/'), asked.signal, fetchToken);
    await expect(stopped).rejects.toMatchObject({ cause: { message: 'stopped' } });

    const refusing = await proxy({ names: {} });
    const { fetchToken: refused } = throughProxies(
      login,
      proxiesFrom({ HTTPS_PROXY: `127.0.0.1:${refusing.port}` }),
    );
    await expect(fetchRegistryToken(request('https://tokens.test/'), never, refused)).rejects.toThrow(
      `the proxy 127.0.0.1:${refusing.port} (HTTPS_PROXY) answers 403 Forbidden`,
    );
  });
});
