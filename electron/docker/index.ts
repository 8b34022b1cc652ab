/** Docker: its contexts, and its engine. */
export type { Environment } from './location';
export { dockerFolder } from './location';
export { currentDockerEndpoint, endpointToStore, listContexts } from './contexts';
export { DockerEngine, type EngineInfo } from './engine';
export { refusedStatus } from './engineError';
export * from './containers';
export {
  hasImage,
  imageId,
  listImages,
  loadImage,
  pullImage,
  removeImage,
  saveImage,
  type PullOptions,
} from './images';
export { pushImage, type PushNews } from './pushImage';
