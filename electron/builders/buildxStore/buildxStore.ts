import { mkdir, readFile, readdir, rename, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { z } from 'zod';
import { StudioError } from '../../../shared/contract';
import { currentDockerEndpoint, dockerFolder } from '../../docker';
import { writeFileAtomic } from '../../system/atomicWrite';
import { fileError } from '../../system/fileErrors';
import { JsonFile, type CorruptFileReport } from '../../system/jsonFile';
import type { Logger } from '../../system/logger';
import type { BuilderStore, ChosenBuilder, StoredBuilder, StoredBuilders } from '../store';
import { currentBuilder, defaultsFileName, parseCurrent } from './current';
import { builderOf, instanceFileName, instanceOf, parseInstance, type Instance } from './instance';
import { buildxFolder } from './location';
import { withStoreLock } from './storeLock';
import { watchFolders } from './watchFolders';

/** Manifold's own builders are not in buildx's store, so choosing one is kept apart. */
const ownChoiceSchema = z.object({
  name: z.string().optional(),
  /** buildx's current builder at that time: when that changes, the later choice was made there. */
  insteadOf: z.string().optional(),
});

export interface BuildxStoreOptions {
  /** BUILDX_CONFIG, DOCKER_CONFIG, DOCKER_HOST, DOCKER_CONTEXT. */
  env: Readonly<Record<string, string | undefined>>;
  /** Where the choice of a builder of Manifold's own is kept. Absolute. */
  ownChoiceFile: string;
  onCorrupt: CorruptFileReport;
  logger: Logger;
}

/** The store that Manifold shares with buildx. A damaged file is moved to the store's folder `corrupt` and told. */
export function openBuildxStore(options: BuildxStoreOptions): BuilderStore {
  return new BuildxStore(options);
}

class BuildxStore implements BuilderStore {
  private readonly folder: string;
  private readonly ownChoice: JsonFile<z.infer<typeof ownChoiceSchema>>;
  private writing: Promise<unknown> = Promise.resolve();
  private readonly told = new Set<string>();

  constructor(private readonly options: BuildxStoreOptions) {
    this.folder = buildxFolder(options.env);
    this.ownChoice = new JsonFile(options.ownChoiceFile, ownChoiceSchema, {}, options.onCorrupt);
  }

  /** Takes no lock: every file is replaced as a whole. */
  async read(): Promise<StoredBuilders> {
    const builders = await this.builders();
    const current = await this.buildxCurrent(builders);
    const own = await this.ownChoice.read();
    if (own.name !== undefined && own.insteadOf === current) {
      return { builders, current: { name: own.name, own: true } };
    }
    return { builders, ...(current === undefined ? {} : { current: { name: current, own: false } }) };
  }

  add(builder: StoredBuilder): Promise<void> {
    return this.locked(async () => {
      const path = this.instancePath(builder.name);
      if ((await textOf(path)) !== undefined) {
        throw new StudioError({
          code: 'conflict',
          message: `There is a builder named ${builder.name} already.`,
          hint: 'Choose another name.',
          details: { subject: 'name' },
        });
      }
      await this.save(path, instanceOf(builder));
    });
  }

  change(name: string, change: (builder: StoredBuilder) => StoredBuilder): Promise<void> {
    return this.locked(async () => {
      const path = this.instancePath(name);
      const before = await this.parsed(join('instances', basename(path)), parseInstance, 'locked');
      if (before === undefined) throw notStored(name);
      await this.save(path, instanceOf(change(builderOf(basename(path), before)), before));
    });
  }

  remove(name: string): Promise<void> {
    return this.locked(async () => {
      const path = this.instancePath(name);
      // buildx names these two by the builder's name as it was typed.
      for (const spelling of new Set([name, basename(path)])) {
        await rm(join(this.folder, 'activity', spelling), { force: true });
        await rm(join(this.folder, 'refs', spelling), { recursive: true, force: true });
      }
      await rm(path, { force: true });
    });
  }

  async use({ name, own }: ChosenBuilder): Promise<void> {
    if (own) {
      const insteadOf = await this.buildxCurrent(await this.builders());
      await this.ownChoice.update(() => ({ name, ...(insteadOf === undefined ? {} : { insteadOf }) }));
      return;
    }
    await this.locked(async () => {
      if ((await textOf(this.instancePath(name))) === undefined) throw notStored(name);
      const endpoint = await currentDockerEndpoint(this.options.env);
      const before = await this.parsed('current', parseCurrent, 'locked');
      await this.write('current', JSON.stringify({ ...before, Key: endpoint, Name: name, Global: false }));
      await rm(join(this.folder, 'defaults', defaultsFileName(endpoint)), { force: true });
    });
    await this.ownChoice.update(() => ({}));
  }

  markUsed(name: string): Promise<void> {
    return this.locked(async () => {
      if ((await textOf(this.instancePath(name))) !== undefined) await this.writeActivity(name);
    });
  }

  watch(onChange: () => void): () => void {
    const folders = [
      this.folder,
      join(this.folder, 'instances'),
      join(this.folder, 'defaults'),
      // `docker context use` changes which builder is the current one.
      dockerFolder(this.options.env),
    ];
    return watchFolders(folders, onChange);
  }

  private async builders(): Promise<StoredBuilder[]> {
    const folder = join(this.folder, 'instances');
    const names = await readdir(folder).catch((error: unknown) => {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
      throw fileError(error, folder);
    });
    const builders: StoredBuilder[] = [];
    for (const name of names.filter((file) => instanceFileName(file) === file)) {
      const instance = await this.parsed(join('instances', name), parseInstance);
      if (instance !== undefined) builders.push(builderOf(name, instance));
    }
    return builders.sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  private async buildxCurrent(builders: readonly StoredBuilder[]): Promise<string | undefined> {
    const endpoint = await currentDockerEndpoint(this.options.env);
    const current = await this.parsed('current', parseCurrent);
    const fallback = await this.parsed(join('defaults', defaultsFileName(endpoint)), (text) => text);
    const find = (wanted: string): string | undefined =>
      builders.find(({ name }) => name.toLowerCase() === wanted.toLowerCase())?.name;
    return currentBuilder(endpoint, current, fallback, find);
  }

  /** What is in a file of the store; undefined when it is missing, can't be read, or was damaged. */
  private async parsed<T>(file: string, parse: (text: string) => T, lock?: 'locked'): Promise<T | undefined> {
    const path = join(this.folder, file);
    try {
      const text = await textOf(path);
      if (text === undefined) return undefined;
      try {
        return parse(text);
      } catch (cause) {
        const setAside = (): Promise<void> => this.setAside(file, text, cause);
        await (lock === 'locked' ? setAside() : this.locked(setAside));
      }
    } catch (error) {
      this.tellOnce(path, error);
    }
    return undefined;
  }

  /** buildx can list no builder at all while one file is damaged, so it is moved away and not only passed over. */
  private async setAside(file: string, damaged: string, cause: unknown): Promise<void> {
    const path = join(this.folder, file);
    const keptAs = join(this.folder, 'corrupt', `${basename(file)}-${Date.now()}`);
    if ((await textOf(path)) !== damaged) return;
    await mkdir(join(this.folder, 'corrupt'), { recursive: true, mode: 0o700 });
    await rename(path, keptAs);
    this.options.onCorrupt({ path, keptAs, cause });
  }

  private tellOnce(path: string, error: unknown): void {
    const message = `${path}: ${String(error)}`;
    if (this.told.has(message)) return;
    this.told.add(message);
    this.options.logger.warn({ path, err: error }, 'a file of the builders’ store can’t be read');
  }

  private async save(path: string, instance: Instance): Promise<void> {
    await this.writeActivity(instance.Name);
    await this.write(join('instances', basename(path)), JSON.stringify(instance));
  }

  private writeActivity(name: string): Promise<void> {
    return this.write(join('activity', name), new Date().toISOString().replace(/\.\d+Z$/, 'Z'));
  }

  /** The new content is written outside of `instances`, where buildx would take it for a builder. */
  private write(file: string, text: string): Promise<void> {
    return writeFileAtomic(join(this.folder, file), text, { temporaryFolder: this.folder });
  }

  private instancePath(name: string): string {
    const file = instanceFileName(name);
    if (file === undefined) throw notStored(name);
    return join(this.folder, 'instances', file);
  }

  /** Runs changes one after the other, each alone in the store, buildx's included. */
  private locked<T>(work: () => Promise<T>): Promise<T> {
    const run = async (): Promise<T> => {
      try {
        for (const name of ['instances', 'defaults', 'activity']) {
          await mkdir(join(this.folder, name), { recursive: true, mode: 0o700 });
        }
        return await withStoreLock(join(this.folder, '.lock'), work);
      } catch (error) {
        throw fileError(error, this.folder);
      }
    };
    const result = this.writing.then(run, run);
    this.writing = result.catch(() => undefined);
    return result;
  }
}

/** undefined when there is no such file */
async function textOf(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw fileError(error, path);
  }
}

function notStored(name: string): StudioError {
  return new StudioError({
    code: 'not-found',
    message: `There is no builder named ${name}.`,
    hint: 'It may have been removed.',
  });
}
