/** Builders: the store of them, their drivers, their health and their connections. */
export { Builders } from './builders';
export { openBuildxStore } from './buildxStore/buildxStore';
export { noLoader } from './engineLoader';
export { createDrivers } from './drivers';
export { checkDaemonConfig } from './daemonConfigCheck';
