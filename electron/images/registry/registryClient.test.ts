import { createHash } from 'node:crypto';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import type { CredentialProvider } from '../../buildkit';
import { registryAddress } from './registryAddress';
import { RegistryClient } from './registryClient';

const never = new AbortController().signal;
const manifestType = 'application/vnd.oci.image.manifest.v1+json';
const sha256 = (text: string): string => `sha256:${createHash('sha256').update(text).digest('hex')}`;

interface Seen {
  method: string;
  url: string;
  authorization: string | undefined;
  body: string;
}
type Answer = { status: number; body?: string; headers?: http.OutgoingHttpHeaders };

const servers: http.Server[] = [];
afterEach(() => servers.splice(0).forEach((server) => server.close()));

async function server(answer: (seen: Seen) => Answer) {
  const seen: Seen[] = [];
  const started = http.createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const entry: Seen = {
        method: request.method!,
        url: request.url!,
        authorization: request.headers.authorization,
        body: Buffer.concat(chunks).toString(),
      };
      seen.push(entry);
      const { status, body, headers } = answer(entry);
      response.writeHead(status, headers).end(body);
    });
  });
  servers.push(started);
  await new Promise<void>((resolve) => started.listen(0, '127.0.0.1', resolve));
  return { seen, host: `127.0.0.1:${(started.address() as AddressInfo).port}` };
}

const login: CredentialProvider = { credentials: async () => ({ username: 'u', secret: 'geheim' }) };
const nobody: CredentialProvider = { credentials: async () => undefined };
const repository = (domain: string, credentials = login) =>
  new RegistryClient({ credentials }).repository({ domain, path: 'a/b' }, 'pull,push');

describe('registryAddress', () => {
  it.each([
    ['docker.io', 'registry-1.docker.io', ['https']],
    ['r.example:5000', 'r.example:5000', ['https']],
    ['plain.example', 'plain.example', ['http']],
    ['localhost:5000', 'localhost:5000', ['https', 'http']],
    ['127.1.2.3', '127.1.2.3', ['https', 'http']],
    ['[::1]:5000', '[::1]:5000', ['https', 'http']],
    ['localhost.example', 'localhost.example', ['https']],
    ['127.0.0.1.example', '127.0.0.1.example', ['https']],
  ])('%s', (domain, host, schemes) => {
    expect(registryAddress(domain, new Set(['plain.example']))).toEqual({ domain, host, schemes });
  });
});

describe('RegistryRepository', () => {
  it('puts a manifest and says which one it is', async () => {
    const { seen, host } = await server(() => ({ status: 201 }));
    const bytes = Buffer.from('{}');
    const put = repository(host).putManifest('1.0', { bytes, mediaType: manifestType }, never);
    expect(await put).toBe(sha256('{}'));
    expect(seen).toEqual([
      { method: 'PUT', url: '/v2/a/b/manifests/1.0', authorization: undefined, body: '{}' },
    ]);
  });

  it('logs in once by basic authentication', async () => {
    const { seen, host } = await server(({ authorization }) =>
      authorization === undefined
        ? { status: 401, headers: { 'www-authenticate': 'Basic realm="r"' } }
        : { status: 200, body: '{}', headers: { 'content-type': `${manifestType}; charset=utf-8` } },
    );
    const one = repository(host);
    const { digest, mediaType } = await one.getManifest('1', never);
    expect([digest, mediaType]).toEqual([sha256('{}'), manifestType]);
    await one.getManifest('1', never);
    const basic = `Basic ${Buffer.from('u:geheim').toString('base64')}`;
    expect(seen.map(({ authorization }) => authorization)).toEqual([undefined, basic, basic]);
  });

  it('gets a token for its repository', async () => {
    const tokens = await server(() => ({ status: 200, body: '{"token":"T"}' }));
    const { seen, host } = await server(({ authorization }) =>
      authorization === 'Bearer T'
        ? { status: 404 }
        : {
            status: 401,
            headers: { 'www-authenticate': `Bearer realm="http://${tokens.host}/token",service="s"` },
          },
    );
    expect(await repository(host).headManifest('1', never)).toBeUndefined();
    expect(new URLSearchParams(tokens.seen[0]!.body).get('scope')).toBe('repository:a/b:pull,push');
    expect(seen).toHaveLength(2);
  });

  it.each([
    ['Basic realm="r"', nobody, 'no login'],
    ['Basic realm="r"', login, 'not accepted'],
    ['Digest realm="r"', login, 'kind of login'],
    ['Bearer realm="nowhere"', login, 'unusable token server'],
  ])('%s, and the login does not help', async (challenge, credentials, words) => {
    const { host } = await server(() => ({ status: 401, headers: { 'www-authenticate': challenge } }));
    const failed = repository(host, credentials).getManifest('1', never);
    await expect(failed).rejects.toMatchObject({
      code: 'registry-denied',
      details: { subject: host, cause: expect.stringContaining(words) as string },
    });
    await expect(failed).rejects.not.toThrow('geheim');
  });

  it('never takes the login to another host', async () => {
    const blob = 'content';
    const storage = await server(() => ({ status: 200, body: blob }));
    const { host } = await server(({ authorization, method, url }) => {
      if (authorization === undefined)
        return { status: 401, headers: { 'www-authenticate': 'Basic realm="r"' } };
      if (url.includes('/manifests/sha256')) return { status: 404 };
      return { status: method === 'GET' ? 307 : 308, headers: { location: `http://${storage.host}/x` } };
    });
    const one = repository(host);
    const read = await one.read(sha256(blob), { maxBytes: 100 });
    expect(Buffer.from(read).toString()).toBe(blob);
    const put = one.putManifest('1', { bytes: Buffer.from('{}'), mediaType: manifestType }, never);
    await expect(put).rejects.toMatchObject({ code: 'registry-denied' });
    expect(storage.seen.map(({ method, authorization }) => [method, authorization])).toEqual([
      ['GET', undefined],
    ]);
  });

  it('takes nothing that is not what its digest says', async () => {
    const { host } = await server(() => ({
      status: 200,
      body: 'other',
      headers: { 'docker-content-digest': sha256('told') },
    }));
    const one = repository(host);
    const corrupt = { name: 'BlobError', reason: 'corrupt' };
    await expect(one.getManifest(sha256('wanted'), never)).rejects.toMatchObject(corrupt);
    await expect(one.getManifest('tag', never)).rejects.toMatchObject(corrupt);
    await expect(one.read(sha256('wanted'), { maxBytes: 100 })).rejects.toMatchObject(corrupt);
    const put = one.putManifest('tag', { bytes: Buffer.from('{}'), mediaType: manifestType }, never);
    await expect(put).rejects.toMatchObject(corrupt);
  });

  it('reads no more than it was told to, announced or not', async () => {
    const { host } = await server(() => ({ status: 200, body: 'x'.repeat(1000) }));
    const chunked = await server(() => ({
      status: 200,
      body: 'x'.repeat(1000),
      headers: { 'transfer-encoding': 'chunked' },
    }));
    for (const domain of [host, chunked.host]) {
      const read = repository(domain).read(sha256('x'), { maxBytes: 999 });
      await expect(read).rejects.toMatchObject({ reason: 'too-large' });
    }
  });

  it.each([
    [403, '', 'registry-denied', '403'],
    [404, '{"errors":[{"code":"MANIFEST_UNKNOWN","message":"no such tag"}]}', 'not-found', 'no such tag'],
    [429, 'not JSON', 'registry-unreachable', '429'],
    [503, '', 'registry-unreachable', '503'],
    [400, '{"errors":[{"code":"MANIFEST_INVALID"}]}', 'registry-denied', 'MANIFEST_INVALID'],
  ])('tells what an answer of %d means', async (status, body, code, words) => {
    const { host } = await server(() => ({ status, body }));
    await expect(repository(host).getManifest('1', never)).rejects.toMatchObject({
      code,
      hint: expect.any(String) as string,
      details: { cause: expect.stringContaining(words) as string },
    });
  });

  it('says when nobody answers, and stops when it is told to', async () => {
    const { host } = await server(() => ({ status: 200 }));
    await new Promise((resolve) => servers.pop()!.close(resolve));
    await expect(repository(host).getManifest('1', never)).rejects.toMatchObject({
      code: 'registry-unreachable',
      details: { cause: expect.stringContaining('ECONNREFUSED') as string },
    });
    const reason = new Error('stopped');
    const stopped = repository(host).getManifest('1', AbortSignal.abort(reason));
    await expect(stopped).rejects.toBe(reason);
  });
});
