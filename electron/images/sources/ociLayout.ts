import { z } from 'zod';
import type { ImageSource } from '../../../shared/contract';
import { canonicalName, parseReference } from '../../../shared/model/reference';
import { sha256Digest } from '../blobSource';
import { ImageError, parseDocument } from '../document';
import { ociIndex } from '../mediaTypes';
import { readArchiveFile, type ArchiveFiles } from './archiveFiles';
import { ArchiveImage } from './archiveImage';
import { noSuchImage } from './sourceErrors';

const indexFile = 'index.json';
/** image-spec annotations.md, and what BuildKit and containerd put beside it (containerd images.AnnotationImageName). */
const nameAnnotations = ['io.containerd.image.name', 'org.opencontainers.image.ref.name'];
/** Of a layout's own list; other tools put thousands of images in one. */
const maxIndexBytes = 16 * 1024 * 1024;

const entrySchema = z.object({
  mediaType: z.string().optional(),
  digest: z.string(),
  size: z.number().nonnegative(),
  annotations: z.record(z.string(), z.string()).optional(),
});
const layoutSchema = z.object({ manifests: z.array(entrySchema) });
type Entry = z.infer<typeof entrySchema>;

export interface ArchiveToOpen {
  source: ImageSource;
  /** As people call it. */
  name: string;
  files: ArchiveFiles;
  /** A name or a digest that chooses among several images. */
  reference?: string | undefined;
}

/** Whether the files are those of an OCI layout (image-spec image-layout.md). */
export async function isOciLayout(files: ArchiveFiles): Promise<boolean> {
  return (await files.sizeOf(indexFile)) !== undefined;
}

/**
 * Opens an OCI layout. It begins with the image that the reference names, or with the only one; where there are several
 * and none is named, with the layout's own list.
 *
 * @throws ImageError, BlobError or TarError when it is damaged; StudioError `not-found` when it has no such image
 */
export async function openOciLayout(archive: ArchiveToOpen, signal: AbortSignal): Promise<ArchiveImage> {
  const { files, reference, source, name } = archive;
  const bytes = await readArchiveFile(files, indexFile, maxIndexBytes, signal);
  const { manifests } = parseDocument(layoutSchema, bytes, indexFile);
  if (manifests.length === 0) throw new ImageError('The archive has no image in it.');
  const references = referencesOf(manifests);
  const image = (root: ArchiveImage['root'], documents?: ReadonlyMap<string, Uint8Array>): ArchiveImage => {
    const shown = references.get(root.digest);
    return new ArchiveImage({
      ...{ source, name, root, files, fileOf, ...(documents && { documents }) },
      siblings: { references: [...references.values()], ...(shown !== undefined && { shown }) },
    });
  };

  if (reference !== undefined) {
    const named = manifests.find((entry) => isNamed(entry, reference));
    if (named !== undefined) return image(rootOf(named));
    const file = fileOf(reference);
    const size = file === undefined ? undefined : await files.sizeOf(file);
    if (size !== undefined) return image({ digest: reference, mediaType: '', size });
    throw noSuchImage(name, reference, manifests.flatMap(names));
  }
  // BuildKit lists one image once for each of its names.
  if (new Set(manifests.map(({ digest }) => digest)).size === 1) return image(rootOf(manifests[0]!));
  const digest = sha256Digest(bytes);
  return image({ digest, mediaType: ociIndex, size: bytes.length }, new Map([[digest, bytes]]));
}

function rootOf({ digest, mediaType, size }: Entry): ArchiveImage['root'] {
  return { digest, mediaType: mediaType ?? '', size };
}

/** What each image can be opened by: its name where no other has it too, else its digest. */
function referencesOf(manifests: readonly Entry[]): ReadonlyMap<string, string> {
  const owners = new Map<string, Set<string>>();
  for (const entry of manifests) {
    for (const name of names(entry)) owners.set(name, (owners.get(name) ?? new Set()).add(entry.digest));
  }
  const references = new Map(manifests.map(({ digest }) => [digest, digest]));
  for (const [name, [digest = '', another]] of owners) {
    if (another === undefined && references.get(digest) === digest) references.set(digest, name);
  }
  return references;
}

function names({ annotations }: Entry): string[] {
  return nameAnnotations.flatMap((key) => annotations?.[key] ?? []);
}

function isNamed(entry: Entry, reference: string): boolean {
  if (entry.digest === reference || names(entry).includes(reference)) return true;
  const wanted = canonical(reference);
  return wanted !== undefined && names(entry).some((name) => canonical(name) === wanted);
}

function canonical(text: string): string | undefined {
  const parsed = parseReference(text);
  return parsed.ok ? canonicalName(parsed.value) : undefined;
}

/** Only digests that can be checked; so names never lead anywhere else. */
function fileOf(digest: string): string | undefined {
  const [, algorithm, hex] = /^(sha256|sha512):([a-f0-9]+)$/.exec(digest) ?? [];
  return algorithm === undefined ? undefined : `blobs/${algorithm}/${hex}`;
}
