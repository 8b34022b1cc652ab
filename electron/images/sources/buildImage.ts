import { stat } from 'node:fs/promises';
import { StudioError, type BuildResult, type BuildSummary, type Builder } from '../../../shared/contract';
import { parseReference, repositoryName } from '../../../shared/model/reference';
import type { BuildkitClient } from '../../buildkit';
import { BlobError } from '../blobSource';
import { daemonContent, type DaemonContent } from '../daemonContent';
import { imageError } from '../imageError';
import type { BlobToRead, OpenImage } from '../openImage';
import { ImageError } from '../document';
import { maxManifestBytes } from '../resultImage';
import type { HeldImage } from './heldImage';
import { openArchive } from './openArchive';

export interface BuildSource {
  kind: 'build';
  buildId: string;
}

/** What opening a build's result takes. */
export interface BuildImageDeps {
  builds: { get(id: string): Promise<{ summary: BuildSummary }> };
  builders: {
    get(name: string): Builder | undefined;
    /** Starts nothing. */
    reach(builder: string, node: string, signal: AbortSignal): Promise<Pick<BuildkitClient, 'readContent'>>;
  };
  openRegistry(reference: string, signal: AbortSignal): Promise<OpenImage>;
  spoolFolder: string;
}

type Attempt = (signal: AbortSignal) => Promise<HeldImage>;

/**
 * Opens what a build made, from where it is to be had at best: its archive, a registry that it was pushed to, the
 * content of its builder. Whatever it is opened from has the digest that the build ended with.
 *
 * @throws StudioError `not-found` when the build made no image, or nothing is left of it; or the signal's reason
 */
export async function openBuildImage(
  source: BuildSource,
  deps: BuildImageDeps,
  signal: AbortSignal,
): Promise<HeldImage> {
  const { summary } = await deps.builds.get(source.buildId);
  const name = `${summary.projectName} #${summary.number}`;
  const { result } = summary;
  const digest = result?.digest;
  if (result === undefined || digest === undefined) {
    throw new StudioError({
      code: 'not-found',
      message: `${name} made no image.`,
      hint: 'Build it into an archive, a registry or Docker.',
      details: { subject: name },
    });
  }
  const found = { ...result, digest };
  const attempts: Attempt[] = [
    ...archiveAttempts(found, source, deps),
    ...registryAttempts(found, deps),
    (stop) => openContent(found, source, summary.builder, deps, stop),
  ];
  const reasons: string[] = [];
  for (const attempt of attempts) {
    try {
      const held = await attempt(signal);
      return { ...held, image: renamed(held.image, source, name) };
    } catch (error) {
      signal.throwIfAborted();
      reasons.push(error instanceof Error ? error.message : String(error));
    }
  }
  throw new StudioError({
    code: 'not-found',
    message: `Nothing is left of the image of ${name}.`,
    hint: 'Build it again: the steps that are still in the builder’s cache take no time.',
    details: { subject: name, cause: reasons.join(' ') },
  });
}

type FoundResult = BuildResult & { digest: string };

function archiveAttempts(result: FoundResult, source: BuildSource, deps: BuildImageDeps): Attempt[] {
  const { path, digest, outputType } = result;
  if (path === undefined || !['oci', 'docker'].includes(outputType)) return [];
  return [
    async (signal) => {
      await stat(path);
      const held = await openArchive({ source, path, reference: digest }, deps.spoolFolder, signal);
      // Another build may have written to the same path; then the digest is not there, and this throws.
      return checked(held, digest, signal);
    },
  ];
}

function registryAttempts({ references, digest }: FoundResult, deps: BuildImageDeps): Attempt[] {
  const repositories = references.flatMap((reference) => {
    const parsed = parseReference(reference);
    return parsed.ok ? [repositoryName(parsed.value)] : [];
  });
  return [...new Set(repositories)].map((repository): Attempt => async (signal) => ({
    image: await deps.openRegistry(`${repository}@${digest}`, signal),
  }));
}

async function openContent(
  { digest, mediaType }: FoundResult,
  source: BuildSource,
  builder: string,
  deps: BuildImageDeps,
  signal: AbortSignal,
): Promise<HeldImage> {
  const nodes = deps.builders.get(builder)?.nodes ?? [];
  if (nodes.length === 0) throw new ImageError(`The builder ${builder} is gone.`);
  const reached = await Promise.allSettled(
    nodes.map(async ({ name }) => daemonContent(await deps.builders.reach(builder, name, signal))),
  );
  const contents = reached.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  const [failure] = reached.filter((one) => one.status === 'rejected');
  if (contents.length === 0 && failure !== undefined) throw failure.reason;
  const content = joinedContent(contents);
  const { length: size } = await content.read(digest, { maxBytes: maxManifestBytes, signal });
  return {
    image: { ...content, source, name: builder, root: { digest, mediaType: mediaType ?? '', size } },
  };
}

/** Every node has its share of what was built. */
function joinedContent(contents: readonly DaemonContent[]): DaemonContent {
  const first = async <T>(digest: string, ask: (content: DaemonContent) => Promise<T>): Promise<T> => {
    for (const content of contents) {
      try {
        return await ask(content);
      } catch (error) {
        if (!(error instanceof BlobError) || error.reason !== 'missing') throw error;
      }
    }
    throw new BlobError('missing', digest, `The builder has no content with the digest ${digest}.`);
  };
  return {
    read: (digest, options) => first(digest, (content) => content.read(digest, options)),
    async *stream(blob: BlobToRead, signal: AbortSignal) {
      // One byte tells who has it; a stream that has begun can't be begun again elsewhere.
      const probe = { offset: 0, length: Math.min(1, blob.size) };
      const owner = await first(blob.digest, async (content) => {
        await content.readPart(blob, probe, signal);
        return content;
      });
      yield* owner.stream(blob, signal);
    },
    readPart: (blob, range, signal) => first(blob.digest, (content) => content.readPart(blob, range, signal)),
  };
}

async function checked(held: HeldImage, digest: string, signal: AbortSignal): Promise<HeldImage> {
  try {
    await held.image.read(digest, { maxBytes: maxManifestBytes, signal });
    return held;
  } catch (error) {
    await held.close?.();
    throw imageError(error, held.image.name);
  }
}

/** The same image under the build's name. */
function renamed(image: OpenImage, source: BuildSource, name: string): OpenImage {
  const { pinned } = image;
  return {
    source,
    name,
    root: image.root,
    read: (digest, options) => image.read(digest, options),
    stream: (blob, signal) => image.stream(blob, signal),
    ...(pinned === undefined ? {} : { pinned }),
    ...('registry' in image && { registry: () => image.registry?.() }),
    ...('readPart' in image && {
      readPart: async (blob, range, signal) => image.readPart?.(blob, range, signal),
    }),
    ...('referrers' in image && { referrers: (digest, signal) => image.referrers!(digest, signal) }),
  };
}
