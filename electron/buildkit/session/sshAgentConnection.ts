import { Buffer } from 'node:buffer';
import net from 'node:net';
import { GrpcCode, GrpcError } from '../grpcStatus';

/* The SSH agent protocol: messages of a four-byte big-endian length, a type byte and a body (draft-ietf-sshm-ssh-agent). */

const LENGTH_BYTES = 4;
/** As OpenSSH has it. */
const MAX_MESSAGE_BYTES = 256 * 1024;

const REQUEST_IDENTITIES = 11;
const SIGN_REQUEST = 13;

/** `SSH_AGENT_FAILURE`, framed. */
const FAILURE = Buffer.from([0, 0, 0, 1, 5]);

/** Cuts a byte stream into agent messages, length included. */
export class AgentMessageSplitter {
  #rest: Buffer = Buffer.alloc(0);

  push(chunk: Uint8Array): Buffer[] {
    this.#rest = Buffer.concat([this.#rest, chunk]);
    const messages: Buffer[] = [];
    while (this.#rest.byteLength >= LENGTH_BYTES) {
      const length = this.#rest.readUInt32BE(0);
      if (length === 0 || length > MAX_MESSAGE_BYTES) {
        throw new GrpcError(
          GrpcCode.INVALID_ARGUMENT,
          `An SSH agent message has the impossible length ${length}.`,
        );
      }
      if (this.#rest.byteLength < LENGTH_BYTES + length) break;
      messages.push(this.#rest.subarray(0, LENGTH_BYTES + length));
      this.#rest = this.#rest.subarray(LENGTH_BYTES + length);
    }
    return messages;
  }
}

/** True for what a build may ask: listing the keys and signing with them. It may not add, remove or lock keys. */
export function isAllowedAgentRequest(message: Uint8Array): boolean {
  const type = message[LENGTH_BYTES];
  return type === REQUEST_IDENTITIES || type === SIGN_REQUEST;
}

/** A connection to an SSH agent on which requests are answered in order. */
export class SshAgentConnection {
  readonly #socket: net.Socket;
  readonly #splitter = new AgentMessageSplitter();
  #waiting: { resolve(reply: Buffer): void; reject(error: Error): void } | undefined;
  #failure: GrpcError | undefined;

  private constructor(socket: net.Socket) {
    this.#socket = socket;
    socket.on('data', (chunk: Buffer) => {
      try {
        for (const reply of this.#splitter.push(chunk)) {
          const waiting = this.#waiting;
          this.#waiting = undefined;
          waiting?.resolve(reply);
        }
      } catch (error) {
        this.#fail(error as GrpcError);
      }
    });
    socket.on('error', (error) => this.#fail(agentError('failed', error)));
    socket.once('close', () => this.#fail(agentError('closed the connection')));
  }

  /** Connects to the agent's Unix socket or Windows pipe. */
  static connect(socketPath: string): Promise<SshAgentConnection> {
    return new Promise((resolve, reject) => {
      const socket = net.connect(socketPath);
      const onError = (error: Error) => reject(agentError('is not reachable', error));
      socket.once('error', onError);
      socket.once('connect', () => {
        socket.off('error', onError);
        resolve(new SshAgentConnection(socket));
      });
    });
  }

  /** The agent's reply to one request, both framed; what a build may not ask is refused without asking the agent. */
  request(message: Uint8Array): Promise<Buffer> {
    if (!isAllowedAgentRequest(message)) return Promise.resolve(FAILURE);
    if (this.#failure !== undefined) return Promise.reject(this.#failure);
    return new Promise((resolve, reject) => {
      this.#waiting = { resolve, reject };
      this.#socket.write(message);
    });
  }

  close(): void {
    this.#socket.destroy();
  }

  #fail(error: GrpcError): void {
    this.#failure ??= error;
    const waiting = this.#waiting;
    this.#waiting = undefined;
    waiting?.reject(this.#failure);
    this.#socket.destroy();
  }
}

function agentError(what: string, cause?: Error): GrpcError {
  return new GrpcError(
    GrpcCode.UNAVAILABLE,
    `The SSH agent ${what}. Check that it runs and that its socket exists.`,
    {
      cause,
    },
  );
}
