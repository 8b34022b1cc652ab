/** Builders: the store of them, their drivers, their health and their connections. */
export { Builders } from './builders';
export { openJsonBuilderStore } from './store';
export { createDrivers } from './drivers';
