import { Agent, request, type IncomingMessage, type OutgoingHttpHeaders } from 'node:http';
import { Socket } from 'node:net';
import { Readable, type Duplex } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { text } from 'node:stream/consumers';
import { EngineResponseError } from './engineError';

const idleMs = 5000;

/** Opens a connection to the engine. */
export type DialEngine = (signal?: AbortSignal) => Promise<Duplex>;

export interface EngineRequest {
  method: string;
  /** With its version and query. */
  path: string;
  headers?: OutgoingHttpHeaders | undefined;
  /** A stream is sent in chunks. */
  body?: string | Buffer | Readable | undefined;
  signal?: AbortSignal | undefined;
}

/** HTTP to an engine, over whatever `dial` opens. */
export class EngineHttp {
  readonly #agent: Agent;

  constructor(private readonly dial: DialEngine) {
    this.#agent = new DialAgent(dial);
  }

  /**
   * Asks, and leaves the answer's body to the caller, who must read or destroy it.
   *
   * @throws EngineResponseError for an answer of 400 and up, the connection's error, or the signal's reason
   */
  async send(asked: EngineRequest): Promise<IncomingMessage> {
    const { method, path, body, signal } = asked;
    const asking = request({
      ...{ method, path, agent: this.#agent },
      headers: { host: 'docker', ...asked.headers },
    });
    let hasAnswered = false;
    const answered = new Promise<IncomingMessage>((resolve, reject) => {
      asking.once('response', (answer) => {
        hasAnswered = true;
        resolve(answer);
      });
      asking.once('error', reject);
      // One that is given up before it is connected says nothing else.
      asking.once('close', () => reject(new Error('the connection was closed')));
    });
    answered.catch(() => undefined);
    const onAbort = (): void => void asking.destroy(signal?.reason as Error);
    signal?.throwIfAborted();
    signal?.addEventListener('abort', onAbort, { once: true });
    try {
      if (body instanceof Readable) {
        pipeline(body, asking).catch((error: unknown) => {
          // An engine that refuses answers before it has read all; that answer is worth more.
          if (!hasAnswered || body.errored !== null) asking.destroy(error as Error);
        });
      } else {
        asking.end(body);
      }
      const answer = await answered;
      answer.once('close', () => signal?.removeEventListener('abort', onAbort));
      if ((answer.statusCode ?? 500) >= 400) throw await refusal(answer);
      return answer;
    } catch (error) {
      signal?.removeEventListener('abort', onAbort);
      throw signal?.aborted ? signal.reason : error;
    }
  }

  /**
   * Asks the engine to make the connection something else, and gives that: all that the engine sent after its 101 is in
   * it.
   *
   * @param protocol `h2c` or `tcp`
   * @throws as {@link send}
   */
  async upgrade(asked: EngineRequest & { protocol: string }): Promise<Duplex> {
    const { method, path, body, signal, protocol } = asked;
    const stream = await this.dial(signal);
    const asking = request({
      ...{ method, path, createConnection: () => stream },
      headers: {
        host: 'docker',
        connection: 'Upgrade',
        upgrade: protocol,
        'content-length': body === undefined ? 0 : Buffer.byteLength(body as string | Buffer),
        ...asked.headers,
      },
    });
    const onAbort = (): void => void asking.destroy(signal?.reason as Error);
    signal?.addEventListener('abort', onAbort, { once: true });
    try {
      return await new Promise<Duplex>((resolve, reject) => {
        asking.once('error', reject);
        asking.once('response', (answer) => void refusal(answer).then(reject, reject));
        asking.once('upgrade', (_answer, socket: Duplex, head: Buffer) => {
          if (head.length > 0) socket.unshift(head);
          resolve(socket);
        });
        asking.end(body);
      });
    } catch (error) {
      stream.destroy();
      throw signal?.aborted ? signal.reason : error;
    } finally {
      signal?.removeEventListener('abort', onAbort);
    }
  }
}

/** Connections are a request's own, but for those of a process: an SSH login takes long. */
class DialAgent extends Agent {
  readonly #idle = new WeakMap<Duplex, NodeJS.Timeout>();

  constructor(private readonly dial: DialEngine) {
    super({ keepAlive: true });
  }

  override createConnection(
    _options: unknown,
    callback?: (error: Error | null, stream: Duplex) => void,
  ): undefined {
    this.dial().then(
      (stream) => callback?.(null, stream),
      (error: unknown) => callback?.(error as Error, undefined as never),
    );
    return undefined;
  }

  override keepSocketAlive(stream: Duplex): boolean {
    if (stream instanceof Socket) return false;
    this.#idle.set(stream, setTimeout(() => stream.destroy(), idleMs).unref());
    return true;
  }

  override reuseSocket(stream: Duplex): void {
    clearTimeout(this.#idle.get(stream));
  }
}

/** Engines answer `{"message": "…"}`; a proxy between may not. */
async function refusal(answer: IncomingMessage): Promise<EngineResponseError> {
  const body = await text(answer);
  let message = body.trim().slice(0, 1000);
  try {
    const json = JSON.parse(body) as { message?: unknown };
    if (typeof json.message === 'string') message = json.message;
  } catch {
    // Not an engine's words: they are shown as they are.
  }
  return new EngineResponseError(answer.statusCode ?? 0, message || `status ${answer.statusCode}`);
}
