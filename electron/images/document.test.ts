import { describe, expect, it } from 'vitest';
import { documentKind } from './document';
import { dockerList, ociIndex, ociManifest } from './mediaTypes';

const kind = (document: unknown, mediaType?: string) =>
  documentKind(document, { digest: 'sha256:1', mediaType });

describe('documentKind', () => {
  it.each([
    [{ mediaType: ociIndex, manifests: [] }, ociIndex, 'index'],
    [{ manifests: [] }, dockerList, 'index'],
    [{ manifests: [] }, '', 'index'],
    [{ manifests: [] }, undefined, 'index'],
    [{ mediaType: ociManifest, config: {}, layers: [] }, ociManifest, 'manifest'],
    [{ config: {}, layers: [] }, ociManifest, 'manifest'],
    [{ mediaType: '', layers: [] }, '', 'manifest'],
    // Tools say OCI of what is Docker's; it is an index all the same.
    [{ mediaType: dockerList, manifests: [] }, ociIndex, 'index'],
    [{ mediaType: 'application/x-odd', manifests: [] }, ociIndex, 'other'],
    [{}, '', 'other'],
  ])('of %j, described as %j, is %s', (document, mediaType, expected) => {
    expect(kind(document, mediaType)).toBe(expected);
  });

  it.each([
    [{ manifests: [], config: {} }, '', 'at once'],
    [{ manifests: [], layers: [] }, ociManifest, 'at once'],
    [{ mediaType: ociIndex, manifests: [], blobs: null }, ociIndex, 'at once'],
    // For Go it is an index with a config; for us it would be a plain manifest.
    [{ mediaType: ociManifest, config: {}, layers: [], Manifests: [] }, ociManifest, 'at once'],
    [{ mediaType: ociManifest, manifests: [] }, ociManifest, 'called a manifest and is none'],
    [{ mediaType: ociIndex, config: {}, layers: [] }, ociIndex, 'called an index and is none'],
    [{ mediaType: ociIndex, manifests: {} }, ociIndex, 'called an index and is none'],
    [{ mediaType: ociIndex, manifests: [] }, ociManifest, `says that it is ${ociIndex}`],
    [{ mediaType: ociManifest, layers: [] }, dockerList, `says that it is ${ociManifest}`],
    [{ schemaVersion: 1, fsLayers: [] }, '', 'schema 1'],
    [[], ociIndex, 'no JSON object'],
  ])('refuses %j, described as %j', (document, mediaType, words) => {
    expect(() => kind(document, mediaType)).toThrow(words);
  });
});
