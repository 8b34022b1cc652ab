import { spawn, type ChildProcess } from 'node:child_process';
import { createHash, randomUUID } from 'node:crypto';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import http from 'node:http';
import https from 'node:https';
import { connect, type AddressInfo } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { createCertificates, type Certificates } from '../../../e2e/engine/certificates';
import { freePort } from '../../../e2e/engine/freePort';
import { currentEngine } from '../../../e2e/engine/globalSetup';
import { startSshServer, type SshServer } from '../../../e2e/engine/sshServer';
import { parseReference } from '../../../shared/model/reference';
import { pushImage } from '../actions/testing/pushImage';
import type { CredentialProvider } from '../../buildkit';
import { proxiesFrom } from './proxyEnvironment';
import { RegistryClient, type RegistryClientOptions } from './registryClient';
import { openRegistryImage } from './registryImage';
import { startTestProxy, type TestProxy, type TestProxyOptions } from './testing/testProxy';

const never = new AbortController().signal;
const engine = currentEngine();
const platforms = [{ os: 'linux', architecture: 'amd64' }];
const nobody: CredentialProvider = { credentials: async () => undefined };

let folder: string;
/** For names that nobody but the proxy knows. */
let certificates: Certificates;
/** By an authority that only whoever is told knows. */
let proxyCertificates: Certificates;
const servers: http.Server[] = [];
const proxies: TestProxy[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'manifold-proxy-'));
  certificates = await createCertificates(join(folder, 'certificates'), [
    'registry.test',
    'blobs.test',
    'tokens.test',
  ]);
  proxyCertificates = await createCertificates(join(folder, 'proxy'));
});
afterEach(() => {
  for (const proxy of proxies.splice(0)) proxy.stop();
  for (const server of servers.splice(0)) {
    server.close();
    server.closeAllConnections();
  }
});
afterAll(() => rm(folder, { recursive: true, force: true }));

async function proxyTo(options: TestProxyOptions): Promise<TestProxy> {
  const proxy = await startTestProxy(options);
  proxies.push(proxy);
  return proxy;
}

/**
 * A server of the engine's behind TLS. Tells who has shown a certificate, and sends to other hosts for blobs and tokens
 * where they are given.
 */
async function behindTls(
  behind: string,
  options: { blobsAt?: string; realm?: string } = {},
): Promise<{ host: string; clients: Set<string> }> {
  const clients = new Set<string>();
  const server = https.createServer(
    {
      ca: await readFile(certificates.ca),
      cert: await readFile(certificates.server.cert),
      key: await readFile(certificates.server.key),
      requestCert: true,
      rejectUnauthorized: false,
    },
    (request, response) => {
      const { method, url: path = '', headers } = request;
      clients.add(String((request.socket as TLSSocket).getPeerCertificate()?.subject?.CN ?? 'nobody'));
      if (options.blobsAt !== undefined && path.includes('/blobs/sha256:') && method === 'GET') {
        response.writeHead(307, { location: `${options.blobsAt}${path}` }).end();
        return;
      }
      const [hostname, port] = behind.split(':');
      const onward = http.request({ hostname, port, method, path, headers }, (answer) => {
        const challenge = answer.headers['www-authenticate'];
        if (typeof challenge === 'string' && options.realm !== undefined) {
          answer.headers['www-authenticate'] = challenge.replace(/realm="[^"]*"/, `realm="${options.realm}"`);
        }
        response.writeHead(answer.statusCode!, answer.headers);
        answer.pipe(response);
      });
      request.pipe(onward);
    },
  );
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { host: `127.0.0.1:${(server.address() as AddressInfo).port}`, clients };
}

function clientWith(env: Record<string, string>, options: Partial<RegistryClientOptions> = {}) {
  return new RegistryClient({
    credentials: nobody,
    patience: { retries: 1, backoffMs: 10 },
    proxyFor: proxiesFrom(env),
    ...options,
  });
}

const trusted = async () => ({
  'registry.test': { ca: [certificates.ca], keypair: [certificates.client] },
});

function repositoryOf(client: RegistryClient, name: string) {
  const parsed = parseReference(name);
  if (!parsed.ok) throw new Error(name);
  return client.repository(parsed.value, 'pull,push');
}

const newPath = (): string => `proxied/${randomUUID()}`;

/** The same image for the same path. */
function push(client: RegistryClient, host: string, path: string) {
  const image = { platforms, mark: path, layerBytes: 2_000_000 };
  return pushImage(repositoryOf(client, `${host}/${path}`), '1.0', image);
}

/** Pushes an image, and reads all of it. */
async function pushAndRead(client: RegistryClient, host: string, path = newPath()): Promise<void> {
  const { digest } = await push(client, host, path);
  const name = `${host}/${path}`;
  const image = await openRegistryImage({ client }, `${name}:1.0`, never);
  expect(image.root.digest).toBe(digest);
  const index = JSON.parse(
    Buffer.from(await image.read(digest, { maxBytes: image.root.size })).toString(),
  ) as { manifests: { digest: string }[] };
  const bytes = await image.read(index.manifests[0]!.digest, { maxBytes: 10_000 });
  const { layers } = JSON.parse(Buffer.from(bytes).toString()) as {
    layers: { digest: string; size: number }[];
  };
  const hash = createHash('sha256');
  for await (const piece of image.stream(layers[0]!, never)) hash.update(piece);
  expect(`sha256:${hash.digest('hex')}`).toBe(layers[0]!.digest);
}

const lines = ({ seen }: TestProxy): string[] => [...new Set(seen.map(({ line }) => line))].sort();

describe('a registry that only a proxy reaches', () => {
  it('is read and written by plain requests', async () => {
    const proxy = await proxyTo({ names: { 'plain.test:5000': engine.registry.host } });
    const client = clientWith({ http_proxy: `127.0.0.1:${proxy.port}` }, { plainHosts: ['plain.test:5000'] });
    await pushAndRead(client, 'plain.test:5000');
    expect(proxy.seen.every(({ line }) => line.includes(' http://plain.test:5000/v2/proxied/'))).toBe(true);
    expect(proxy.connections.made).toBeLessThan(proxy.seen.length / 2);
  });

  it('with TLS is read and written through tunnels, which are used again', async () => {
    const { host, clients } = await behindTls(engine.registry.host);
    const proxy = await proxyTo({ names: { 'registry.test:443': host }, login: 'anna:p@ss/word' });
    const env = { HTTPS_PROXY: `anna:p%40ss%2Fword@localhost:${proxy.port}` };
    await pushAndRead(clientWith(env, { tables: trusted }), 'registry.test');
    expect(lines(proxy)).toEqual(['CONNECT registry.test:443']);
    expect(clients).toEqual(new Set(['Manifold test client']));
    expect(proxy.seen.length).toBeLessThan(6);
  });

  it('is not trusted because of the proxy', async () => {
    const { host } = await behindTls(engine.registry.host);
    const proxy = await proxyTo({ names: { 'registry.test:443': host, 'other.test:443': host } });
    const client = clientWith(
      { HTTPS_PROXY: `127.0.0.1:${proxy.port}` },
      { tables: async () => ({ 'other.test': { ca: [certificates.ca] } }) },
    );
    const open = (name: string) => openRegistryImage({ client }, `${name}/library/busybox`, never);
    await expect(open('registry.test')).rejects.toMatchObject({
      message: expect.stringContaining('vouches for the registry registry.test') as string,
    });
    await expect(open('other.test')).rejects.toMatchObject({
      code: 'registry-unreachable',
      details: { cause: expect.stringContaining('does not match certificate') as string },
    });
  });

  it('has its blobs at another host and its tokens at a third, which are proxied, too', async () => {
    const { tokenRegistry } = engine;
    const path = newPath();
    await push(clientWith({}), engine.registry.host, path);
    const blobs = await behindTls(engine.registry.host);
    const tokens = await behindTls(await realmOf(tokenRegistry.host));
    const registry = await behindTls(tokenRegistry.host, {
      realm: 'https://tokens.test/token',
      blobsAt: 'https://blobs.test:5001',
    });
    const names = {
      'registry.test:443': registry.host,
      'blobs.test:5001': blobs.host,
      'tokens.test:443': tokens.host,
    };
    const proxy = await proxyTo({ names });
    const credentials: CredentialProvider = {
      credentials: async () => ({ username: tokenRegistry.username, secret: tokenRegistry.password }),
    };
    const client = clientWith({ all_proxy: `127.0.0.1:${proxy.port}` }, { credentials, tables: trusted });
    await pushAndRead(client, 'registry.test', path);
    expect(lines(proxy)).toEqual([
      'CONNECT blobs.test:5001',
      'CONNECT registry.test:443',
      'CONNECT tokens.test:443',
    ]);
    // Ours is shown to the registry alone.
    expect([registry, blobs, tokens].map(({ clients }) => [...clients])).toEqual([
      ['Manifold test client'],
      ['nobody'],
      ['nobody'],
    ]);
  });
});

describe('a proxy that is spoken to with TLS', () => {
  const environment = process.env['SSL_CERT_FILE'];
  afterEach(() => {
    if (environment === undefined) delete process.env['SSL_CERT_FILE'];
    else process.env['SSL_CERT_FILE'] = environment;
  });

  async function tlsProxy(names: Record<string, string>): Promise<TestProxy> {
    const { cert, key } = proxyCertificates.server;
    return proxyTo({ names, tls: { cert: await readFile(cert), key: await readFile(key) } });
  }

  it('is trusted when the machine does, and tunnels and forwards', async () => {
    const { host } = await behindTls(engine.registry.host);
    const names = { 'registry.test:443': host, 'plain.test:80': engine.registry.host };
    const proxy = await tlsProxy(names);
    const machine = join(folder, 'machine.pem');
    await writeFile(
      machine,
      Buffer.concat([await readFile(certificates.ca), await readFile(proxyCertificates.ca)]),
    );
    process.env['SSL_CERT_FILE'] = machine;
    const env = { ALL_PROXY: `https://localhost:${proxy.port}` };
    await pushAndRead(clientWith(env), 'registry.test');
    const plain = clientWith(env, { plainHosts: ['plain.test'] });
    const image = await openRegistryImage({ client: plain }, 'plain.test/library/busybox', never);
    expect(image.root.digest).toMatch(/^sha256:/);
    expect(lines(proxy)[0]).toBe('CONNECT registry.test:443');
    expect(lines(proxy)[1]).toMatch(/^(?:GET|HEAD) http:\/\/plain.test\//);
  });

  it('is trusted neither by what a registry’s certificates are, nor for a registry that needs none', async () => {
    const { host } = await behindTls(engine.registry.host);
    const proxy = await tlsProxy({ 'registry.test:443': host });
    const tables = async () => ({ 'registry.test': { ca: [proxyCertificates.ca], insecure: true } });
    const client = clientWith({ HTTPS_PROXY: `https://localhost:${proxy.port}` }, { tables });
    await expect(openRegistryImage({ client }, 'registry.test/library/busybox', never)).rejects.toMatchObject(
      {
        code: 'registry-unreachable',
        message: expect.stringContaining(`the proxy localhost:${proxy.port} (HTTPS_PROXY)`) as string,
        hint: expect.stringContaining('certificate of the proxy’s authority') as string,
      },
    );
    expect(proxy.seen).toEqual([]);
  });
});

describe('a real SOCKS proxy, of ssh', () => {
  let ssh: SshServer;
  let tunnel: ChildProcess;
  let env: Record<string, string>;
  beforeAll(async () => {
    ssh = await startSshServer();
    const port = await freePort();
    const where = ['-N', '-D', `127.0.0.1:${port}`, '-o', 'ExitOnForwardFailure=yes', ssh.host];
    tunnel = spawn('ssh', ['-F', ssh.sshConfigFile, ...where], { stdio: 'ignore' });
    env = { ALL_PROXY: `socks5h://127.0.0.1:${port}` };
    await vi.waitUntil(() => connectable(port), { timeout: 20_000 });
  });
  afterAll(async () => {
    tunnel.kill();
    await ssh.stop();
  });

  // An address of this machine that is not one of those that never go through a proxy.
  it('tunnels TLS, and plain HTTP too', async () => {
    const port = (await behindTls(engine.registry.host)).host.split(':')[1]!;
    const plainHost = `0.0.0.0:${engine.registry.host.split(':')[1]!}`;
    const tlsHost = `0.0.0.0:${port}`;
    const tables = async () => ({ [tlsHost]: { http: false, insecure: true } });
    const client = clientWith(env, { tables, plainHosts: [plainHost] });
    for (const domain of [plainHost, tlsHost]) {
      const repository = client.repository({ domain, path: newPath() }, 'pull,push');
      const { digest } = await pushImage(repository, '1', { platforms, mark: domain, layerBytes: 500_000 });
      expect(await repository.headManifest('1', never)).toMatchObject({ digest });
    }
  });

  it('that reaches nobody says so', async () => {
    const domain = `0.0.0.0:${await freePort()}`;
    const client = clientWith(env, { plainHosts: [domain] });
    const reading = client.repository({ domain, path: 'a' }, 'pull').getManifest('1', never);
    await expect(reading).rejects.toMatchObject({
      code: 'registry-unreachable',
      // ssh answers nothing then.
      message: expect.stringMatching(
        /the proxy 127\.0\.0\.1:\d+ \(ALL_PROXY\) can’t be reached: it hung up/,
      ) as string,
    });
  });
});

function connectable(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('error', () => resolve(false));
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
  });
}

/** Host of the token server that a registry names. */
async function realmOf(host: string): Promise<string> {
  const challenge = (await fetch(`http://${host}/v2/`)).headers.get('www-authenticate') ?? '';
  return new URL(/realm="([^"]*)"/.exec(challenge)![1]!).host;
}
