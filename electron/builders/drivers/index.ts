import type { Driver } from '../driver';
import { createDockerDriver } from './docker';
import { createDockerContainerDriver } from './dockerContainer';
import { createKubernetesDriver } from './kubernetes';
import { createLocalDriver } from './local';
import type { DriversOptions } from './options';
import { createRemoteDriver } from './remote';

export type { DriversOptions } from './options';

/** Every driver that is possible on this machine, in the order of "New builder". */
export function createDrivers(options: DriversOptions): Driver[] {
  const local = process.platform === 'linux' ? [createLocalDriver(options)] : [];
  return [
    ...local,
    createDockerContainerDriver(options),
    createRemoteDriver(options),
    createKubernetesDriver(options),
    createDockerDriver(options),
  ];
}
