import { canonicalPlatform } from '../../shared/model/nodeAssignment';
import { sha256Digest, type BlobSource } from './blobSource';
import { documentKind, ImageError, jsonOf, parseDocument } from './document';
import { dockerList, ociIndex } from './mediaTypes';
import {
  configPlatform,
  documentSchema,
  isImage,
  maxManifestBytes,
  platformName,
  type Descriptor,
} from './resultImage';

/** One node's share of an image: an index of its platforms, or the manifest of its only one. */
export interface ImagePart {
  source: BlobSource;
  digest: string;
}

/** A manifest of a combined index. */
export interface CombinedManifest extends Descriptor {
  /** Which part it came from. */
  part: number;
}

/** The index that joins the parts, ready to be stored. */
export interface CombinedIndex {
  bytes: Uint8Array;
  digest: string;
  mediaType: string;
  manifests: CombinedManifest[];
}

const dockerTypes = 'application/vnd.docker.';
const subjectAnnotation = 'vnd.docker.reference.digest';

interface Entry {
  descriptor: Descriptor;
  /** The descriptor as it stood in its index, with what we don't know of it. */
  raw: Readonly<Record<string, unknown>>;
  part: number;
}

/**
 * Joins the parts of an image, as `docker buildx imagetools create` does (util/imagetools): all manifests of all parts,
 * each once, in an OCI index, or a Docker manifest list when every one of them is Docker's. They stand in BuildKit's own
 * order: the images in the order of the platforms asked for, then what is attached to them, such as attestations.
 *
 * @param platforms canonical
 * @throws BlobError when a document is missing or damaged, ImageError when one makes no sense
 */
export async function combineIndexes(
  parts: readonly ImagePart[],
  platforms: readonly string[],
  signal: AbortSignal,
): Promise<CombinedIndex> {
  const entries = new Map<string, Entry>();
  let annotations: Record<string, unknown> = {};
  for (const [index, part] of parts.entries()) {
    const read = await readPart(part, signal);
    annotations = { ...annotations, ...read.annotations };
    for (const entry of read.entries) {
      const { digest } = entry.descriptor;
      if (!entries.has(digest)) entries.set(digest, { ...entry, part: index });
    }
  }
  const sorted = inOrder([...entries.values()], platforms);
  const isDocker =
    sorted.length > 0 && sorted.every(({ descriptor }) => descriptor.mediaType?.startsWith(dockerTypes));
  const mediaType = isDocker ? dockerList : ociIndex;
  const document = {
    schemaVersion: 2,
    mediaType,
    manifests: sorted.map(({ raw }) => raw),
    ...(isDocker || Object.keys(annotations).length === 0 ? {} : { annotations }),
  };
  const bytes = Buffer.from(JSON.stringify(document, undefined, 2), 'utf8');
  return {
    bytes,
    digest: sha256Digest(bytes),
    mediaType,
    manifests: sorted.map(({ descriptor, part }) => ({ ...descriptor, part })),
  };
}

async function readPart(
  { source, digest }: ImagePart,
  signal: AbortSignal,
): Promise<{ entries: Omit<Entry, 'part'>[]; annotations: Readonly<Record<string, unknown>> }> {
  const bytes = await source.read(digest, { maxBytes: maxManifestBytes, signal });
  const document = parseDocument(documentSchema, bytes, digest);
  const json = jsonOf(bytes, digest);
  if (documentKind(json, { digest }) === 'index') {
    const raw = json as {
      manifests: Record<string, unknown>[];
      annotations?: Record<string, unknown>;
    };
    const { manifests = [] } = document;
    return {
      entries: manifests.map((descriptor, index) => ({ descriptor, raw: raw.manifests[index]! })),
      annotations: raw.annotations ?? {},
    };
  }
  const { config, mediaType } = document;
  if (config === undefined || mediaType === undefined)
    throw new ImageError(`${digest} is neither an image nor an index.`);
  const platform = await configPlatform(source, config, signal);
  const descriptor: Descriptor = {
    mediaType,
    digest,
    size: bytes.length,
    ...(platform === undefined ? {} : { platform }),
  };
  return { entries: [{ descriptor, raw: { ...descriptor } }], annotations: {} };
}

function inOrder(entries: readonly Entry[], platforms: readonly string[]): Entry[] {
  const position = ({ platform }: Descriptor): number => {
    const at = platform === undefined ? -1 : platforms.indexOf(canonicalPlatform(platformName(platform)));
    return at < 0 ? platforms.length : at;
  };
  const images = entries
    .filter(({ descriptor }) => isImage(descriptor))
    .sort((one, other) => position(one.descriptor) - position(other.descriptor));
  const places = new Map(images.map(({ descriptor: { digest } }, index) => [digest, index]));
  const place = ({ annotations }: Descriptor): number =>
    places.get(annotations?.[subjectAnnotation] ?? '') ?? images.length;
  const attached = entries
    .filter(({ descriptor }) => !isImage(descriptor))
    .sort((one, other) => place(one.descriptor) - place(other.descriptor));
  return [...images, ...attached];
}
