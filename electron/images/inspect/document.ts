import { ImageError } from '../resultImage';
import { isIndexType, isManifestType, isSchema1Type } from './mediaTypes';
import { memberOf, objectOf, textOf } from './loose';

/** What a document of an image turns out to be. */
export type DocumentKind = 'index' | 'manifest' | 'other';

/**
 * Tells what a document is: by its own media type, else by its descriptor's, else by what it has in it.
 *
 * @throws ImageError for schema 1, and for what would be taken for one thing here and for another there
 */
export function documentKind(document: unknown, describedAs: string): DocumentKind {
  if (objectOf(document) === undefined) throw new ImageError('It is no JSON object.');
  const own = textOf(memberOf(document, 'mediaType')) ?? '';
  const mediaType = own || describedAs;
  const has = (member: string): boolean => memberOf(document, member) !== undefined;
  if (isSchema1Type(mediaType) || (memberOf(document, 'schemaVersion') === 1 && has('fsLayers'))) {
    throw schema1Error();
  }
  // CVE-2021-41190: one digest must not be two things.
  if (has('manifests') && (has('layers') || has('config'))) {
    throw new ImageError('It claims to be an index and a manifest at once.');
  }
  if (isIndexType(mediaType)) return checked('index', Array.isArray(memberOf(document, 'manifests')));
  if (isManifestType(mediaType)) return checked('manifest', !has('manifests'));
  if (mediaType !== '') return 'other';
  if (Array.isArray(memberOf(document, 'manifests'))) return 'index';
  return Array.isArray(memberOf(document, 'layers')) ? 'manifest' : 'other';
}

/** What schema 1 is told with, wherever it comes up. */
export function schema1Error(): ImageError {
  return new ImageError(
    'It is in Docker’s old image format, schema 1, which Manifold does not read. Pull it with Docker and push it again to make it a present-day one.',
  );
}

function checked(kind: 'index' | 'manifest', fits: boolean): DocumentKind {
  if (fits) return kind;
  throw new ImageError(`It is called ${kind === 'index' ? 'an index' : 'a manifest'} and is none.`);
}

/** @throws ImageError when the bytes are no JSON */
export function jsonOf(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8'));
  } catch (cause) {
    throw new ImageError('It is no JSON.', { cause });
  }
}
