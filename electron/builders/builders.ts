import type {
  Builder,
  CacheRecordsItem,
  DockerContext,
  DriverDescription,
  NewBuilder,
  NewNode,
  PruneItem,
  PruneRequest,
} from '../../shared/contract';
import { StudioError } from '../../shared/contract';
import { BuildkitClient } from '../buildkit';
import { statesOf } from '../system/changes';
import type { Logger } from '../system/logger';
import { describeNode } from './describeNode';
import { pruneNodes, readCacheRecords } from './diskUse';
import { readDaemonFiles } from './daemonFiles';
import type { BootProgress, Driver, NodeDefinition } from './driver';
import { givenOptions, invalid, parseOptions } from './driverOptions';
import {
  canonicalPlatforms,
  nextNodeName,
  nodeNameOf,
  withNode,
  withoutNode,
  withPlatforms,
} from './nodeRules';
import { NodeWatch, asStudioError } from './nodeWatch';
import type { BuilderStore, ChosenBuilder, StoredBuilder, StoredBuilders, StoredNode } from './store';
import { unsupported, unsupportedDriver } from './unsupportedDriver';

/** The builder that every machine has on which Manifold can start a daemon. */
const localName = 'local';
/** The builder that BUILDKIT_HOST names. */
const environmentName = 'env';
const nodeName = 'node0';
/** Names that a new builder may not have; `default` is Docker's own engine to buildx. */
const reservedNames: readonly string[] = [localName, environmentName, 'default'];
/** Names become folder names and parts of other names. */
const namePattern = /^[a-zA-Z][a-zA-Z0-9_.-]{0,63}$/;

export interface BuildersOptions {
  store: BuilderStore;
  drivers: readonly Driver[];
  /** BUILDKIT_HOST makes a builder named `env`; BUILDX_BUILDER names the builder to begin with. */
  env: Readonly<Record<string, string | undefined>>;
  logger: Logger;
}

interface Entry {
  definition: StoredBuilder;
  driver: Driver;
  nodes: NodeWatch[];
  /** Manifold has the driver, and the options fit it. */
  supported: boolean;
  /** Given by the machine, not by the user: can't be removed and is not stored. */
  fixed: boolean;
}

const noProgress: BootProgress = () => undefined;

const emptyNode: Omit<StoredNode, 'name'> = {
  endpoint: '',
  options: {},
  platforms: [],
  flags: [],
  files: {},
};

/** All builders: what is stored of them, how they are, and one connection a node. */
export class Builders {
  /** By the name that people see. */
  private entries = new Map<string, Entry>();
  private readonly listeners = new Set<() => void>();
  private chosen: ChosenBuilder | undefined;
  /** BUILDX_BUILDER, until a builder is chosen here. */
  private asked: string | undefined;
  private synchronizing: Promise<void> = Promise.resolve();
  private nextSync: Promise<void> | undefined;
  private marking: Promise<unknown> = Promise.resolve();
  private stopWatching: () => void = () => undefined;

  private constructor(private readonly options: BuildersOptions) {}

  /** Reads the store, follows its changes and starts watching every node's health. */
  static async open(options: BuildersOptions): Promise<Builders> {
    const builders = new Builders(options);
    const host = options.env['BUILDKIT_HOST'];
    if (host) builders.addFixed(environmentName, 'remote', host);
    if (options.drivers.some(({ name }) => name === localName)) builders.addFixed(localName, localName, '');
    builders.asked = options.env['BUILDX_BUILDER'];
    await builders.synchronize();
    builders.stopWatching = options.store.watch(() => void builders.synchronize());
    return builders;
  }

  /** The drivers for "New builder". */
  drivers(): DriverDescription[] {
    return this.options.drivers.map(({ name, summary, endpoint, form, capabilities }) => ({
      ...{ name, summary, endpoint, options: [...form] },
      takesConfig: capabilities.config,
      severalNodes: capabilities.severalNodes,
      canTest: capabilities.test,
    }));
  }

  list(): Builder[] {
    const current = this.currentName();
    return [...this.entries].map(([name, entry]) => describe(name, entry, current));
  }

  get(name: string): Builder | undefined {
    const entry = this.entries.get(name);
    return entry === undefined ? undefined : describe(name, entry, this.currentName());
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
    if (reservedNames.includes(name.toLowerCase())) {
      throw new StudioError({
        code: 'conflict',
        message: `The name ${name} is taken by Manifold or Docker.`,
        hint: 'Choose another name.',
        details: { subject: 'name' },
      });
    }
    const driver = this.driver(builder.driver);
    const node = await this.newNode(driver, name, builder.node, []);
    const stored = withPlatforms({ name, driver: driver.name, nodes: [node] }, node.name, node.platforms);
    await this.options.store.add(stored);
    await this.synchronize();
    return describe(name, this.existing(name), this.currentName());
  }

  /**
   * Adds a node to a builder that is stored.
   *
   * @throws StudioError `not-found`, `conflict`, or `invalid-request` with the field in `details.subject`
   */
  async append(name: string, typed: NewNode): Promise<Builder> {
    const { definition, driver } = this.changeable(name);
    if (!driver.capabilities.severalNodes) {
      throw invalid('driver', `Builders of the driver ${driver.name} have one node.`);
    }
    const node = await this.newNode(driver, definition.name, typed, definition.nodes);
    return this.changeStored(name, (builder) => withNode(builder, node));
  }

  /**
   * Takes a node out of its builder, with what its driver made for it.
   *
   * @throws StudioError `not-found`, or `conflict` for the last node
   */
  async leave(name: string, node: string, signal: AbortSignal): Promise<Builder> {
    const { nodes } = this.changeable(name);
    const builder = await this.changeStored(name, (stored) => withoutNode(stored, node));
    await nodes.find((one) => one.node.name === node)?.remove(false, signal);
    return builder;
  }

  /** Fixes a node's platforms, and takes them from its builder's other nodes; none means detected ones. */
  async setPlatforms(name: string, node: string, platforms: readonly string[]): Promise<Builder> {
    this.watched(name, node);
    const names = canonicalPlatforms(platforms);
    return this.changeStored(name, (stored) => withPlatforms(stored, node, names));
  }

  /**
   * Dials what the form describes, without keeping anything.
   *
   * @throws StudioError `builder-unreachable`, or `invalid-request` with the field in `details.subject`
   */
  async test(builder: NewBuilder, signal: AbortSignal): Promise<{ version: string; platforms: string[] }> {
    const driver = this.driver(builder.driver);
    if (!driver.capabilities.test) {
      throw invalid('driver', 'A builder of this kind is started first; there is nothing to test before.');
    }
    const typed = await this.newNode(driver, builder.name, builder.node, []);
    const node = driver.create(nodeDefinition(builder.name, typed, driver));
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

  /** @param options `keepState` leaves the build cache to a builder of the same name, where the driver can */
  async remove(name: string, { keepState }: { keepState: boolean }, signal: AbortSignal): Promise<void> {
    const entry = this.changeable(name);
    await this.options.store.remove(entry.definition.name);
    this.entries.delete(name);
    for (const node of entry.nodes) await node.remove(keepState, signal);
    await this.synchronize();
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
    const { definition, fixed, supported } = this.existing(name);
    if (!supported) throw unsupported(definition);
    await this.options.store.use({ name: definition.name, own: fixed });
    this.asked = undefined;
    await this.synchronize();
    this.changed();
  }

  /** Installs emulators on a node's machine, and looks at the node again. */
  async installEmulation(
    name: string,
    node: string,
    platforms: readonly string[],
    signal: AbortSignal,
  ): Promise<void> {
    await this.watched(name, node).installEmulation(canonicalPlatforms(platforms), signal);
  }

  /** Docker's contexts, for choosing an endpoint. */
  async dockerContexts(): Promise<DockerContext[]> {
    return [];
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
    const { definition, fixed } = this.existing(builder);
    const watched = this.watched(builder, node);
    if (!fixed) this.markUsed(definition.name);
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
    this.stopWatching();
    await Promise.all([this.synchronizing, this.marking]);
    const signal = AbortSignal.timeout(30_000);
    const close = async (entry: Entry, node: NodeWatch): Promise<void> => {
      try {
        if (entry.driver.capabilities.stop && !options.keepDaemons) await node.stop(signal);
      } catch (err) {
        this.options.logger.error({ err, builder: entry.definition.name }, 'a builder could not be stopped');
      } finally {
        await node.close();
      }
    };
    await Promise.all(
      [...this.entries.values()].flatMap((entry) => entry.nodes.map((node) => close(entry, node))),
    );
  }

  private addFixed(name: string, driver: string, endpoint: string): void {
    const definition = { name, driver, nodes: [{ ...emptyNode, name: nodeName, endpoint }] };
    try {
      this.entries.set(name, this.probed(this.entry(definition, this.driver(driver), true, true)));
    } catch (error) {
      this.options.logger.warn({ builder: name, err: error }, 'a builder can’t be used here');
    }
  }

  /** Follows the store. Resolves when what was stored at the time of the call, or later, is in force. */
  private synchronize(): Promise<void> {
    this.nextSync ??= this.synchronizing.then(async () => {
      this.nextSync = undefined;
      try {
        this.follow(await this.options.store.read());
      } catch (error) {
        this.options.logger.error({ err: error }, 'the stored builders can’t be read');
      }
    });
    this.synchronizing = this.nextSync;
    return this.nextSync;
  }

  private follow({ builders, current }: StoredBuilders): void {
    const before = this.entries;
    const after = new Map([...before].filter(([, { fixed }]) => fixed));
    for (const definition of builders) {
      const name = this.shownName(definition.name);
      const known = before.get(name);
      after.set(name, known && same(known.definition, definition) ? known : this.storedEntry(definition));
    }
    const gone = [...before.values()].filter((entry) => ![...after.values()].includes(entry));
    for (const node of gone.flatMap(({ nodes }) => nodes)) {
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
    return this.entries.get(storedName)?.fixed ? `buildx:${storedName}` : storedName;
  }

  /** A builder that Manifold can't use (its driver is missing, its options don't fit) is listed, and says so. */
  private storedEntry(definition: StoredBuilder): Entry {
    try {
      return this.probed(this.entry(definition, this.driver(definition.driver), true, false));
    } catch (error) {
      const known = this.options.drivers.some(({ name }) => name === definition.driver);
      const driver = unsupportedDriver(unsupported(definition, known ? error : undefined));
      const nodes = definition.nodes.length > 0 ? definition.nodes : [{ ...emptyNode, name: nodeName }];
      const entry = this.entry({ ...definition, nodes }, driver, false, false);
      return this.probed({ ...entry, definition });
    }
  }

  private entry(definition: StoredBuilder, driver: Driver, supported: boolean, fixed: boolean): Entry {
    if (definition.nodes.length === 0) throw invalid('nodes', 'It has no nodes.');
    const nodes = definition.nodes.map(
      (node) => [node, nodeDefinition(definition.name, node, driver)] as const,
    );
    const watches = nodes.map(
      ([stored, node]) =>
        new NodeWatch({
          builder: definition.name,
          stored,
          driver: driver.create(node),
          canStart: driver.capabilities.start,
          logger: this.options.logger,
          onChange: () => this.changed(),
        }),
    );
    return { definition, driver, nodes: watches, supported, fixed };
  }

  private probed(entry: Entry): Entry {
    for (const node of entry.nodes) void node.probe();
    return entry;
  }

  private markUsed(storedName: string): void {
    const mark = this.options.store.markUsed(storedName).catch((error: unknown) => {
      this.options.logger.warn({ builder: storedName, err: error }, 'a builder’s use can’t be noted');
    });
    this.marking = Promise.all([this.marking, mark]);
  }

  private driver(name: string): Driver {
    const driver = this.options.drivers.find((known) => known.name === name);
    if (driver === undefined) throw invalid('driver', `There is no driver named ${name} on this machine.`);
    return driver;
  }

  /** What is typed for a node as it will be stored. */
  private async newNode(
    driver: Driver,
    builder: string,
    typed: NewNode,
    others: readonly StoredNode[],
  ): Promise<StoredNode> {
    const name = typed.name?.trim() ? nodeNameOf(typed.name) : nextNodeName(builder, others);
    const files = typed.config?.trim() ? await readDaemonFiles(typed.config) : new Map<string, Uint8Array>();
    if (files.size > 0 && !driver.capabilities.config) {
      throw invalid('config', `The driver ${driver.name} starts no buildkitd that could be configured.`);
    }
    const given = {
      ...{ builder, node: name, endpoint: typed.endpoint?.trim() ?? '', files },
      options: givenOptions(typed.options ?? {}),
      flags: (typed.flags ?? []).map((flag) => flag.trim()).filter((flag) => flag !== ''),
    };
    parseOptions(driver, given.options);
    const node = (await driver.complete?.(given)) ?? given;
    const problem = driver.checkEndpoint(node.endpoint, node.options);
    if (problem !== undefined) throw invalid('endpoint', problem);
    return {
      ...{ name, endpoint: node.endpoint, options: { ...node.options }, flags: [...node.flags] },
      platforms: canonicalPlatforms(typed.platforms ?? []),
      files: Object.fromEntries([...node.files].map(([path, bytes]) => [path, base64(bytes)])),
    };
  }

  private async changeStored(
    name: string,
    change: (builder: StoredBuilder) => StoredBuilder,
  ): Promise<Builder> {
    await this.options.store.change(this.changeable(name).definition.name, change);
    await this.synchronize();
    return describe(name, this.existing(name), this.currentName());
  }

  /** @throws StudioError `invalid-request` for builders that the machine or Docker gives */
  private changeable(name: string): Entry {
    const entry = this.existing(name);
    if (entry.fixed || !entry.supported) throw invalid('name', `The builder ${name} can’t be changed here.`);
    return entry;
  }

  private watched(builder: string, node: string): NodeWatch {
    const watched = this.existing(builder).nodes.find((one) => one.node.name === node);
    if (watched === undefined) throw notFound(`The builder ${builder} has no node ${node}.`);
    return watched;
  }

  private existing(name: string): Entry {
    const entry = this.entries.get(name);
    if (entry === undefined) throw notFound(`There is no builder named ${name}.`);
    return entry;
  }

  /**
   * BUILDX_BUILDER, then the chosen builder; before any was chosen, the one BUILDKIT_HOST names, then the local one. A
   * builder that Manifold can't use is passed over.
   */
  private currentName(): string | undefined {
    const usable = [...this.entries].filter(([, { supported }]) => supported);
    const asked = usable.find(([name]) => name.toLowerCase() === this.asked?.toLowerCase());
    const chosen = usable.find(
      ([, { definition, fixed }]) => definition.name === this.chosen?.name && fixed === this.chosen.own,
    );
    return (asked ?? chosen ?? usable[0])?.[0];
  }

  private changed(): void {
    for (const listener of this.listeners) listener();
  }
}

function describe(name: string, entry: Entry, current: string | undefined): Builder {
  const { driver, definition, nodes, supported, fixed } = entry;
  return {
    name,
    driver: definition.driver,
    origin: fixed ? 'machine' : 'store',
    current: name === current,
    canStart: driver.capabilities.start,
    canStop: driver.capabilities.stop,
    canRemove: supported && !fixed,
    canAppend: supported && !fixed && driver.capabilities.severalNodes,
    canKeepState: driver.capabilities.keepState,
    nodes: nodes.map(({ node }) => node),
  };
}

function nodeDefinition(builder: string, node: StoredNode, driver: Driver): NodeDefinition<unknown> {
  const { name, endpoint, options, flags, files } = node;
  return {
    ...{ builder, node: name, endpoint, flags },
    options: parseOptions(driver, options),
    files: new Map(Object.entries(files).map(([path, text]) => [path, Buffer.from(text, 'base64')])),
  };
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
}

function same(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

function identity({ definition, fixed }: Entry): unknown {
  return [definition, fixed];
}

function notFound(message: string): StudioError {
  return new StudioError({ code: 'not-found', message, hint: 'It may have been removed.' });
}
