import { open, type FileHandle } from 'node:fs/promises';
import { z } from 'zod';
import { BlobError, type BlobSource } from './blobSource';
import { combineIndexes, type CombinedIndex } from './combineIndex';
import { OciArchive } from './ociArchive';
import { foreignLayerType, OciArchiveWriter } from './ociArchiveWriter';
import { documentKind, ImageError, jsonOf, parseDocument } from './document';
import { documentSchema, maxManifestBytes, type Descriptor } from './resultImage';
import { readPieces, scanTar } from './tar/tarIndex';
import { TarWriter } from './tar/tarWriter';
import { replaceFile } from '../system/replaceFile';

const layoutIndexSchema = z.looseObject({
  manifests: z.array(z.looseObject({ digest: z.string(), size: z.number().nonnegative() })),
});
type LayoutIndex = z.infer<typeof layoutIndexSchema>;

/**
 * Joins OCI archives that several nodes made of one image into one archive with one index; every blob is checked and
 * written once. `index.json` names it by the annotations that BuildKit gave the first part. The target appears under its
 * name when it is complete; the parts stay. Needs little memory, whatever the image's size.
 *
 * @param parts absolute paths of the archives
 * @param target absolute path; replaced when it exists
 * @param platforms canonical, in the order that the index shall have
 * @returns the index's digest
 * @throws BlobError, ImageError or TarError when a part is damaged; the file system's error; the signal's reason
 */
export async function assembleOciArchives(
  parts: readonly string[],
  target: string,
  platforms: readonly string[],
  signal: AbortSignal,
): Promise<string> {
  const archives: OciArchive[] = [];
  try {
    for (const path of parts) archives.push(await OciArchive.open(path));
    const layouts = await Promise.all(archives.map(readLayoutIndex));
    const roots = layouts.map(rootDigest);
    const sources = archives.map((source, index) => ({ source, digest: roots[index]! }));
    const combined = await combineIndexes(sources, platforms, signal);
    await replaceFile(target, (file) => writeArchive(file, archives, combined, layouts[0]!, signal));
    return combined.digest;
  } finally {
    await Promise.all(archives.map((archive) => archive.close()));
  }
}

/**
 * Joins tar archives into one that has the entries of all of them. The target appears under its name when it is
 * complete; the parts stay.
 *
 * @param parts absolute paths of uncompressed archives
 * @param target absolute path; replaced when it exists
 * @throws TarError when a part is no tar archive; the file system's error; the signal's reason
 */
export async function assembleTars(
  parts: readonly string[],
  target: string,
  signal: AbortSignal,
): Promise<void> {
  await replaceFile(target, async (file) => {
    const writer = new TarWriter(file);
    for (const path of parts) {
      const part = await open(path, 'r');
      try {
        const { endOffset } = await scanTar(part);
        await writer.append(readPieces(part, { offset: 0, length: endOffset }, signal));
      } finally {
        await part.close();
      }
    }
    await writer.end();
  });
}

async function readLayoutIndex(archive: OciArchive): Promise<LayoutIndex> {
  return parseDocument(
    layoutIndexSchema,
    await archive.readFile('index.json', maxManifestBytes),
    'index.json',
  );
}

/** BuildKit lists one image, once for each of its names. */
function rootDigest({ manifests }: LayoutIndex): string {
  const digests = new Set(manifests.map(({ digest }) => digest));
  const [digest] = digests;
  if (digest === undefined || digests.size > 1)
    throw new ImageError(`The archive has ${digests.size} images where one was expected.`);
  return digest;
}

async function writeArchive(
  file: FileHandle,
  archives: readonly OciArchive[],
  { bytes, digest, mediaType, manifests }: CombinedIndex,
  layout: LayoutIndex,
  signal: AbortSignal,
): Promise<void> {
  const writer = new OciArchiveWriter(file);
  const written = new Set<string>();
  const copy = async (descriptor: Descriptor, from: OciArchive): Promise<void> => {
    if (written.has(descriptor.digest)) return;
    const archive = [from, ...archives].find((one) => one.has(descriptor.digest));
    if (archive === undefined && foreignLayerType.test(descriptor.mediaType ?? '')) return;
    const size = (archive ?? from).sizeOf(descriptor.digest);
    if (size !== descriptor.size) {
      const message = `${descriptor.digest} has ${size} bytes instead of ${descriptor.size}.`;
      throw new BlobError('corrupt', descriptor.digest, message);
    }
    written.add(descriptor.digest);
    await writer.blob(descriptor.digest, size, (archive ?? from).stream(descriptor.digest, signal));
  };

  written.add(digest);
  await writer.blob(digest, bytes.length, [bytes]);
  for (const manifest of manifests) {
    const from = archives[manifest.part]!;
    for (const blob of await contentsOf(manifest, from, signal)) await copy(blob, from);
    await copy(manifest, from);
  }
  const index = Buffer.from(
    JSON.stringify(renamed(layout, { digest, mediaType, size: bytes.length })),
    'utf8',
  );
  await writer.index(index);
  await writer.layout();
  await writer.end();
}

async function contentsOf(
  manifest: Descriptor,
  source: BlobSource,
  signal: AbortSignal,
): Promise<Descriptor[]> {
  const { digest } = manifest;
  const bytes = await source.read(digest, { maxBytes: maxManifestBytes, signal });
  const { config, layers } = parseDocument(documentSchema, bytes, digest);
  if (documentKind(jsonOf(bytes, digest), manifest) === 'index')
    throw new ImageError(`${digest} is an index inside of an index.`);
  return [...(config === undefined ? [] : [config]), ...(layers ?? [])];
}

/** The same names for another image; the platform of a single manifest is not an index's. */
function renamed(
  layout: LayoutIndex,
  image: { digest: string; mediaType: string; size: number },
): Record<string, unknown> {
  const manifests = layout.manifests.map(({ platform: _platform, ...entry }) => ({ ...entry, ...image }));
  return { ...layout, manifests };
}
