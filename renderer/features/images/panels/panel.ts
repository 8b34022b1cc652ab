import type { ComponentType } from 'react';
import type { ReadyImage } from '../../../stores/imagesStore';
import type { ImagePart } from '../imageParts';

export interface PanelProps {
  /** The image that the part is in. */
  image: ReadyImage;
  /** What is selected. */
  part: ImagePart;
}

/**
 * A tab of the view Images. To add one, export it from a file of its own in this folder and name it in `index.ts`; its
 * title and the texts in it stand in both locales.
 */
export interface Panel {
  /** Unique in its tablist. */
  id: string;
  /** Of the tab's text, in the namespace `images`. */
  titleKey: string;
  /** Whether the panel has something to say about the part. */
  appliesTo(part: ImagePart, image: ReadyImage): boolean;
  Component: ComponentType<PanelProps>;
  /** A figure beside the title, such as how many packages there are; it may come later. */
  Count?: ComponentType<PanelProps>;
}
