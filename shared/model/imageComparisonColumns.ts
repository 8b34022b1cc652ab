import type { ImageSource, ManifestNode, Provenance } from '../contract';

/** An image for one platform: a column of the comparison. */
export interface ImageColumn {
  /** Unique among the columns that are compared. */
  id: string;
  source: ImageSource;
  /** What people call the image; columns of one image have the same. */
  imageName: string;
  /** In canonical spelling, such as `linux/arm/v7`; empty where the image tells none. */
  platform: string;
  manifest: ManifestNode;
  /** Dockerfile lines of its layers, where its provenance has them. */
  layerLines?: Provenance['layerLines'];
}

/** A layer that was chosen in the comparison. */
export interface SelectedLayer {
  columnId: string;
  /** Position in the manifest, from 0. */
  layer: number;
  /** Position of its row in the comparison, when it was chosen there. */
  row?: number;
}
