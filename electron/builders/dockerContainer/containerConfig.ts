import { daemonConfigFolder } from '../daemonFiles';
import type { ContainerCreateOptions, EngineInfo } from '../../docker';
import type { NodeDefinition } from '../driver';
import type { ContainerOptions } from './options';

/** The image that buildx takes (buildx driver/bkimage). */
const defaultImage = 'moby/buildkit:buildx-stable-1';
/** The daemon's state, inside the container. */
const stateFolder = '/var/lib/buildkit';
/** Where WSL keeps the libraries of the machine's GPU. */
export const wslLibraries = '/usr/lib/wsl';
/** All of the machine's GPUs, as `--gpus all` asks for them (docker/cli opts/gpus.go). */
export const allGpus = [{ Count: -1, Capabilities: [['gpu']], Options: {} }];

/** The container of a node (buildx driver). */
export function containerName(node: string): string {
  return `buildx_buildkit_${node}`;
}

/** The volume that keeps a node's build cache. */
export function volumeName(node: string): string {
  return `${containerName(node)}_state`;
}

/** The image that a node's container is made of. */
export function imageOf({ image }: Pick<ContainerOptions, 'image'>): string {
  return image ?? defaultImage;
}

/** What is known of the engine's machine. */
export interface Machine extends Pick<EngineInfo, 'cgroupDriver' | 'remapsUsers'> {
  gpus: boolean;
  /** It is this machine, in WSL, and WSL's libraries are there. */
  wsl: boolean;
}

/** A node's container exactly as buildx makes it (buildx driver/docker-container/driver.go), so that either finds the other's. */
export function containerConfig(
  { node, flags, files, options }: NodeDefinition<ContainerOptions>,
  machine: Machine,
): ContainerCreateOptions {
  const config = files.has('buildkitd.toml') ? ['--config', `${daemonConfigFolder}/buildkitd.toml`] : [];
  const libraries = { Type: 'bind' as const, Source: wslLibraries, Target: wslLibraries, ReadOnly: true };
  return {
    Image: imageOf(options),
    Env: options.env,
    // The user's own flags come last, so that they win.
    Cmd: [...config, ...flags],
    HostConfig: {
      Privileged: true,
      // Buries what the daemon's containers leave behind.
      Init: true,
      RestartPolicy: options['restart-policy'] ?? { Name: 'unless-stopped', MaximumRetryCount: 0 },
      Mounts: [
        { Type: 'volume', Source: volumeName(node), Target: stateFolder },
        ...(machine.wsl ? [libraries] : []),
      ],
      ...(options.network && { NetworkMode: options.network }),
      ...(options.memory && { Memory: options.memory }),
      ...(options['memory-swap'] && { MemorySwap: options['memory-swap'] }),
      ...(options['cpu-quota'] && { CpuQuota: options['cpu-quota'] }),
      ...(options['cpu-period'] && { CpuPeriod: options['cpu-period'] }),
      ...(options['cpu-shares'] && { CpuShares: options['cpu-shares'] }),
      ...(options['cpuset-cpus'] && { CpusetCpus: options['cpuset-cpus'] }),
      ...(options['cpuset-mems'] && { CpusetMems: options['cpuset-mems'] }),
      ...(machine.gpus && { DeviceRequests: allGpus }),
      // One place for the limits of all builds on the machine.
      ...(machine.cgroupDriver === 'cgroupfs' && {
        CgroupParent: options['cgroup-parent'] || '/docker/buildx',
      }),
      ...(machine.remapsUsers && { UsernsMode: 'host' }),
    },
  };
}
