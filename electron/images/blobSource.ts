import { createHash, type Hash } from 'node:crypto';

/** Somewhere blobs can be read by digest. */
export interface BlobSource {
  /**
   * A whole blob, checked against its digest.
   *
   * @param digest such as `sha256:…`
   * @param options.isBlob where it is known to be no manifest: registries keep them apart, and some fail when asked for
   *   the one as the other
   * @throws BlobError when it is absent, larger than `maxBytes`, or not what its digest says
   */
  read(
    digest: string,
    options: { maxBytes: number; signal?: AbortSignal; isBlob?: boolean },
  ): Promise<Uint8Array>;
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

/** What a digest consists of; undefined when it is none that can be checked. */
export function digestParts(digest: string): { algorithm: string; hex: string } | undefined {
  const [, algorithm, hex] = /^(sha256|sha512):([a-f0-9]+)$/.exec(digest) ?? [];
  return algorithm === undefined || hex === undefined ? undefined : { algorithm, hex };
}

/** Checks bytes against a digest as they come. */
export class DigestCheck {
  private readonly algorithm: string;
  private readonly expected: string;
  private readonly hash: Hash;

  /** @throws BlobError `corrupt` when the digest's algorithm is not known */
  constructor(private readonly digest: string) {
    const parts = digestParts(digest);
    if (parts === undefined)
      throw new BlobError('corrupt', digest, `${digest} is no sha256 or sha512 digest.`);
    this.algorithm = parts.algorithm;
    this.expected = parts.hex;
    this.hash = createHash(parts.algorithm);
  }

  update(bytes: Uint8Array): void {
    this.hash.update(bytes);
  }

  /** @throws BlobError `corrupt` when all bytes together are not those of the digest */
  finish(): void {
    const actual = this.hash.digest('hex');
    if (actual === this.expected) return;
    const message = `The content of ${this.digest} has another digest: ${this.algorithm}:${actual}.`;
    throw new BlobError('corrupt', this.digest, message);
  }
}

/** @throws BlobError `corrupt` when the bytes are not those of the digest, or its algorithm is not known */
export function checkDigest(digest: string, bytes: Uint8Array): void {
  const check = new DigestCheck(digest);
  check.update(bytes);
  check.finish();
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
