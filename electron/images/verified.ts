import { BlobError, DigestCheck } from './blobSource';

/**
 * Passes a blob's bytes on and checks them on the way. The last piece comes only when all of them together are what the
 * digest and the size say; a blob that goes on after its size is given up at once. Pieces are copies, so that they
 * are the reader's own.
 *
 * @throws BlobError `corrupt`, what the source throws, or the signal's reason
 */
export async function* verified(
  { digest, size }: { readonly digest: string; readonly size: number },
  source: AsyncIterable<Uint8Array>,
  signal: AbortSignal,
): AsyncGenerator<Uint8Array<ArrayBuffer>, void, undefined> {
  const check = new DigestCheck(digest);
  let seen = 0;
  let held: Uint8Array<ArrayBuffer> | undefined;
  for await (const piece of source) {
    signal.throwIfAborted();
    if (piece.length === 0) continue;
    seen += piece.length;
    if (seen > size)
      throw new BlobError('corrupt', digest, `${digest} has more than the ${size} bytes it should have.`);
    check.update(piece);
    if (held !== undefined) yield held;
    held = new Uint8Array(piece);
  }
  signal.throwIfAborted();
  if (seen !== size)
    throw new BlobError('corrupt', digest, `${digest} has ${seen} bytes instead of ${size}.`);
  check.finish();
  if (held !== undefined) yield held;
}
