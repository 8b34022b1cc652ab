import { readdir, stat } from 'node:fs/promises';
import net from 'node:net';
import path from 'node:path';
import type { Duplex } from 'node:stream';
import { afterEach, describe, expect, it } from 'vitest';
import { connectedPair } from '../../testing/connectedPair';
import { ControlBridge } from './controlBridge';

const never = new AbortController().signal;
const bridges: ControlBridge[] = [];
afterEach(async () => {
  for (const bridge of bridges.splice(0)) await bridge.close();
});

async function listen(dial: () => Promise<Duplex>): Promise<{ bridge: ControlBridge; address: string }> {
  const bridge = await ControlBridge.listen(dial, never);
  bridges.push(bridge);
  return { bridge, address: bridge.target.slice('unix:'.length) };
}

function connect(address: string): Promise<net.Socket> {
  return new Promise((resolve, reject) => {
    const socket = net.connect(address, () => resolve(socket));
    socket.once('error', reject);
  });
}

const nextData = (stream: Duplex) =>
  new Promise<string>((resolve) => stream.once('data', (chunk: Buffer) => resolve(chunk.toString())));

describe('ControlBridge', () => {
  it('joins its one connection to the dialled one, both ways', async () => {
    const [ours, theirs] = connectedPair();
    const { address } = await listen(async () => ours);
    const socket = await connect(address);
    socket.write('ping');
    expect(await nextData(theirs)).toBe('ping');
    theirs.write('pong');
    expect(await nextData(socket)).toBe('pong');
    socket.destroy();
  });

  it('lets only this user in, and leaves nothing behind', async () => {
    const [ours] = connectedPair();
    const { bridge, address } = await listen(async () => ours);
    const folder = path.dirname(address);
    expect((await stat(folder)).mode & 0o777).toBe(0o700);
    const socket = await connect(address);
    await bridge.seal();
    await expect(readdir(folder)).rejects.toMatchObject({ code: 'ENOENT' });
    expect(socket.destroyed).toBe(false);
    socket.destroy();
  });

  it('takes no second connection', async () => {
    const [ours] = connectedPair();
    let dialled = 0;
    const { address } = await listen(async () => (dialled++, ours));
    const socket = await connect(address);
    await expect.poll(() => dialled).toBe(1);
    await expect(connect(address)).rejects.toMatchObject({
      code: expect.stringMatching(/ENOENT|ECONNREFUSED/),
    });
    socket.destroy();
  });

  it('keeps the driver’s error and ends', async () => {
    const { bridge, address } = await listen(() => Promise.reject(new Error('the host is asleep')));
    const socket = await connect(address);
    await bridge.closed;
    expect(bridge.failure?.message).toBe('the host is asleep');
    await expect.poll(() => socket.destroyed || socket.readableEnded).toBe(true);
  });

  it('tells when either side ends', async () => {
    const [ours, theirs] = connectedPair();
    const { bridge, address } = await listen(async () => ours);
    const socket = await connect(address);
    theirs.destroy();
    await bridge.closed;
    socket.destroy();
  });
});
