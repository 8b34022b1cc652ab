import { stat } from 'node:fs/promises';
import { StudioError, type BuildRequest, type BuildResult } from '../../shared/contract';
import { parseStepName } from '../../shared/model/progress/stepName';
import type { BuildProgress } from '../../shared/model/progress/types';
import { runSolve, type BuildkitClient, type CredentialProvider, type StatusEvent } from '../buildkit';
import type { FileTransferError, FileWorkers } from '../buildkit/filesync';
import { daemonContent } from '../images/daemonContent';
import { OciArchive } from '../images/ociArchive';
import { readImage, type ImageContents } from '../images/resultImage';
import type { Logger } from '../system/logger';
import type { BuildFeed } from './buildFeed';
import type { BuilderConnections } from './connections';
import { describeFailure } from './failure';
import type { LogSink } from './logFile';
import { OutputTail } from './outputTail';
import type { BuildPart, BuildPlan } from './plan';
import { sessionServices } from './sessionServices';

export interface RunBuildOptions {
  request: BuildRequest;
  plan: BuildPlan;
  builders: BuilderConnections;
  workers: FileWorkers;
  credentials: CredentialProvider;
  /** For secrets that come from the environment. */
  env: Readonly<Record<string, string | undefined>>;
  feed: BuildFeed;
  log: LogSink;
  logger: Logger;
  /** Cancels the build, in the daemon too. */
  signal: AbortSignal;
}

/**
 * Runs a planned build from connecting to its result, telling `feed` and `log` what happens.
 *
 * @throws StudioError saying why the build failed; `cancelled` when the signal aborted
 */
export async function runBuild(options: RunBuildOptions): Promise<BuildResult> {
  const { plan, feed, request, signal } = options;
  const [part] = plan.parts;
  if (part === undefined) throw new Error('A build plan without parts.');
  const run = new PartRun(options, part);
  try {
    feed.activity(`Connecting to ${request.builder}`);
    const client = await options.builders.client(request.builder, part.node, {
      signal,
      onProgress: (message) => feed.activity(message),
    });
    const exporterResponse = await run.solve(client);
    feed.flush();
    return await run.result(client, exporterResponse);
  } catch (error) {
    throw run.failure(error);
  }
}

/** One node's share of a build, and what has to be remembered of it. */
class PartRun {
  private readonly names = new Map<string, string>();
  private readonly tail = new OutputTail();
  private failedStep: string | undefined;
  private contextError: FileTransferError | undefined;
  private exportError: FileTransferError | undefined;
  private exportedBytes = 0;

  constructor(
    private readonly options: RunBuildOptions,
    private readonly part: BuildPart,
  ) {}

  async solve(client: BuildkitClient): Promise<Readonly<Record<string, string>>> {
    const { request, plan, workers, credentials, env, feed, signal } = this.options;
    feed.activity('Sending the build to the daemon');
    const services = await sessionServices({
      request,
      folders: plan.folders,
      target: this.part.target,
      workers,
      credentials,
      env,
      onContextError: (error) => (this.contextError ??= error),
      onExportError: (error) => (this.exportError ??= error),
      onExported: (_files, bytes) => (this.exportedBytes += bytes),
    });
    feed.running();
    const outcome = await runSolve(client, {
      request: this.part.solve,
      services,
      sessionName: plan.sharedKey,
      sharedKey: plan.sharedKey,
      onStatus: (event) => this.onStatus(event),
      signal,
    });
    return outcome.exporterResponse;
  }

  async result(client: BuildkitClient, response: Readonly<Record<string, string>>): Promise<BuildResult> {
    const { request, plan, feed } = this.options;
    const { target } = this.part;
    const digest = response['containerimage.digest'];
    const image = digest === undefined ? undefined : await this.readImage(client, digest);
    const writtenBytes = target?.kind === 'file' ? (await stat(target.path)).size : this.exportedBytes;
    return {
      outputType: request.settings.output.type,
      ...(digest === undefined ? {} : { digest }),
      ...(image?.mediaType === undefined ? {} : { mediaType: image.mediaType }),
      ...(target === undefined ? {} : { path: target.path, writtenBytes }),
      references: plan.references,
      platforms: image?.platforms ?? [],
      ...countSteps(feed.progress),
    };
  }

  failure(error: unknown): StudioError {
    const { request, signal } = this.options;
    // Whatever the cancellation made fail, the user asked for it.
    if (signal.aborted)
      return new StudioError({ code: 'cancelled', message: 'The build was cancelled.' }, { cause: error });
    const data = describeFailure(error, {
      dockerfile: request.dockerfile,
      stepName: (id) => this.names.get(id),
      lastOutput: (id) => this.tail.lines(id),
      ...(this.failedStep === undefined ? {} : { failedStep: this.failedStep }),
      ...(this.contextError === undefined ? {} : { contextError: this.contextError }),
      ...(this.exportError === undefined ? {} : { exportError: this.exportError }),
      ...(this.part.target === undefined ? {} : { destination: this.part.target.path }),
    });
    return new StudioError(data, { cause: error });
  }

  private async onStatus(event: StatusEvent): Promise<void> {
    const { feed, log } = this.options;
    for (const { digest, name, error, completedMs } of event.vertexes) {
      this.names.set(digest, name);
      if (error && !error.endsWith('context canceled')) this.failedStep ??= digest;
      else if (completedMs !== undefined) this.tail.forget(digest);
    }
    for (const { vertex, stream, timestampMs, data } of event.logs) {
      log.step(vertex, this.names.get(vertex) ?? '');
      log.output(vertex, stream, timestampMs, data);
      this.tail.add(vertex, data);
    }
    feed.status(this.part.node, event);
    await log.drained();
  }

  /** The archive that was written says best what is in it; a pushed image is still in the daemon's content store. */
  private async readImage(client: BuildkitClient, digest: string): Promise<ImageContents | undefined> {
    const { target } = this.part;
    const { signal, logger } = this.options;
    try {
      if (target?.kind !== 'file') return await readImage(daemonContent(client), digest, signal);
      const archive = await OciArchive.open(target.path);
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
}

/** Only instructions of the Dockerfile count; loading and exporting are never cached. */
function countSteps({ steps }: BuildProgress): Pick<BuildResult, 'cachedSteps' | 'totalSteps'> {
  const counted = Object.values(steps).filter(({ name }) => parseStepName(name).kind === 'stage');
  return {
    cachedSteps: counted.filter(({ status }) => status === 'cached').length,
    totalSteps: counted.length,
  };
}
