export * from './builders';
export * from './builds';
export * from './errors';
export * from './procedures';
export * from './projects';
export * from './settings';
export * from './streams';
export * from './studio';
