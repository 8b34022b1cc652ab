import { mkdir, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import {
  buildRequestSchema,
  buildSummarySchema,
  type BuildRequest,
  type BuildSummary,
  type StudioErrorData,
} from '../../shared/contract';
import { newBuildProgress, reduceBuild } from '../../shared/model/progress/reduce';
import { buildProgressSchema, type BuildProgress } from '../../shared/model/progress/types';
import { writeFileAtomic } from '../system/atomicWrite';
import { JsonFile } from '../system/jsonFile';
import type { Logger } from '../system/logger';

const recordSchema = z.object({
  version: z.literal(1),
  summary: buildSummarySchema,
  request: buildRequestSchema,
});

/** What is kept of a build beside its progress and its log. */
export interface BuildRecord {
  summary: BuildSummary;
  request: BuildRequest;
}

const interrupted: StudioErrorData = {
  code: 'cancelled',
  message: 'Manifold was closed or crashed while this build ran, so it was not finished.',
  hint: 'Build again: the steps that were done come from the builder’s cache.',
};

/**
 * Build records on disk, one folder a build: `record.json`, `progress.json` and `log.bin`. Files are replaced as a
 * whole, so a crash leaves the state before or after. Records are held in memory too; they are small.
 */
export class BuildHistory {
  private readonly records = new Map<string, BuildRecord>();
  private readonly numbers: JsonFile<Record<string, number>>;
  private readonly writes = new Map<string, Promise<void>>();
  private readonly given = new Map<string, number>();

  private constructor(
    private readonly folder: string,
    private readonly logger: Logger,
  ) {
    this.numbers = new JsonFile(
      join(folder, 'numbers.json'),
      z.record(z.string(), z.int()),
      {},
      ({ path, keptAs, cause }) =>
        logger.error({ path, keptAs, err: cause }, 'the build numbers could not be read; a copy is kept'),
    );
  }

  /** Reads all records. A build that had not ended when Manifold did is given its end. */
  static async open(folder: string, logger: Logger): Promise<BuildHistory> {
    await mkdir(folder, { recursive: true });
    const history = new BuildHistory(folder, logger);
    const entries = await readdir(folder, { withFileTypes: true });
    const ids = entries
      .filter((entry) => entry.isDirectory() && isBuildId(entry.name))
      .map(({ name }) => name);
    const records = await Promise.all(
      ids.map((id) =>
        history.load(id).catch((err: unknown) => {
          logger.error({ err, build: id }, 'a build’s record can’t be read; it stays where it is');
          return undefined;
        }),
      ),
    );
    const known = records.filter((record) => record !== undefined);
    for (const record of known.sort((a, b) => a.summary.startedMs - b.summary.startedMs)) {
      history.records.set(record.summary.id, record);
    }
    return history;
  }

  get(id: string): BuildRecord | undefined {
    return this.records.get(id);
  }

  /** Newest first. */
  list(): BuildSummary[] {
    return [...this.records.values()].map(({ summary }) => summary).reverse();
  }

  logPath(id: string): string {
    return join(this.folder, id, 'log.bin');
  }

  /** The number of the project's next build; never given twice, whatever is removed. */
  async nextNumber(project: string): Promise<number> {
    const used = [...this.records.values()]
      .filter(({ summary }) => summary.project === project)
      .map(({ summary }) => summary.number);
    const remembered = (await this.numbers.read())[project] ?? 0;
    const number = Math.max(remembered, this.given.get(project) ?? 0, ...used) + 1;
    this.given.set(project, number);
    // The build's own record has the number too, so the build need not wait for this file.
    this.numbers
      .update((before) => ({ ...before, [project]: Math.max(before[project] ?? 0, number) }))
      .catch((err: unknown) => this.logger.error({ err }, 'the build numbers could not be written'));
    return number;
  }

  /** Makes room for a new build. */
  async add(id: string): Promise<void> {
    await mkdir(join(this.folder, id));
  }

  /** Resolves when everything asked for so far is on disk. */
  async settled(): Promise<void> {
    await Promise.allSettled([this.numbers.settled(), ...this.writes.values()]);
  }

  /** Writes a record; later calls for the same build wait for earlier ones. */
  save(record: BuildRecord): Promise<void> {
    const { id } = record.summary;
    this.records.set(id, record);
    return this.write(id, 'record.json', { version: 1, ...record });
  }

  saveProgress(progress: BuildProgress): Promise<void> {
    return this.write(progress.id, 'progress.json', progress);
  }

  /** The progress of an ended build, as far as it was written. */
  async progress(id: string): Promise<BuildProgress> {
    const { summary } = this.records.get(id)!;
    const stored = await this.readJson(id, 'progress.json', buildProgressSchema);
    const progress = stored ?? newBuildProgress(id, summary.platforms, summary.startedMs);
    if (progress.endedMs !== undefined || summary.endedMs === undefined) return progress;
    const { status, error, result } = summary;
    if (status === 'preparing' || status === 'running') return progress;
    return reduceBuild(progress, {
      type: 'ended',
      sequence: progress.sequence + 1,
      atMs: summary.endedMs,
      status,
      ...(error === undefined ? {} : { error }),
      ...(result === undefined ? {} : { result }),
    });
  }

  async remove(id: string): Promise<void> {
    this.records.delete(id);
    await this.writes.get(id)?.catch(() => undefined);
    await rm(join(this.folder, id), { recursive: true, force: true });
  }

  /** Ids of the ended builds beyond the newest `keep`. */
  beyond(keep: number): string[] {
    return this.list()
      .slice(keep)
      .filter(({ endedMs }) => endedMs !== undefined)
      .map(({ id }) => id);
  }

  private write(id: string, name: string, content: unknown): Promise<void> {
    const before = this.writes.get(id)?.catch(() => undefined) ?? Promise.resolve();
    const writing = before.then(() => writeFileAtomic(join(this.folder, id, name), JSON.stringify(content)));
    const settled = writing.finally(() => {
      if (this.writes.get(id) === settled) this.writes.delete(id);
    });
    this.writes.set(id, settled);
    return settled;
  }

  private async load(id: string): Promise<BuildRecord | undefined> {
    const record = await this.readJson(id, 'record.json', recordSchema);
    if (record === undefined) return undefined;
    const { summary, request } = record;
    if (summary.endedMs !== undefined) return { summary, request };
    const ended: BuildRecord = {
      summary: {
        ...summary,
        status: 'failed',
        endedMs: await this.lastSignOfLife(summary),
        error: interrupted,
      },
      request,
    };
    await this.save(ended).catch((err: unknown) =>
      this.logger.error({ err, build: id }, 'the end of an interrupted build could not be written'),
    );
    return ended;
  }

  /** When something of the build was written last. */
  private async lastSignOfLife({ id, startedMs }: BuildSummary): Promise<number> {
    const written = await Promise.all(
      ['progress.json', 'log.bin'].map((name) =>
        stat(join(this.folder, id, name)).then(
          ({ mtimeMs }) => Math.floor(mtimeMs),
          () => startedMs,
        ),
      ),
    );
    return Math.max(startedMs, ...written);
  }

  /** A file that can't be understood is set aside under another name; undefined when there is none. */
  private async readJson<T>(id: string, name: string, schema: z.ZodType<T>): Promise<T | undefined> {
    const path = join(this.folder, id, name);
    let text: string;
    try {
      text = await readFile(path, 'utf8');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw error;
    }
    try {
      return schema.parse(JSON.parse(text));
    } catch (err) {
      const keptAs = `${path}.corrupt-${Date.now()}`;
      await rename(path, keptAs);
      this.logger.error({ path, keptAs, err }, 'a build’s record could not be read; a copy is kept');
      return undefined;
    }
  }
}

function isBuildId(name: string): boolean {
  return /^[0-9a-z-]{1,64}$/.test(name);
}
