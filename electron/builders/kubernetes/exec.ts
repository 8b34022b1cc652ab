import { Duplex, PassThrough } from 'node:stream';
import type { KubeConfig, V1Status } from '@kubernetes/client-node';
import type { RequestOptions } from 'node:https';
import { ProcessStreamError } from '../../system/processStream';
import type { KubernetesApi } from './api';
import { ApiError } from './apiErrors';

/** A container of a pod. */
export interface ExecTarget {
  pod: string;
  container: string;
}

/** Channels of Kubernetes' remote command protocol (apimachinery pkg/util/remotecommand). */
const channels = { stdin: 0, stdout: 1, stderr: 2, status: 3, close: 255 } as const;
/** From this one on a stream can be half closed. */
const closingProtocol = 'v5.channel.k8s.io';
const handshakeTimeoutMs = 8000;
const keptStderrBytes = 8 * 1024;

/** The part of a WebSocket that is used here; `ws`' has more than the browser's. */
interface Socket {
  readonly protocol: string;
  send(data: Buffer, done: (error?: Error) => void): void;
  pause(): void;
  resume(): void;
  terminate(): void;
  once(event: 'close', listener: () => void): void;
  on(event: 'error', listener: (error: Error) => void): void;
}

/**
 * Runs a command in a container, through the API server (`kubectl exec -i`).
 *
 * @returns its standard streams; they fail with a ProcessStreamError when the command fails
 * @throws ApiError when the server refuses, what the network throws, or the signal's reason
 */
export async function openExec(
  api: KubernetesApi,
  target: ExecTarget,
  command: readonly string[],
  signal: AbortSignal,
): Promise<Duplex> {
  signal.throwIfAborted();
  const path = execPath(api.namespace, target, command);
  const stream = new ExecStream(command[0] ?? '');
  try {
    stream.attach(await connect(api.cluster.config, path, (channel, data) => stream.receive(channel, data)));
  } catch (error) {
    // The library keeps the server's words to itself; without an upgrade the same request has the same answer.
    const plain = await api.request('GET', path, undefined, signal).catch((refusal: unknown) => refusal);
    throw plain instanceof ApiError && plain.status !== 400 ? plain : causeOf(error);
  }
  if (signal.aborted) stream.destroy();
  signal.throwIfAborted();
  return stream;
}

function execPath(namespace: string, { pod, container }: ExecTarget, command: readonly string[]): string {
  const query = new URLSearchParams({
    container,
    stdin: 'true',
    stdout: 'true',
    stderr: 'true',
    tty: 'false',
  });
  for (const word of command) query.append('command', word);
  const [inNamespace, inPod] = [encodeURIComponent(namespace), encodeURIComponent(pod)];
  return `/api/v1/namespaces/${inNamespace}/pods/${inPod}/exec?${query.toString()}`;
}

async function connect(
  config: KubeConfig,
  path: string,
  take: (channel: number, data: Buffer) => void,
): Promise<Socket> {
  const { WebSocketHandler } = await import('@kubernetes/client-node/dist/web-socket-handler.js');
  const patient = Object.assign(Object.create(config) as KubeConfig, {
    applyToHTTPSOptions: async (options: RequestOptions & { handshakeTimeout?: number }) => {
      await config.applyToHTTPSOptions(options);
      options.handshakeTimeout = handshakeTimeoutMs;
    },
  });
  // What the server says about closed channels goes to streams, by default this process' own.
  const [stdin, stdout, stderr] = [new PassThrough(), new PassThrough(), new PassThrough()];
  const handler = new WebSocketHandler(patient, undefined, { stdin, stdout, stderr });
  const socket = await handler.connect(path, null, (channel, data) => {
    take(channel, data);
    return true;
  });
  return socket;
}

/** An event of the socket, which has the error inside. */
function causeOf(event: unknown): unknown {
  const { error } = event as { error?: unknown };
  return error ?? event;
}

class ExecStream extends Duplex {
  #socket: Socket | undefined;
  #stderr = Buffer.alloc(0);
  #ended = false;

  /** @param program for errors */
  constructor(private readonly program: string) {
    super();
  }

  attach(socket: Socket): void {
    this.#socket = socket;
    socket.on('error', (error) => this.destroy(error));
    socket.once('close', () => {
      if (!this.#ended) this.destroy(new Error('the connection to the API server was lost'));
    });
    if (this.destroyed) socket.terminate();
  }

  /** Takes what came on a channel. */
  receive(channel: number, data: Buffer): void {
    if (channel === channels.stdout) {
      if (data.length > 0 && !this.push(data)) this.#socket?.pause();
    } else if (channel === channels.stderr) {
      this.#stderr = Buffer.concat([this.#stderr, data]).subarray(-keptStderrBytes);
    } else if (channel === channels.status && data.length > 0) {
      this.#onStatus(data.toString('utf8'));
    }
  }

  override _read(): void {
    this.#socket?.resume();
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: (error?: Error | null) => void): void {
    this.#send(channels.stdin, chunk, done);
  }

  override _final(done: (error?: Error | null) => void): void {
    if (this.#socket?.protocol === closingProtocol)
      this.#send(channels.close, Buffer.of(channels.stdin), done);
    else done();
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#ended = true;
    this.#socket?.terminate();
    done(error);
  }

  #send(channel: number, data: Buffer, done: (error?: Error | null) => void): void {
    this.#socket?.send(Buffer.concat([Buffer.of(channel), data]), (error) => done(error ?? null));
  }

  #onStatus(text: string): void {
    this.#ended = true;
    let answer: V1Status;
    try {
      answer = JSON.parse(text) as V1Status;
    } catch (error) {
      this.destroy(error as Error);
      return;
    }
    const { status, message, details } = answer;
    if (status === 'Success') {
      this.push(null);
      return;
    }
    const exitCode = details?.causes?.find(({ reason }) => reason === 'ExitCode')?.message;
    const said = this.#stderr.toString('utf8').trim() || (message ?? '');
    const code = exitCode === undefined ? undefined : Number(exitCode);
    this.destroy(new ProcessStreamError(this.program, code, said));
  }
}
