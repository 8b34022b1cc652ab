import { existsSync } from 'node:fs';
import type { Duplex, Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { StudioError, type NodeFeatures } from '../../../shared/contract';
import {
  DockerEngine,
  containerLog,
  createContainer,
  exec,
  hasImage,
  inspectContainer,
  loadImage,
  pullImage,
  putArchive,
  refusedStatus,
  removeContainer,
  removeVolume,
  run,
  startContainer,
  stopContainer,
} from '../../docker';
import { binfmtInstaller } from '../binfmtInstaller';
import type { BootProgress, DriverNode, EmulationInstaller, NodeDefinition, NodeInfo } from '../driver';
import type { DriversOptions } from '../drivers/options';
import { loginFrom } from '../registryLogin';
import { archiveTarget, configArchive } from './configArchive';
import {
  allGpus,
  containerConfig,
  containerName,
  imageOf,
  volumeName,
  wslLibraries,
  type Machine,
} from './containerConfig';
import type { ContainerOptions } from './options';
import { timeLimit } from '../../system/timeLimit';

/** How often a daemon is asked whether it is up, and how much later each time (buildx driver/docker-container). */
const readyAttempts = 15;
const readyStepMs = 120;
/** A container that has ended by then won't come back in time. */
const endedAfterAttempts = 5;
const cleanUpMs = 15_000;

/** A buildkitd in a container of its own, on a Docker Engine. */
export class DockerContainerNode implements DriverNode {
  readonly endpoint: string;
  readonly emulation: EmulationInstaller;
  private readonly engine: DockerEngine;
  private readonly container: string;

  constructor(
    private readonly definition: NodeDefinition<ContainerOptions>,
    private readonly drivers: DriversOptions,
  ) {
    this.engine = new DockerEngine(definition.endpoint, drivers.env);
    this.endpoint = this.engine.name;
    this.container = containerName(definition.node);
    this.emulation = binfmtInstaller(this.engine, drivers.credentials);
  }

  async onThisMachine(): Promise<boolean> {
    return process.platform === 'linux' && (await this.engine.isLocal());
  }

  /** A container that is missing is one that was not started yet. */
  async info(signal: AbortSignal): Promise<NodeInfo> {
    const state = await inspectContainer(this.engine, this.container, signal);
    return { status: state?.running ? 'running' : 'stopped' };
  }

  async boot(progress: BootProgress, signal: AbortSignal): Promise<void> {
    const state = await inspectContainer(this.engine, this.container, signal);
    if (state === undefined) {
      await this.create(progress, signal);
    } else if (!state.running) {
      progress(`starting the container ${this.container}`);
      // Whoever made it may have been stopped before its configuration was in it.
      await this.configure(signal);
      await startContainer(this.engine, this.container, signal);
    }
    progress('waiting for buildkitd');
    await this.waitUntilReady(signal);
  }

  async stop(signal: AbortSignal): Promise<void> {
    await stopContainer(this.engine, this.container, signal);
  }

  async remove({ keepState }: { keepState: boolean }, signal: AbortSignal): Promise<void> {
    await removeContainer(this.engine, this.container, signal);
    if (!keepState) await removeVolume(this.engine, volumeName(this.definition.node), signal);
  }

  async dial(signal?: AbortSignal): Promise<Duplex> {
    try {
      return (await exec(this.engine, this.container, ['buildctl', 'dial-stdio'], signal)).stream;
    } catch (error) {
      if (![404, 409].includes(refusedStatus(error) ?? 0)) throw error;
      throw new StudioError(
        {
          code: 'builder-unreachable',
          message: `The container ${this.container} on ${this.endpoint} does not run.`,
          hint: 'Start the builder.',
          details: { subject: this.container },
        },
        { cause: error },
      );
    }
  }

  async features(signal: AbortSignal): Promise<NodeFeatures> {
    const { containerdStore } = await this.engine.info(signal);
    return {
      ...{ multiPlatform: true, ociExport: true, dockerExport: true, cacheExport: true },
      ...{ load: 'archive', loadMultiPlatform: containerdStore },
    };
  }

  load(archive: Readable, progress: BootProgress, signal: AbortSignal): Promise<void> {
    return loadImage(this.engine, archive, progress, signal);
  }

  private async create(progress: BootProgress, signal: AbortSignal): Promise<void> {
    await this.provideImage(progress, signal);
    progress(`creating the container ${this.container}`);
    const { cgroupDriver, remapsUsers } = await this.engine.info(signal);
    const machine = { cgroupDriver, remapsUsers, gpus: await this.hasGpus(signal), wsl: await this.isWsl() };
    const config = containerConfig(this.definition, machine satisfies Machine);
    const isOurs = await createContainer(this.engine, this.container, config, signal);
    // Somebody else has just made it, and starts it.
    if (!isOurs) return;
    try {
      await this.configure(signal);
      await startContainer(this.engine, this.container, signal);
    } catch (error) {
      // A container that can't start would be in the way of one with better options.
      await removeContainer(this.engine, this.container, timeLimit(cleanUpMs));
      throw error;
    }
  }

  /** As buildx: pulled each time, and the engine's own copy when that fails. */
  private async provideImage(progress: BootProgress, signal: AbortSignal): Promise<void> {
    const image = imageOf(this.definition.options);
    try {
      const login = loginFrom(this.drivers.credentials);
      await pullImage(this.engine, image, { login, progress, signal });
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof StudioError && error.code === 'builder-unreachable') throw error;
      if (!(await hasImage(this.engine, image, signal))) throw error;
      progress(`using the engine’s own ${image}`);
    }
  }

  private async configure(signal: AbortSignal): Promise<void> {
    const { files } = this.definition;
    if (files.size === 0) return;
    await putArchive(this.engine, this.container, await configArchive(files), archiveTarget, signal);
  }

  /** Engines don't tell whether they can give a container GPUs, so one is started that wants them. */
  private async hasGpus(signal: AbortSignal): Promise<boolean> {
    const container = `${this.container}_gpus`;
    const config = {
      Image: imageOf(this.definition.options),
      Entrypoint: ['/bin/true'],
      HostConfig: { NetworkMode: 'none', DeviceRequests: allGpus },
    };
    try {
      await createContainer(this.engine, container, config, signal);
      await startContainer(this.engine, container, signal);
      return true;
    } catch (error) {
      signal.throwIfAborted();
      if (refusedStatus(error) === undefined) throw error;
      return false;
    } finally {
      await removeContainer(this.engine, container, timeLimit(cleanUpMs));
    }
  }

  private async isWsl(): Promise<boolean> {
    return (
      Boolean(this.drivers.env['WSL_DISTRO_NAME']) &&
      (await this.engine.isLocal()) &&
      existsSync(wslLibraries)
    );
  }

  private async waitUntilReady(signal: AbortSignal): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      let reason: unknown;
      try {
        const { exitCode, stderr } = await run(
          this.engine,
          this.container,
          ['buildctl', 'debug', 'workers'],
          signal,
        );
        if (exitCode === 0) return;
        reason = new Error(stderr.trim());
      } catch (error) {
        signal.throwIfAborted();
        if (refusedStatus(error) === undefined) throw error;
        reason = error;
      }
      if (attempt >= readyAttempts || (attempt >= endedAfterAttempts && !(await this.isRunning(signal)))) {
        throw await this.notReady(reason, signal);
      }
      await sleep(attempt * readyStepMs, undefined, { signal });
    }
  }

  private async isRunning(signal: AbortSignal): Promise<boolean> {
    return (await this.info(signal)).status === 'running';
  }

  private async notReady(cause: unknown, signal: AbortSignal): Promise<StudioError> {
    const lastOutput = await containerLog(this.engine, this.container, signal).catch(() => []);
    const words = cause instanceof Error ? { cause: cause.message } : {};
    return new StudioError(
      {
        code: 'builder-unavailable',
        message: `buildkitd in the container ${this.container} does not start${lastOutput.length > 0 ? `: ${lastOutput.at(-1)}` : '.'}`,
        hint: 'Read what it printed, correct the builder’s options or its buildkitd.toml, and make the builder again.',
        details: { subject: this.container, lastOutput, ...words },
      },
      { cause },
    );
  }
}
