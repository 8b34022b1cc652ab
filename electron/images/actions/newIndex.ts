import { StudioError, type NewIndex } from '../../../shared/contract';
import { canonicalPlatform } from '../../../shared/model/nodeAssignment';
import { parsePlatform } from '../../../shared/model/platform';
import { sha256Digest } from '../blobSource';
import type { OpenImage } from '../openImage';
import { ImageError } from '../document';
import { configPlatform, maxManifestBytes, normalizedPlatform, platformName } from '../resultImage';
import { dockerList, ociIndex } from '../mediaTypes';
import { indexBytes, parseOciDocument, type OciDescriptor, type OciDocument } from './ociDocuments';

const referenceType = 'vnd.docker.reference.type';
const referenceDigest = 'vnd.docker.reference.digest';
const attestation = 'attestation-manifest';
/** What BuildKit's attestations are as artifacts of their own (docs/attestations/attestation-storage.md). */
const attestationArtifact = 'application/vnd.docker.attestation.manifest.v1+json';
const dockerTypes = 'application/vnd.docker.';

/** What a new index is made from. */
export interface IndexPart {
  readonly image: OpenImage;
  /** Which of its platforms to take; all, and what is for none, when absent. */
  readonly platforms?: readonly string[] | undefined;
  /** What was there before: its platforms give way to those of other parts. */
  readonly isBefore?: boolean;
}

export interface IndexOptions {
  readonly preferManifest: boolean;
  readonly annotations: NewIndex['annotations'];
  readonly descriptorAnnotations: NewIndex['descriptorAnnotations'];
}

/** A document, and what it needs beside it. */
export interface ComposedIndex {
  readonly bytes: Uint8Array;
  readonly digest: string;
  readonly mediaType: string;
  /** What has to be there before it, and where that comes from. */
  readonly manifests: readonly ComposedManifest[];
}

export interface ComposedManifest {
  readonly digest: string;
  readonly mediaType: string;
  /** In bytes. */
  readonly size: number;
  /** In canonical spelling; absent for what is for no machine, such as attestations. */
  readonly platform?: string;
  readonly image: OpenImage;
}

interface Entry {
  descriptor: OciDescriptor;
  /** Positions of the parts that have it. */
  readonly parts: Set<number>;
  image: OpenImage;
}

interface ReadPart extends IndexPart {
  readonly bytes: Uint8Array;
  readonly mediaType: string;
  readonly document: OciDocument;
  readonly isIndex: boolean;
}

/**
 * Puts a new index together as `docker buildx imagetools create` does (util/imagetools), byte for byte: the manifests of
 * all parts, each once, without the platforms that are not wanted and the attestations of those; attestations that are
 * stored as referrers come in. A lone index stays as it is where nothing is to be changed.
 *
 * @throws BlobError or ImageError when a part is damaged; StudioError `not-found` when nothing is left,
 *   `invalid-request` for annotations where there can be none, `image-invalid` for manifests of too old a kind; what
 *   reading a part throws
 */
export async function composeIndex(
  given: readonly IndexPart[],
  options: IndexOptions,
  signal: AbortSignal,
): Promise<ComposedIndex> {
  const parts = await Promise.all(given.map((part) => readPart(part, signal)));
  const isAnnotated = Object.keys(options.annotations).length > 0 || options.descriptorAnnotations.length > 0;
  const [only] = parts;
  const lone = parts.length === 1 && !isAnnotated ? only : undefined;
  if (lone !== undefined && !lone.isIndex && options.preferManifest) return carbonCopy(lone, signal);

  const entries = await entriesOf(parts, signal);
  const isDocker = entries.every(({ descriptor }) => descriptor.mediaType.startsWith(dockerTypes));
  const mediaType = lone?.isIndex === true ? lone.mediaType : isDocker ? dockerList : ociIndex;
  if (isAnnotated) annotate(entries, options, mediaType);
  const kept = keptOf(entries, parts);
  if (kept.length === 0) {
    throw new StudioError({
      code: 'not-found',
      message: 'None of the platforms that were asked for is there.',
      hint: 'Choose at least one platform that one of the images has.',
    });
  }
  const referrers = await attestationsOf(kept, entries, signal);
  const manifests = [...kept, ...referrers].map(composedManifest);
  const isWhole = kept.length === entries.length && referrers.length === 0;
  if (lone?.isIndex === true && isWhole) {
    return { bytes: lone.bytes, digest: lone.image.root.digest, mediaType, manifests };
  }
  const own = lone?.isIndex === true ? lone.document : undefined;
  const bytes = indexBytes({
    // Of an index that does not say what it is, not either.
    mediaType: own === undefined ? mediaType : (own.mediaType ?? ''),
    artifactType: own?.artifactType,
    manifests: [...kept, ...referrers].map(({ descriptor }) => descriptor),
    subject: own?.subject,
    annotations: own === undefined ? options.annotations : own.annotations,
  });
  return { bytes, digest: sha256Digest(bytes), mediaType, manifests };
}

async function readPart(part: IndexPart, signal: AbortSignal): Promise<ReadPart> {
  const { root } = part.image;
  const bytes = await part.image.read(root.digest, { maxBytes: maxManifestBytes, signal });
  const { document, isIndex } = parseOciDocument(bytes, root);
  return { ...part, bytes, mediaType: document.mediaType || root.mediaType, document, isIndex };
}

/** A manifest as it is, without an index around it. */
async function carbonCopy(part: ReadPart, signal: AbortSignal): Promise<ComposedIndex> {
  const { image, mediaType, bytes } = part;
  const descriptor = await descriptorFor(part, signal);
  if (part.platforms !== undefined && !part.platforms.some((wanted) => matches(descriptor, wanted))) {
    throw new StudioError({
      code: 'not-found',
      message: `${image.name} is for ${nameOf(descriptor)}, which was not asked for.`,
      hint: 'Choose that platform, or another image.',
    });
  }
  const { digest } = image.root;
  return { bytes, digest, mediaType, manifests: [composedManifest({ descriptor, image })] };
}

function composedManifest({ descriptor, image }: Pick<Entry, 'descriptor' | 'image'>): ComposedManifest {
  const { digest, mediaType, size } = descriptor;
  const platform = isForMachine(descriptor) ? { platform: nameOf(descriptor) } : {};
  return { digest, mediaType, size, ...platform, image };
}

/** All manifests, each once, at the place where it was met first; later parts add to its descriptor. */
async function entriesOf(parts: readonly ReadPart[], signal: AbortSignal): Promise<Entry[]> {
  const entries = new Map<string, Entry>();
  for (const [index, part] of parts.entries()) {
    const descriptors = part.isIndex ? (part.document.manifests ?? []) : [await descriptorFor(part, signal)];
    for (const descriptor of descriptors) {
      const known = entries.get(descriptor.digest);
      if (known === undefined) {
        entries.set(descriptor.digest, { descriptor, parts: new Set([index]), image: part.image });
        continue;
      }
      const { descriptor: old } = known;
      known.descriptor = {
        ...old,
        mediaType: old.mediaType || descriptor.mediaType,
        platform: descriptor.platform ?? old.platform,
        annotations: { ...old.annotations, ...descriptor.annotations },
      };
      known.parts.add(index);
      known.image = part.image;
    }
  }
  return [...entries.values()];
}

/** The descriptor of a manifest that is in no index. Its platform is the config's, as far as buildx takes it. */
async function descriptorFor(
  { image, mediaType, document }: ReadPart,
  signal: AbortSignal,
): Promise<OciDescriptor> {
  const { config } = document;
  if (!config) throw new ImageError(`${image.root.digest} is neither an image nor an index.`);
  const { digest, size } = image.root;
  const told = await configPlatform(image, config, signal);
  const { os = '', architecture = '', variant } = told === undefined ? {} : normalizedPlatform(told);
  return { mediaType, digest, size, platform: { architecture, os, variant } };
}

function annotate(entries: readonly Entry[], options: IndexOptions, mediaType: string): void {
  if (mediaType === dockerList) {
    throw new StudioError({
      code: 'invalid-request',
      message: 'A Docker manifest list can’t have annotations, and all of these manifests are Docker’s.',
      hint: 'Leave the annotations out, or build the images with OCI media types (oci-mediatypes=true).',
      details: { subject: 'annotations' },
    });
  }
  // What is said of one platform wins over what is said of all.
  const general = options.descriptorAnnotations.filter(({ platform }) => platform === undefined);
  const special = options.descriptorAnnotations.filter(({ platform }) => platform !== undefined);
  for (const entry of entries) {
    for (const { platform, key, value } of [...general, ...special]) {
      if (platform !== undefined && nameOf(entry.descriptor) !== canonicalPlatform(platform)) continue;
      entry.descriptor = {
        ...entry.descriptor,
        annotations: { ...entry.descriptor.annotations, [key]: value },
      };
    }
  }
}

function keptOf(entries: readonly Entry[], parts: readonly ReadPart[]): Entry[] {
  const subjects = new Map(entries.map((entry) => [entry.descriptor.digest, entry]));
  const takes = (index: number, { descriptor }: Entry): boolean => {
    const { platforms } = parts[index]!;
    return (
      platforms === undefined ||
      !descriptor.platform ||
      platforms.some((wanted) => matches(descriptor, wanted))
    );
  };
  const isNew = (entry: Entry): boolean =>
    [...entry.parts].some((index) => parts[index]!.isBefore !== true && takes(index, entry));
  const replaced = new Set(
    entries
      .filter((entry) => isNew(entry) && isForMachine(entry.descriptor))
      .map(({ descriptor }) => nameOf(descriptor)),
  );
  const givesWay = (entry: Entry): boolean =>
    isForMachine(entry.descriptor) && !isNew(entry) && replaced.has(nameOf(entry.descriptor));
  const isTaken = (entry: Entry): boolean =>
    !givesWay(entry) && [...entry.parts].some((index) => takes(index, entry));
  return entries.filter((entry) => {
    const subject = subjects.get(subjectOf(entry.descriptor) ?? '');
    // An attestation goes with its image.
    if (subject !== undefined && subject !== entry) return isTaken(subject);
    return isTaken(entry);
  });
}

/**
 * Attestations that are no part of an index yet but name one of its manifests as their subject; one for each that has
 * none.
 */
async function attestationsOf(
  kept: readonly Entry[],
  entries: readonly Entry[],
  signal: AbortSignal,
): Promise<{ descriptor: OciDescriptor; image: OpenImage }[]> {
  const attested = new Set(kept.map(({ descriptor }) => subjectOf(descriptor)));
  const known = new Set(entries.map(({ descriptor }) => descriptor.digest));
  const bare = kept.filter(
    ({ descriptor }) => subjectOf(descriptor) === undefined && !attested.has(descriptor.digest),
  );
  const found = await Promise.all(
    bare.map(async ({ descriptor: { digest }, image }) => {
      const { referrers = [] } = (await image.referrers?.(digest, signal)) ?? {};
      const referrer = referrers.find(
        (each) => each.artifactType === attestationArtifact && !known.has(each.digest),
      );
      if (referrer === undefined) return [];
      const descriptor: OciDescriptor = {
        mediaType: referrer.mediaType,
        digest: referrer.digest,
        size: referrer.size,
        platform: { architecture: 'unknown', os: 'unknown' },
        annotations: { ...referrer.annotations, [referenceType]: attestation, [referenceDigest]: digest },
      };
      return [{ descriptor, image }];
    }),
  );
  return found.flat();
}

function subjectOf({ annotations }: OciDescriptor): string | undefined {
  return annotations?.[referenceType] === attestation ? annotations[referenceDigest] : undefined;
}

function isForMachine(descriptor: OciDescriptor): boolean {
  return !!descriptor.platform && descriptor.platform.os !== 'unknown' && subjectOf(descriptor) === undefined;
}

/** Whether a descriptor is for a platform; a version or features of the system count only where they are asked for. */
function matches({ platform }: OciDescriptor, wanted: string): boolean {
  const parsed = parsePlatform(wanted);
  if (!platform || !parsed.ok) return false;
  const [has, asks] = [normalizedPlatform(platform), parsed.value];
  if (asks.osVersion !== undefined && has.osVersion !== asks.osVersion) return false;
  if (!(asks.osFeatures ?? []).every((feature) => has.osFeatures?.includes(feature))) return false;
  return has.os === asks.os && has.architecture === asks.architecture && has.variant === asks.variant;
}

function nameOf({ platform }: OciDescriptor): string {
  return platform ? platformName(platform) : '';
}
