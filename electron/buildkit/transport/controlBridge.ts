import { mkdtemp, rm } from 'node:fs/promises';
import net from 'node:net';
import { randomUUID } from 'node:crypto';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pipeline, type Duplex } from 'node:stream';
import type { Dial } from '../dial';

/**
 * Lets grpc-js, which can only connect to addresses, use a connection that a driver dialled: it listens on a private
 * address (a socket in a directory that only this user can enter; a randomly named pipe on Windows) for exactly
 * one connection and joins it to the driver's.
 */
export class ControlBridge {
  readonly #server: net.Server;
  readonly #directory: string | undefined;
  readonly #sockets = new Set<Duplex>();
  #failure: Error | undefined;
  #lost!: () => void;

  /** gRPC target name to connect to. */
  readonly target: string;
  /** Resolves when the joined connection has ended, whoever ended it. */
  readonly closed: Promise<void> = new Promise((resolve) => (this.#lost = resolve));

  private constructor(server: net.Server, address: string, directory: string | undefined) {
    this.#server = server;
    this.#directory = directory;
    this.target = `unix:${address}`;
  }

  /** Starts listening. `dial` is called when grpc-js connects. */
  static async listen(dial: Dial, signal: AbortSignal): Promise<ControlBridge> {
    const onWindows = process.platform === 'win32';
    const directory = onWindows ? undefined : await mkdtemp(path.join(tmpdir(), 'manifold-'));
    const address =
      directory === undefined ? `\\\\.\\pipe\\manifold-${randomUUID()}` : path.join(directory, 'control');
    const server = net.createServer({ allowHalfOpen: true });
    const bridge = new ControlBridge(server, address, directory);
    server.on('connection', (socket) => void bridge.#join(socket, dial, signal));
    try {
      await new Promise<void>((resolve, reject) => {
        server.once('error', reject);
        server.listen(address, resolve);
      });
    } catch (error) {
      await bridge.close();
      throw error;
    }
    return bridge;
  }

  /** What the driver or the connection failed with, when it failed. */
  get failure(): Error | undefined {
    return this.#failure;
  }

  /** Takes no further connection and removes the address; the joined connection stays. */
  async seal(): Promise<void> {
    if (this.#server.listening) this.#server.close();
    if (this.#directory !== undefined) await rm(this.#directory, { recursive: true, force: true });
  }

  /** Seals the bridge and ends the connection. */
  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    this.#lost();
    await this.seal();
  }

  async #join(socket: net.Socket, dial: Dial, signal: AbortSignal): Promise<void> {
    this.#sockets.add(socket);
    socket.on('error', (error) => (this.#failure ??= error));
    // Only one connection: a second one would hide that the first was lost.
    this.#server.close();
    let upstream: Duplex;
    try {
      upstream = await dial(signal);
    } catch (error) {
      this.#failure ??= error as Error;
      socket.destroy();
      this.#lost();
      return;
    }
    this.#sockets.add(upstream);
    if (socket.destroyed) upstream.destroy();
    pipeline(socket, upstream, socket, (error) => {
      if (error) this.#failure ??= error;
      socket.destroy();
      upstream.destroy();
      this.#lost();
    });
  }
}
