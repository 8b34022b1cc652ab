import net from 'node:net';
import { z } from 'zod';

/** The real daemon and registries that integration tests run against. */
export interface TestEngine {
  /** Such as `unix:///tmp/x/buildkitd.sock`. */
  readonly buildkitAddress: string;
  /** Path of the daemon's Unix socket. */
  readonly socketPath: string;
  /** `host:port` of the registry without login; `library/busybox` is in it. */
  readonly registryHost: string;
  /** The registry that wants basic authentication. */
  readonly authRegistry: { readonly host: string; readonly username: string; readonly password: string };
  /** The program, for tests that start a daemon of their own. */
  readonly buildkitd: string;
}

const VARIABLE = 'MANIFOLD_TEST_ENGINE';

const engineSchema = z.object({
  buildkit: z.object({ address: z.string().startsWith('unix://') }),
  registry: z.object({ host: z.string() }),
  authRegistry: z.object({ host: z.string(), username: z.string(), password: z.string() }),
  binaries: z.object({ buildkitd: z.string() }),
});

/** Reads what the test run's set-up left in the environment. Throws when no engine was started for this run. */
export function testEngine(): TestEngine {
  const value = process.env[VARIABLE];
  if (value === undefined) {
    throw new Error(
      `${VARIABLE} is not set: run integration tests through npm test, which starts an engine.`,
    );
  }
  const { buildkit, registry, authRegistry, binaries } = engineSchema.parse(JSON.parse(value));
  return {
    buildkitAddress: buildkit.address,
    socketPath: buildkit.address.slice('unix://'.length),
    registryHost: registry.host,
    authRegistry,
    buildkitd: binaries.buildkitd,
  };
}

/** Connects to a daemon's Unix socket, as the client's `Dial` wants it. */
export function dialUnix(socketPath: string): () => Promise<net.Socket> {
  return () =>
    new Promise((resolve, reject) => {
      const socket = net.connect(socketPath);
      socket.once('error', reject);
      socket.once('connect', () => {
        socket.off('error', reject);
        resolve(socket);
      });
    });
}
