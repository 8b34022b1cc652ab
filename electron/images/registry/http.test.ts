import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { createSecureContext } from 'node:tls';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createAgents, sendHttp } from './http';
import { noProxies } from './proxyEnvironment';

const never = new AbortController().signal;
const idleMs = 200;

let server: http.Server;
let handle: (response: http.ServerResponse) => void;
const sockets: Socket[] = [];
beforeEach(async () => {
  server = http.createServer((_request, response) => handle(response));
  server.on('connection', (socket) => sockets.push(socket));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterEach(() => {
  sockets.length = 0;
  server.close();
  server.closeAllConnections();
});

const agents = createAgents({}, { proxyFor: noProxies, secureContext: createSecureContext() });
async function discarded(): Promise<void> {
  const url = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  const answer = await sendHttp({ method: 'GET', url, headers: {}, agents, idleMs }, never);
  answer.discard();
}

describe('what is left of an answer that nobody wants', () => {
  it('is not waited for when the host never sends it', async () => {
    handle = (response) => {
      response.writeHead(200, { 'content-length': 100 });
      response.write('the first bytes');
    };
    await discarded();
    await once(sockets[0]!, 'close');
    expect(sockets[0]!.destroyed).toBe(true);
  });

  it('is not waited for when the host drips it', async () => {
    handle = (response) => {
      response.writeHead(200, { 'content-length': 1000 });
      const drip = setInterval(() => response.write('x'), idleMs / 4);
      response.on('close', () => clearInterval(drip));
    };
    await discarded();
    const startedMs = performance.now();
    await once(sockets[0]!, 'close');
    // All of it would take 250 times as long as it may.
    expect(performance.now() - startedMs).toBeLessThan(20 * idleMs);
  });

  it('is taken in when it is short, and the connection serves again', async () => {
    handle = (response) => response.end('short');
    await discarded();
    // Longer than the limit: the connection that is kept is none that is waited for.
    await delay(2 * idleMs);
    await discarded();
    expect(sockets).toHaveLength(1);
  });

  it('is given up at once when it is long', async () => {
    handle = (response) => {
      response.writeHead(200, { 'content-length': 1_000_000 });
      response.write('x');
    };
    await discarded();
    await once(sockets[0]!, 'close');
    expect(sockets[0]!.destroyed).toBe(true);
  });
});
