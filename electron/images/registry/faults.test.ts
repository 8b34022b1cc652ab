import { createHash } from 'node:crypto';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import type { CredentialProvider } from '../../buildkit';
import { RegistryClient, type RegistryClientOptions } from './registryClient';
import { openRegistryImage } from './registryImage';

const never = new AbortController().signal;
const manifestType = 'application/vnd.oci.image.manifest.v1+json';
const indexType = 'application/vnd.oci.image.index.v1+json';
const sha256 = (bytes: string | Uint8Array): string =>
  `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
const content = Buffer.from('0123456789'.repeat(50_000));
const blob = { digest: sha256(content), size: content.length };

type Handler = (request: http.IncomingMessage, response: http.ServerResponse, body: Buffer) => void;

const servers: http.Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.close();
    server.closeAllConnections();
  }
});

/** A registry with a fault, which the real one can't be made to have. */
async function serve(handler: Handler, address = '127.0.0.1') {
  const seen: { line: string; headers: http.IncomingHttpHeaders }[] = [];
  const server = http.createServer((request, response) => {
    seen.push({ line: `${request.method} ${request.url}`, headers: request.headers });
    const chunks: Buffer[] = [];
    request.on('error', () => undefined);
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => handler(request, response, Buffer.concat(chunks)));
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, address, resolve));
  return { seen, server, host: `${address}:${(server.address() as AddressInfo).port}` };
}

const login: CredentialProvider = { credentials: async () => ({ username: 'u', secret: 'geheim' }) };
const patience = { idleMs: 400, retries: 2, backoffMs: 5, maxRetryAfterMs: 1500 };

function open(
  domain: string,
  options: Partial<RegistryClientOptions> = {},
  access: 'pull' | 'pull,push' = 'pull',
) {
  const client = new RegistryClient({ credentials: login, patience, ...options });
  return client.repository({ domain, path: 'a/b' }, access);
}

/** Reads to the end; the digest stands for the content. */
async function readAll(pieces: AsyncIterable<Uint8Array>): Promise<string> {
  const hash = createHash('sha256');
  for await (const piece of pieces) hash.update(piece);
  return `sha256:${hash.digest('hex')}`;
}

/** Asks for a login first. */
function withLogin(handler: Handler): Handler {
  return (request, response, body) => {
    if (request.headers.authorization !== undefined) return handler(request, response, body);
    response.writeHead(401, { 'www-authenticate': 'Basic realm="r"' }).end();
  };
}

const corrupt = { name: 'BlobError', reason: 'corrupt' };

describe('a blob', () => {
  it('never gives its last piece when it is not what its digest says', async () => {
    const { host } = await serve((_request, response) => response.end(Buffer.alloc(content.length, 'x')));
    let bytes = 0;
    const reading = (async () => {
      for await (const piece of open(host).stream(blob, never)) bytes += piece.length;
    })();
    await expect(reading).rejects.toMatchObject(corrupt);
    expect(bytes).toBeLessThan(content.length);
  });

  it.each([
    ['announces more', content.length + 1, content],
    ['announces less', content.length - 1, content.subarray(1)],
    ['sends more', undefined, Buffer.concat([content, Buffer.from('x')])],
    ['sends less', undefined, content.subarray(1)],
    ['sends nothing', undefined, Buffer.alloc(0)],
  ])('%s than its descriptor says', async (_name, announced, sent) => {
    const { host } = await serve((_request, response) => {
      if (announced !== undefined) response.setHeader('content-length', announced);
      response.write(sent);
      response.end();
    });
    await expect(readAll(open(host).stream(blob, never))).rejects.toMatchObject(corrupt);
  });

  it.each(['in parts', 'as a whole only'])('goes on where the connection broke, sent %s', async (how) => {
    const { host, seen } = await serve((request, response) => {
      const from = Number(/bytes=(\d+)-/.exec(request.headers.range ?? '')?.[1] ?? 0);
      const isPart = how === 'in parts' && from > 0;
      const rest = isPart ? content.subarray(from) : content;
      const range = `bytes ${from}-${content.length - 1}/${content.length}`;
      response.writeHead(isPart ? 206 : 200, {
        'content-length': rest.length,
        ...(isPart ? { 'content-range': range } : {}),
      });
      if (seen.length > 2) return response.end(rest);
      response.write(rest.subarray(0, 100_000 * seen.length), () =>
        setTimeout(() => request.socket.destroy(), 20),
      );
      return undefined;
    });
    expect(await readAll(open(host).stream(blob, never))).toBe(blob.digest);
    expect(seen).toHaveLength(3);
    expect(seen[1]!.headers.range).toMatch(/^bytes=\d+-$/);
  });

  it('gives up when the connection breaks again and again', async () => {
    const { host, seen } = await serve((request, response) => {
      response.writeHead(200, { 'content-length': content.length });
      response.write(content.subarray(0, 10), () => setTimeout(() => request.socket.destroy(), 10));
    });
    await expect(readAll(open(host).stream(blob, never))).rejects.toMatchObject({
      code: 'registry-unreachable',
      details: { cause: expect.stringContaining('broke off after 10 of 500000 bytes') as string },
    });
    expect(seen).toHaveLength(3);
  });

  it.each(['before its answer', 'in the middle'])('whose registry hangs %s', async (when) => {
    const { host, seen } = await serve((_request, response) => {
      if (when === 'in the middle') response.write('0');
    });
    await expect(readAll(open(host).stream(blob, never))).rejects.toMatchObject({
      code: 'registry-unreachable',
      details: { cause: expect.stringContaining('nothing came for') as string },
    });
    expect(seen).toHaveLength(1);
  });

  it('may be read slowly', async () => {
    const { host } = await serve((_request, response) => response.end(content));
    let bytes = 0;
    let isFirst = true;
    for await (const piece of open(host).stream(blob, never)) {
      if (isFirst) await delay(2 * patience.idleMs);
      isFirst = false;
      bytes += piece.length;
    }
    expect(bytes).toBe(content.length);
  });

  it('stops when it is told to', async () => {
    const { host } = await serve((_request, response) => {
      response.write('0');
    });
    const abort = new AbortController();
    setTimeout(() => abort.abort(new Error('enough')), 50);
    const patient = open(host, { patience: { ...patience, idleMs: 60_000 } });
    await expect(readAll(patient.stream(blob, abort.signal))).rejects.toThrow('enough');
  });

  it('is not asked for by what is no digest', async () => {
    await expect(
      readAll(open('r.example').stream({ digest: 'md5:../x', size: 1 }, never)),
    ).rejects.toMatchObject(corrupt);
  });
});

describe('a part of a blob', () => {
  const range = { offset: 10, length: 5 };
  it.each([
    ['is had', 206, '01234', 'bytes 10-14/500000', '01234'],
    ['is not to be had of a whole', 200, '0123456789', undefined, undefined],
  ])('%s', async (_name, status, body, contentRange, expected) => {
    const { host, seen } = await serve((_request, response) =>
      response
        .writeHead(status, contentRange === undefined ? {} : { 'content-range': contentRange })
        .end(body),
    );
    const part = await open(host).readPart(blob, range, never);
    expect(part && Buffer.from(part).toString()).toBe(expected);
    expect(seen[0]!.headers.range).toBe('bytes=10-14');
  });

  it.each([
    ['another part', 206, '01234', 'bytes 0-4/500000'],
    ['a part of another whole', 206, '01234', 'bytes 10-14/7'],
    ['more', 206, '012345', 'bytes 10-14/500000'],
    ['less', 206, '0123', 'bytes 10-13/500000'],
    ['nothing', 416, '', 'bytes */3'],
  ])('is %s', async (_name, status, body, contentRange) => {
    const { host } = await serve((_request, response) => {
      response.writeHead(status, { 'content-range': contentRange }).end(body);
    });
    await expect(open(host).readPart(blob, range, never)).rejects.toMatchObject(corrupt);
  });
});

describe('a redirect', () => {
  const elsewhere = (to: () => string, status = 307): Handler =>
    withLogin((_request, response) => response.writeHead(status, { location: to() }).end());

  it('to another host carries no login, and brings the content', async () => {
    const storage = await serve((_request, response) => response.end(content));
    const { host } = await serve(elsewhere(() => `http://x:y@${storage.host}/blob`));
    expect(await readAll(open(host).stream(blob, never))).toBe(blob.digest);
    expect(storage.seen).toHaveLength(1);
    expect(storage.seen[0]!.headers).not.toHaveProperty('authorization');
  });

  it('in circles ends', async () => {
    const { host, seen } = await serve(elsewhere(() => '/v2/a/b/blobs/again'));
    await expect(readAll(open(host).stream(blob, never))).rejects.toMatchObject({
      code: 'registry-denied',
      message: expect.stringContaining('redirects more than 10 times') as string,
    });
    expect(seen.length).toBeLessThan(15);
  });

  it.each(['127.0.0.1', 'localhost'])(
    'into a private network (%s) is not followed with a login',
    async (name) => {
      const inside = await serve((_request, response) => response.end(content));
      const port = inside.host.split(':')[1];
      // 127.0.0.2 stands for a public address.
      const isInternal = (address: string) => address !== '127.0.0.2';
      const { host } = await serve(
        elsewhere(() => `http://${name}:${port}/latest/meta-data`),
        '127.0.0.2',
      );
      await expect(readAll(open(host, { isInternal }).stream(blob, never))).rejects.toMatchObject({
        code: 'registry-denied',
        message: expect.stringContaining('private network') as string,
      });
      expect(inside.seen).toEqual([]);
    },
  );

  it('into a private network by way of a public host is not followed either', async () => {
    const inside = await serve((_request, response) => response.end(content));
    const between = await serve(
      (_request, response) => response.writeHead(302, { location: `http://${inside.host}/` }).end(),
      '127.0.0.2',
    );
    const isInternal = (address: string) => address !== '127.0.0.2';
    const { host } = await serve(
      elsewhere(() => `http://${between.host}/`),
      '127.0.0.2',
    );
    await expect(readAll(open(host, { isInternal }).stream(blob, never))).rejects.toMatchObject({
      code: 'registry-denied',
    });
    expect(inside.seen).toEqual([]);
  });

  it('into a private network is followed within one', async () => {
    const inside = await serve((_request, response) => response.end(content));
    const { host } = await serve(elsewhere(() => `http://${inside.host}/`));
    expect(await readAll(open(host).stream(blob, never))).toBe(blob.digest);
  });

  it('to a token server inside of a private network gets no login', async () => {
    const inside = await serve((_request, response) => response.end('{"token":"T"}'));
    const isInternal = (address: string) => address !== '127.0.0.2';
    const { host } = await serve((_request, response) => {
      response.writeHead(401, { 'www-authenticate': `Bearer realm="http://${inside.host}/token"` }).end();
    }, '127.0.0.2');
    await expect(open(host, { isInternal }).getManifest('1', never)).rejects.toMatchObject({
      code: 'registry-denied',
      message: expect.stringContaining('token server') as string,
    });
    expect(inside.seen).toEqual([]);
  });

  it.each(['file:///etc/passwd', 'http://', 'ftp://x.example/'])('to %s is none', async (location) => {
    const { host } = await serve(elsewhere(() => location));
    await expect(readAll(open(host).stream(blob, never))).rejects.toMatchObject({ code: 'registry-denied' });
  });
});

describe('a foreign layer', () => {
  it('comes from its vendor, without a login', async () => {
    const vendor = await serve((_request, response) => response.end(content));
    const { host } = await serve(withLogin((_request, response) => response.writeHead(404).end()));
    const urls = ['no url', `http://${vendor.host}/layer`];
    expect(await readAll(open(host).stream({ ...blob, urls }, never))).toBe(blob.digest);
    expect(vendor.seen[0]!.headers).not.toHaveProperty('authorization');
  });

  it('does not come from a private network when the registry is public', async () => {
    const inside = await serve((_request, response) => response.end(content));
    const isInternal = (address: string) => address !== '127.0.0.2';
    const { host } = await serve((_request, response) => response.writeHead(404).end(), '127.0.0.2');
    const urls = [`http://${inside.host}/layer`];
    await expect(readAll(open(host, { isInternal }).stream({ ...blob, urls }, never))).rejects.toMatchObject({
      code: 'registry-denied',
    });
    expect(inside.seen).toEqual([]);
  });
});

describe('a busy registry', () => {
  it('is asked again after the time it names', async () => {
    const times: number[] = [];
    const { host } = await serve((_request, response) => {
      times.push(Date.now());
      if (times.length === 1) response.writeHead(429, { 'retry-after': '1' }).end();
      else response.writeHead(200, { 'content-type': manifestType }).end('{}');
    });
    await open(host).getManifest('1', never);
    expect(times[1]! - times[0]!).toBeGreaterThanOrEqual(950);
  });

  it('is not waited for longer than anybody would, and says how long', async () => {
    const { host, seen } = await serve((_request, response) =>
      response.writeHead(429, { 'retry-after': '7000' }).end(),
    );
    await expect(open(host).getManifest('1', never)).rejects.toMatchObject({
      code: 'registry-unreachable',
      message: expect.stringContaining('takes no more requests') as string,
      hint: expect.stringContaining('117 minutes') as string,
    });
    expect(seen).toHaveLength(1);
  });

  it('tells how many pulls are left', async () => {
    const { host } = await serve((_request, response) => {
      const limit = { 'ratelimit-limit': '100;w=21600', 'ratelimit-remaining': '99;w=21600' };
      response.writeHead(200, { 'content-type': manifestType, ...limit }).end('{}');
    });
    const client = new RegistryClient({ credentials: login, patience });
    const image = await openRegistryImage({ client }, `${host}/a/b:1`, never);
    expect(image.registry?.()).toEqual({
      domain: host,
      rateLimit: { limit: 100, remaining: 99, windowSeconds: 21600 },
    });
  });

  it('names whose login it took, and nothing else of it', async () => {
    const { host } = await serve(
      withLogin((_request, response) => response.writeHead(200, { 'content-type': manifestType }).end('{}')),
    );
    const client = new RegistryClient({ credentials: login, patience });
    const image = await openRegistryImage({ client }, `${host}/a/b:1`, never);
    expect(image.registry?.()).toEqual({ domain: host, user: 'u' });
  });
});

describe('a manifest', () => {
  it.each(['announced', 'not announced'])('of a gigabyte, %s, is not read', async (how) => {
    let sent = 0;
    const { host } = await serve((_request, response) => {
      const gibibyte = 1024 ** 3;
      response.writeHead(200, how === 'announced' ? { 'content-length': gibibyte } : {});
      const more = (): void => {
        while (sent < gibibyte && !response.destroyed) {
          sent += 65_536;
          if (!response.write(Buffer.alloc(65_536, ' '))) return void response.once('drain', more);
        }
      };
      more();
    });
    await expect(open(host).getManifest('1', never)).rejects.toMatchObject({
      name: 'BlobError',
      reason: 'too-large',
    });
    expect(sent).toBeLessThan(64 * 1024 ** 2);
  });

  it('of schema 1 gets a clear word', async () => {
    const { host } = await serve((_request, response) => {
      const mediaType = 'application/vnd.docker.distribution.manifest.v1+prettyjws';
      response.writeHead(200, { 'content-type': mediaType, 'docker-content-digest': sha256('x') });
      response.end('{"schemaVersion": 1, "fsLayers": []}');
    });
    const tooOld = { code: 'image-invalid', message: expect.stringContaining('schema 1') as string };
    await expect(open(host).getManifest('1', never)).rejects.toMatchObject(tooOld);
    await expect(open(host).headManifest('1', never)).rejects.toMatchObject(tooOld);
    await expect(open(host).read(sha256('x'), { maxBytes: 100 })).rejects.toMatchObject(tooOld);
  });
});

describe('a list', () => {
  const tags = (response: http.ServerResponse, names: string[], link: string) =>
    response
      .writeHead(200, { 'content-type': 'application/json', link })
      .end(JSON.stringify({ tags: names }));

  it('is read page by page', async () => {
    const { host, seen } = await serve((request, response) => {
      if (!request.url!.includes('last'))
        tags(response, ['a', 'b'], '</v2/a/b/tags/list?last=b&n=2>; rel="next"');
      else response.end('{"tags":["c"]}');
    });
    expect(await open(host).tags(never)).toEqual({ tags: ['a', 'b', 'c'], complete: true });
    expect(seen[1]!.line).toBe('GET /v2/a/b/tags/list?last=b&n=2');
  });

  it.each([
    ['goes round in circles', () => ['a'], '</v2/a/b/tags/list?n=1>; rel="next"', 3],
    ['brings the same again and again', () => ['a'], undefined, 3],
    [
      'never ends',
      (page: number) => Array.from({ length: 500 }, (_unused, index) => `${page}-${index}`),
      undefined,
      41,
    ],
    ['brings one at a time without end', (page: number) => [`${page}`], undefined, 201],
  ])('that %s ends', async (_name, names, link, most) => {
    const { host, seen } = await serve((_request, response) => {
      tags(response, names(seen.length), link ?? `</v2/a/b/tags/list?page=${seen.length}>; rel="next"`);
    });
    const { complete } = await open(host).tags(never);
    expect(complete).toBe(false);
    expect(seen.length).toBeLessThanOrEqual(most);
  });

  it('that goes on at another host is not followed there', async () => {
    const other = await serve((_request, response) => response.end('{"tags":["x"]}'));
    const { host } = await serve(
      withLogin((_request, response) => tags(response, ['a'], `<http://${other.host}/v2/>; rel="next"`)),
    );
    await expect(open(host).tags(never)).rejects.toMatchObject({ code: 'registry-denied' });
    expect(other.seen).toEqual([]);
  });

  it('that is none is an error', async () => {
    const { host } = await serve((_request, response) => response.end('<html>'));
    await expect(open(host).tags(never)).rejects.toMatchObject(corrupt);
  });
});

describe('referrers', () => {
  const signature = {
    mediaType: manifestType,
    digest: sha256('s'),
    size: 1,
    artifactType: 'application/sig',
  };
  const other = {
    mediaType: manifestType,
    digest: sha256('o'),
    size: 2,
    artifactType: 'other',
    platform: { os: 'linux', architecture: 'arm64', variant: 'v8' },
  };
  const index = (...manifests: object[]) =>
    JSON.stringify({ schemaVersion: 2, mediaType: indexType, manifests });

  it('are found by the API, page by page', async () => {
    const { host, seen } = await serve((request, response) => {
      response.setHeader('content-type', indexType);
      if (request.url!.includes('page')) return response.end(index(other));
      response.setHeader('link', `</v2/a/b/referrers/${blob.digest}?page=2>; rel="next"`);
      return response.end(index(signature));
    });
    expect(await open(host).referrers(blob.digest, never)).toEqual({
      foundBy: 'api',
      referrers: [signature, { ...other, platform: 'linux/arm64' }],
    });
    expect(await open(host).referrers(blob.digest, never, 'other')).toMatchObject({
      referrers: [{ digest: other.digest }],
    });
    expect(seen[2]!.line).toBe(`GET /v2/a/b/referrers/${blob.digest}?artifactType=other`);
  });

  it('are found by the tag where there is no API', async () => {
    const { host, seen } = await serve((request, response) => {
      if (request.url!.includes('/referrers/')) response.writeHead(404).end('404 page not found');
      else response.writeHead(200, { 'content-type': indexType }).end(index(signature, other));
    });
    expect(await open(host).referrers(blob.digest, never)).toMatchObject({
      foundBy: 'tag',
      referrers: [signature, {}],
    });
    expect(seen[1]!.line).toBe(`GET /v2/a/b/manifests/${blob.digest.replace(':', '-')}`);
  });

  it('are none where there is neither', async () => {
    const { host } = await serve((_request, response) => response.writeHead(404).end());
    expect(await open(host).referrers(blob.digest, never)).toEqual({ foundBy: 'none', referrers: [] });
  });
});

describe('an upload', () => {
  const upload = {
    ...blob,
    open: async function* () {
      yield content.subarray(0, 1000);
      yield content.subarray(1000);
    },
  };

  it('mounts what another repository has', async () => {
    const { host, seen } = await serve((request, response) =>
      response.writeHead(request.method === 'HEAD' ? 404 : 201).end(),
    );
    expect(await open(host, {}, 'pull,push').uploadBlob(upload, { mountFrom: 'c/d' }, never)).toBe('mounted');
    expect(seen[1]!.line).toBe(
      `POST /v2/a/b/blobs/uploads/?${new URLSearchParams({ mount: blob.digest, from: 'c/d' }).toString()}`,
    );
  });

  it('is sent where the registry does not mount, to a relative or an absolute place', async () => {
    for (const absolute of [false, true]) {
      let stored: Buffer | undefined;
      const started = await serve((request, response, body) => {
        if (request.method === 'HEAD') return response.writeHead(404).end();
        if (request.method === 'PUT') {
          stored = body;
          return response.writeHead(201).end();
        }
        const origin = absolute ? `http://${request.headers.host}` : '';
        return response.writeHead(202, { location: `${origin}/v2/a/b/blobs/uploads/1?state=x` }).end();
      });
      const done = await open(started.host, {}, 'pull,push').uploadBlob(upload, { mountFrom: 'c/d' }, never);
      expect([done, sha256(stored!)]).toEqual(['uploaded', blob.digest]);
      const put = new URL(started.seen.at(-1)!.line.slice('PUT '.length), 'http://x');
      expect(Object.fromEntries(put.searchParams)).toEqual({ state: 'x', digest: blob.digest });
      expect(started.seen.at(-1)!.headers['content-length']).toBe(String(content.length));
    }
  });

  it('goes on in small requests where large ones are not let through', async () => {
    const small = 8 * 1024 * 1024;
    const large = Buffer.alloc(small + 5, 'z');
    const parts: Buffer[] = [];
    const ranges: unknown[] = [];
    const { host } = await serve((request, response, body) => {
      if (request.method === 'HEAD') return response.writeHead(404).end();
      if (request.method === 'PUT') return response.writeHead(body.length > 0 ? 413 : 201).end();
      if (request.method === 'PATCH') {
        parts.push(body);
        ranges.push(request.headers['content-range']);
      }
      return response.writeHead(202, { location: `/v2/a/b/blobs/uploads/${parts.length}` }).end();
    });
    const { digest, size } = { digest: sha256(large), size: large.length };
    const source = {
      digest,
      size,
      open: async function* () {
        yield large;
      },
    };
    expect(await open(host, {}, 'pull,push').uploadBlob(source, {}, never)).toBe('uploaded');
    expect(sha256(Buffer.concat(parts))).toBe(digest);
    expect(ranges).toEqual([`0-${small - 1}`, `${small}-${small + 4}`]);
  });

  it('begins again when the connection breaks', async () => {
    let puts = 0;
    const { host } = await serve((request, response, body) => {
      if (request.method === 'HEAD') return response.writeHead(404).end();
      if (request.method === 'POST')
        return response.writeHead(202, { location: '/v2/a/b/blobs/uploads/1' }).end();
      if (++puts === 1) return request.socket.destroy();
      return response.writeHead(body.equals(content) ? 201 : 400).end();
    });
    expect(await open(host, {}, 'pull,push').uploadBlob(upload, {}, never)).toBe('uploaded');
    expect(puts).toBe(2);
  });

  it('to another host carries no login', async () => {
    const storage = await serve((_request, response) => response.writeHead(201).end());
    const { host } = await serve(
      withLogin((request, response) => {
        if (request.method === 'HEAD') response.writeHead(404).end();
        else response.writeHead(202, { location: `http://${storage.host}/up` }).end();
      }),
    );
    await open(host, {}, 'pull,push').uploadBlob(upload, {}, never);
    expect(storage.seen.map(({ headers }) => headers.authorization)).toEqual([undefined]);
  });

  it('ends with what its source fails with', async () => {
    const { host } = await serve((request, response) => {
      if (request.method === 'HEAD') response.writeHead(404).end();
      else response.writeHead(202, { location: '/v2/a/b/blobs/uploads/1' }).end();
    });
    const source = {
      ...blob,
      open: async function* () {
        yield content.subarray(0, 10);
        throw new Error('damaged');
      },
    };
    await expect(open(host, {}, 'pull,push').uploadBlob(source, {}, never)).rejects.toThrow('damaged');
  });

  it('ends when the registry hangs', async () => {
    const { host } = await serve((request, response) => {
      if (request.method === 'HEAD') response.writeHead(404).end();
      else if (request.method === 'POST')
        response.writeHead(202, { location: '/v2/a/b/blobs/uploads/1' }).end();
    });
    await expect(open(host, {}, 'pull,push').uploadBlob(upload, {}, never)).rejects.toMatchObject({
      code: 'registry-unreachable',
    });
  });
});

describe('asking whether something is there', () => {
  it('keeps the connection, however large what is there', async () => {
    const { host, server } = await serve((_request, response) =>
      response.writeHead(200, { 'content-length': 6 * 1024 ** 3 }).end(),
    );
    let connections = 0;
    server.on('connection', () => connections++);
    const repository = open(host, {}, 'pull,push');
    const ask = async () => {
      expect(await repository.hasBlob(blob.digest, never)).toBe(true);
      // The connection is free again a moment after the answer.
      await delay(20);
    };
    await ask();
    const first = connections;
    for (let again = 0; again < 3; again++) await ask();
    expect(connections).toBe(first);
  });
});

describe('deleting', () => {
  it.each([405, 400])('is said not to be allowed where the answer is %d', async (status) => {
    const { host } = await serve((_request, response) =>
      response.writeHead(status).end('{"errors":[{"code":"UNSUPPORTED"}]}'),
    );
    const repository = open(host, {}, 'pull,push');
    expect(await repository.deleteManifest('1.0', never)).toBe(false);
    await expect(repository.deleteManifest(blob.digest, never)).rejects.toMatchObject({
      code: 'registry-denied',
      message: expect.stringContaining('does not allow deleting') as string,
    });
  });
});

describe('a mirror', () => {
  const manifest = '{"mirrored":true}';
  const answer: Handler = (_request, response) =>
    response.writeHead(200, { 'content-type': manifestType }).end(manifest);

  it('is read from first, and told which registry is meant; writes go to the registry itself', async () => {
    const mirror = await serve(answer);
    const itself = await serve((_request, response) => response.writeHead(201).end());
    const tables = async () => ({ [itself.host]: { mirrors: [`${mirror.host}/cache`] } });
    const { bytes } = await open(itself.host, { tables }).getManifest('1', never);
    expect(Buffer.from(bytes).toString()).toBe(manifest);
    expect(mirror.seen[0]!.line).toBe(`GET /v2/cache/a/b/manifests/1?ns=${encodeURIComponent(itself.host)}`);
    expect(itself.seen).toEqual([]);
    await open(itself.host, { tables }, 'pull,push').putManifest(
      '1',
      { bytes, mediaType: manifestType },
      never,
    );
    expect(itself.seen.map(({ line }) => line)).toEqual(['PUT /v2/a/b/manifests/1']);
  });

  it.each<[string, Handler]>([
    ['has it not', (_request, response) => response.writeHead(404).end()],
    ['fails', (_request, response) => response.writeHead(500).end()],
    ['breaks off', (request) => request.socket.destroy()],
    ['hangs', () => undefined],
    [
      'wants another login',
      (_request, response) => response.writeHead(401, { 'www-authenticate': 'Digest' }).end(),
    ],
    ['redirects in circles', (_request, response) => response.writeHead(302, { location: '/' }).end()],
    ['has something else', (_request, response) => response.end('damaged')],
  ])('that %s is passed over', async (_name, fault) => {
    const mirror = await serve(fault);
    const itself = await serve(answer);
    const tables = async () => ({ [itself.host]: { mirrors: [mirror.host] } });
    const { bytes } = await open(itself.host, { tables }).getManifest(sha256(manifest), never);
    expect(Buffer.from(bytes).toString()).toBe(manifest);
    expect(mirror.seen.length).toBeGreaterThan(0);
  });

  it.each([
    ['other bytes', Buffer.alloc(content.length, 'x')],
    ['too few bytes', content.subarray(1)],
  ])('that has given %s for a blob is not asked again at once', async (_name, wrong) => {
    const mirror = await serve((_request, response) => response.write(wrong, () => response.end()));
    const itself = await serve((_request, response) => response.end(content));
    const tables = async () => ({ [itself.host]: { mirrors: [mirror.host] } });
    const repository = open(itself.host, { tables });
    await expect(readAll(repository.stream(blob, never))).rejects.toMatchObject(corrupt);
    expect(await readAll(repository.stream(blob, never))).toBe(blob.digest);
    expect(mirror.seen).toHaveLength(1);
  });
});
