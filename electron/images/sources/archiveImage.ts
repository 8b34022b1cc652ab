import type { ImageSource } from '../../../shared/contract';
import { BlobError, checkDigest, checkSize } from '../blobSource';
import type { BlobToRead, OpenImage } from '../openImage';
import { verified } from '../verified';
import { readArchiveFile, type ArchiveFiles } from './archiveFiles';

const never = new AbortController().signal;

type Siblings = NonNullable<OpenImage['archive']>;

export interface ArchiveImageParts {
  source: ImageSource;
  name: string;
  root: OpenImage['root'];
  files: ArchiveFiles;
  /** The file that a blob is in; undefined when there can be none. */
  fileOf(digest: string): string | undefined;
  /** What else the archive holds. */
  siblings: Siblings;
  /** Documents that no file of the archive holds under their digest. */
  documents?: ReadonlyMap<string, Uint8Array>;
}

/** An image in an archive or a folder. */
export class ArchiveImage implements OpenImage {
  readonly source: ImageSource;
  readonly name: string;
  readonly root: OpenImage['root'];
  readonly archive?: Siblings;

  constructor(private readonly parts: ArchiveImageParts) {
    this.source = parts.source;
    this.name = parts.name;
    this.root = parts.root;
    if (parts.siblings.references.length > 1) this.archive = parts.siblings;
  }

  async read(
    digest: string,
    { maxBytes, signal = never }: { maxBytes: number; signal?: AbortSignal },
  ): Promise<Uint8Array> {
    signal.throwIfAborted();
    const document = this.parts.documents?.get(digest);
    if (document !== undefined) {
      checkSize(digest, document.length, maxBytes);
      return document;
    }
    const { file, size } = await this.locate(digest);
    checkSize(digest, size, maxBytes);
    const bytes = await readArchiveFile(this.parts.files, file, maxBytes, signal);
    checkDigest(digest, bytes);
    return bytes;
  }

  async *stream(
    blob: BlobToRead,
    signal: AbortSignal,
  ): AsyncGenerator<Uint8Array<ArrayBuffer>, void, undefined> {
    const document = this.parts.documents?.get(blob.digest);
    if (document !== undefined) {
      yield* verified(blob, one(document), signal);
      return;
    }
    const { file, size } = await this.locate(blob.digest);
    if (size !== blob.size) {
      const message = `${blob.digest} has ${size} bytes instead of ${blob.size}.`;
      throw new BlobError('corrupt', blob.digest, message);
    }
    yield* verified(blob, this.parts.files.pieces(file, { offset: 0, length: size }, signal), signal);
  }

  async readPart(
    { digest }: BlobToRead,
    range: { readonly offset: number; readonly length: number },
    signal: AbortSignal,
  ): Promise<Uint8Array> {
    const { file } = await this.locate(digest);
    const parts: Uint8Array[] = [];
    for await (const part of this.parts.files.pieces(file, range, signal)) parts.push(part);
    return Buffer.concat(parts);
  }

  private async locate(digest: string): Promise<{ file: string; size: number }> {
    const file = this.parts.fileOf(digest);
    const size = file === undefined ? undefined : await this.parts.files.sizeOf(file);
    if (file === undefined || size === undefined)
      throw new BlobError('missing', digest, `The archive has no content with the digest ${digest}.`);
    return { file, size };
  }
}

async function* one(bytes: Uint8Array): AsyncGenerator<Uint8Array, void, undefined> {
  yield bytes;
}
