/** The files of image layers: read as a stream, indexed, put side by side. */
export { LayerFiles } from './layerFiles';
