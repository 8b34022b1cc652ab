import { Buffer } from 'node:buffer';
import { fromBinary, toBinary } from '@bufbuild/protobuf';
import type {
  DescMethodServerStreaming,
  DescMethodUnary,
  MessageShape,
  DescMessage,
} from '@bufbuild/protobuf';
import { Client, credentials, Metadata, status, type ServiceError } from '@grpc/grpc-js';
import type { Dial } from '../dial';
import { CancelledError, ConnectError, DaemonGoneError } from '../errors';
import { GrpcError } from '../grpcStatus';
import { ControlBridge } from './controlBridge';
import { MAX_MESSAGE_BYTES } from './messageFraming';

const CHANNEL_OPTIONS = {
  'grpc.max_receive_message_length': MAX_MESSAGE_BYTES,
  'grpc.max_send_message_length': MAX_MESSAGE_BYTES,
  // The bridge carries one connection, so it must never be dropped for idleness, and calls are never retried.
  'grpc.client_idle_timeout_ms': 2 ** 31 - 1,
  'grpc.enable_retries': 0,
  'grpc.enable_http_proxy': 0,
  'grpc.service_config_disable_resolution': 1,
};

/** grpc-js on a connection that a driver dialled: unary calls and streams that carry little. */
export class ControlChannel {
  readonly #client: Client;
  readonly #bridge: ControlBridge;
  #lost = false;

  private constructor(client: Client, bridge: ControlBridge) {
    this.#client = client;
    this.#bridge = bridge;
    void bridge.closed.then(() => (this.#lost = true));
  }

  /** Dials and waits until HTTP/2 is up. Rejects with {@link ConnectError}. */
  static async open(dial: Dial, timeoutMs: number, signal: AbortSignal): Promise<ControlChannel> {
    const bridge = await ControlBridge.listen(dial, signal);
    const client = new Client(bridge.target, credentials.createInsecure(), CHANNEL_OPTIONS);
    const ready = new Promise<void>((resolve, reject) => {
      client.waitForReady(Date.now() + timeoutMs, (error) => (error ? reject(error) : resolve()));
    });
    const lost = bridge.closed.then(() => Promise.reject(new Error('it closed the connection.')));
    // Neither may be the one that counts: then its rejection is nobody's.
    for (const outcome of [ready, lost]) outcome.catch(() => undefined);
    const onAbort = () => void bridge.close();
    signal.addEventListener('abort', onAbort, { once: true });
    try {
      signal.throwIfAborted();
      await Promise.race([ready, lost]);
      await bridge.seal();
    } catch (error) {
      client.close();
      await bridge.close();
      const cause = bridge.failure ?? (error as Error);
      throw new ConnectError(cause.message, { cause });
    } finally {
      signal.removeEventListener('abort', onAbort);
    }
    return new ControlChannel(client, bridge);
  }

  /** Resolves when the connection has ended, whoever ended it. */
  get closed(): Promise<void> {
    return this.#bridge.closed;
  }

  /** True once the connection has ended. */
  get lost(): boolean {
    return this.#lost;
  }

  get failure(): Error | undefined {
    return this.#bridge.failure;
  }

  /**
   * One request, one answer.
   * @throws {GrpcError} the daemon refused; {@link DaemonGoneError}; {@link CancelledError} after `signal` aborted.
   */
  unary<I extends DescMessage, O extends DescMessage>(
    method: DescMethodUnary<I, O>,
    request: MessageShape<I>,
    signal?: AbortSignal,
    metadata: Readonly<Record<string, string>> = {},
  ): Promise<MessageShape<O>> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(new CancelledError({ cause: signal.reason }));
      if (this.#lost) return reject(new DaemonGoneError({ cause: this.#bridge.failure }));
      const onAbort = () => call.cancel();
      const call = this.#client.makeUnaryRequest(
        methodPath(method),
        (message: MessageShape<I>) => Buffer.from(toBinary(method.input, message)),
        (bytes: Buffer) => fromBinary(method.output, bytes),
        request,
        metadataOf(metadata),
        {},
        (error, response) => {
          signal?.removeEventListener('abort', onAbort);
          if (error) reject(this.#typed(error, signal));
          else resolve(response!);
        },
      );
      signal?.addEventListener('abort', onAbort, { once: true });
    });
  }

  /** One request, a stream of answers. Leaving the loop early cancels the call. Errors as for {@link unary}. */
  async *serverStream<I extends DescMessage, O extends DescMessage>(
    method: DescMethodServerStreaming<I, O>,
    request: MessageShape<I>,
    signal?: AbortSignal,
  ): AsyncGenerator<MessageShape<O>, void, undefined> {
    if (signal?.aborted) throw new CancelledError({ cause: signal.reason });
    if (this.#lost) throw new DaemonGoneError({ cause: this.#bridge.failure });
    const call = this.#client.makeServerStreamRequest(
      methodPath(method),
      (message: MessageShape<I>) => Buffer.from(toBinary(method.input, message)),
      (bytes: Buffer) => fromBinary(method.output, bytes),
      request,
    );
    const onAbort = () => call.cancel();
    signal?.addEventListener('abort', onAbort, { once: true });
    try {
      yield* call as AsyncIterable<MessageShape<O>>;
    } catch (error) {
      throw this.#typed(error as ServiceError, signal);
    } finally {
      signal?.removeEventListener('abort', onAbort);
      call.cancel();
    }
  }

  async close(): Promise<void> {
    this.#client.close();
    await this.#bridge.close();
  }

  #typed(error: ServiceError, signal: AbortSignal | undefined): Error {
    if (signal?.aborted && error.code === status.CANCELLED)
      return new CancelledError({ cause: signal.reason });
    if (this.#lost) return new DaemonGoneError({ cause: error });
    const details = error.metadata?.get('grpc-status-details-bin')[0];
    return new GrpcError(error.code as number, error.details, {
      cause: error,
      ...(details instanceof Uint8Array && { details }),
    });
  }
}

function metadataOf(values: Readonly<Record<string, string>>): Metadata {
  const metadata = new Metadata();
  for (const [key, value] of Object.entries(values)) metadata.set(key, value);
  return metadata;
}

function methodPath(method: DescMethodUnary | DescMethodServerStreaming): string {
  return `/${method.parent.typeName}/${method.name}`;
}
