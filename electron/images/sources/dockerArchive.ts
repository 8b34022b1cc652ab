import { posix } from 'node:path';
import { z } from 'zod';
import { canonicalName, parseReference } from '../../../shared/model/reference';
import { BlobError, sha256Digest } from '../blobSource';
import { ImageError, parseDocument } from '../document';
import { readArchiveFile, type ArchiveFiles } from './archiveFiles';
import { ArchiveImage } from './archiveImage';
import type { ArchiveToOpen } from './ociLayout';
import { noSuchImage } from './sourceErrors';
import { digestOf } from './spool';

const listFile = 'manifest.json';
const maxListBytes = 16 * 1024 * 1024;
const maxConfigBytes = 16 * 1024 * 1024;
const manifestType = 'application/vnd.docker.distribution.manifest.v2+json';
const layerType = 'application/vnd.docker.image.rootfs.diff.tar';
/** Says in the manifest, and so wherever its annotations are shown, that nobody stored it like this. */
const madeUp = 'manifold.synthesized-from';

const listSchema = z
  .array(
    z.object({
      Config: z.string(),
      RepoTags: z.array(z.string()).nullish(),
      Layers: z.array(z.string()).nullish(),
    }),
  )
  .min(1);
type Listed = z.infer<typeof listSchema>[number];
const configSchema = z.looseObject({
  rootfs: z.looseObject({ diff_ids: z.array(z.string()).nullish() }).nullish(),
});

/** Whether the files are those of `docker save` (moby image/tarexport). */
export async function isDockerArchive(files: ArchiveFiles): Promise<boolean> {
  return (await files.sizeOf(listFile)) !== undefined;
}

/**
 * Opens what `docker save` wrote. Such an archive has no manifest, so one is made of its list: its digest is that of no
 * registry, and an annotation says so. Layers are there as they are in the engine, uncompressed, so their digests are
 * the config's diff IDs; nothing has to be read to know them. The reference chooses among several images; without one it
 * is the first.
 *
 * @throws ImageError, BlobError or TarError when it is damaged; StudioError `not-found` when it has no such image
 */
export async function openDockerArchive(archive: ArchiveToOpen, signal: AbortSignal): Promise<ArchiveImage> {
  const { files, reference, source, name } = archive;
  const list = parseDocument(
    listSchema,
    await readArchiveFile(files, listFile, maxListBytes, signal),
    listFile,
  );
  const listed = reference === undefined ? list[0] : list.find((image) => isNamed(image, reference));
  if (listed === undefined)
    throw noSuchImage(
      name,
      reference!,
      list.flatMap(({ RepoTags }) => RepoTags ?? []),
    );

  const configFile = posix.normalize(listed.Config);
  const config = await readArchiveFile(files, configFile, maxConfigBytes, signal);
  const configDigest = sha256Digest(config);
  const diffIds = parseDocument(configSchema, config, configFile).rootfs?.diff_ids ?? [];
  const layerFiles = (listed.Layers ?? []).map((file) => posix.normalize(file));
  if (layerFiles.length !== diffIds.length) {
    throw new ImageError(
      `The archive is damaged: it has ${layerFiles.length} layers of ${name}, and its config tells of ${diffIds.length}.`,
    );
  }
  const byDigest = new Map([[configDigest, configFile]]);
  const layers = [];
  for (const [index, file] of layerFiles.entries()) {
    const layer = await describeLayer(files, file, diffIds[index]!, signal);
    byDigest.set(layer.digest, file);
    layers.push(layer);
  }
  const manifest = Buffer.from(
    JSON.stringify({
      schemaVersion: 2,
      mediaType: manifestType,
      config: {
        mediaType: 'application/vnd.docker.container.image.v1+json',
        digest: configDigest,
        size: config.length,
      },
      layers,
      annotations: { [madeUp]: listFile },
    }),
    'utf8',
  );
  const digest = sha256Digest(manifest);
  return new ArchiveImage({
    source,
    name,
    root: { digest, mediaType: manifestType, size: manifest.length },
    files,
    fileOf: (wanted) => byDigest.get(wanted),
    siblings: { references: list.map(referenceOf), shown: referenceOf(listed) },
    documents: new Map([[digest, manifest]]),
  });
}

/** Docker loads compressed layers too, as other tools write them; then the digest is another than the diff ID. */
async function describeLayer(
  files: ArchiveFiles,
  file: string,
  diffId: string,
  signal: AbortSignal,
): Promise<{ mediaType: string; digest: string; size: number }> {
  const size = await files.sizeOf(file);
  if (size === undefined) throw new BlobError('missing', file, `The archive has no ${file}.`);
  const whole = { offset: 0, length: size };
  const suffix = await compression(files, file, Math.min(size, 4), signal);
  if (suffix === undefined) return { mediaType: layerType, digest: diffId, size };
  return {
    mediaType: `${layerType}.${suffix}`,
    digest: await digestOf(files.pieces(file, whole, signal)),
    size,
  };
}

async function compression(
  files: ArchiveFiles,
  file: string,
  length: number,
  signal: AbortSignal,
): Promise<'gzip' | 'zstd' | undefined> {
  for await (const start of files.pieces(file, { offset: 0, length }, signal)) {
    const magic = Buffer.from(start).toString('hex');
    if (magic.startsWith('1f8b')) return 'gzip';
    if (magic === '28b52ffd') return 'zstd';
  }
  return undefined;
}

/** What an image can be opened by: its first tag, else its ID. */
function referenceOf({ Config, RepoTags }: Listed): string {
  return RepoTags?.[0] ?? `sha256:${posix.basename(Config).replace(/\.json$/, '')}`;
}

/** By a tag, or by the ID that the engine shows, whole or its beginning. */
function isNamed({ Config, RepoTags }: Listed, reference: string): boolean {
  const id = /^(?:sha256:)?([a-f0-9]{12,64})$/.exec(reference)?.[1];
  if (id !== undefined && posix.basename(Config).startsWith(id)) return true;
  const wanted = canonical(reference);
  return (RepoTags ?? []).some((tag) => tag === reference || canonical(tag) === wanted);
}

function canonical(text: string): string {
  const parsed = parseReference(text);
  return parsed.ok ? canonicalName(parsed.value) : text;
}
