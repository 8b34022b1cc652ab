import { Buffer } from 'node:buffer';
import http2 from 'node:http2';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { connectedPair } from '../../testing/connectedPair';
import { GrpcCode, GrpcError } from '../grpcStatus';
import { outcomeFromTrailers } from '../transport/grpcTrailers';
import { frameMessage, MessageDeframer } from '../transport/messageFraming';
import { healthService } from './health';
import { methodPaths, serveSession } from './host';
import type { SessionCall, SessionHandler, SessionService } from './service';

/** A session served to a client that stands where the daemon is. */
function serve(handlers: Record<string, SessionHandler>) {
  const [ours, theirs] = connectedPair();
  const service: SessionService = { name: 'test.Service', methods: handlers };
  const server = serveSession(ours, [healthService, service]);
  const client = http2.connect('http://localhost', {
    createConnection: () => theirs,
    maxSendHeaderBlockLength: 64 * 1024 * 1024,
    settings: { initialWindowSize: 65_535 },
  });
  client.on('error', () => undefined);
  running.push(() => (client.destroy(), server.close()));
  return { server, client };
}

const running: (() => void)[] = [];
afterEach(() => running.splice(0).forEach((stop) => stop()));

interface Answer {
  readonly messages: Buffer[];
  readonly outcome: GrpcError | undefined;
}

function call(
  client: http2.ClientHttp2Session,
  path: string,
  requests: readonly Uint8Array[] = [],
  headers: http2.OutgoingHttpHeaders | readonly string[] = {},
): Promise<Answer> {
  const stream = client.request({
    ':method': 'POST',
    ':path': path,
    'content-type': 'application/grpc',
    te: 'trailers',
    ...(headers as http2.OutgoingHttpHeaders),
  });
  for (const request of requests) stream.write(frameMessage(request));
  stream.end();
  return readAnswer(stream);
}

function readAnswer(stream: http2.ClientHttp2Stream): Promise<Answer> {
  const messages: Buffer[] = [];
  const deframer = new MessageDeframer();
  let trailers: http2.IncomingHttpHeaders = {};
  stream.on('response', (response) => (trailers = response));
  stream.on('trailers', (received: http2.IncomingHttpHeaders) => (trailers = received));
  stream.on('data', (chunk: Buffer) =>
    deframer.push(chunk, (message) => messages.push(Buffer.from(message))),
  );
  return new Promise((resolve, reject) => {
    stream.on('error', reject);
    stream.on('close', () => resolve({ messages, outcome: outcomeFromTrailers(trailers) }));
  });
}

const echo: SessionHandler = async (served) => {
  for await (const message of served.messages) await served.send(message);
};

describe('serveSession', () => {
  it('serves health checks', async () => {
    const { client } = serve({});
    const { messages, outcome } = await call(client, '/grpc.health.v1.Health/Check', [Buffer.alloc(0)]);
    expect(outcome).toBeUndefined();
    expect([...messages[0]!]).toEqual([0x08, 1]);
  });

  it('advertises what the services offer, and nothing twice', () => {
    const service: SessionService = { name: 'a.B', methods: { C: echo, D: echo } };
    expect(methodPaths([service])).toEqual(['/a.B/C', '/a.B/D']);
    expect(() => methodPaths([service, service])).toThrow('/a.B/C');
  });

  it('answers an unknown method with UNIMPLEMENTED', async () => {
    const { client } = serve({});
    expect((await call(client, '/test.Service/Nope')).outcome?.code).toBe(GrpcCode.UNIMPLEMENTED);
  });

  it('sends every message back unharmed, small and large, framed or not', async () => {
    const { client } = serve({ Echo: echo });
    const sizes = [0, 1, 5, 100, 65_535, 65_536, 65_537, 300_000, 0, 2_000_000, 3];
    const requests = sizes.map((size, index) => Buffer.alloc(size, index + 1));
    const { messages, outcome } = await call(client, '/test.Service/Echo', requests);
    expect(outcome).toBeUndefined();
    expect(messages.length).toBe(requests.length);
    for (const [index, message] of messages.entries()) expect(message.equals(requests[index]!)).toBe(true);
  });

  it('keeps the order of joined and separate messages', async () => {
    const { client } = serve({
      async Many(served) {
        for (let index = 0; index < 3_000; index++) {
          const size = index % 100 === 0 ? 100_000 : 4;
          const message = Buffer.alloc(size);
          message.writeUInt32BE(index);
          if (index % 3 === 0) await served.sendFramed(frameMessage(message));
          else await served.send(message);
        }
      },
    });
    const { messages } = await call(client, '/test.Service/Many');
    expect(messages.map((message) => message.readUInt32BE(0))).toEqual(
      Array.from({ length: 3_000 }, (_, i) => i),
    );
  });

  it('ends with the status of a thrown error, before and after the first message', async () => {
    const { client } = serve({
      async Early() {
        throw new GrpcError(GrpcCode.NOT_FOUND, 'nichts da: 100 %');
      },
      async Late(served) {
        await served.send(Buffer.from('first'));
        throw new Error('then broken');
      },
    });
    const early = await call(client, '/test.Service/Early');
    expect(early.outcome).toMatchObject({ code: GrpcCode.NOT_FOUND, message: 'nichts da: 100 %' });
    const late = await call(client, '/test.Service/Late');
    expect(late.messages.map(String)).toEqual(['first']);
    expect(late.outcome).toMatchObject({ code: GrpcCode.UNKNOWN, message: 'then broken' });
  });

  it('takes thousands of header values in one call', async () => {
    let patterns: readonly string[] = [];
    const { client } = serve({
      async Patterns(served) {
        patterns = served.metadata.get('exclude-patterns') ?? [];
      },
    });
    const values = Array.from({ length: 4_000 }, (_, index) => `packages/dir-${index}/**`);
    const { outcome } = await call(client, '/test.Service/Patterns', [], { 'exclude-patterns': values });
    expect(outcome).toBeUndefined();
    expect(patterns).toEqual(values);
  });

  it('aborts the signal and fails pending sends when the daemon resets the call', async () => {
    const sendFailed = vi.fn();
    let served: SessionCall | undefined;
    const { client } = serve({
      async Flood(current) {
        served = current;
        try {
          for (;;) await current.send(Buffer.alloc(100_000));
        } catch (error) {
          sendFailed(error);
          throw error;
        }
      },
    });
    const stream = client.request({ ':method': 'POST', ':path': '/test.Service/Flood' });
    stream.on('error', () => undefined);
    await vi.waitFor(() => expect(served).toBeDefined());
    stream.close(http2.constants.NGHTTP2_CANCEL);
    await vi.waitFor(() => expect(sendFailed).toHaveBeenCalled());
    expect(sendFailed).toHaveBeenCalledWith(expect.objectContaining({ code: GrpcCode.CANCELLED }));
    expect(served!.signal.aborted).toBe(true);
    await expect(served!.send(Buffer.alloc(1))).rejects.toMatchObject({ code: GrpcCode.CANCELLED });
  });

  it('fails a waiting read when the connection is cut', async () => {
    const readFailed = vi.fn();
    const { client } = serve({
      async Listen(current) {
        await current.messages[Symbol.asyncIterator]().next().catch(readFailed);
      },
    });
    const stream = client.request(
      { ':method': 'POST', ':path': '/test.Service/Listen' },
      { endStream: false },
    );
    stream.on('error', () => undefined);
    await new Promise((resolve) => setTimeout(resolve, 50));
    client.destroy();
    await vi.waitFor(() => expect(readFailed).toHaveBeenCalled());
  });

  it('makes senders wait while the daemon does not read, and memory stays bounded', async () => {
    let sent = 0;
    const { client } = serve({
      async Flood(served) {
        while (sent < 64 * 1024 * 1024) {
          await served.send(Buffer.alloc(256 * 1024));
          sent += 256 * 1024;
        }
      },
    });
    const stream = client.request({ ':method': 'POST', ':path': '/test.Service/Flood' });
    stream.end();
    stream.on('response', () => undefined);
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(sent).toBeLessThan(8 * 1024 * 1024);
    const { messages } = await readAnswer(stream);
    expect(messages.length).toBe(256);
  });

  it('answers a health check while another call is stuck in both directions', async () => {
    const { client } = serve({
      async Stuck(served) {
        const sending = (async () => {
          for (;;) await served.send(Buffer.alloc(256 * 1024));
        })();
        await sending;
      },
    });
    const stuck = client.request({ ':method': 'POST', ':path': '/test.Service/Stuck' });
    stuck.on('error', () => undefined);
    for (let index = 0; index < 40; index++) stuck.write(frameMessage(Buffer.alloc(256 * 1024)));
    await new Promise((resolve) => setTimeout(resolve, 100));
    const health = await call(client, '/grpc.health.v1.Health/Check', [Buffer.alloc(0)]);
    expect(health.outcome).toBeUndefined();
  });

  it('tells why the connection broke when a call has more headers than Node takes', async () => {
    const { client, server } = serve({ Echo: echo });
    const values = Array.from({ length: 30_000 }, (_, index) => `packages/dir-${index}/**`);
    await call(client, '/test.Service/Echo', [], { 'exclude-patterns': values }).catch(() => undefined);
    expect(await server.closed).toMatchObject({ message: expect.stringContaining('CONTINUATION') });
  });

  it('aborts running calls and tells the end when the connection is closed', async () => {
    let served: SessionCall | undefined;
    const { client, server } = serve({
      async Wait(current) {
        served = current;
        await new Promise((resolve) => current.signal.addEventListener('abort', () => resolve(undefined)));
      },
    });
    client.request({ ':method': 'POST', ':path': '/test.Service/Wait' }).on('error', () => undefined);
    await vi.waitFor(() => expect(served).toBeDefined());
    server.close();
    expect(await server.closed).toBeUndefined();
    await vi.waitFor(() => expect(served!.signal.aborted).toBe(true));
  });
});
