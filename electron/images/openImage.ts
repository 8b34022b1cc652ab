import type { ImageDocument, ImageSource, Referrers } from '../../shared/contract';
import type { BlobSource } from './blobSource';

/** A descriptor, as far as reading its content needs one. */
export interface BlobToRead {
  readonly digest: string;
  /** In bytes, as the descriptor tells; the content is refused when it has another size. */
  readonly size: number;
  /** Where a foreign layer is to be had, when the source has it not. */
  readonly urls?: readonly string[] | undefined;
}

/** An image that can be read, wherever it is. Reading is by digest, so that it stays the same image. */
export interface OpenImage extends BlobSource {
  readonly source: ImageSource;
  /** What people call it: a familiar reference, or a file's name. */
  readonly name: string;
  /** Its reference by digest, where it is in a registry. */
  readonly pinned?: string;
  /** The index or manifest that it begins with. */
  readonly root: { readonly digest: string; readonly mediaType: string; readonly size: number };
  /** The images that are in the same archive, where there are several. */
  readonly archive?: NonNullable<ImageDocument['archive']>;
  /** What its registry told on the way. */
  registry?(): ImageDocument['registry'];
  /**
   * A blob of any size in pieces. Whoever reads to the end has bytes that are those of the digest: the last piece comes
   * only when they are. Pieces are the reader's own and may be transferred.
   *
   * @throws BlobError, StudioError, or the signal's reason
   */
  stream(blob: BlobToRead, signal: AbortSignal): AsyncIterable<Uint8Array<ArrayBuffer>>;
  /**
   * A part of a blob, which can't be checked against the digest. Undefined when the source can't read parts; then the
   * whole has to be streamed.
   */
  readPart?(
    blob: BlobToRead,
    range: { readonly offset: number; readonly length: number },
    signal: AbortSignal,
  ): Promise<Uint8Array | undefined>;
  /** Manifests that say to be about this one. Absent where there can be none. */
  referrers?(digest: string, signal: AbortSignal): Promise<Referrers>;
}

/** Opens images, and keeps those open that were asked for last. */
export interface ImageOpener {
  /**
   * Lets `work` read an image; it is not closed meanwhile.
   *
   * @param fresh look again what a tag or a file stands for, in place of what was found before
   * @throws StudioError `not-found`, `registry-denied`, `registry-unreachable`, `image-invalid`; or what `work` throws
   */
  use<T>(
    source: ImageSource,
    work: (image: OpenImage) => Promise<T>,
    options: { signal: AbortSignal; fresh?: boolean },
  ): Promise<T>;
}
