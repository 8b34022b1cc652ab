import { randomBytes } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import {
  StudioError,
  type BuildOutput,
  type BuildRequest,
  type BuildSummary,
  type PreflightFinding,
  type StreamItem,
} from '../../shared/contract';
import { newBuildProgress } from '../../shared/model/progress/reduce';
import type { BuildProgress } from '../../shared/model/progress/types';
import type { CredentialProvider } from '../buildkit';
import type { FileWorkers } from '../buildkit/filesync';
import { fileError } from '../system/fileErrors';
import type { Logger } from '../system/logger';
import { BuildFeed, type BuildEnd } from './buildFeed';
import { BuildListFeed } from './buildListFeed';
import type { BuilderConnections } from './connections';
import { checkFiles } from './fileChecks';
import { BuildHistory, type BuildRecord } from './history';
import { LogFile, readLogFile } from './logFile';
import { writeLogText } from './logText';
import { planBuild, type BuildPlan } from './plan';
import { preflight } from './preflight';
import { runBuild } from './run';
import { wakeNodes } from './wakeNodes';

/** How often the progress of a running build is written, so that a crash loses little. */
const saveProgressMs = 5000;

export interface BuildsOptions {
  /** Folder of the build records, such as `<userData>/builds`. */
  folder: string;
  /** Where archives go that name no path; asked for at each build. */
  outputFolder(): string;
  /** How many builds are kept; asked for after each build. */
  keepBuilds(): number;
  builders: BuilderConnections;
  workers: FileWorkers;
  /** Registry logins. */
  credentials: CredentialProvider;
  /** For secrets that come from the environment. */
  env: Readonly<Record<string, string | undefined>>;
  logger: Logger;
}

interface RunningBuild {
  feed: BuildFeed;
  log: LogFile;
  cancel: AbortController;
  done: Promise<void>;
  /** Whether its summary, as it is now, is on disk. */
  recorded: boolean;
}

/** All builds: those that run and the records of those that ended. */
export class Builds {
  private readonly active = new Map<string, RunningBuild>();
  private readonly changes: BuildListFeed;
  private closing = false;

  private constructor(
    private readonly options: BuildsOptions,
    private readonly history: BuildHistory,
  ) {
    this.changes = new BuildListFeed(() => this.list());
  }

  /** Reads the records; a build that ran when Manifold died is shown as failed. */
  static async open(options: BuildsOptions): Promise<Builds> {
    return new Builds(options, await BuildHistory.open(options.folder, options.logger));
  }

  /** The pure checks and those that need the disk. */
  async preflight(request: BuildRequest): Promise<PreflightFinding[]> {
    return [
      ...preflight(request, this.options.builders.get(request.builder)),
      ...(await checkFiles(request, this.options.outputFolder())),
    ];
  }

  /**
   * Starts a build and returns when it is planned; it goes on in the background.
   *
   * @throws StudioError `invalid-request` when preflight finds an error, or when Manifold is closing
   */
  async start(request: BuildRequest, signal = new AbortController().signal): Promise<BuildSummary> {
    if (this.closing) throw isClosing();
    await wakeNodes(request, this.options.builders, this.options.logger, signal);
    const obstacle = (await this.preflight(request)).find(({ severity }) => severity === 'error');
    const builder = this.options.builders.get(request.builder);
    if (obstacle !== undefined || builder === undefined) {
      throw new StudioError({
        code: 'invalid-request',
        message: obstacle?.message ?? `There is no builder named ${request.builder}.`,
        ...(obstacle?.hint === undefined ? {} : { hint: obstacle.hint }),
        details: { subject: obstacle?.field ?? 'builder' },
      });
    }
    const number = await this.history.nextNumber(request.project);
    const projectName = basename(request.project) || request.project;
    const outputPath = this.outputPath(request.settings.output, `${projectName}-${number}`);
    const plan = planBuild(request, builder, outputPath);
    const startedMs = Date.now();
    const summary: BuildSummary = {
      id: `${startedMs.toString(36)}-${randomBytes(6).toString('hex')}`,
      number,
      project: request.project,
      projectName,
      dockerfile: request.dockerfile,
      builder: request.builder,
      platforms: plan.platforms,
      status: 'preparing',
      startedMs,
      warnings: 0,
    };
    await this.begin({ summary, request }, plan);
    return summary;
  }

  /** Stops a build, in the daemon too; nothing happens when it has ended. */
  cancel(id: string): void {
    this.active.get(id)?.cancel.abort();
  }

  /** @throws StudioError `not-found` */
  async get(id: string): Promise<{ summary: BuildSummary; request: BuildRequest }> {
    return this.record(id);
  }

  /** Newest first. */
  list(): BuildSummary[] {
    return this.history.list();
  }

  /** Those that have not ended. */
  running(): BuildSummary[] {
    return this.list().filter(({ endedMs }) => endedMs === undefined);
  }

  /**
   * Forgets an ended build with its log; its output stays.
   *
   * @throws StudioError `conflict` while it runs
   */
  async remove(id: string): Promise<void> {
    if (this.record(id).summary.endedMs === undefined) {
      throw new StudioError({
        code: 'conflict',
        message: 'This build is still running.',
        hint: 'Cancel it first.',
      });
    }
    await this.active.get(id)?.done;
    await this.forget(id);
  }

  /** The list, then what changes in it. Ends when `signal` aborts. */
  watch(signal: AbortSignal): AsyncIterable<StreamItem<'builds.watch'>> {
    return this.changes.follow(signal);
  }

  /** A snapshot, then events until the build's end. */
  async *progress(id: string, signal: AbortSignal): AsyncIterable<StreamItem<'builds.progress'>> {
    this.record(id);
    const running = this.active.get(id);
    if (running !== undefined) yield* running.feed.follow(signal);
    else yield { type: 'snapshot', progress: await this.history.progress(id) };
  }

  /** The log from its first byte, in chunks of whole records of at most 256 KiB; follows a running build to its end. */
  async *log(id: string, signal: AbortSignal): AsyncIterable<Uint8Array> {
    this.record(id);
    const running = this.active.get(id);
    if (running !== undefined) {
      yield* running.log.follow(signal);
      return;
    }
    const path = this.history.logPath(id);
    const exists = await stat(path).then(
      () => true,
      () => false,
    );
    if (exists) yield* readLogFile(path, signal);
  }

  /** Writes what is in the log so far as text, of one platform's lane or of all. */
  async saveLog(id: string, path: string, platform: string | undefined): Promise<void> {
    this.record(id);
    const progress = this.active.get(id)?.feed.progress ?? (await this.history.progress(id));
    try {
      await writeLogText(
        path,
        readLogFile(this.history.logPath(id), new AbortController().signal),
        progress,
        platform,
      );
    } catch (error) {
      throw fileError(error, path);
    }
  }

  /** Cancels what runs, waits for it, and for everything to be on disk. No build starts after this. */
  async shutdown(): Promise<void> {
    this.closing = true;
    for (const { cancel } of this.active.values()) cancel.abort();
    await Promise.all([...this.active.values()].map(({ done }) => done));
    for (const [id, { feed }] of this.active) {
      await this.kept(id, this.history.save(this.record(id)));
      await this.kept(id, this.history.saveProgress(feed.progress));
    }
    await this.history.settled();
  }

  private async begin(record: BuildRecord, plan: BuildPlan): Promise<void> {
    const { id, platforms, startedMs } = record.summary;
    let onLogFailure: (error: Error) => void = () => undefined;
    const log = await this.makeRoom(id, (error) => onLogFailure(error));
    if (this.closing) {
      await log.end();
      await this.history.remove(id);
      throw isClosing();
    }
    const progress = newBuildProgress(id, platforms, startedMs, nodePlatforms(plan));
    const feed: BuildFeed = new BuildFeed(progress, record.request.dockerfile, () =>
      this.followProgress(feed.progress),
    );
    const build: RunningBuild = {
      feed,
      log,
      cancel: new AbortController(),
      done: Promise.resolve(),
      recorded: true,
    };
    onLogFailure = (err) => {
      this.options.logger.error({ err, build: id }, 'the log of a build can’t be written');
      feed.warn('The rest of this build’s log is lost: it can’t be written.', explain(err, log.path));
    };
    this.active.set(id, build);
    void this.kept(id, this.history.save(record));
    this.changes.changed(record.summary);
    build.done = this.run(record, plan, build);
  }

  private async makeRoom(id: string, onLogFailure: (error: Error) => void): Promise<LogFile> {
    try {
      await this.history.add(id);
      return await LogFile.create(this.history.logPath(id), onLogFailure);
    } catch (error) {
      await this.kept(id, this.history.remove(id));
      throw fileError(error, this.options.folder);
    }
  }

  /** Never rejects. */
  private async run({ summary, request }: BuildRecord, plan: BuildPlan, build: RunningBuild): Promise<void> {
    const { id } = summary;
    const { feed, log, cancel } = build;
    const { builders, workers, credentials, env, logger } = this.options;
    const saving = setInterval(
      () => void this.kept(id, this.history.saveProgress(feed.progress)),
      saveProgressMs,
    );
    const run = { request, plan, builders, workers, credentials, env, feed, log, logger };
    const end = await runBuild({ ...run, signal: cancel.signal })
      .then((result): BuildEnd => ({ status: 'succeeded', result }))
      .catch(failed);
    clearInterval(saving);
    await log.end();
    feed.end(end);
    if ((await this.saveWhole(id, feed)) && build.recorded) this.active.delete(id);
    // Otherwise it stays in memory until Manifold closes, which tries again.
    else
      feed.warn(
        'This build can’t be recorded.',
        'It is forgotten when Manifold closes, unless space is freed before.',
      );
    for (const old of this.history.beyond(this.options.keepBuilds())) await this.kept(old, this.forget(old));
  }

  /** Saves what is known at the end, and again when something was told after it. */
  private async saveWhole(id: string, feed: BuildFeed): Promise<boolean> {
    const atEnd = feed.progress;
    const saved = await this.kept(id, this.history.saveProgress(atEnd));
    await feed.close();
    return feed.progress === atEnd ? saved : this.kept(id, this.history.saveProgress(feed.progress));
  }

  /** Keeps the build's summary in step with its progress. */
  private followProgress({ id, status, warnings, endedMs, error, result }: BuildProgress): void {
    const { summary, request } = this.record(id);
    if (summary.status === status && summary.warnings === warnings.length) return;
    const changed: BuildSummary = {
      ...summary,
      status,
      warnings: warnings.length,
      ...(endedMs === undefined ? {} : { endedMs }),
      ...(error === undefined ? {} : { error }),
      ...(result === undefined ? {} : { result }),
    };
    const build = this.active.get(id);
    void this.kept(id, this.history.save({ summary: changed, request })).then((kept) => {
      if (build !== undefined) build.recorded = kept;
    });
    this.changes.changed(changed);
  }

  /** Whether something got written. A build goes on without its record; what went wrong is in the log. */
  private async kept(id: string, writing: Promise<void>): Promise<boolean> {
    try {
      await writing;
      return true;
    } catch (err) {
      this.options.logger.error({ err, build: id }, 'something of a build could not be written');
      return false;
    }
  }

  private async forget(id: string): Promise<void> {
    await this.history.remove(id);
    this.active.delete(id);
    this.changes.removed(id);
  }

  private record(id: string): BuildRecord {
    const record = this.history.get(id);
    if (record !== undefined) return record;
    throw new StudioError({
      code: 'not-found',
      message: 'This build is no longer there.',
      hint: 'It may have been removed.',
    });
  }

  private outputPath(output: BuildOutput, name: string): string {
    const extensions: Partial<Record<BuildOutput['type'], string>> = {
      oci: '.oci.tar',
      docker: '.docker.tar',
      tar: '.tar',
    };
    const given = 'path' in output ? output.path : undefined;
    return given === undefined
      ? join(this.options.outputFolder(), `${name}${extensions[output.type] ?? ''}`)
      : resolve(given);
  }
}

/** Absent with one node, as it then builds all of them. */
function nodePlatforms({ parts }: BuildPlan): BuildProgress['nodePlatforms'] {
  if (parts.length === 1) return undefined;
  return Object.fromEntries(parts.map(({ node, platforms }) => [node, platforms]));
}

function explain(error: Error, path: string): string {
  const known = fileError(error, path);
  return known instanceof StudioError ? [known.message, known.hint].join(' ') : error.message;
}

function isClosing(): StudioError {
  return new StudioError({ code: 'invalid-request', message: 'Manifold is closing.' });
}

function failed(error: unknown): BuildEnd {
  if (!(error instanceof StudioError)) {
    const cause = error instanceof Error ? error.message : String(error);
    return {
      status: 'failed',
      error: { code: 'internal', message: 'Manifold failed while it ran the build.', details: { cause } },
    };
  }
  return error.code === 'cancelled' ? { status: 'cancelled' } : { status: 'failed', error: error.toData() };
}
