import type {
  Builder,
  CacheRecordsItem,
  DriverDescription,
  NewBuilder,
  PruneItem,
  PruneRequest,
} from '../../shared/contract';
import { StudioError } from '../../shared/contract';
import { BuildkitClient } from '../buildkit';
import { statesOf } from '../system/changes';
import type { Logger } from '../system/logger';
import { describeNode } from './describeNode';
import { pruneNodes, readCacheRecords } from './diskUse';
import type { BootProgress, Driver } from './driver';
import { NodeWatch, asStudioError } from './nodeWatch';
import type { BuilderStore, StoredBuilder } from './store';

/** The builder that every machine has on which Manifold can start a daemon. */
const localName = 'local';
/** The builder that BUILDKIT_HOST names. */
const environmentName = 'env';
const nodeName = 'node0';
/** Names become folder names and parts of other names. */
const namePattern = /^[a-zA-Z][a-zA-Z0-9_.-]{0,63}$/;

export interface BuildersOptions {
  store: BuilderStore;
  drivers: readonly Driver[];
  /** BUILDKIT_HOST makes a builder named `env`. */
  env: Readonly<Record<string, string | undefined>>;
  logger: Logger;
}

interface Entry {
  definition: StoredBuilder;
  driver: Driver;
  nodes: NodeWatch[];
  /** Given by the machine, not by the user: can't be removed and is not stored. */
  fixed: boolean;
}

const noProgress: BootProgress = () => undefined;

/** All builders: what is stored of them, how they are, and one connection a node. */
export class Builders {
  private readonly entries = new Map<string, Entry>();
  private readonly listeners = new Set<() => void>();
  private current: string | undefined;

  private constructor(private readonly options: BuildersOptions) {}

  /** Reads the store and starts watching every node's health. */
  static async open(options: BuildersOptions): Promise<Builders> {
    const builders = new Builders(options);
    const stored = await options.store.read();
    const host = options.env['BUILDKIT_HOST'];
    if (host) {
      const nodes = [{ name: nodeName, options: { address: host } }];
      builders.tryAdd({ name: environmentName, driver: 'remote', nodes }, true);
    }
    if (options.drivers.some(({ name }) => name === localName)) {
      builders.tryAdd({ name: localName, driver: localName, nodes: [{ name: nodeName, options: {} }] }, true);
    }
    for (const definition of stored.builders) builders.tryAdd(definition, false);
    builders.current = stored.current;
    for (const { nodes } of builders.entries.values()) for (const node of nodes) void node.probe();
    return builders;
  }

  /** The drivers for "New builder". */
  drivers(): DriverDescription[] {
    return this.options.drivers.map(({ name, summary, form }) => ({ name, summary, options: [...form] }));
  }

  list(): Builder[] {
    const current = this.currentName();
    return [...this.entries.values()].map((entry) => describe(entry, current));
  }

  get(name: string): Builder | undefined {
    const entry = this.entries.get(name);
    return entry === undefined ? undefined : describe(entry, this.currentName());
  }

  /** The list now, and again whenever anything in it changes. Ends when `signal` aborts. */
  watch(signal: AbortSignal): AsyncIterable<Builder[]> {
    const onChange = (listener: () => void): (() => void) => {
      this.listeners.add(listener);
      return () => this.listeners.delete(listener);
    };
    return statesOf(() => this.list(), onChange, signal);
  }

  /** @throws StudioError `conflict` when the name is taken, `invalid-request` with the field in `details.subject` */
  async create(builder: NewBuilder): Promise<Builder> {
    const name = builder.name.trim();
    if (!namePattern.test(name)) {
      throw invalid(
        'name',
        'A builder’s name begins with a letter and has letters, digits, "-", "_" and "." only.',
      );
    }
    if (this.entries.has(name) || name === localName || name === environmentName) {
      throw new StudioError({
        code: 'conflict',
        message: `There is a builder named ${name} already.`,
        hint: 'Choose another name.',
        details: { subject: 'name' },
      });
    }
    const definition = {
      name,
      driver: builder.driver,
      nodes: [{ name: nodeName, options: builder.options }],
    };
    const entry = this.entry(definition, false);
    this.entries.set(name, entry);
    try {
      await this.options.store.update((stored) => ({
        ...stored,
        builders: [...stored.builders, definition],
      }));
    } catch (error) {
      this.entries.delete(name);
      throw error;
    }
    for (const node of entry.nodes) void node.probe();
    this.changed();
    return describe(entry, this.currentName());
  }

  /**
   * Dials what the form describes, without keeping anything.
   *
   * @throws StudioError `builder-unreachable`, or `invalid-request` with the field in `details.subject`
   */
  async test(builder: NewBuilder, signal: AbortSignal): Promise<{ version: string; platforms: string[] }> {
    const driver = this.driver(builder.driver);
    if (driver.capabilities.start) {
      throw invalid('driver', 'A builder of this kind is started first; there is nothing to test before.');
    }
    const options = parseOptions(driver, builder.options);
    const node = driver.create({ builder: builder.name, node: nodeName, options });
    try {
      const client = await BuildkitClient.connect((stop) => node.dial(stop), { signal });
      try {
        const { platforms, version } = describeNode(
          await client.listWorkers(signal),
          await client.info(signal),
        );
        return { version: version ?? '', platforms: platforms.map(({ platform }) => platform) };
      } finally {
        await client.close();
      }
    } catch (error) {
      signal.throwIfAborted();
      throw asStudioError(error, node.endpoint);
    }
  }

  async remove(name: string, signal: AbortSignal): Promise<void> {
    const entry = this.existing(name);
    if (entry.fixed) throw invalid('name', `The builder ${name} can’t be removed.`);
    for (const node of entry.nodes) await node.remove(false, signal);
    this.entries.delete(name);
    await this.options.store.update(({ builders, current }) => ({
      builders: builders.filter((builder) => builder.name !== name),
      ...(current === undefined || current === name ? {} : { current }),
    }));
    if (this.current === name) this.current = undefined;
    this.changed();
  }

  async start(name: string, signal: AbortSignal): Promise<void> {
    await Promise.all(this.existing(name).nodes.map((node) => node.start(signal, noProgress)));
  }

  async stop(name: string, signal: AbortSignal): Promise<void> {
    await Promise.all(this.existing(name).nodes.map((node) => node.stop(signal)));
  }

  /** Makes it the builder of new projects. */
  async use(name: string): Promise<void> {
    this.existing(name);
    await this.options.store.update((stored) => ({ ...stored, current: name }));
    this.current = name;
    this.changed();
  }

  /** Probes the builder's nodes now; ends within 5 seconds. */
  async refresh(name: string): Promise<void> {
    await Promise.all(this.existing(name).nodes.map((node) => node.probe()));
  }

  /**
   * The connection to a node, made or booted first when needed. Shared: never close it.
   *
   * @throws StudioError `not-found`, `builder-unreachable`, `builder-unavailable`, or the signal's reason
   */
  async client(
    builder: string,
    node: string,
    options: { signal: AbortSignal; onProgress?: BootProgress },
  ): Promise<BuildkitClient> {
    const watched = this.existing(builder).nodes.find(({ node: { name } }) => name === node);
    if (watched === undefined) throw notFound(`The builder ${builder} has no node ${node}.`);
    return watched.connect(options.signal, options.onProgress ?? noProgress);
  }

  /** The build cache of all nodes that run; see {@link readCacheRecords}. */
  cacheRecords(name: string, signal: AbortSignal): AsyncIterable<CacheRecordsItem> {
    return readCacheRecords(this.existing(name).nodes, signal);
  }

  /** Takes records of the build cache away, on all nodes that run; see {@link pruneNodes}. */
  prune(request: PruneRequest, signal: AbortSignal): AsyncIterable<PruneItem> {
    return pruneNodes(this.existing(request.name).nodes, request, signal);
  }

  /** Closes the connections; stops the daemons that Manifold started unless told to keep them. */
  async close(options: { keepDaemons: boolean }): Promise<void> {
    const signal = AbortSignal.timeout(30_000);
    const close = async (entry: Entry, node: NodeWatch): Promise<void> => {
      if (entry.driver.capabilities.stop && !options.keepDaemons) await node.stop(signal);
      await node.close();
    };
    await Promise.all(
      [...this.entries.values()].flatMap((entry) => entry.nodes.map((node) => close(entry, node))),
    );
  }

  /** A stored builder that can't be used here (its driver is missing, its options don't fit) is kept and told. */
  private tryAdd(definition: StoredBuilder, fixed: boolean): void {
    if (this.entries.has(definition.name)) return;
    try {
      this.entries.set(definition.name, this.entry(definition, fixed));
    } catch (error) {
      this.options.logger.warn({ builder: definition.name, err: error }, 'a builder can’t be used here');
    }
  }

  private entry(definition: StoredBuilder, fixed: boolean): Entry {
    const driver = this.driver(definition.driver);
    const nodes = definition.nodes.map((node) => {
      const options = parseOptions(driver, node.options);
      return new NodeWatch({
        builder: definition.name,
        name: node.name,
        driver: driver.create({ builder: definition.name, node: node.name, options }),
        canStart: driver.capabilities.start,
        logger: this.options.logger,
        onChange: () => this.changed(),
      });
    });
    return { definition, driver, nodes, fixed };
  }

  private driver(name: string): Driver {
    const driver = this.options.drivers.find((known) => known.name === name);
    if (driver === undefined) throw invalid('driver', `There is no driver named ${name} on this machine.`);
    return driver;
  }

  private existing(name: string): Entry {
    const entry = this.entries.get(name);
    if (entry === undefined) throw notFound(`There is no builder named ${name}.`);
    return entry;
  }

  /** The chosen builder; before any was chosen, the one the environment names, then the local one. */
  private currentName(): string | undefined {
    if (this.current !== undefined && this.entries.has(this.current)) return this.current;
    return this.entries.keys().next().value;
  }

  private changed(): void {
    for (const listener of this.listeners) listener();
  }
}

function describe({ definition, driver, nodes, fixed }: Entry, current: string | undefined): Builder {
  return {
    name: definition.name,
    driver: definition.driver,
    current: definition.name === current,
    canStart: driver.capabilities.start,
    canStop: driver.capabilities.stop,
    canRemove: !fixed,
    nodes: nodes.map(({ node }) => node),
  };
}

function parseOptions(driver: Driver, options: Record<string, string>): unknown {
  // An empty field of the form is one that was not filled in.
  const given = Object.fromEntries(Object.entries(options).filter(([, value]) => value.trim() !== ''));
  const parsed = driver.optionsSchema.safeParse(given);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw invalid(String(issue?.path[0] ?? 'options'), issue?.message ?? 'The options don’t fit.');
}

function invalid(subject: string, message: string): StudioError {
  return new StudioError({
    code: 'invalid-request',
    message,
    hint: 'Change what you typed.',
    details: { subject },
  });
}

function notFound(message: string): StudioError {
  return new StudioError({ code: 'not-found', message, hint: 'It may have been removed.' });
}
