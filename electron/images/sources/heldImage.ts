import type { OpenImage } from '../openImage';

/** An image that was opened, with what it takes to keep it. */
export interface HeldImage {
  readonly image: OpenImage;
  /** Gives up what is held open for it. */
  close?(): Promise<void>;
  /**
   * Whether it still is what its source stands for, as far as that can be told at once; asked for before every use.
   * Absent where it always is.
   */
  isCurrent?(): Promise<boolean>;
  /** As `isCurrent`, by asking who knows; asked for when somebody wants it fresh. Absent: it is opened anew then. */
  isStillTrue?(signal: AbortSignal): Promise<boolean>;
}
