import type { Duplex } from 'node:stream';
import { z } from 'zod';
import type { NodeFeatures } from '../../../shared/contract';
import { DockerEngine, pushImage, type PushNews } from '../../docker';
import type { Driver, DriverNode, EmulationInstaller } from '../driver';
import { binfmtInstaller } from '../binfmtInstaller';
import { loginFrom } from '../registryLogin';
import type { DriversOptions } from './options';

const optionsSchema = z.object({});

/**
 * The BuildKit inside a Docker Engine. There is one for each Docker context, and no more can be made (buildx
 * driver/docker); its endpoint is the context's name, or an engine's address.
 */
export function createDockerDriver(options: DriversOptions): Driver<typeof optionsSchema> {
  return {
    name: 'docker',
    summary: 'The BuildKit inside a Docker Engine.',
    optionsSchema,
    endpoint: { kind: 'docker', label: 'Docker context' },
    checkEndpoint: () => undefined,
    form: [],
    capabilities: {
      creatable: false,
      start: false,
      stop: false,
      config: false,
      severalNodes: false,
      endsWithManifold: false,
      keepState: false,
      test: true,
    },
    create: ({ endpoint }) => new DockerNode(endpoint, options),
  };
}

class DockerNode implements DriverNode {
  readonly endpoint: string;
  readonly emulation: EmulationInstaller;
  private readonly engine: DockerEngine;

  constructor(
    endpoint: string,
    private readonly options: DriversOptions,
  ) {
    this.engine = new DockerEngine(endpoint, options.env);
    this.endpoint = this.engine.name;
    this.emulation = binfmtInstaller(this.engine, options.credentials);
  }

  async onThisMachine(): Promise<boolean> {
    return process.platform === 'linux' && (await this.engine.isLocal());
  }

  async info(): Promise<{ status: 'unknown' }> {
    return { status: 'unknown' };
  }

  async boot(): Promise<void> {
    // Docker runs it; dialling tells whether it is there.
  }

  async stop(): Promise<void> {
    // Not started from here.
  }

  async remove(): Promise<void> {
    // Nothing was made for it.
  }

  dial(signal?: AbortSignal): Promise<Duplex> {
    return this.engine.upgrade('/grpc', 'h2c', { signal });
  }

  push(
    reference: string,
    onNews: (news: PushNews) => void,
    signal: AbortSignal,
  ): Promise<string | undefined> {
    return pushImage(this.engine, reference, { login: loginFrom(this.options.credentials), onNews, signal });
  }

  /** With the classic image store an engine exports to nowhere but itself and registries (buildx driver/docker). */
  async features(signal: AbortSignal): Promise<NodeFeatures> {
    const { containerdStore } = await this.engine.info(signal);
    return {
      multiPlatform: containerdStore,
      ociExport: containerdStore,
      dockerExport: containerdStore,
      cacheExport: containerdStore,
      load: 'store',
      loadMultiPlatform: containerdStore,
    };
  }
}
