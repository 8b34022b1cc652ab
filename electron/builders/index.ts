/** Builders: the store of them, their drivers, their health and their connections. */
export { Builders } from './builders';
export { openBuildxStore } from './buildxStore/buildxStore';
export { CurrentEngineLoader } from './currentEngineLoader';
export { createDrivers } from './drivers';
export { checkDaemonConfig } from './daemonConfigCheck';
export { loginFrom } from './registryLogin';
