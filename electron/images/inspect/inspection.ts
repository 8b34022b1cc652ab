import {
  StudioError,
  type BuildSummary,
  type EngineImage,
  type ImageCatalog,
  type ImageDocument,
  type ImageNode,
  type ImageSource,
  type Provenance,
  type RawDocument,
  type Referrers,
  type Sbom,
} from '../../../shared/contract';
import { sourceName } from '../../../shared/model/sourceName';
import { timeLimit } from '../../system/timeLimit';
import type { Logger } from '../../system/logger';
import { BlobError, checkDigest } from '../blobSource';
import { imageError } from '../imageError';
import type { ImageOpener, OpenImage } from '../openImage';
import { ImageError, jsonOf } from '../document';
import { maxManifestBytes } from '../resultImage';
import { KnownPlatforms } from './knownPlatforms';
import { provenanceOf } from './provenance';
import type { RecentImages } from './recentImages';
import { saveStream } from './saveStream';
import { sbomOf } from './sbom';
import { readTree } from './tree';

/** What is read of one document at most, and what of it is shown as text. */
const maxDocumentBytes = 64 * 1024 * 1024;
const maxShownBytes = 16 * 1024 * 1024;
const engineListMs = 3000;
const maxEngineImages = 500;

export interface ImageInspectionDeps {
  opener: ImageOpener;
  /** Newest first. */
  builds: { list(): BuildSummary[] };
  recent: RecentImages;
  /** The images of the engine in use; throws when there is none. */
  engineImages(signal: AbortSignal): Promise<EngineImage[]>;
  /** Tags of the repository of a reference. */
  tags(reference: string, signal: AbortSignal): Promise<string[]>;
  logger: Logger;
}

/** What of an image is meant. */
export interface ContentOf {
  source: ImageSource;
  digest: string;
}

/** Reads what images say about themselves. Every method throws StudioErrors, or the signal's reason. */
export class ImageInspection {
  private readonly knownPlatforms: KnownPlatforms;

  constructor(private readonly deps: ImageInspectionDeps) {
    this.knownPlatforms = new KnownPlatforms(deps.opener, deps.logger);
  }

  /** The image as its source stands for it now. */
  async inspect(source: ImageSource, signal: AbortSignal): Promise<ImageDocument> {
    const document = await this.use(source, signal, readDocument, true);
    const buildId = this.buildOf(source, document.root);
    if (source.kind === 'registry') {
      // Not to be remembered is no reason not to be shown.
      await this.deps.recent
        .remember(document.name)
        .catch((err: unknown) => this.deps.logger.error({ err }, 'the recent images could not be written'));
    }
    return { ...document, ...(buildId === undefined ? {} : { buildId }) };
  }

  /** What can be opened without typing. A machine without an engine is no error. */
  async catalog(signal: AbortSignal): Promise<ImageCatalog> {
    const recent = await this.deps.recent.list();
    const limit = timeLimit(engineListMs, signal);
    try {
      const engine = await this.deps.engineImages(limit);
      return { recent, engine: engine.slice(0, maxEngineImages) };
    } catch (error) {
      signal.throwIfAborted();
      if (isNotThere(error)) return { recent, engine: [] };
      return { recent, engine: [], engineProblem: engineProblem(limit.aborted, error) };
    }
  }

  async tags(reference: string, signal: AbortSignal): Promise<string[]> {
    try {
      return await this.deps.tags(reference, signal);
    } catch (error) {
      signal.throwIfAborted();
      throw imageError(error, reference);
    }
  }

  /** What a registry's image is made for; nothing when that isn't known soon. */
  async platforms(reference: string, signal: AbortSignal): Promise<readonly string[]> {
    return this.knownPlatforms.of(reference, signal);
  }

  /** A document as it is stored. */
  async raw({ source, digest }: ContentOf, signal: AbortSignal): Promise<RawDocument> {
    return this.use(source, signal, async (image) => {
      const bytes = await image.read(digest, { maxBytes: maxDocumentBytes, signal });
      // In stream mode a character that the cut goes through is left out.
      const shown = bytes.subarray(0, maxShownBytes);
      const truncated = shown.length < bytes.length;
      return { text: new TextDecoder().decode(shown, { stream: truncated }), size: bytes.length, truncated };
    });
  }

  /** The provenance that a statement holds. */
  async provenance({ source, digest }: ContentOf, signal: AbortSignal): Promise<Provenance> {
    return this.use(source, signal, async (image) => provenanceOf(await this.json(image, digest, signal)));
  }

  /** The software bill of materials that a statement holds. */
  async sbom({ source, digest }: ContentOf, signal: AbortSignal): Promise<Sbom> {
    return this.use(source, signal, async (image) => sbomOf(await this.json(image, digest, signal)));
  }

  async referrers({ source, digest }: ContentOf, signal: AbortSignal): Promise<Referrers> {
    return this.use(
      source,
      signal,
      async (image) => (await image.referrers?.(digest, signal)) ?? { foundBy: 'none', referrers: [] },
    );
  }

  /**
   * Writes a blob to a file as it is stored; the file appears when all of it is there and checked.
   *
   * @param path absolute
   */
  async saveBlob(
    { source, digest, size }: ContentOf & { size: number },
    path: string,
    signal: AbortSignal,
  ): Promise<void> {
    await this.use(source, signal, (image) => saveStream(path, blobPieces(image, { digest, size }, signal)));
  }

  private async json(image: OpenImage, digest: string, signal: AbortSignal): Promise<unknown> {
    return jsonOf(await image.read(digest, { maxBytes: maxDocumentBytes, signal }), digest);
  }

  private async use<T>(
    source: ImageSource,
    signal: AbortSignal,
    work: (image: OpenImage, signal: AbortSignal) => Promise<T>,
    fresh = false,
  ): Promise<T> {
    try {
      return await this.deps.opener.use(source, (image) => work(image, signal), { signal, fresh });
    } catch (error) {
      signal.throwIfAborted();
      // V8 gives up on what is nested too deeply.
      const known =
        error instanceof RangeError ? new ImageError('It is nested too deeply.', { cause: error }) : error;
      throw imageError(known, sourceName(source));
    }
  }

  /** The build that ended with the digest of what is shown, or of a config that is shown: an engine keeps only that. */
  private buildOf(source: ImageSource, root: ImageNode): string | undefined {
    if (source.kind === 'build') return source.buildId;
    const config = root.type === 'manifest' ? root.config?.digest : undefined;
    const made = this.deps.builds
      .list()
      .find(
        ({ result }) =>
          result?.digest === root.descriptor.digest ||
          result?.platforms.some(
            ({ manifestDigest, configDigest }) =>
              manifestDigest === root.descriptor.digest || (config !== undefined && configDigest === config),
          ),
      );
    return made?.id;
  }
}

async function readDocument(image: OpenImage, signal: AbortSignal): Promise<ImageDocument> {
  const root = await readTree(image, signal);
  const registry = image.registry?.();
  return {
    source: image.source,
    name: image.name,
    root,
    ...(image.pinned === undefined ? {} : { pinned: image.pinned }),
    ...(registry === undefined ? {} : { registry }),
    ...(image.archive === undefined ? {} : { archive: image.archive }),
  };
}

/** Documents and blobs are kept apart by registries; what is small may be either. */
async function* blobPieces(
  image: OpenImage,
  blob: { readonly digest: string; readonly size: number },
  signal: AbortSignal,
): AsyncGenerator<Uint8Array, void, undefined> {
  if (blob.size > maxManifestBytes) {
    yield* image.stream(blob, signal);
    return;
  }
  const bytes = await image.read(blob.digest, { maxBytes: maxManifestBytes, signal });
  checkDigest(blob.digest, bytes);
  if (bytes.length !== blob.size)
    throw new BlobError(
      'corrupt',
      blob.digest,
      `${blob.digest} has ${bytes.length} bytes, not ${blob.size}.`,
    );
  yield bytes;
}

/** Whether no engine runs on this machine: nobody has one who wants none. */
function isNotThere(error: unknown): boolean {
  const cause = error instanceof StudioError ? (error.cause as NodeJS.ErrnoException | undefined) : undefined;
  return cause?.syscall === 'connect' && ['ENOENT', 'ECONNREFUSED'].includes(cause.code ?? '');
}

function engineProblem(late: boolean, error: unknown): NonNullable<ImageCatalog['engineProblem']> {
  if (error instanceof StudioError) return error.toData();
  const cause = error instanceof Error ? error.message : String(error);
  const message = late ? 'Docker does not answer.' : 'Docker’s images can’t be listed.';
  const hint = 'Check that Docker runs, and which Docker context is in use.';
  return { code: 'builder-unreachable', message, hint, details: { cause } };
}
