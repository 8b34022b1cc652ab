import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { MemoryImage } from '../../testing/memoryImage';
import { ImageRunner } from './imageRunner';

// An engine that refuses what a real one can't be made to refuse; the rest is proved on real engines.
let folder: string;
let server: Server;
let asked: string[];
let refused: RegExp[];
/** Names in the spool folder while the engine was given the archive, and the archive. */
let loading: { names: string[]; archive: Buffer } | undefined;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'manifold-runner-'));
  [asked, refused, loading] = [[], [], undefined];
  server = createServer((request, response) => {
    void answer(request).then(([status, body]) => {
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(JSON.stringify(body));
    });
  });
  server.listen(join(folder, 'docker.sock'));
  await once(server, 'listening');
});
afterEach(async () => {
  server.closeAllConnections();
  server.close();
  await rm(folder, { recursive: true });
});

async function answer(request: IncomingMessage): Promise<[status: number, body: object | undefined]> {
  const call = `${request.method} ${request.url?.replace(/^\/v[\d.]+/, '').replace(/\?.*$/, '')}`;
  asked.push(call);
  if (refused.some((pattern) => pattern.test(call))) return [500, { message: `refused: ${call}` }];
  if (call === 'GET /version') return [200, { ApiVersion: '1.45' }];
  if (call === 'POST /images/load') {
    const archive = await buffer(request);
    loading = { archive, names: await readdir(join(folder, 'spool')) };
    return [200, { stream: 'Loaded' }];
  }
  if (call === 'POST /containers/create') return [201, { Id: '1' }];
  return [200, {}];
}

async function run() {
  const image = new MemoryImage();
  image.addImage('amd64');
  const logged: { msg: string; what: string; err: { message: string } }[] = [];
  const write = (line: string): void => void logged.push(JSON.parse(line) as (typeof logged)[number]);
  const runner = new ImageRunner({
    opener: { use: (_source, work) => work(image) },
    env: { DOCKER_HOST: `unix://${folder}/docker.sock`, DOCKER_CONFIG: folder },
    login: async () => undefined,
    spoolFolder: join(folder, 'spool'),
    logger: pino({}, { write }),
  });
  const request = { source: image.source, platform: 'linux/amd64', command: [] };
  const running = async (): Promise<void> => {
    for await (const item of runner.run(request, new AbortController().signal))
      expect(item.type).toBe('activity');
  };
  return { failure: await running().catch((error: unknown) => error as Error), logged };
}

describe('a run that fails', () => {
  it('says why, although what it needed can’t be taken away either, which the log tells', async () => {
    refused = [/\/start$/, /^DELETE /];
    const { failure, logged } = await run();
    expect(failure?.message).toMatch(/refused: POST \/containers\/manifold-run-\w+\/start/);
    expect(logged.map(({ what }) => what)).toEqual([
      expect.stringMatching(/^manifold-run-\w+$/),
      expect.stringMatching(/^manifold-run:\w+$/),
    ]);
    expect(logged.map(({ err }) => err.message)).toEqual([
      expect.stringContaining('refused: DELETE /containers/'),
      expect.stringContaining('refused: DELETE /images/'),
    ]);
  });

  it('takes its image away although the container stays', async () => {
    refused = [/\/start$/, /^DELETE \/containers/];
    await run();
    expect(asked.at(-1)).toMatch(/^DELETE \/images\/manifold-run:/);
  });
});

it('leaves no file behind wherever it is killed, as the archive has no name', async () => {
  refused = [/\/start$/];
  await run();
  expect(loading!.names).toEqual([]);
  expect(loading!.archive.includes('manifest.json')).toBe(true);
  expect(loading!.archive.includes('layer of amd64')).toBe(true);
});
