import type { Builder, DockerContext } from '../../shared/contract';
import { StudioError } from '../../shared/contract';
import type { Logger } from '../system/logger';
import { describeEntry, openEntry, type BuilderEntry, type EntryOptions } from './builderEntry';
import { contextBuilders, contextDriver } from './contextBuilders';
import type { Driver } from './driver';
import { invalid } from './driverOptions';
import type { EngineLoader } from './engineLoader';
import type { NodeWatch } from './nodeWatch';
import type { BuilderStore, ChosenBuilder, StoredBuilder, StoredBuilders, StoredNode } from './store';
import { unsupported, unsupportedDriver } from './unsupportedDriver';

const nodeName = 'node0';

export interface BuilderListOptions {
  store: BuilderStore;
  drivers: readonly Driver[];
  /** Docker's contexts; each engine is a builder too. */
  dockerContexts: () => Promise<DockerContext[]>;
  /** Where images are loaded that a node's own engine doesn't take. */
  loader: EngineLoader;
  logger: Logger;
}

const emptyNode: Omit<StoredNode, 'name'> = {
  endpoint: '',
  options: {},
  platforms: [],
  flags: [],
  files: {},
};

/** Which builders there are now: the machine's own, then the stored ones, then Docker's contexts. Follows the store. */
export class BuilderList {
  /** By the name that people see. */
  private entries = new Map<string, BuilderEntry>();
  private readonly listeners = new Set<() => void>();
  private chosen: ChosenBuilder | undefined;
  private synchronizing: Promise<void> = Promise.resolve();
  private nextSync: Promise<void> | undefined;
  private stopWatching: () => void = () => undefined;
  /** A builder's name that comes before the chosen one. */
  private asked: string | undefined;

  constructor(private readonly options: BuilderListOptions) {}

  /**
   * Reads the store, and follows it until {@link close}.
   *
   * @param asked the builder to begin with, such as BUILDX_BUILDER
   */
  async open(asked: string | undefined): Promise<void> {
    this.asked = asked;
    await this.synchronize();
    this.stopWatching = this.options.store.watch(() => void this.synchronize());
  }

  /** Stops following and waits for what is under way; the nodes stay as they are. */
  async close(): Promise<void> {
    this.stopWatching();
    await this.synchronizing;
  }

  /** A builder that the machine gives: it is in no store and can't be changed. Passed over where it can't be used. */
  addFixed(name: string, driver: string, endpoint: string): void {
    const definition = { name, driver, nodes: [{ ...emptyNode, name: nodeName, endpoint }] };
    try {
      this.entries.set(name, openEntry(definition, this.driver(driver), this.entryOptions('machine')));
    } catch (error) {
      this.options.logger.warn({ builder: name, err: error }, 'a builder can’t be used here');
    }
  }

  all(): BuilderEntry[] {
    return [...this.entries.values()];
  }

  describe(): Builder[] {
    const current = this.currentName();
    return [...this.entries].map(([name, entry]) => describeEntry(name, entry, current));
  }

  /** @throws StudioError `not-found` */
  describeOne(name: string): Builder {
    return describeEntry(name, this.existing(name), this.currentName());
  }

  has(name: string): boolean {
    return this.entries.has(name);
  }

  /** @throws StudioError `not-found` */
  existing(name: string): BuilderEntry {
    const entry = this.entries.get(name);
    if (entry === undefined) throw notFound(`There is no builder named ${name}.`);
    return entry;
  }

  /** @throws StudioError `invalid-request` for builders that the machine or Docker gives */
  changeable(name: string): BuilderEntry {
    const entry = this.existing(name);
    if (entry.origin !== 'store' || !entry.supported) {
      throw invalid('name', `The builder ${name} can’t be changed here.`);
    }
    return entry;
  }

  /** @throws StudioError `not-found` */
  node(builder: string, node: string): NodeWatch {
    const watched = this.existing(builder).nodes.find((one) => one.node.name === node);
    if (watched === undefined) throw notFound(`The builder ${builder} has no node ${node}.`);
    return watched;
  }

  /** @throws StudioError `invalid-request` */
  driver(name: string): Driver {
    const driver = this.options.drivers.find((known) => known.name === name);
    if (driver === undefined) throw invalid('driver', `There is no driver named ${name} on this machine.`);
    return driver;
  }

  /** Calls `listener` whenever anything about a builder changes, until the returned function is called. */
  onChange(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** The chosen builder counts from now on, whatever was asked for at first. */
  forgetAsked(): void {
    this.asked = undefined;
    this.changed();
  }

  /** Resolves when what was stored at the time of the call, or later, is in force. */
  synchronize(): Promise<void> {
    this.nextSync ??= this.synchronizing.then(async () => {
      this.nextSync = undefined;
      try {
        const stored = await this.options.store.read();
        this.follow(stored, await this.knownContexts(stored.builders));
      } catch (error) {
        this.options.logger.error({ err: error }, 'the stored builders can’t be read');
      }
    });
    this.synchronizing = this.nextSync;
    return this.nextSync;
  }

  private follow({ builders, current }: StoredBuilders, contexts: readonly StoredBuilder[]): void {
    const before = this.entries;
    const after = new Map([...before].filter(([, { origin }]) => origin === 'machine'));
    const add = (definition: StoredBuilder, origin: Builder['origin']): void => {
      const name = this.shownName(definition.name);
      const known = before.get(name);
      const stays = known?.origin === origin && same(known.definition, definition);
      after.set(name, stays ? known : this.knownEntry(definition, origin, known));
    };
    for (const definition of builders) add(definition, 'store');
    for (const definition of contexts) add(definition, 'context');
    const kept = new Set([...after.values()].flatMap(({ nodes }) => nodes));
    for (const node of [...before.values()].flatMap(({ nodes }) => nodes)) {
      if (kept.has(node)) continue;
      node
        .close()
        .catch((error: unknown) => this.options.logger.warn({ err: error }, 'closing a node failed'));
    }
    const news = !same([...before.values()].map(identity), [...after.values()].map(identity));
    const choice = !same(this.chosen ?? null, current ?? null);
    this.entries = after;
    this.chosen = current;
    if (news || choice) this.changed();
  }

  /** buildx knows nothing of Manifold's own builders, so one of its builders may have such a name. */
  private shownName(storedName: string): string {
    return this.entries.get(storedName)?.origin === 'machine' ? `buildx:${storedName}` : storedName;
  }

  /** A builder that Manifold can't use (its driver is missing, its options don't fit) is listed, and says so. */
  private knownEntry(
    definition: StoredBuilder,
    origin: Builder['origin'],
    before: BuilderEntry | undefined,
  ): BuilderEntry {
    try {
      return openEntry(definition, this.driver(definition.driver), this.entryOptions(origin), before);
    } catch (error) {
      const known = this.options.drivers.some(({ name }) => name === definition.driver);
      const driver = unsupportedDriver(unsupported(definition, known ? error : undefined));
      const nodes = definition.nodes.length > 0 ? definition.nodes : [{ ...emptyNode, name: nodeName }];
      const entry = openEntry({ ...definition, nodes }, driver, this.entryOptions(origin, false));
      return { ...entry, definition };
    }
  }

  private entryOptions(origin: Builder['origin'], supported = true): EntryOptions {
    const { loader, logger } = this.options;
    return { origin, supported, loader, logger, onChange: () => this.changed() };
  }

  /** Contexts that can't be read are Docker's to complain about; the other builders stay. */
  private async knownContexts(stored: readonly StoredBuilder[]): Promise<StoredBuilder[]> {
    if (!this.options.drivers.some(({ name }) => name === contextDriver)) return [];
    try {
      return await contextBuilders(await this.options.dockerContexts(), stored);
    } catch (error) {
      this.options.logger.warn({ err: error }, 'Docker’s contexts can’t be read');
      return [];
    }
  }

  /**
   * The asked one, then the chosen builder; before any was chosen, the one BUILDKIT_HOST names, then the local one. A
   * builder that Manifold can't use is passed over.
   */
  private currentName(): string | undefined {
    const usable = [...this.entries].filter(([, { supported }]) => supported);
    const asked = usable.find(([name]) => name.toLowerCase() === this.asked?.toLowerCase());
    const chosen = usable.find(
      ([, { definition, origin }]) =>
        definition.name === this.chosen?.name && (origin !== 'store') === this.chosen.own,
    );
    return (asked ?? chosen ?? usable[0])?.[0];
  }

  private changed(): void {
    for (const listener of this.listeners) listener();
  }
}

function same(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

function identity({ definition, origin }: BuilderEntry): unknown {
  return [definition, origin];
}

function notFound(message: string): StudioError {
  return new StudioError({ code: 'not-found', message, hint: 'It may have been removed.' });
}
