import type { ComparedLayer } from '../../../../shared/model/imageComparison';

export type SizeKind = 'compressed' | 'unpacked';

/** Sizes as they are shown. Bytes. */
export interface LayerSizes {
  /** Undefined where it is not known. */
  sizeOf: (layer: ComparedLayer) => number | undefined;
  largest: number;
}
