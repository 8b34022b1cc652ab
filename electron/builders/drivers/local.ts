import { join } from 'node:path';
import type { Duplex } from 'node:stream';
import { z } from 'zod';
import { dialEndpoint } from '../dialEndpoint';
import type { BootProgress, Driver, DriverNode, NodeInfo } from '../driver';
import { daemonFiles } from '../localDaemon/files';
import { LocalDaemon } from '../localDaemon/localDaemon';
import type { DriversOptions } from './options';

const optionsSchema = z.object({});

/** A buildkitd on this machine that Manifold starts, stops and keeps the state of. Linux only, as buildkitd is. */
export function createLocalDriver(options: DriversOptions): Driver<typeof optionsSchema> {
  return {
    name: 'local',
    summary: 'A BuildKit daemon on this machine, started and stopped by Manifold.',
    optionsSchema,
    endpoint: { kind: 'none' },
    checkEndpoint: () => undefined,
    form: [],
    capabilities: {
      start: true,
      stop: true,
      config: false,
      severalNodes: false,
      endsWithManifold: true,
      keepState: true,
      test: false,
    },
    create: ({ builder }) => new LocalNode(join(options.stateFolder, builder), options),
  };
}

class LocalNode implements DriverNode {
  readonly endpoint: string;
  private readonly daemon: LocalDaemon;

  constructor(folder: string, { env, cacheFolder }: DriversOptions) {
    this.daemon = new LocalDaemon(daemonFiles(folder), env, cacheFolder);
    this.endpoint = `unix://${this.daemon.socket}`;
  }

  async onThisMachine(): Promise<boolean> {
    return true;
  }

  async info(): Promise<NodeInfo> {
    return { status: (await this.daemon.isRunning()) ? 'running' : 'stopped' };
  }

  boot(progress: BootProgress, signal: AbortSignal): Promise<void> {
    return this.daemon.start(progress, signal);
  }

  stop(): Promise<void> {
    return this.daemon.stop();
  }

  remove({ keepState }: { keepState: boolean }): Promise<void> {
    return keepState ? this.daemon.stop() : this.daemon.remove();
  }

  dial(signal?: AbortSignal): Promise<Duplex> {
    return dialEndpoint({ kind: 'unix', path: this.daemon.socket }, this.endpoint, undefined, signal);
  }
}
