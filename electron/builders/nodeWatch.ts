import type { Readable } from 'node:stream';
import type { BuilderNode, NodeFeatures } from '../../shared/contract';
import { StudioError } from '../../shared/contract';
import { BuildkitClient, CancelledError, ConnectError, DaemonGoneError, GrpcError } from '../buildkit';
import type { PushNews } from '../docker';
import type { Logger } from '../system/logger';
import { orAborted } from '../system/orAborted';
import { describeNode } from './describeNode';
import type { BootProgress, DriverNode } from './driver';
import { invalid } from './driverOptions';
import { readEmulators, type EmulatorOf } from './emulators';
import { daemonFeatures, type EngineLoader } from './engineLoader';
import { shownOptions } from './shownOptions';
import type { StoredNode } from './store';
import { unreachable } from './unreachable';
import { timeLimit } from '../system/timeLimit';

/** How long one look at a node may take, whatever its daemon does. */
const probeTimeoutMs = 5000;
/** A lost connection is noticed at once, so this only keeps platforms, rules and cache size fresh. */
const healthyIntervalMs = 20_000;
/** A daemon that is not running may be started by somebody else. */
const stoppedIntervalMs = 5000;
const retryMs = { first: 500, longest: 30_000 };
const cacheSizeIntervalMs = 60_000;

export interface NodeWatchOptions {
  builder: string;
  stored: StoredNode;
  driver: DriverNode;
  canStart: boolean;
  /** Where images are loaded that the node's own engine doesn't take. */
  loader: EngineLoader;
  logger: Logger;
  onChange: () => void;
}

/** One node: its health, and the one connection to its daemon, which comes back by itself after it was lost. */
export class NodeWatch {
  private current: BuilderNode;
  private client: BuildkitClient | undefined;
  private connecting: Promise<BuildkitClient> | undefined;
  private probing: Promise<void> | undefined;
  private timer: NodeJS.Timeout | undefined;
  private readonly closing = new AbortController();
  private failures = 0;
  private cacheSizeAtMs = 0;
  /** Set while the node is started or stopped from here: what a probe finds in between says nothing. */
  private changing: 'starting' | 'stopping' | undefined;
  /** The start that is under way, with the look at the node after it. Never rejects. */
  private starting: Promise<void> | undefined;

  constructor(private readonly options: NodeWatchOptions) {
    this.current = {
      name: options.stored.name,
      endpoint: options.driver.endpoint,
      status: options.canStart ? 'stopped' : 'starting',
      platforms: [],
      fixedPlatforms: options.stored.platforms,
      driverOptions: shownOptions(options.stored.options),
      flags: options.stored.flags,
      ...configOf(options.stored),
      devices: [],
      canInstallEmulation: options.driver.emulation !== undefined,
      labels: {},
      gcPolicy: [],
    };
  }

  get node(): BuilderNode {
    return this.current;
  }

  /** Looks at the node now. Ends within 5 seconds; what it finds is in {@link node}, also when it is a failure. */
  probe(): Promise<void> {
    this.probing ??= this.look().finally(() => {
      this.probing = undefined;
      this.scheduleProbe();
    });
    return this.probing;
  }

  /**
   * The connection, made first when there is none; a stopped node that can be started is started, and one that is being
   * started is waited for.
   *
   * @throws StudioError why there is none, or the signal's reason
   */
  async connect(signal: AbortSignal, progress: BootProgress): Promise<BuildkitClient> {
    if (this.starting !== undefined) await orAborted(this.starting, signal);
    if (this.client !== undefined) return this.client;
    const { canStart, driver } = this.options;
    if (canStart && (await driver.info(signal)).status === 'stopped') await this.start(signal, progress);
    const client = await orAborted(this.sharedConnection(), signal);
    if (this.current.status !== 'running') void this.probe();
    return client;
  }

  /**
   * The connection for a look at the node: unlike {@link connect}, this starts nothing.
   *
   * @throws StudioError `builder-unavailable` when the node is stopped, else why there is none; or the signal's reason
   */
  async reach(signal: AbortSignal): Promise<BuildkitClient> {
    if (this.client !== undefined) return this.client;
    const { driver, stored } = this.options;
    const { status } = await orAborted(driver.info(signal), signal);
    if (status === 'stopped') {
      throw new StudioError({
        code: 'builder-unavailable',
        message: `${stored.name} is stopped.`,
        hint: 'Start the builder, then try again.',
        details: { subject: stored.name },
      });
    }
    return orAborted(this.sharedConnection(), signal);
  }

  /** Takes the cache's size, in bytes, from whoever has just read it. */
  noteCacheSize(cacheBytes: number): void {
    this.cacheSizeAtMs = Date.now();
    this.update({ status: this.current.status, cacheBytes });
  }

  async start(signal: AbortSignal, progress: BootProgress): Promise<void> {
    const started = this.boot(signal, progress);
    const starting = started
      .catch(() => undefined)
      .finally(() => {
        if (this.starting === starting) this.starting = undefined;
      });
    this.starting = starting;
    await started;
  }

  private async boot(signal: AbortSignal, progress: BootProgress): Promise<void> {
    const tell = (activity: string): void => {
      this.update({ status: 'starting', activity });
      progress(activity);
    };
    await this.change('starting', () => this.options.driver.boot(tell, signal));
    // A look that began before the start has seen the node as it was.
    await orAborted(this.probing ?? Promise.resolve(), signal);
    await orAborted(this.probe(), signal);
  }

  async stop(signal: AbortSignal): Promise<void> {
    await this.change('stopping', async () => {
      await this.disconnect();
      await this.options.driver.stop(signal);
    });
    this.update({ status: 'stopped' });
  }

  /** @throws StudioError `invalid-request` where emulators can't be installed from here */
  async installEmulation(platforms: readonly string[], signal: AbortSignal): Promise<void> {
    const { driver, stored } = this.options;
    if (driver.emulation === undefined) {
      throw invalid('node', `Emulators can’t be installed on the machine of ${stored.name} from here.`);
    }
    try {
      await driver.emulation.install(platforms, (activity) => this.tell(activity), signal);
    } finally {
      this.tell(undefined);
    }
    await this.probe();
  }

  /** @throws StudioError saying why the engine refuses, or that there is none */
  async load(archive: Readable, progress: BootProgress, signal: AbortSignal): Promise<void> {
    const { driver, loader } = this.options;
    await (driver.load?.(archive, progress, signal) ?? loader.load(archive, progress, signal));
  }

  /**
   * Lets the node's engine push an image that it keeps.
   *
   * @returns the digest in the registry, where the engine tells it
   * @throws StudioError saying what the registry answers, or that the node has no engine of its own
   */
  async push(
    reference: string,
    onNews: (news: PushNews) => void,
    signal: AbortSignal,
  ): Promise<string | undefined> {
    const { driver, stored } = this.options;
    if (driver.push === undefined) {
      throw invalid('node', `${stored.name} has no Docker Engine of its own that could push.`);
    }
    return driver.push(reference, onNews, signal);
  }

  /**
   * Takes away what the driver made for the node. When that fails the node is watched as before.
   *
   * @throws StudioError why it can't be taken away
   */
  async remove(options: { keepState: boolean }, signal: AbortSignal): Promise<void> {
    await this.change('stopping', async () => {
      await this.disconnect();
      await this.options.driver.remove(options, signal);
    });
    await this.close();
  }

  /** Whether this watches the node as it is stored now; its fixed platforms don't count. */
  isOf(stored: StoredNode): boolean {
    const identity = ({ platforms: _any, ...rest }: StoredNode): string => JSON.stringify(rest);
    return !this.closing.signal.aborted && identity(this.options.stored) === identity(stored);
  }

  /** Takes over platforms that were fixed, or freed, since. */
  fixPlatforms(platforms: readonly string[]): void {
    if (JSON.stringify(platforms) === JSON.stringify(this.current.fixedPlatforms)) return;
    this.update({ status: this.current.status, fixedPlatforms: [...platforms] });
    void this.probe();
  }

  /** Ends watching and the connection; the daemon goes on. */
  async close(): Promise<void> {
    this.closing.abort(new CancelledError());
    clearTimeout(this.timer);
    await this.disconnect();
    await this.probing;
  }

  private async look(signal = timeLimit(probeTimeoutMs, this.closing.signal)): Promise<void> {
    const before = this.client;
    try {
      if (this.client === undefined) {
        const { status } = await this.options.driver.info(signal);
        if (status === 'stopped') {
          this.update({ status: 'stopped' });
          return;
        }
      }
      const client = await orAborted(this.sharedConnection(), signal);
      const [workers, version, features, emulatorOf] = await Promise.all([
        client.listWorkers(signal),
        daemonVersion(client, signal),
        this.features(signal),
        this.emulators(),
      ]);
      this.failures = 0;
      const described = describeNode(workers, version, this.current.fixedPlatforms, emulatorOf);
      this.update({ status: 'running', ...described, features });
      void this.measureCache(client);
    } catch (error) {
      if (this.closing.signal.aborted) return;
      if (before !== undefined && error instanceof DaemonGoneError) {
        // What keeps it from being connected anew says more than that the old connection is lost.
        if (this.client === before) this.client = undefined;
        return this.look(signal);
      }
      this.failures++;
      const failure = asStudioError(error, this.options.driver.endpoint);
      this.options.logger.debug(
        { builder: this.options.builder, err: error },
        'a builder’s node can’t be reached',
      );
      this.update({ status: 'unreachable', error: failure.toData() });
    }
  }

  private async emulators(): Promise<EmulatorOf | undefined> {
    return (await this.options.driver.onThisMachine?.()) ? readEmulators() : undefined;
  }

  private features(signal: AbortSignal): Promise<NodeFeatures> {
    const { driver, loader } = this.options;
    return driver.features?.(signal) ?? daemonFeatures(loader, signal);
  }

  private scheduleProbe(): void {
    clearTimeout(this.timer);
    if (this.closing.signal.aborted) return;
    this.timer = setTimeout(() => void this.probe(), this.probeDelay()).unref();
  }

  private probeDelay(): number {
    if (this.failures > 0) return Math.min(retryMs.longest, retryMs.first * 2 ** (this.failures - 1));
    return this.current.status === 'stopped' ? stoppedIntervalMs : healthyIntervalMs;
  }

  private sharedConnection(): Promise<BuildkitClient> {
    if (this.client !== undefined) return Promise.resolve(this.client);
    this.connecting ??= this.openConnection().finally(() => (this.connecting = undefined));
    return this.connecting;
  }

  private async openConnection(): Promise<BuildkitClient> {
    const { driver } = this.options;
    let client: BuildkitClient;
    try {
      client = await BuildkitClient.connect((signal) => driver.dial(signal), { signal: this.closing.signal });
    } catch (error) {
      throw asStudioError(error, driver.endpoint);
    }
    if (this.closing.signal.aborted) {
      await client.close();
      throw this.closing.signal.reason;
    }
    this.client = client;
    client.onDisconnect(() => {
      if (this.client === client) this.client = undefined;
      if (this.changing === undefined) void this.probe();
    });
    return client;
  }

  private async disconnect(): Promise<void> {
    const client = this.client;
    this.client = undefined;
    await client?.close();
  }

  /** Says what the node is doing while its status stays. */
  private tell(activity: string | undefined): void {
    const { status, error } = this.current;
    this.update({
      status,
      ...(error === undefined ? {} : { error }),
      ...(activity === undefined ? {} : { activity }),
    });
  }

  private async change(status: 'starting' | 'stopping', act: () => Promise<void>): Promise<void> {
    this.changing = status;
    this.update({ status });
    try {
      await act();
    } catch (error) {
      this.changing = undefined;
      const failure = asStudioError(error, this.options.driver.endpoint);
      this.update({ status: 'stopped', error: failure.toData() });
      throw failure;
    } finally {
      this.changing = undefined;
    }
  }

  private update(news: Partial<BuilderNode> & Pick<BuilderNode, 'status'>): void {
    if (this.changing !== undefined && news.status !== this.changing) return;
    const { error: _old, activity: _done, ...before } = this.current;
    // What made the last start fail stays to be read until the next attempt.
    const keepError =
      news.status === 'stopped' && news.error === undefined && this.current.status === 'stopped';
    const next = { ...before, ...(keepError && _old !== undefined ? { error: _old } : {}), ...news };
    if (JSON.stringify(next) === JSON.stringify(this.current)) return;
    this.current = next;
    this.options.onChange();
  }

  private async measureCache(client: BuildkitClient): Promise<void> {
    if (Date.now() - this.cacheSizeAtMs < cacheSizeIntervalMs) return;
    this.cacheSizeAtMs = Date.now();
    try {
      const records = await client.diskUsage([], this.closing.signal);
      if (this.client !== client) return;
      this.noteCacheSize(records.reduce((sum, { size }) => sum + size, 0));
    } catch (error) {
      this.options.logger.debug(
        { builder: this.options.builder, err: error },
        'the cache’s size can’t be read',
      );
    }
  }
}

/** The text of the node's buildkitd.toml, for people. */
function configOf({ files }: StoredNode): Pick<BuilderNode, 'config'> {
  const text = files['buildkitd.toml'];
  return text === undefined ? {} : { config: Buffer.from(text, 'base64').toString('utf8') };
}

/** Engines before BuildKit 0.11 don't tell. */
async function daemonVersion(client: BuildkitClient, signal: AbortSignal) {
  try {
    return await client.info(signal);
  } catch (error) {
    if (error instanceof GrpcError) return undefined;
    throw error;
  }
}

/** The typed form of whatever keeps a node from being used. */
export function asStudioError(error: unknown, endpoint: string): StudioError {
  if (error instanceof StudioError) return error;
  if (error instanceof ConnectError && error.cause instanceof StudioError) return error.cause;
  if (error instanceof Error && error.name === 'TimeoutError') {
    return unreachable(endpoint, `it did not answer within ${probeTimeoutMs / 1000} seconds`, error);
  }
  return unreachable(endpoint, undefined, error);
}
