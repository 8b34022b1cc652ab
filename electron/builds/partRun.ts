import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { StudioError } from '../../shared/contract';
import { runSolve, type BuildkitClient, type StatusEvent } from '../buildkit';
import type { FileTransferError } from '../buildkit/filesync';
import type { BlobSource } from '../images/blobSource';
import { daemonContent } from '../images/daemonContent';
import { buildRegistries } from './buildRegistries';
import { pushFromEngine } from './enginePush';
import { describeFailure } from './failure';
import { OutputTail } from './outputTail';
import type { BuildPart } from './plan';
import { plannedReference } from './plannedReference';
import type { RunContext } from './runContext';
import { sessionServices } from './sessionServices';

/** How long a daemon that has succeeded may take to end its export calls. */
const exportEndMs = 2000;

/** What a part has left behind. */
export interface PartOutcome {
  /** Digest of the image, or of the index of images; absent when none was made. */
  digest: string | undefined;
  /** Where the image can be read; a file that was written here says best what is in it. */
  content: BlobSource;
  /** Bytes of content that came to this machine. */
  exportedBytes: number;
}

/** One node's share of a build, and what has to be remembered of it. */
export class PartRun {
  private readonly names = new Map<string, string>();
  private readonly tail = new OutputTail();
  private failedStep: string | undefined;
  private contextError: FileTransferError | undefined;
  private exportError: FileTransferError | undefined;
  private loadError: unknown;
  private exportedBytes = 0;
  private readonly exportCalls: Promise<void>[] = [];

  /** @param number the part's place among several; undefined when it is the only one */
  constructor(
    private readonly options: RunContext,
    private readonly part: BuildPart,
    private readonly number: number | undefined,
  ) {}

  /**
   * Connects and builds.
   *
   * @param signal cancels the part, in the daemon too
   * @throws anything; {@link failure} says what it means
   */
  async run(signal: AbortSignal): Promise<PartOutcome> {
    const { request, builders } = this.options;
    const { node } = this.part;
    const where = this.number === undefined ? request.builder : `${request.builder}, ${node}`;
    this.activity(`Connecting to ${where}`);
    const client = await builders.client(request.builder, node, {
      signal,
      onProgress: (message) => this.activity(message),
    });
    const response = await this.solve(client, signal);
    const { exportedBytes } = this;
    const pushes = this.part.enginePush;
    if (pushes === undefined) {
      return { digest: response['containerimage.digest'], content: daemonContent(client), exportedBytes };
    }
    // What the exporter calls the digest is the image's ID in the engine, whose content can't be read.
    const digest = await pushFromEngine({ ...this.options, signal }, node, pushes);
    return { digest, content: this.pushed(pushes), exportedBytes };
  }

  /** What made {@link run}, or the work with its outcome, fail. */
  failure(error: unknown): StudioError {
    const { request, signal } = this.options;
    const { target, node } = this.part;
    // Whatever the cancellation made fail, the user asked for it.
    if (signal.aborted)
      return new StudioError({ code: 'cancelled', message: 'The build was cancelled.' }, { cause: error });
    // What the daemon says of a broken load is a consequence of it.
    const cause = this.loadError ?? error;
    const data = describeFailure(cause, {
      dockerfile: request.dockerfile,
      stepName: (id) => this.names.get(id),
      lastOutput: (id) => this.tail.lines(id),
      stepId: (digest) => this.stepId(digest),
      ...(this.number === undefined ? {} : { node }),
      ...(this.failedStep === undefined ? {} : { failedStep: this.failedStep }),
      ...(this.contextError === undefined ? {} : { contextError: this.contextError }),
      ...(this.exportError === undefined ? {} : { exportError: this.exportError }),
      ...(target === undefined || target.kind === 'load' ? {} : { destination: target.path }),
    });
    return new StudioError(data, { cause });
  }

  /** The repository of what an engine has pushed, as it is seen from here. */
  private pushed([reference = '']: readonly string[]): BlobSource {
    return buildRegistries(this.options).repository(plannedReference(reference), 'pull');
  }

  private async solve(
    client: BuildkitClient,
    signal: AbortSignal,
  ): Promise<Readonly<Record<string, string>>> {
    const { request, plan, workers, credentials, env, feed } = this.options;
    this.activity('Sending the build to the daemon');
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
      onExportCall: (ended) => this.exportCalls.push(ended),
      onLoad: (archive, stop) => this.load(archive, stop),
    });
    if (feed.progress.status === 'preparing') feed.running();
    const outcome = await runSolve(client, {
      request: this.part.solve,
      services,
      sessionName: plan.sharedKey,
      sharedKey: plan.sharedKey,
      onStatus: (event) => this.onStatus(event),
      onSolved: () => this.exportsEnded(),
      sources: {
        onTold: (sources) =>
          feed.sources(new Map([...sources].map(([digest, lines]) => [this.stepId(digest), lines]))),
        onFailed: (err) =>
          this.options.logger.warn(
            { err, node: this.part.node },
            'the lines that steps come from are not known',
          ),
        onOver: (settled) => feed.waitFor(settled),
      },
      signal,
    });
    return outcome.exporterResponse;
  }

  /** What is done before the build runs; another part may run already. */
  private activity(activity: string): void {
    const { feed } = this.options;
    if (feed.progress.status === 'preparing') feed.activity(activity);
  }

  /** The daemon is done with a folder when we say so, which may be before we have counted what is in it. */
  private async exportsEnded(): Promise<void> {
    const late = new AbortController();
    const waiting = sleep(exportEndMs, undefined, { signal: late.signal }).catch(() => undefined);
    await Promise.race([Promise.all(this.exportCalls), waiting]);
    late.abort();
  }

  private async load(archive: Readable, signal: AbortSignal): Promise<void> {
    const { request, builders } = this.options;
    try {
      await builders.load(request.builder, this.part.node, archive, { signal });
    } catch (error) {
      // When the daemon has given up before, its own error says why.
      if (!signal.aborted) this.loadError ??= error;
      throw error;
    }
  }

  private async onStatus(told: StatusEvent): Promise<void> {
    const { feed, log } = this.options;
    const event = this.number === undefined ? told : withStepIds(told, (digest) => this.stepId(digest));
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

  /** Nodes may run equal vertexes, so with several nodes the digest alone is no id. */
  private stepId(digest: string): string {
    return this.number === undefined ? digest : `${digest}@${this.number}`;
  }
}

function withStepIds(event: StatusEvent, stepId: (digest: string) => string): StatusEvent {
  return {
    vertexes: event.vertexes.map((vertex) => ({
      ...vertex,
      digest: stepId(vertex.digest),
      inputs: vertex.inputs.map(stepId),
    })),
    statuses: event.statuses.map((status) => ({ ...status, vertex: stepId(status.vertex) })),
    logs: event.logs.map((log) => ({ ...log, vertex: stepId(log.vertex) })),
    warnings: event.warnings.map((warning) => ({ ...warning, vertex: stepId(warning.vertex) })),
  };
}
