import { rm, stat } from 'node:fs/promises';
import type { BuildResult, StudioError } from '../../shared/contract';
import { parseStepName } from '../../shared/model/progress/stepName';
import type { BuildProgress } from '../../shared/model/progress/types';
import type { BlobSource } from '../images/blobSource';
import { OciArchive } from '../images/ociArchive';
import { readImage, type ImageContents } from '../images/resultImage';
import { assembleParts, assemblyFailure } from './assembleParts';
import { PartRun, type PartOutcome } from './partRun';
import type { RunContext } from './runContext';

/** What a build is run with; the signal cancels it, in the daemons too. */
export type RunBuildOptions = RunContext;

/**
 * Runs a planned build from connecting to its result, telling `feed` and `log` what happens. The parts run at the same
 * time; when one fails, the others are cancelled.
 *
 * @throws StudioError saying why the build failed; `cancelled` when the signal aborted
 */
export async function runBuild(options: RunBuildOptions): Promise<BuildResult> {
  const { plan, feed } = options;
  const [first] = plan.parts;
  if (first === undefined) throw new Error('A build plan without parts.');
  const several = plan.parts.length > 1;
  const runs = plan.parts.map((part, index) => new PartRun(options, part, several ? index : undefined));
  try {
    const outcomes = await runAll(runs, options.signal);
    feed.flush();
    if (several) return await assembledResult(options, outcomes);
    try {
      return await onlyResult(options, outcomes[0]!);
    } catch (error) {
      throw runs[0]!.failure(error);
    }
  } finally {
    if (plan.assembly !== undefined) await removePartFiles(options);
  }
}

/** @throws StudioError of the first that failed, once all have ended */
async function runAll(runs: readonly PartRun[], signal: AbortSignal): Promise<PartOutcome[]> {
  const stop = new AbortController();
  const either = AbortSignal.any([signal, stop.signal]);
  let failure: StudioError | undefined;
  const outcomes = await Promise.all(
    runs.map(async (run) => {
      try {
        return await run.run(either);
      } catch (error) {
        failure ??= run.failure(error);
        stop.abort(failure);
        return undefined;
      }
    }),
  );
  if (failure !== undefined) throw failure;
  return outcomes.filter((outcome) => outcome !== undefined);
}

async function onlyResult(
  options: RunBuildOptions,
  { digest, content, exportedBytes }: PartOutcome,
): Promise<BuildResult> {
  const target = options.plan.parts[0]?.target;
  const file = target?.kind === 'file' ? target.path : undefined;
  const image = digest === undefined ? undefined : await readResult(options, digest, file ?? content);
  const writtenBytes = file === undefined ? exportedBytes : (await stat(file)).size;
  return {
    ...resultOf(options, digest, image),
    ...(target === undefined || target.kind === 'load' ? {} : { path: target.path, writtenBytes }),
  };
}

async function assembledResult(
  options: RunBuildOptions,
  outcomes: readonly PartOutcome[],
): Promise<BuildResult> {
  try {
    const { plan, request } = options;
    const { image, archive, content } = await assembleParts(options, outcomes);
    const contents = image === undefined ? undefined : await readResult(options, image, content ?? archive!);
    const result = resultOf(options, image, contents);
    if (archive !== undefined && request.settings.output.type !== 'load')
      return { ...result, path: archive, writtenBytes: (await stat(archive)).size };
    const folder = plan.parts[0]?.target;
    if (folder?.kind !== 'directory') return result;
    const writtenBytes = outcomes.reduce((sum, { exportedBytes }) => sum + exportedBytes, 0);
    return { ...result, path: folder.path, writtenBytes };
  } catch (error) {
    throw assemblyFailure(error, options);
  }
}

function resultOf(
  { request, plan, feed }: RunBuildOptions,
  digest: string | undefined,
  image: ImageContents | undefined,
): BuildResult {
  return {
    outputType: request.settings.output.type,
    ...(digest === undefined ? {} : { digest }),
    ...(image?.mediaType === undefined ? {} : { mediaType: image.mediaType }),
    references: plan.references,
    platforms: image?.platforms ?? [],
    ...countSteps(feed.progress),
  };
}

/**
 * The archive that was written says best what is in it; a pushed image is still where it was pushed from or to.
 *
 * @param source where to read, or an archive's absolute path
 */
async function readResult(
  { signal, logger }: RunBuildOptions,
  digest: string,
  source: BlobSource | string,
): Promise<ImageContents | undefined> {
  try {
    if (typeof source !== 'string') return await readImage(source, digest, signal);
    const archive = await OciArchive.open(source);
    try {
      return await readImage(archive, digest, signal);
    } finally {
      await archive.close();
    }
  } catch (error) {
    // The build itself has succeeded; only the description of its result is missing.
    logger.warn({ err: error, digest }, 'the result of a build can’t be read');
    return undefined;
  }
}

/** What the nodes sent has become the result, or is of no use without it. */
async function removePartFiles({ plan, logger }: RunBuildOptions): Promise<void> {
  const files = plan.parts.flatMap(({ target }) => (target?.kind === 'file' ? [target.path] : []));
  if (plan.assembly?.kind === 'load') files.push(plan.assembly.path);
  for (const path of files) {
    await rm(path, { force: true }).catch((err: unknown) =>
      logger.warn({ err, path }, 'a part of a build’s output could not be removed'),
    );
  }
}

/** Only instructions of the Dockerfile count; loading and exporting are never cached. */
function countSteps({ steps }: BuildProgress): Pick<BuildResult, 'cachedSteps' | 'totalSteps'> {
  const counted = Object.values(steps).filter(({ name }) => parseStepName(name).kind === 'stage');
  return {
    cachedSteps: counted.filter(({ status }) => status === 'cached').length,
    totalSteps: counted.length,
  };
}
