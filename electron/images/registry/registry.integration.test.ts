import { execFile } from 'node:child_process';
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import http from 'node:http';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createCertificates, type Certificates } from '../../../e2e/engine/certificates';
import { currentEngine } from '../../../e2e/engine/globalSetup';
import { parseReference } from '../../../shared/model/reference';
import { pushImage } from '../actions/testing/pushImage';
import { ContentStore } from '../contentStore';
import { DockerConfigCredentials } from '../credentials/dockerConfig';
import { RegistryClient, type RegistryClientOptions } from './registryClient';
import { openRegistryImage } from './registryImage';

const run = promisify(execFile);
const never = new AbortController().signal;
const engine = currentEngine();
const platforms = [
  { os: 'linux', architecture: 'amd64' },
  { os: 'linux', architecture: 'arm64' },
];

let folder: string;
let certificates: Certificates;
let client: RegistryClient;
const servers: http.Server[] = [];

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'manifold-registry-'));
  certificates = await createCertificates(join(folder, 'certificates'));
  const auths = Object.fromEntries(
    [engine.authRegistry, engine.tokenRegistry].map(({ host, username, password }) => [
      host,
      { auth: Buffer.from(`${username}:${password}`).toString('base64') },
    ]),
  );
  await mkdir(join(folder, 'docker'));
  await writeFile(join(folder, 'docker', 'config.json'), JSON.stringify({ auths }));
  client = withSetUp({});
});
afterAll(async () => {
  for (const server of servers) {
    server.close();
    server.closeAllConnections();
  }
  await rm(folder, { recursive: true, force: true });
});

function withSetUp(options: Partial<RegistryClientOptions>): RegistryClient {
  const credentials = new DockerConfigCredentials({ folder: join(folder, 'docker') });
  return new RegistryClient({ credentials, patience: { retries: 1, backoffMs: 10 }, ...options });
}

function repositoryOf(reference: string, from = client) {
  const parsed = parseReference(reference);
  if (!parsed.ok) throw new Error(reference);
  return from.repository(parsed.value, 'pull,push');
}

async function skopeo(reference: string, ...args: string[]): Promise<string> {
  const auth = ['--tls-verify=false', '--authfile', join(folder, 'docker', 'config.json')];
  return (await run('skopeo', ['inspect', ...auth, ...args, `docker://${reference}`])).stdout;
}

const digestOf = (bytes: Uint8Array): string => `sha256:${createHash('sha256').update(bytes).digest('hex')}`;

/** The engine's registry behind TLS, which wants our certificate where it is told so. */
async function behindTls(options: { wantsClient?: boolean; redirectTo?: string } = {}): Promise<string> {
  const server = https.createServer(
    {
      ca: await readFile(certificates.ca),
      cert: await readFile(certificates.server.cert),
      key: await readFile(certificates.server.key),
      requestCert: options.wantsClient === true,
      rejectUnauthorized: options.wantsClient === true,
    },
    (request, response) => {
      if (options.redirectTo !== undefined) {
        response.writeHead(307, { location: `${options.redirectTo}${request.url}` }).end();
        return;
      }
      const [hostname, port] = engine.registry.host.split(':');
      const { method, url: path, headers } = request;
      const onward = http.request({ hostname, port, method, path, headers }, (answer) => {
        response.writeHead(answer.statusCode!, answer.headers);
        answer.pipe(response);
      });
      request.pipe(onward);
    },
  );
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `localhost:${(server.address() as AddressInfo).port}`;
}

describe('an image in a registry', () => {
  it.each(['registry', 'authRegistry', 'tokenRegistry'] as const)(
    'is read from the engine’s %s',
    async (which) => {
      const { host } = engine[which];
      const name = `${host}/read/${randomUUID()}`;
      const pushed = await pushImage(repositoryOf(name), '1.0', {
        platforms,
        attestations: true,
        mark: name,
        layerBytes: 300_000,
      });
      const image = await openRegistryImage({ client }, `${name}:1.0`, never);
      expect(image).toMatchObject({
        name: `${name}:1.0`,
        pinned: `${name}@${pushed.digest}`,
        root: { digest: pushed.digest, mediaType: 'application/vnd.oci.image.index.v1+json' },
      });
      const user = which === 'registry' ? {} : { user: engine[which].username };
      expect(image.registry?.()).toEqual({ domain: host, ...user });
      const raw = await image.read(image.root.digest, { maxBytes: image.root.size });
      expect(Buffer.from(raw).toString()).toBe(await skopeo(`${name}:1.0`, '--raw'));

      const manifest = JSON.parse(
        Buffer.from(await image.read(pushed.manifests[0]!, { maxBytes: 10_000 })).toString(),
      ) as {
        config: { digest: string; size: number };
        layers: { digest: string; size: number }[];
      };
      const config = await image.read(manifest.config.digest, { maxBytes: manifest.config.size });
      expect(digestOf(config)).toBe(manifest.config.digest);
      const [layer] = manifest.layers as [{ digest: string; size: number }];
      const hash = createHash('sha256');
      for await (const piece of image.stream(layer, never)) hash.update(piece);
      expect(`sha256:${hash.digest('hex')}`).toBe(layer.digest);
      const part = await image.readPart!(layer, { offset: layer.size - 10, length: 50 }, never);
      expect(part).toHaveLength(10);
      expect(await image.referrers!(image.root.digest, never)).toEqual({ foundBy: 'none', referrers: [] });

      expect(await repositoryOf(name).tags(never)).toEqual({ tags: ['1.0'], complete: true });
      await expect(openRegistryImage({ client }, `${name}:2.0`, never)).rejects.toMatchObject({
        code: 'not-found',
      });
    },
  );

  it('stays the image that its tag stood for, and is read from the store the next time', async () => {
    const name = `${engine.tokenRegistry.host}/moving/${randomUUID()}`;
    const first = await pushImage(repositoryOf(name), 'latest', { platforms, mark: 'first' });
    const problems: unknown[] = [];
    const contentStore = await ContentStore.open({
      folder: join(folder, 'store'),
      maxBytes: 1e9,
      onProblem: (error) => problems.push(error),
    });
    const image = await openRegistryImage({ client, contentStore }, name, never);
    expect(image.name).toBe(`${name}:latest`);
    await image.read(first.manifests[1]!, { maxBytes: 10_000 });
    const second = await pushImage(repositoryOf(name), 'latest', { platforms, mark: 'second' });
    expect(digestOf(await image.read(image.root.digest, { maxBytes: 10_000 }))).toBe(first.digest);
    expect((await openRegistryImage({ client, contentStore }, name, never)).root.digest).toBe(second.digest);
    // Another registry does not have it, and needs not.
    const other = await openRegistryImage(
      { client, contentStore },
      `${engine.registry.host}/library/busybox`,
      never,
    );
    expect(digestOf(await other.read(first.manifests[1]!, { maxBytes: 10_000 }))).toBe(first.manifests[1]);
    expect(problems).toEqual([]);
  });

  it('tells what refers to it, by the tag that stands for the API', async () => {
    const name = `${engine.registry.host}/signed/${randomUUID()}`;
    const { digest } = await pushImage(repositoryOf(name), '1', { platforms, mark: name });
    const mediaType = 'application/vnd.oci.image.index.v1+json';
    const signature = {
      mediaType: 'application/vnd.oci.image.manifest.v1+json',
      digest,
      size: 7,
      artifactType: 'application/sig',
      annotations: { a: 'b' },
    };
    const bytes = Buffer.from(JSON.stringify({ schemaVersion: 2, mediaType, manifests: [signature] }));
    await repositoryOf(name).putManifest(digest.replace(':', '-'), { bytes, mediaType }, never);
    const image = await openRegistryImage({ client }, `${name}@${digest}`, never);
    expect(await image.referrers!(digest, never)).toEqual({ foundBy: 'tag', referrers: [signature] });
  });

  it('is what Docker Hub’s short name stands for, by way of a mirror', async () => {
    const tables = async () => ({ 'docker.io': { mirrors: [engine.registry.host] } });
    const image = await openRegistryImage({ client: withSetUp({ tables }) }, 'busybox', never);
    expect(image).toMatchObject({ name: 'busybox:latest', registry: expect.any(Function) as unknown });
    expect(await skopeo(`${engine.registry.host}/library/busybox`, '--raw')).toBe(
      Buffer.from(await image.read(image.root.digest, { maxBytes: 1e6 })).toString(),
    );
  });
});

describe('a blob', () => {
  it.each([undefined, 100_000])(
    'is uploaded in one request or in several (%s), and mounted elsewhere',
    async (chunkBytes) => {
      const { host } = engine.tokenRegistry;
      const name = `${host}/upload/${randomUUID()}`;
      const bytes = randomBytes(350_000);
      const blob = { digest: digestOf(bytes), size: bytes.length };
      const told: number[] = [];
      const source = {
        ...blob,
        open: async function* () {
          for (let at = 0; at < bytes.length; at += 30_000) yield bytes.subarray(at, at + 30_000);
        },
      };
      const options = {
        onProgress: (sent: number) => void told.push(sent),
        ...(chunkBytes === undefined ? {} : { chunkBytes }),
      };
      const repository = repositoryOf(name);
      expect(await repository.uploadBlob(source, options, never)).toBe('uploaded');
      expect(told.at(-1)).toBe(bytes.length);
      expect(await repository.uploadBlob(source, {}, never)).toBe('present');
      const elsewhere = repositoryOf(`${name}-copy`);
      const mountFrom = repository.path;
      expect(await elsewhere.uploadBlob(source, { mountFrom }, never)).toBe('mounted');
      expect(digestOf(await elsewhere.read(blob.digest, { maxBytes: bytes.length, isBlob: true }))).toBe(
        blob.digest,
      );
    },
  );

  it('that is not what its digest says is refused, and can be tried again', async () => {
    const repository = repositoryOf(`${engine.registry.host}/upload/${randomUUID()}`);
    const source = {
      digest: digestOf(Buffer.from('x')),
      size: 1,
      open: async function* () {
        yield Buffer.from('y');
      },
    };
    await expect(repository.uploadBlob(source, {}, never)).rejects.toMatchObject({ code: 'registry-denied' });
    expect(await repository.hasBlob(source.digest, never)).toBe(false);
  });
});

describe('a registry with a certificate of its own', () => {
  const busybox = (host: string, options: Partial<RegistryClientOptions>) =>
    openRegistryImage({ client: withSetUp(options) }, `${host}/library/busybox`, never);

  it('is not trusted unless somebody says so, nor spoken to without TLS', async () => {
    const host = await behindTls();
    await expect(busybox(host, {})).rejects.toMatchObject({
      code: 'registry-unreachable',
      message: expect.stringContaining('vouches') as string,
    });
    const tables = async () => ({ [host]: { insecure: true } });
    expect((await busybox(host, { tables })).root.digest).toMatch(/^sha256:/);
  });

  it('is trusted, and shown ours, by certs.d, by a hosts.toml, or by a builder’s table', async () => {
    const host = await behindTls({ wantsClient: true });
    const { ca, client: own } = certificates;
    const tables = async () => ({ [host]: { ca: [ca], keypair: [own] } });
    await busybox(host, { tables });
    await expect(busybox(host, { tables: async () => ({ [host]: { ca: [ca] } }) })).rejects.toMatchObject({
      code: 'registry-unreachable',
    });

    const certsD = join(folder, 'certs.d', host);
    await mkdir(certsD, { recursive: true });
    await copyFile(ca, join(certsD, 'ca.crt'));
    await copyFile(own.cert, join(certsD, 'client.cert'));
    await copyFile(own.key, join(certsD, 'client.key'));
    await busybox(host, { certificateFolders: [join(folder, 'none'), join(folder, 'certs.d')] });

    const tomlFolder = join(folder, 'hosts', 'docker.io');
    await mkdir(tomlFolder, { recursive: true });
    await copyFile(ca, join(tomlFolder, 'authority.pem'));
    const hostsToml = [
      'server = "https://docker.io"',
      '[host."http://localhost:1"]',
      '  capabilities = ["pull"]',
      `[host."https://${host}"]`,
      '  capabilities = ["pull", "resolve"]',
      '  ca = "authority.pem"',
      `  client = [[${JSON.stringify(own.cert)}, ${JSON.stringify(own.key)}]]`,
    ];
    await writeFile(join(tomlFolder, 'hosts.toml'), hostsToml.join('\n'));
    const image = await openRegistryImage(
      { client: withSetUp({ certificateFolders: [join(folder, 'hosts')] }) },
      'busybox',
      never,
    );
    expect(image.name).toBe('busybox:latest');

    await writeFile(join(tomlFolder, 'hosts.toml'), 'server = [');
    const broken = openRegistryImage(
      { client: withSetUp({ certificateFolders: [join(folder, 'hosts')] }) },
      'busybox',
      never,
    );
    await expect(broken).rejects.toMatchObject({
      code: 'invalid-request',
      details: { subject: join(tomlFolder, 'hosts.toml') },
    });
  });

  it('names the file that is missing', async () => {
    const host = await behindTls();
    const missing = join(folder, 'missing.pem');
    const tables = async () => ({ [host]: { ca: [missing] } });
    await expect(busybox(host, { tables })).rejects.toMatchObject({
      code: 'not-found',
      details: { subject: missing },
    });
  });

  it('is not followed to where there is no TLS, but on this machine', async () => {
    const tables = (host: string) => async () => ({ [host]: { ca: [certificates.ca] } });
    const away = await behindTls({ redirectTo: 'http://registry.invalid' });
    await expect(busybox(away, { tables: tables(away) })).rejects.toMatchObject({
      code: 'registry-denied',
      message: expect.stringContaining('without TLS') as string,
    });
    const here = await behindTls({ redirectTo: `http://${engine.registry.host}` });
    expect((await busybox(here, { tables: tables(here) })).root.digest).toMatch(/^sha256:/);
  });
});
