/** How much of a layer is read before it counts as hostile. Sizes in bytes. */
export interface LayerLimits {
  readonly uncompressedBytes: number;
  /** Archive headers, those of long names and attributes included. */
  readonly entries: number;
  /** Files and folders, those folders included that only the names of files tell of: one entry may name a thousand. */
  readonly paths: number;
  /** Of all names, and of all targets of links. */
  readonly nameBytes: number;
  /** Parts of all sparse files. */
  readonly sparseParts: number;
  /** A layer that grows by more than this factor is a bomb… */
  readonly ratio: number;
  /** …once it has so many bytes; small archives of zeros do no harm. */
  readonly ratioFromBytes: number;
}

/** The limits that hold for users. */
export const layerLimits: LayerLimits = {
  uncompressedBytes: 32 * 2 ** 30,
  entries: 2_000_000,
  paths: 4_000_000,
  nameBytes: 2 ** 28,
  sparseParts: 1_000_000,
  ratio: 1000,
  ratioFromBytes: 2 ** 30,
};

/** A path's bytes, or those of a link's target; Linux takes no longer ones (PATH_MAX). */
export const maxPathBytes = 4096;

/** Folders in folders; deeper trees would exhaust the stack of whoever walks them. */
export const maxPathDepth = 1024;
