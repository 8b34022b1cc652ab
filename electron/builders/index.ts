/** Builders: the store of them, their drivers, their health and their connections. */
export type { BootProgress, Driver, DriverNode, NodeDefinition, NodeInfo } from './driver';
export { Builders, type BuildersOptions } from './builders';
export { openJsonBuilderStore, type BuilderStore, type StoredBuilder, type StoredBuilders } from './store';
export { createDrivers, type DriversOptions } from './drivers';
