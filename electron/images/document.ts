import { z } from 'zod';
import { keysOf, memberOf, objectOf, textOf } from './inspect/loose';
import { isIndexType, isManifestType, isSchema1Type } from './mediaTypes';

/** An image whose documents make no sense. */
export class ImageError extends Error {
  override readonly name = 'ImageError';
}

/** What a document of an image turns out to be. */
export type DocumentKind = 'index' | 'manifest' | 'other';

/**
 * Tells what a document is: by its own media type, else by its descriptor's, else by what it has in it. Whoever reads,
 * copies or lists an image asks here, so that nobody takes for an index what another takes for a manifest
 * (CVE-2021-41190).
 *
 * @param descriptor what led to the document; its media type may be unknown or empty
 * @throws ImageError for schema 1, and for what would be taken for one thing here and for another there
 */
export function documentKind(
  document: unknown,
  { digest, mediaType: described = '' }: { readonly digest: string; readonly mediaType?: string | undefined },
): DocumentKind {
  if (objectOf(document) === undefined) throw new ImageError(`${digest} is no JSON object.`);
  const own = textOf(memberOf(document, 'mediaType')) ?? '';
  const mediaType = own || described;
  const lists = Array.isArray(memberOf(document, 'manifests'));
  if (
    isSchema1Type(mediaType) ||
    (memberOf(document, 'schemaVersion') === 1 && hasMember(document, 'fsLayers'))
  ) {
    throw schema1Error(digest);
  }
  const isOfIndex = hasMember(document, 'manifests');
  const isOfManifest = ['config', 'layers', 'blobs'].some((name) => hasMember(document, name));
  if (isOfIndex && isOfManifest)
    throw new ImageError(`${digest} claims to be an index and a manifest at once.`);
  if (contradict(own, described))
    throw new ImageError(`${digest} says that it is ${own}, and is said to be ${described}.`);
  if (isIndexType(mediaType)) {
    if (!lists) throw new ImageError(`${digest} is called an index and is none.`);
    return 'index';
  }
  if (isManifestType(mediaType)) {
    if (isOfIndex) throw new ImageError(`${digest} is called a manifest and is none.`);
    return 'manifest';
  }
  if (mediaType !== '') return 'other';
  if (lists) return 'index';
  return Array.isArray(memberOf(document, 'layers')) ? 'manifest' : 'other';
}

/** What schema 1 is told with, wherever it comes up. */
export function schema1Error(digest: string): ImageError {
  return new ImageError(
    `${digest} is in Docker’s old image format, schema 1, which Manifold does not read. Pull it with Docker and push it again to make it a present-day one.`,
  );
}

/**
 * A document as its schema has it.
 *
 * @throws ImageError when the bytes are no JSON, or another document than the schema's
 */
export function parseDocument<T>(schema: z.ZodType<T>, bytes: Uint8Array, name: string): T {
  const parsed = schema.safeParse(jsonOf(bytes, name));
  if (parsed.success) return parsed.data;
  throw new ImageError(`${name} is no image manifest: ${z.prettifyError(parsed.error)}`);
}

/**
 * @param name what to call the document when it is none: its digest, or the file that it is in
 * @throws ImageError when the bytes are no JSON
 */
export function jsonOf(bytes: Uint8Array, name: string): unknown {
  try {
    return JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8'));
  } catch (cause) {
    throw new ImageError(`${name} is no JSON document.`, { cause });
  }
}

/** Go's readers, which are most of them, take a member by its name in any case. */
function hasMember(document: unknown, name: string): boolean {
  return keysOf(document).some((key) => key.toUpperCase() === name.toUpperCase());
}

function contradict(own: string, described: string): boolean {
  return (isIndexType(own) && isManifestType(described)) || (isManifestType(own) && isIndexType(described));
}
