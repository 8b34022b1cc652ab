import type { ImageCopy, IndexPlan, NewIndex, TransferItem } from '../../../shared/contract';
import { StudioError } from '../../../shared/contract';
import {
  canonicalName,
  familiarName,
  parseReference,
  repositoryName,
  type ImageReference,
} from '../../../shared/model/reference';
import { sourceName } from '../../../shared/model/sourceName';
import type { ImageOpener, OpenImage } from '../openImage';
import type { RegistryClient } from '../registry/registryClient';
import { maxManifestBytes } from '../resultImage';
import { openRegistryImage, registryReference } from '../registry/registryImage';
import type { RegistryRepository } from '../registry/registryRepository';
import { actionFailure } from './actionFailure';
import { namedRoot, writeArchive } from './copyToArchive';
import { bytesOf, copyMissing, missingIn, type Missing } from './copyToRegistry';
import { contentsOf, type ImageContents } from './imageContents';
import { composeIndex, type ComposedIndex, type IndexPart } from './newIndex';
import { deleteTag } from './deleteTag';
import { transferItems, type TransferMeter } from './transferProgress';

export interface ImageActionsParts {
  readonly images: ImageOpener;
  readonly registries: RegistryClient;
  /** Asks the person where an archive shall go; undefined when they have chosen no place. */
  chooseArchive(suggestedName: string): Promise<string | undefined>;
}

/** A tag that is written to. */
interface Target {
  readonly reference: ImageReference;
  readonly tag: string;
}

const asItIs = { preferManifest: true, annotations: {}, descriptorAnnotations: [] };

/** What can be done with images without building them. */
export class ImageActions {
  constructor(private readonly parts: ImageActionsParts) {}

  /**
   * What {@link createIndex} would store; nothing is changed.
   *
   * @throws StudioError `invalid-request`, `not-found`, `registry-denied`, `registry-unreachable`, `image-invalid`
   */
  async planIndex(request: NewIndex, signal: AbortSignal): Promise<IndexPlan> {
    return this.withIndex(request, signal, async ({ composed, before, repositories }) => {
      const contents = await contentsOf(composed.manifests, signal);
      let [copyBytes, presentBytes] = [0, 0];
      for (const { repository } of repositories) {
        const { moved, present } = bytesOf(await missingIn(repository, contents, signal));
        copyBytes += moved;
        presentBytes += present;
      }
      const { digest, mediaType, bytes } = composed;
      return {
        digest,
        mediaType,
        text: textOf(bytes),
        ...(before === undefined ? {} : { before }),
        copyBytes,
        presentBytes,
      };
    });
  }

  /**
   * Stores a new index under its tags, after what is missing there.
   *
   * @throws as {@link planIndex}; leaving the stream stops it
   */
  createIndex(request: NewIndex, signal: AbortSignal): AsyncGenerator<TransferItem, void, undefined> {
    return transferItems(
      (meter, own) =>
        this.withIndex(request, own, async ({ composed, repositories }) => {
          const contents = await contentsOf(composed.manifests, own);
          await this.store(composed, contents, repositories, meter, own);
          const references = repositories.flatMap(({ targets }) => targets.map(nameOf));
          return { type: 'done', digest: composed.digest, references };
        }),
      signal,
    );
  }

  /**
   * Copies an image, or some platforms of it, with their attestations.
   *
   * @throws as {@link planIndex}, and `permission-denied` or `disk-full` for an archive; leaving the stream stops it
   */
  copy(request: ImageCopy, signal: AbortSignal): AsyncGenerator<TransferItem, void, undefined> {
    const { source, platforms, target } = request;
    return transferItems(async (meter, own) => {
      let path: string | undefined;
      try {
        const [place] = target.kind === 'registry' ? this.targetsOf([target.reference]) : [];
        return await this.parts.images.use(
          source,
          async (image) => {
            if (target.kind === 'archive') {
              path = await this.parts.chooseArchive(`${fileName(image.name)}.tar`);
              if (path === undefined) return { type: 'dismissed' };
            }
            const composed = await selection(image, platforms, own);
            const contents = await contentsOf(composed.manifests, own);
            if (place !== undefined) {
              await this.store(composed, contents, [place], meter, own);
              return { type: 'done', digest: composed.digest, references: place.targets.map(nameOf) };
            }
            await toArchive(composed, contents, image, path!, meter, own);
            return { type: 'done', digest: composed.digest, references: [], path: path! };
          },
          { signal: own },
        );
      } catch (error) {
        throw actionFailure(error, path ?? sourceName(source));
      }
    }, signal);
  }

  /**
   * Takes a tag away, where the registry allows it.
   *
   * @param digest what the tag stood for when the person was asked
   * @throws StudioError `not-found`, `conflict`, `registry-denied`, `registry-unreachable`
   */
  async deleteTag(reference: string, digest: string, signal: AbortSignal): Promise<void> {
    const parsed = registryReference(reference);
    try {
      await deleteTag(this.parts.registries.repository(parsed, 'pull,push'), parsed, digest, signal);
    } catch (error) {
      throw actionFailure(error, reference);
    }
  }

  /** Opens everything that an index is made of, and lets `work` have it. */
  private async withIndex<T>(
    request: NewIndex,
    signal: AbortSignal,
    work: (made: {
      composed: ComposedIndex;
      before: string | undefined;
      repositories: readonly TargetRepository[];
    }) => Promise<T>,
  ): Promise<T> {
    try {
      const repositories = this.targetsOf(request.tags);
      const first = repositories[0]!;
      const before = await this.imageBefore(first.repository, first.targets[0]!, signal);
      const parts: IndexPart[] =
        request.append && before !== undefined ? [{ image: before, isBefore: true }] : [];
      const open = async (index: number): Promise<T> => {
        const next = request.parts[index];
        if (next !== undefined) {
          return this.parts.images.use(
            next.source,
            (image) => {
              parts.push({ image, platforms: next.platforms });
              return open(index + 1);
            },
            { signal },
          );
        }
        const composed = await composeIndex(parts, request, signal);
        const text =
          before && (await before.read(before.root.digest, { maxBytes: before.root.size, signal }));
        return work({ composed, before: text && textOf(text), repositories });
      };
      return await open(0);
    } catch (error) {
      throw actionFailure(error, request.tags[0]!);
    }
  }

  /** What a tag stands for in the registry itself, whatever its mirrors have; undefined when it is new. */
  private async imageBefore(
    repository: RegistryRepository,
    { reference, tag }: Target,
    signal: AbortSignal,
  ): Promise<OpenImage | undefined> {
    const head = await repository.headManifest(tag, signal);
    if (head === undefined) return undefined;
    const { domain, path } = reference;
    const pinned = `${repositoryName({ domain, path })}@${head.digest}`;
    return openRegistryImage({ client: this.parts.registries }, pinned, signal);
  }

  private async store(
    { digest, bytes, mediaType }: ComposedIndex,
    contents: ImageContents,
    repositories: readonly TargetRepository[],
    meter: TransferMeter,
    signal: AbortSignal,
  ): Promise<void> {
    const lacking: { repository: RegistryRepository; missing: Missing }[] = [];
    for (const { repository } of repositories) {
      const missing = await missingIn(repository, contents, signal);
      const { moved, present } = bytesOf(missing);
      meter.expect(moved + present);
      meter.done(`${repository.domain}/${repository.path}`, missing.presentBytes, 'present');
      lacking.push({ repository, missing });
    }
    for (const { repository, missing } of lacking) await copyMissing(repository, missing, meter, signal);
    // Names last, when everything is there.
    for (const { repository, targets } of repositories) {
      for (const { tag } of targets) {
        const stored = await repository.putManifest(tag, { bytes, mediaType }, signal);
        if (stored !== digest) throw new Error(`${stored} was stored in place of ${digest}.`);
      }
    }
  }

  private targetsOf(tags: readonly string[]): TargetRepository[] {
    const byName = new Map<string, { repository: RegistryRepository; targets: Target[] }>();
    for (const text of tags) {
      const reference = registryReference(text);
      if (reference.digest !== undefined) {
        throw new StudioError({
          code: 'invalid-request',
          message: `${text} names a digest, which nothing can be stored under.`,
          hint: 'Give it a tag, such as registry.example/app:1.0.',
          details: { subject: 'tags' },
        });
      }
      const name = repositoryName(reference);
      const known = byName.get(name) ?? {
        repository: this.parts.registries.repository(reference, 'pull,push'),
        targets: [],
      };
      known.targets.push({ reference, tag: reference.tag ?? 'latest' });
      byName.set(name, known);
    }
    return [...byName.values()];
  }
}

interface TargetRepository {
  readonly repository: RegistryRepository;
  readonly targets: readonly Target[];
}

/** The image as it is, an index without some platforms, or the manifest of a single one. */
async function selection(
  image: OpenImage,
  platforms: readonly string[] | undefined,
  signal: AbortSignal,
): Promise<ComposedIndex> {
  const composed = await composeIndex([{ image, platforms }], asItIs, signal);
  const machines = composed.manifests.filter(({ platform }) => platform !== undefined);
  const [only] = machines;
  if (platforms?.length !== 1 || machines.length !== 1 || only === undefined) return composed;
  const bytes = await image.read(only.digest, { maxBytes: maxManifestBytes, signal });
  return { bytes, digest: only.digest, mediaType: only.mediaType, manifests: [only] };
}

/** Writes an archive that has the composed document in it too. */
async function toArchive(
  { digest, mediaType, bytes }: ComposedIndex,
  { manifests, blobs }: ImageContents,
  image: OpenImage,
  path: string,
  meter: TransferMeter,
  signal: AbortSignal,
): Promise<void> {
  const root = { digest, mediaType, bytes, image, children: [], blobs: [] };
  const all = manifests.some((manifest) => manifest.digest === digest) ? manifests : [...manifests, root];
  for (const manifest of all) meter.expect(manifest.bytes.length);
  for (const { size } of blobs.values()) meter.expect(size);
  const named = namedRoot({ digest, mediaType, size: bytes.length }, archiveName(image));
  await writeArchive(named, { manifests: all, blobs }, path, meter, signal);
}

/** The name that an image has; an archive's file name is none. */
function archiveName({ source, pinned }: OpenImage): { canonical: string; tag: string } | undefined {
  const known = 'reference' in source ? source.reference : pinned;
  const parsed = known === undefined ? undefined : parseReference(known);
  if (parsed?.ok !== true || parsed.value.digest !== undefined) return undefined;
  const tag = parsed.value.tag ?? 'latest';
  return { canonical: canonicalName(parsed.value), tag };
}

function nameOf({ reference, tag }: Target): string {
  return familiarName({ ...reference, tag });
}

function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
}

/** A name that every file system takes. */
function fileName(name: string): string {
  return (
    name
      .replace(/[^\w.-]+/g, '-')
      .replace(/^[-.]+/, '')
      .slice(0, 100) || 'image'
  );
}
