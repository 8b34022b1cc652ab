import { createHash } from 'node:crypto';

/** Somewhere blobs can be read by digest. */
export interface BlobSource {
  /**
   * A whole blob, checked against its digest.
   *
   * @param digest such as `sha256:…`
   * @throws BlobError when it is absent, larger than `maxBytes`, or not what its digest says
   */
  read(digest: string, options: { maxBytes: number; signal?: AbortSignal }): Promise<Uint8Array>;
}

/** A blob that can't be had. */
export class BlobError extends Error {
  override readonly name = 'BlobError';
  constructor(
    readonly reason: 'missing' | 'too-large' | 'corrupt',
    readonly digest: string,
    message: string,
    options?: { cause?: unknown },
  ) {
    super(message, options);
  }
}

/** The digest by which content is found, such as `sha256:…`. */
export function sha256Digest(bytes: Uint8Array): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}

/** @throws BlobError `corrupt` when the bytes are not those of the digest, or its algorithm is not known */
export function checkDigest(digest: string, bytes: Uint8Array): void {
  const match = /^(sha256|sha512):([a-f0-9]+)$/.exec(digest);
  if (match === null) throw new BlobError('corrupt', digest, `${digest} is no sha256 or sha512 digest.`);
  const actual = createHash(match[1]!).update(bytes).digest('hex');
  if (actual !== match[2]) {
    throw new BlobError(
      'corrupt',
      digest,
      `The content of ${digest} has another digest: ${match[1]}:${actual}.`,
    );
  }
}

/** @throws BlobError `too-large` */
export function checkSize(digest: string, size: number, maxBytes: number): void {
  if (size > maxBytes) {
    throw new BlobError(
      'too-large',
      digest,
      `${digest} has ${size} bytes, more than the ${maxBytes} that are read.`,
    );
  }
}
