import { create, toBinary } from '@bufbuild/protobuf';
import type { DaemonVersion, PruneOptions, UsageRecord, Worker } from './daemon';
import type { Dial } from './dial';
import { CancelledError, ConnectError, DaemonGoneError } from './errors';
import { daemonVersion, durationFromMs, historyEvent, usageRecord, worker } from './fromProto';
import { Content, ReadContentRequestSchema } from './gen/containerd/services/content/v1/content_pb';
import {
  BuildHistoryRequestSchema,
  Control,
  DiskUsageRequestSchema,
  InfoRequestSchema,
  ListWorkersRequestSchema,
  PruneRequestSchema,
  StatusRequestSchema,
  UpdateBuildHistoryRequestSchema,
} from './gen/moby/buildkit/v1/control_pb';
import { withGateway, type Gateway, type GatewayCall } from './gateway/gateway';
import type { BuildHistoryEvent, BuildHistoryQuery, BuildHistoryUpdate } from './history';
import { startHeartbeat } from './heartbeat';
import { decodeReadContent } from './readContent';
import type { SessionService } from './session/service';
import { openSession, type OpenSessionOptions, type Session } from './session/open';
import { solveRequestMessage, type SolveCall, type SolveResponse } from './solveRequest';
import type { StatusEvent } from './status';
import { StatusDecoder } from './statusDecoder';
import { ControlChannel } from './transport/controlChannel';
import { Http2Connection } from './transport/http2Connection';
import { SolveChannels } from './transport/solveChannels';

const CONNECT_TIMEOUT_MS = 10_000;

export interface BuildkitClientOptions {
  /** How long dialling and the first answer may take together. Default 10 s. */
  readonly connectTimeoutMs?: number;
  /** Gives up connecting; has no meaning once connected. */
  readonly signal?: AbortSignal;
  /** How often a silent connection is asked for a sign of life. Default 10 s. */
  readonly heartbeatIntervalMs?: number;
  /** How long the answer to that may take before the connection counts as lost. Default 20 s. */
  readonly heartbeatTimeoutMs?: number;
}

export interface ReadContentOptions {
  /** Bytes to skip. */
  readonly offset?: number;
  /** Bytes to read; to the end when absent. */
  readonly length?: number;
  readonly signal?: AbortSignal;
}

/**
 * A connection to one BuildKit daemon (really several: grpc-js for control calls, one more for each solve that runs at
 * the same time, node:http2 for the streams that carry much). All methods throw {@link GrpcError} when the daemon refuses, {@link DaemonGoneError} when the connection is
 * lost and {@link CancelledError} when their signal aborts, which also cancels the call in the daemon. A client whose
 * connection is lost stays so: connect anew.
 */
export class BuildkitClient {
  readonly #control: ControlChannel;
  readonly #streams: Http2Connection;
  readonly #solves: SolveChannels;
  readonly #stopHeartbeat: () => void;
  readonly #disconnectListeners = new Set<(error: DaemonGoneError) => void>();
  #closing = false;
  #lost: DaemonGoneError | undefined;

  private constructor(
    dial: Dial,
    control: ControlChannel,
    streams: Http2Connection,
    options: BuildkitClientOptions,
  ) {
    this.#control = control;
    this.#streams = streams;
    const connectTimeoutMs = options.connectTimeoutMs ?? CONNECT_TIMEOUT_MS;
    this.#solves = new SolveChannels((signal) => ControlChannel.open(dial, connectTimeoutMs, signal));
    this.#stopHeartbeat = startHeartbeat(streams, {
      intervalMs: options.heartbeatIntervalMs ?? 10_000,
      timeoutMs: options.heartbeatTimeoutMs ?? 20_000,
    });
    void Promise.race([control.closed, streams.closed]).then(() => this.#onConnectionEnded());
  }

  /** Dials and resolves when the daemon has answered on both connections. Rejects with {@link ConnectError}. */
  static async connect(dial: Dial, options: BuildkitClientOptions = {}): Promise<BuildkitClient> {
    const timeoutMs = options.connectTimeoutMs ?? CONNECT_TIMEOUT_MS;
    const abort = new AbortController();
    const timer = setTimeout(
      () => abort.abort(new ConnectError(`it did not answer within ${timeoutMs} ms.`)),
      timeoutMs,
    );
    const onAbort = () => abort.abort(options.signal?.reason);
    options.signal?.addEventListener('abort', onAbort, { once: true });
    if (options.signal?.aborted) onAbort();
    let streams: Http2Connection | undefined;
    try {
      streams = await dialStreams(dial, abort.signal);
      const control = await ControlChannel.open(dial, timeoutMs, abort.signal);
      return new BuildkitClient(dial, control, streams, options);
    } catch (error) {
      streams?.close();
      throw error;
    } finally {
      clearTimeout(timer);
      options.signal?.removeEventListener('abort', onAbort);
    }
  }

  /** Version of the daemon. Engines before BuildKit 0.11 answer UNIMPLEMENTED. */
  async info(signal?: AbortSignal): Promise<DaemonVersion> {
    const response = await this.#control.unary(Control.method.info, create(InfoRequestSchema), signal);
    return daemonVersion(response.buildkitVersion);
  }

  async listWorkers(signal?: AbortSignal): Promise<Worker[]> {
    const request = create(ListWorkersRequestSchema);
    return (await this.#control.unary(Control.method.listWorkers, request, signal)).record.map(worker);
  }

  /** The build cache's records. Filters are containerd's, such as `type==exec.cachemount`; none means all. */
  async diskUsage(filters: readonly string[] = [], signal?: AbortSignal): Promise<UsageRecord[]> {
    const request = create(DiskUsageRequestSchema, { filter: [...filters] });
    return (await this.#control.unary(Control.method.diskUsage, request, signal)).record.map(usageRecord);
  }

  /** Removes records from the build cache and yields each as it goes. Stopping early stops the removal. */
  async *prune(options: PruneOptions, signal?: AbortSignal): AsyncGenerator<UsageRecord, void, undefined> {
    const request = create(PruneRequestSchema, {
      filter: [...(options.filters ?? [])],
      all: options.all ?? false,
      keepDuration: durationFromMs(options.keepDurationMs ?? 0),
      reservedSpace: BigInt(options.reservedSpace ?? 0),
      maxUsedSpace: BigInt(options.maxUsedSpace ?? 0),
      minFreeSpace: BigInt(options.minFreeSpace ?? 0),
    });
    for await (const record of this.#control.serverStream(Control.method.prune, request, signal)) {
      yield usageRecord(record);
    }
  }

  /** Builds that the daemon remembers, then, unless `earlyExit`, what happens to builds from now on. */
  async *listenBuildHistory(
    query: BuildHistoryQuery = {},
  ): AsyncGenerator<BuildHistoryEvent, void, undefined> {
    const request = create(BuildHistoryRequestSchema, {
      ActiveOnly: query.activeOnly ?? false,
      Ref: query.ref ?? '',
      EarlyExit: query.earlyExit ?? false,
      Filter: [...(query.filters ?? [])],
      Limit: query.limit ?? 0,
    });
    const events = this.#control.serverStream(Control.method.listenBuildHistory, request, query.signal);
    for await (const message of events) {
      const event = historyEvent(message);
      if (event !== undefined) yield event;
    }
  }

  /** Pins, unpins, finalises or deletes a history record. */
  async updateBuildHistory(update: BuildHistoryUpdate, signal?: AbortSignal): Promise<void> {
    const request = create(UpdateBuildHistoryRequestSchema, {
      Ref: update.ref,
      Pinned: update.pinned ?? false,
      Delete: update.delete ?? false,
      Finalize: update.finalize ?? false,
    });
    await this.#control.unary(Control.method.updateBuildHistory, request, signal);
  }

  /** Reads a blob of the daemon's content store, in pieces. NOT_FOUND when there is none with this digest. */
  async *readContent(
    digest: string,
    options: ReadContentOptions = {},
  ): AsyncGenerator<Uint8Array, void, undefined> {
    const request = create(ReadContentRequestSchema, {
      digest,
      offset: BigInt(options.offset ?? 0),
      size: BigInt(options.length ?? 0),
    });
    const path = `/${Content.typeName}/${Content.method.read.name}`;
    const bytes = toBinary(ReadContentRequestSchema, request);
    for await (const message of this.#streams.messages(path, bytes, options.signal)) {
      yield decodeReadContent(message);
    }
  }

  /** Runs one build and resolves when it is done. {@link runSolve} adds session, progress and typed errors. */
  async solve(call: SolveCall, options: { readonly signal?: AbortSignal } = {}): Promise<SolveResponse> {
    const signal = options.signal ?? new AbortController().signal;
    const request = solveRequestMessage(call);
    const response = await this.#onSolveChannel(signal, (channel) =>
      channel.unary(Control.method.solve, request, signal),
    );
    return { exporterResponse: response.ExporterResponse };
  }

  /** Keeps a solve without a frontend open while `work` asks frontends. {@link runGateway} adds the session. */
  async withGateway<T>(
    call: GatewayCall,
    work: (gateway: Gateway) => Promise<T>,
    signal: AbortSignal,
  ): Promise<T> {
    return this.#onSolveChannel(signal, (channel, discard) =>
      withGateway(channel, discard, call, work, signal),
    );
  }

  /**
   * Progress of the build with this ref: replayed for a finished one, waited for when it doesn't exist yet.
   * Reading slowly slows the stream, not the build.
   */
  async *status(
    ref: string,
    options: { readonly signal?: AbortSignal } = {},
  ): AsyncGenerator<StatusEvent, void, undefined> {
    const path = `/${Control.typeName}/${Control.method.status.name}`;
    const bytes = toBinary(StatusRequestSchema, create(StatusRequestSchema, { Ref: ref }));
    const decoder = new StatusDecoder();
    for await (const message of this.#streams.messages(path, bytes, options.signal)) {
      yield decoder.decode(message);
    }
  }

  /** Opens a session on which the daemon may call the services. Health checks are always served. */
  async openSession(services: readonly SessionService[], options: OpenSessionOptions = {}): Promise<Session> {
    return openSession(this.#streams, services, options);
  }

  /**
   * Calls `listener` once when the connection is lost, at once if it already is; not after {@link close}.
   * Returns a function that takes the listener back.
   */
  onDisconnect(listener: (error: DaemonGoneError) => void): () => void {
    if (this.#lost !== undefined) {
      const lost = this.#lost;
      queueMicrotask(() => listener(lost));
      return () => undefined;
    }
    this.#disconnectListeners.add(listener);
    return () => void this.#disconnectListeners.delete(listener);
  }

  /** Set once the connection is lost. */
  get lost(): DaemonGoneError | undefined {
    return this.#lost;
  }

  /** Ends both connections; pending calls fail with {@link DaemonGoneError}. */
  async close(): Promise<void> {
    this.#closing = true;
    this.#stopHeartbeat();
    this.#streams.close();
    await Promise.all([this.#control.close(), this.#solves.close()]);
  }

  async #onSolveChannel<T>(
    signal: AbortSignal,
    call: (channel: ControlChannel, discard: () => void) => Promise<T>,
  ): Promise<T> {
    try {
      return await this.#solves.use(signal, call);
    } catch (error) {
      if (!(error instanceof ConnectError)) throw error;
      if (signal.aborted) throw new CancelledError({ cause: signal.reason });
      throw this.#lost ?? error;
    }
  }

  async #onConnectionEnded(): Promise<void> {
    if (this.#closing) return;
    this.#lost = new DaemonGoneError({ cause: this.#streams.failure ?? this.#control.failure });
    await this.close();
    for (const listener of this.#disconnectListeners) listener(this.#lost);
    this.#disconnectListeners.clear();
  }
}

async function dialStreams(dial: Dial, signal: AbortSignal): Promise<Http2Connection> {
  const aborted = new Promise<never>((_resolve, reject) => {
    if (signal.aborted) reject(signal.reason as Error);
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
  });
  const dialling = dial(signal);
  try {
    return await Http2Connection.open(await Promise.race([dialling, aborted]), signal);
  } catch (error) {
    // A driver that ignores the signal may still deliver: don't leak what it delivers.
    if (signal.aborted)
      void dialling.then(
        (socket) => socket.destroy(),
        () => undefined,
      );
    if (error instanceof ConnectError) throw error;
    throw new ConnectError(error instanceof Error ? error.message : String(error), { cause: error });
  }
}
