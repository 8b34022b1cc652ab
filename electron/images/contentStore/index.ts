export { ContentStore } from './contentStore';
