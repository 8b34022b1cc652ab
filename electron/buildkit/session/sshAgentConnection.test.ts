import { Buffer } from 'node:buffer';
import { mkdtemp, rm } from 'node:fs/promises';
import net from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { GrpcCode } from '../grpcStatus';
import { AgentMessageSplitter, isAllowedAgentRequest, SshAgentConnection } from './sshAgentConnection';

function message(type: number, body: Uint8Array = Buffer.alloc(0)): Buffer {
  const framed = Buffer.alloc(5 + body.byteLength);
  framed.writeUInt32BE(1 + body.byteLength);
  framed[4] = type;
  framed.set(body, 5);
  return framed;
}

describe('AgentMessageSplitter', () => {
  it('finds every message, wherever the stream is cut', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.integer({ min: 0, max: 255 }), fc.uint8Array({ maxLength: 50 }))),
        fc.integer({ min: 1, max: 20 }),
        (parts, size) => {
          const messages = parts.map(([type, body]) => message(type, body));
          const stream = Buffer.concat(messages);
          const splitter = new AgentMessageSplitter();
          const found: Buffer[] = [];
          for (let start = 0; start < stream.byteLength; start += size) {
            found.push(...splitter.push(stream.subarray(start, start + size)));
          }
          expect(found).toEqual(messages);
        },
      ),
    );
  });

  it('refuses impossible lengths', () => {
    expect(() => new AgentMessageSplitter().push(Buffer.from([0, 0, 0, 0]))).toThrow(/impossible length/);
    expect(() => new AgentMessageSplitter().push(Buffer.from([255, 0, 0, 0]))).toThrow(/impossible length/);
  });
});

describe('isAllowedAgentRequest', () => {
  it('lets a build list keys and sign, and nothing else', () => {
    const allowed = Array.from({ length: 256 }, (_, type) => type).filter((type) =>
      isAllowedAgentRequest(message(type)),
    );
    expect(allowed).toEqual([11, 13]);
  });
});

describe('SshAgentConnection', () => {
  const cleanUps: (() => unknown)[] = [];
  afterEach(async () => {
    for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
  });

  async function agent(answer: (request: Buffer, socket: net.Socket) => void) {
    const folder = await mkdtemp(path.join(tmpdir(), 'agent-'));
    const seen: Buffer[] = [];
    const server = net.createServer((socket) => {
      const splitter = new AgentMessageSplitter();
      socket.on('data', (chunk) => {
        for (const request of splitter.push(chunk)) {
          seen.push(request);
          answer(request, socket);
        }
      });
    });
    const socketPath = path.join(folder, 'socket');
    await new Promise<void>((resolve) => server.listen(socketPath, resolve));
    cleanUps.push(
      () => rm(folder, { recursive: true }),
      () => server.close(),
    );
    const connection = await SshAgentConnection.connect(socketPath);
    cleanUps.push(() => connection.close());
    return { seen, connection };
  }

  it('passes requests on in order and refuses others without asking the agent', async () => {
    const { seen, connection } = await agent((request, socket) =>
      socket.write(message(12, request.subarray(5))),
    );
    expect(await connection.request(message(11, Buffer.from('one')))).toEqual(
      message(12, Buffer.from('one')),
    );
    expect(await connection.request(message(17, Buffer.from('add')))).toEqual(message(5));
    expect(await connection.request(message(13, Buffer.from('two')))).toEqual(
      message(12, Buffer.from('two')),
    );
    expect(seen.map((request) => request[4])).toEqual([11, 13]);
  });

  it('fails the request when the agent goes away, and when there is none', async () => {
    const { connection } = await agent((_request, socket) => socket.destroy());
    await expect(connection.request(message(11))).rejects.toMatchObject({ code: GrpcCode.UNAVAILABLE });
    await expect(connection.request(message(11))).rejects.toMatchObject({ code: GrpcCode.UNAVAILABLE });
    await expect(SshAgentConnection.connect('/nowhere/agent')).rejects.toMatchObject({
      code: GrpcCode.UNAVAILABLE,
    });
  });
});
