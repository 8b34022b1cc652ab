import { createServer, connect, type Socket } from 'node:net';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { text } from 'node:stream/consumers';
import { expect, it } from 'vitest';
import { ExecStream } from './execStream';

function frame(kind: number, content: string): Buffer {
  const header = Buffer.alloc(8);
  header[0] = kind;
  header.writeUInt32BE(content.length, 4);
  return Buffer.concat([header, Buffer.from(content)]);
}

/** An exec whose engine does `act` with its end of the connection. */
async function execWith(act: (engine: Socket) => void): Promise<ExecStream> {
  const folder = await mkdtemp(join(tmpdir(), 'exec-'));
  const server = createServer(act).listen(join(folder, 's'));
  await once(server, 'listening');
  const socket = connect(join(folder, 's'));
  await once(socket, 'connect');
  server.close();
  await rm(folder, { recursive: true, force: true });
  return new ExecStream(socket);
}

it('gives a slow reader all that was printed, although the connection has ended', async () => {
  const stream = await execWith((engine) => {
    for (let count = 0; count < 100; count++) engine.write(frame(1, 'x'.repeat(5000)));
    engine.end(frame(2, 'and a warning'));
  });
  await sleep(100);
  let length = 0;
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    length += chunk.length;
    await sleep(1);
  }
  expect(length).toBe(500_000);
  expect(stream.stderr).toBe('and a warning');
});

it('fails with what a command says that prints nothing', async () => {
  const stream = await execWith((engine) => engine.end(frame(2, 'exec: "buildctl": not found\n')));
  await expect(text(stream)).rejects.toThrow('exec: "buildctl": not found');
});

it('hands on what is written, and ends with its connection', async () => {
  const stream = await execWith((engine) => {
    engine.once('data', (sent: Buffer) => engine.write(frame(1, `got ${sent.toString()}`)));
    engine.once('close', () => engine.destroy());
  });
  stream.write('this');
  expect(String(await new Promise((resolve) => stream.once('data', resolve)))).toBe('got this');
  stream.destroy();
  await once(stream, 'close');
});
