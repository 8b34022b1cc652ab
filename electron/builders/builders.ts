import type { Readable } from 'node:stream';
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
import type { PushNews } from '../docker';
import { statesOf } from '../system/changes';
import { nodeDefinition, type BuilderEntry } from './builderEntry';
import { BuilderList, type BuilderListOptions } from './builderList';
import { describeNode } from './describeNode';
import { pruneNodes, readCacheRecords } from './diskUse';
import type { BootProgress } from './driver';
import { invalid } from './driverOptions';
import { newStoredNode } from './newNode';
import { canonicalPlatforms, withNode, withoutNode, withPlatforms } from './nodeRules';
import { asStudioError, type NodeWatch } from './nodeWatch';
import type { StoredBuilder } from './store';
import { unsupported } from './unsupportedDriver';
import { timeLimit } from '../system/timeLimit';

/** The builder that every machine has on which Manifold can start a daemon. */
const localName = 'local';
/** The builder that BUILDKIT_HOST names. */
const environmentName = 'env';
/** Names that a new builder may not have; `default` is Docker's own engine to buildx. */
const reservedNames: readonly string[] = [localName, environmentName, 'default'];
/** Names become folder names and parts of other names. */
const namePattern = /^[a-zA-Z][a-zA-Z0-9_.-]{0,63}$/;

export interface BuildersOptions extends BuilderListOptions {
  /** BUILDKIT_HOST makes a builder named `env`; BUILDX_BUILDER names the builder to begin with. */
  env: Readonly<Record<string, string | undefined>>;
}

/** How a builder is removed. */
export interface RemoveOptions {
  /** Leaves the build cache to a builder of the same name, where the driver can. */
  keepState: boolean;
  /** Forgets the builder even when what its driver made can't be taken away. */
  force?: boolean;
}

const noProgress: BootProgress = () => undefined;

/** All builders: what is stored of them, how they are, and one connection a node. */
export class Builders {
  private readonly known: BuilderList;
  private marking: Promise<unknown> = Promise.resolve();

  private constructor(private readonly options: BuildersOptions) {
    this.known = new BuilderList(options);
  }

  /** Reads the store, follows its changes and starts watching every node's health. */
  static async open(options: BuildersOptions): Promise<Builders> {
    const builders = new Builders(options);
    const { known } = builders;
    const host = options.env['BUILDKIT_HOST'];
    if (host) known.addFixed(environmentName, 'remote', host);
    if (options.drivers.some(({ name }) => name === localName)) known.addFixed(localName, localName, '');
    await known.open(options.env['BUILDX_BUILDER']);
    return builders;
  }

  /** The drivers for "New builder". */
  drivers(): DriverDescription[] {
    const creatable = this.options.drivers.filter(({ capabilities }) => capabilities.creatable !== false);
    return creatable.map(({ name, summary, endpoint, form, capabilities }) => ({
      ...{ name, summary, endpoint, options: [...form] },
      takesConfig: capabilities.config,
      severalNodes: capabilities.severalNodes,
      canTest: capabilities.test,
    }));
  }

  list(): Builder[] {
    return this.known.describe();
  }

  get(name: string): Builder | undefined {
    return this.known.has(name) ? this.known.describeOne(name) : undefined;
  }

  /** The list now, and again whenever anything in it changes. Ends when `signal` aborts. */
  watch(signal: AbortSignal): AsyncIterable<Builder[]> {
    return statesOf(
      () => this.list(),
      (listener) => this.known.onChange(listener),
      signal,
    );
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
    const driver = this.known.driver(builder.driver);
    if (driver.capabilities.creatable === false) {
      throw invalid('driver', `Builders of the driver ${driver.name} are found, not made.`);
    }
    const node = await newStoredNode(driver, name, builder.node, []);
    const stored = withPlatforms({ name, driver: driver.name, nodes: [node] }, node.name, node.platforms);
    await this.options.store.add(stored);
    await this.known.synchronize();
    return this.known.describeOne(name);
  }

  /**
   * Adds a node to a builder that is stored.
   *
   * @throws StudioError `not-found`, `conflict`, or `invalid-request` with the field in `details.subject`
   */
  async append(name: string, typed: NewNode): Promise<Builder> {
    const { definition, driver } = this.known.changeable(name);
    if (!driver.capabilities.severalNodes) {
      throw invalid('driver', `Builders of the driver ${driver.name} have one node.`);
    }
    const node = await newStoredNode(driver, definition.name, typed, definition.nodes);
    return this.changeStored(name, (builder) => withNode(builder, node));
  }

  /**
   * Takes a node out of its builder, with what its driver made for it.
   *
   * @throws StudioError `not-found`, or `conflict` for the last node
   */
  async leave(name: string, node: string, signal: AbortSignal): Promise<Builder> {
    const { definition } = this.known.changeable(name);
    withoutNode(definition, node);
    await this.known.node(name, node).remove({ keepState: false }, signal);
    return this.changeStored(name, (stored) => withoutNode(stored, node));
  }

  /** Fixes a node's platforms, and takes them from its builder's other nodes; none means detected ones. */
  async setPlatforms(name: string, node: string, platforms: readonly string[]): Promise<Builder> {
    this.known.node(name, node);
    const names = canonicalPlatforms(platforms);
    return this.changeStored(name, (stored) => withPlatforms(stored, node, names));
  }

  /**
   * Dials what the form describes, without keeping anything.
   *
   * @throws StudioError `builder-unreachable`, or `invalid-request` with the field in `details.subject`
   */
  async test(builder: NewBuilder, signal: AbortSignal): Promise<{ version: string; platforms: string[] }> {
    const driver = this.known.driver(builder.driver);
    if (!driver.capabilities.test) {
      throw invalid('driver', 'A builder of this kind is started first; there is nothing to test before.');
    }
    const typed = await newStoredNode(driver, builder.name, builder.node, []);
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

  /**
   * Takes away what the drivers made for its nodes, then forgets the builder. When that fails it stays, unless forced.
   *
   * @throws StudioError why something can't be taken away
   */
  async remove(name: string, { keepState, force }: RemoveOptions, signal: AbortSignal): Promise<void> {
    const { definition, nodes } = this.known.changeable(name);
    const removals = await Promise.allSettled(nodes.map((node) => node.remove({ keepState }, signal)));
    for (const removal of removals) {
      if (removal.status === 'fulfilled') continue;
      if (!force) throw removal.reason;
      this.options.logger.warn({ builder: name, err: removal.reason }, 'a node was forgotten, not removed');
    }
    await this.options.store.remove(definition.name);
    await this.known.synchronize();
  }

  async start(name: string, signal: AbortSignal): Promise<void> {
    await Promise.all(this.known.existing(name).nodes.map((node) => node.start(signal, noProgress)));
  }

  async stop(name: string, signal: AbortSignal): Promise<void> {
    await Promise.all(this.known.existing(name).nodes.map((node) => node.stop(signal)));
  }

  /** Makes it the builder of new projects. */
  async use(name: string): Promise<void> {
    const { definition, origin, supported } = this.known.existing(name);
    if (!supported) throw unsupported(definition);
    await this.options.store.use({ name: definition.name, own: origin !== 'store' });
    await this.known.synchronize();
    this.known.forgetAsked();
  }

  /** Installs emulators on a node's machine, and looks at the node again. */
  async installEmulation(
    name: string,
    node: string,
    platforms: readonly string[],
    signal: AbortSignal,
  ): Promise<void> {
    await this.known.node(name, node).installEmulation(canonicalPlatforms(platforms), signal);
  }

  /** Docker's contexts, for choosing an endpoint. */
  dockerContexts(): Promise<DockerContext[]> {
    return this.options.dockerContexts();
  }

  /** Probes the builder's nodes now; ends within 5 seconds. */
  async refresh(name: string): Promise<void> {
    await Promise.all(this.known.existing(name).nodes.map((node) => node.probe()));
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
    const { definition, origin } = this.known.existing(builder);
    const watched = this.known.node(builder, node);
    if (origin === 'store') this.markUsed(definition.name);
    return watched.connect(options.signal, options.onProgress ?? noProgress);
  }

  /**
   * Loads an image archive into the engine of a node, or into the engine in use where the node has none.
   *
   * @throws StudioError saying why the engine refuses, or that there is none
   */
  async load(
    builder: string,
    node: string,
    archive: Readable,
    options: { signal: AbortSignal; onProgress?: BootProgress },
  ): Promise<void> {
    await this.known.node(builder, node).load(archive, options.onProgress ?? noProgress, options.signal);
  }

  /**
   * Lets the engine of a node push an image that it has built.
   *
   * @returns the digest in the registry, where the engine tells it
   * @throws StudioError saying what the registry answers, or that the node has no engine of its own
   */
  async push(
    builder: string,
    node: string,
    reference: string,
    options: { signal: AbortSignal; onNews: (news: PushNews) => void },
  ): Promise<string | undefined> {
    return this.known.node(builder, node).push(reference, options.onNews, options.signal);
  }

  /**
   * The connection to a node for a look at it: starts nothing, and does not count as using the builder. Shared: never
   * close it.
   *
   * @throws StudioError `not-found`, `builder-unreachable`, `builder-unavailable`, or the signal's reason
   */
  async reach(builder: string, node: string, signal: AbortSignal): Promise<BuildkitClient> {
    return this.known.node(builder, node).reach(signal);
  }

  /** The build cache of all nodes that run; see {@link readCacheRecords}. */
  cacheRecords(name: string, signal: AbortSignal): AsyncIterable<CacheRecordsItem> {
    return readCacheRecords(this.known.existing(name).nodes, signal);
  }

  /** Takes records of the build cache away, on all nodes that run; see {@link pruneNodes}. */
  prune(request: PruneRequest, signal: AbortSignal): AsyncIterable<PruneItem> {
    return pruneNodes(this.known.existing(request.name).nodes, request, signal);
  }

  /** Closes the connections; stops the daemons that Manifold started unless told to keep them. */
  async close(options: { keepDaemons: boolean }): Promise<void> {
    await Promise.all([this.known.close(), this.marking]);
    const signal = timeLimit(30_000);
    const close = async (entry: BuilderEntry, node: NodeWatch): Promise<void> => {
      try {
        if (entry.driver.capabilities.endsWithManifold && !options.keepDaemons) await node.stop(signal);
      } catch (err) {
        this.options.logger.error({ err, builder: entry.definition.name }, 'a builder could not be stopped');
      } finally {
        await node.close();
      }
    };
    await Promise.all(this.known.all().flatMap((entry) => entry.nodes.map((node) => close(entry, node))));
  }

  private markUsed(storedName: string): void {
    const mark = this.options.store.markUsed(storedName).catch((error: unknown) => {
      this.options.logger.warn({ builder: storedName, err: error }, 'a builder’s use can’t be noted');
    });
    this.marking = Promise.all([this.marking, mark]);
  }

  private async changeStored(
    name: string,
    change: (builder: StoredBuilder) => StoredBuilder,
  ): Promise<Builder> {
    await this.options.store.change(this.known.changeable(name).definition.name, change);
    await this.known.synchronize();
    return this.known.describeOne(name);
  }
}
