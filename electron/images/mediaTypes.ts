/** Media types of image-spec media-types.md and of Docker's distribution manifests. */

export const ociIndex = 'application/vnd.oci.image.index.v1+json';
export const ociManifest = 'application/vnd.oci.image.manifest.v1+json';
export const dockerList = 'application/vnd.docker.distribution.manifest.list.v2+json';

const indexes = new Set([ociIndex, dockerList]);
const manifests = new Set([
  ociManifest,
  'application/vnd.docker.distribution.manifest.v2+json',
  // Of the image specification's release candidates; artifacts were made with it.
  'application/vnd.oci.artifact.manifest.v1+json',
]);
const schema1 = new Set([
  'application/vnd.docker.distribution.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.v1+prettyjws',
]);
const imageConfigs = new Set([
  'application/vnd.oci.image.config.v1+json',
  'application/vnd.docker.container.image.v1+json',
]);
const statements = new Set([
  'application/vnd.in-toto+json',
  'application/vnd.in-toto.bundle',
  'application/vnd.dsse.envelope.v1+json',
]);

export const isIndexType = (mediaType: string): boolean => indexes.has(mediaType);
export const isManifestType = (mediaType: string): boolean => manifests.has(mediaType);
export const isSchema1Type = (mediaType: string): boolean => schema1.has(mediaType);
export const isImageConfigType = (mediaType: string): boolean => imageConfigs.has(mediaType);
export const isStatementType = (mediaType: string): boolean =>
  statements.has(mediaType) || /^application\/vnd\.in-toto[.+]/.test(mediaType);
