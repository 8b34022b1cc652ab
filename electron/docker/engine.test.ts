import { createServer, type RequestListener, type Server } from 'node:http';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createContainer, inspectContainer } from './containers';
import { DockerEngine } from './engine';
import { hasImage, loadImage, pullImage } from './images';
import { pushImage, type PushNews } from './pushImage';

// Engines and registries that real ones can't be made to be; the rest is proved on real engines.
let folder: string;
let server: Server;
const asked: string[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'engine-'));
  asked.length = 0;
});
afterEach(async () => {
  server.closeAllConnections();
  server.close();
  await rm(folder, { recursive: true });
});

const never = new AbortController().signal;

async function engineThat(answer: RequestListener, version = { ApiVersion: '1.45' }): Promise<DockerEngine> {
  server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    response.setHeader('content-type', 'application/json');
    if (request.url === '/version') response.end(JSON.stringify(version));
    else answer(request, response);
  });
  server.listen(join(folder, 'docker.sock'));
  await once(server, 'listening');
  return new DockerEngine(`unix://${folder}/docker.sock`, {});
}

it.each([
  [{ ApiVersion: '1.38' }, 'too old'],
  [{ ApiVersion: '1.90', MinAPIVersion: '1.80' }, 'too new'],
])('refuses an engine whose API is %j', async (version, words) => {
  const engine = await engineThat(() => undefined, version);
  await expect(engine.info()).rejects.toMatchObject({
    code: 'builder-unavailable',
    message: expect.stringContaining(words) as string,
  });
});

it('speaks the version that both know, and looks again after a failure', async () => {
  const engine = await engineThat((_request, response) => response.writeHead(500).end('{"message":"no"}'));
  await expect(engine.info()).rejects.toMatchObject({
    message: expect.stringContaining('refuses: no.') as string,
  });
  await expect(engine.info()).rejects.toThrow();
  expect(asked).toEqual(['GET /version', 'GET /v1.45/info', 'GET /version', 'GET /v1.45/info']);
});

it('answers one who waits although another gave up', async () => {
  const engine = await engineThat((_request, response) => response.end('{"CgroupDriver":"systemd"}'));
  const reason = new Error('enough');
  const abort = new AbortController();
  const both = Promise.allSettled([engine.info(abort.signal), engine.info()]);
  abort.abort(reason);
  expect(await both).toMatchObject([{ reason }, { value: { cgroupDriver: 'systemd' } }]);
});

it('puts no configuration of a container into an address', async () => {
  const engine = await engineThat((_request, response) => response.end('{"Id":"1"}'));
  await createContainer(engine, 'one', { Image: 'i', Env: ['TOKEN=hunter2'] });
  expect(asked.at(-1)).toBe('POST /v1.45/containers/create?name=one');
});

it('asks for no container that would be a path', async () => {
  const engine = await engineThat((_request, response) => response.end('{}'));
  for (const name of ['../info', 'a/b', '', '.', 'a?b']) {
    await expect(inspectContainer(engine, name), name).rejects.toMatchObject({ code: 'invalid-request' });
  }
  await expect(hasImage(engine, '../info')).rejects.toMatchObject({ code: 'invalid-request' });
  expect(asked).toEqual([]);
});

it.each([
  ['unauthorized: authentication required', 'registry-denied'],
  ['Get "https://r/v2/": dial tcp: lookup r: no such host', 'registry-unreachable'],
  ['manifest unknown', 'not-found'],
  ['no space left on device', 'builder-unavailable'],
])('says that a pull failed for %j', async (error, code) => {
  const engine = await engineThat((_request, response) => response.end(`${JSON.stringify({ error })}\n`));
  const pull = pullImage(engine, 'r/i', {
    login: async () => undefined,
    progress: () => undefined,
    signal: never,
  });
  await expect(pull).rejects.toMatchObject({ code });
});

it('logs in to the image’s own registry, in a header', async () => {
  let header: unknown;
  const engine = await engineThat((request, response) => {
    header = request.headers['x-registry-auth'];
    response.end('{"status":"done"}\n');
  });
  const login = async (registry: string) => ({ username: 'me', secret: registry });
  await pullImage(engine, 'busybox', { login, progress: () => undefined, signal: never });
  expect(JSON.parse(Buffer.from(String(header), 'base64url').toString('utf8'))).toEqual({
    ...{ username: 'me', password: 'docker.io', serveraddress: 'https://index.docker.io/v1/' },
  });
  expect(asked.at(-1)).toBe('POST /v1.45/images/create?fromImage=docker.io%2Flibrary%2Fbusybox&tag=latest');
});

it('pushes one tag and tells how far each layer is, and what came of it', async () => {
  const digest = `sha256:${'a'.repeat(64)}`;
  let header: unknown;
  const engine = await engineThat((request, response) => {
    header = request.headers['x-registry-auth'];
    const layer = (status: string, progressDetail = {}) => ({ id: 'l1', status, progressDetail });
    const told = [
      { status: 'The push refers to repository [r.example/team/app]' },
      layer('Preparing'),
      layer('Pushing', { current: 512, total: 1000 }),
      layer('Pushing', { current: 1100, total: 1000 }),
      layer('Pushed'),
      { id: 'l2', status: 'Layer already exists', progressDetail: {} },
      { status: `1: digest: ${digest} size: 528` },
      { progressDetail: {}, aux: { Tag: '1', Digest: digest, Size: 528 } },
    ];
    response.end(told.map((message) => `${JSON.stringify(message)}\r\n`).join(''));
  });
  const news: PushNews[] = [];
  const push = { login: async () => undefined, onNews: (one: PushNews) => news.push(one), signal: never };
  expect(await pushImage(engine, 'r.example/team/app:1', push)).toBe(digest);
  expect(asked.at(-1)).toBe('POST /v1.45/images/r.example/team/app/push?tag=1');
  expect(Buffer.from(String(header), 'base64url').toString('utf8')).toBe('{}');
  expect(news).toEqual([
    { line: 'The push refers to repository [r.example/team/app]' },
    { layer: { id: 'l1', current: 512, total: 1000, done: false } },
    { layer: { id: 'l1', current: 1100, total: 1000, done: false } },
    { line: 'l1: Pushed', layer: { id: 'l1', current: 1100, total: 1100, done: true } },
    { line: 'l2: Layer already exists' },
    { line: `1: digest: ${digest} size: 528` },
  ]);
});

it.each([
  ['unauthorized: authentication required', 'registry-denied'],
  ['denied: requested access to the resource is denied', 'registry-denied'],
  ['Get "https://r/v2/": http: server gave HTTP response to HTTPS client', 'registry-unreachable'],
  ['name unknown: repository name not known to registry', 'not-found'],
  ['blob upload invalid', 'export-failed'],
])('says that a push failed for %j, in the registry’s words', async (error, code) => {
  const engine = await engineThat((_request, response) => response.end(`${JSON.stringify({ error })}\n`));
  const login = async () => ({ username: 'me', secret: 'hunter2' });
  const push = pushImage(engine, 'r.example/i', { login, onNews: () => undefined, signal: never });
  await expect(push).rejects.toMatchObject({
    code,
    message: `r.example/i can’t be pushed to r.example: ${error}.`,
    hint: expect.any(String) as string,
  });
  await expect(push.catch((failure: unknown) => JSON.stringify(failure))).resolves.not.toContain('hunter2');
  expect(asked.join('\n')).not.toContain('hunter2');
});

it('gives up a pull, a push and a load when told to', async () => {
  const reason = new Error('enough');
  for (const work of ['pull', 'push', 'load'] as const) {
    const abort = new AbortController();
    let isClosed: Promise<unknown> | undefined;
    const engine = await engineThat((request, response) => {
      isClosed = once(response, 'close');
      response.write('{"status":"Downloading","id":"a"}\n');
      request.resume();
      setTimeout(() => abort.abort(reason), 20);
    });
    const { signal } = abort;
    const archive = new Readable({ read: () => undefined });
    archive.push('begin');
    const login = async () => undefined;
    const doing = {
      pull: () => pullImage(engine, 'i', { login, progress: () => undefined, signal }),
      push: () => pushImage(engine, 'i', { login, onNews: () => undefined, signal }),
      load: () => loadImage(engine, archive, () => undefined, signal),
    };
    await expect(doing[work]()).rejects.toBe(reason);
    await isClosed;
    server.close();
    await rm(join(folder, 'docker.sock'), { force: true });
  }
});

it('fails a load with the archive’s own error', async () => {
  const engine = await engineThat((request) => void request.resume());
  const broken = new Error('the build was cancelled');
  const archive = Readable.from(
    (async function* () {
      yield Buffer.from('begin');
      throw broken;
    })(),
  );
  await expect(loadImage(engine, archive, () => undefined, never)).rejects.toBe(broken);
});

it('takes an engine’s refusal before it has sent all', async () => {
  const engine = await engineThat((_request, response) => {
    response.writeHead(400).end('{"message":"no archive"}');
    response.once('finish', () => response.socket?.destroySoon());
  });
  const endless = Readable.from(
    (function* () {
      for (;;) yield Buffer.alloc(65536);
    })(),
  );
  await expect(loadImage(engine, endless, () => undefined, never)).rejects.toMatchObject({
    message: expect.stringContaining('no archive') as string,
  });
  expect(endless.destroyed).toBe(true);
});
