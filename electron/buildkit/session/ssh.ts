import { create } from '@bufbuild/protobuf';
import { CheckAgentResponseSchema, SSH } from '../gen/moby/sshforward/v1/ssh_pb';
import { GrpcCode, GrpcError } from '../grpcStatus';
import { decodeBytesMessage, frameBytesMessage } from './bytesMessage';
import type { SessionCall, SessionService } from './service';
import { AgentMessageSplitter, SshAgentConnection } from './sshAgentConnection';
import { unary } from './unary';

/** What `RUN --mount=type=ssh` asks for when it names no id. */
const DEFAULT_ID = 'default';

/**
 * Forwards SSH agents to `RUN --mount=type=ssh` steps. Steps can list keys and sign with them, nothing else.
 * @param agents the agent's Unix socket (Windows: pipe) by id; the usual id is `default`.
 */
export function createSshService(agents: Readonly<Record<string, string>>): SessionService {
  const socketPath = (id: string): string => {
    const name = id === '' ? DEFAULT_ID : id;
    const path = Object.hasOwn(agents, name) ? agents[name] : undefined;
    if (path === undefined) {
      throw new GrpcError(
        GrpcCode.NOT_FOUND,
        `No SSH agent ${JSON.stringify(name)} is forwarded to this build.`,
      );
    }
    return path;
  };
  return {
    name: SSH.typeName,
    methods: {
      [SSH.method.checkAgent.name]: unary(SSH.method.checkAgent, ({ ID }) => {
        socketPath(ID);
        return create(CheckAgentResponseSchema);
      }),
      [SSH.method.forwardAgent.name]: (call) =>
        forwardAgent(call, socketPath(call.metadata.get('buildkit.ssh.id')?.[0] ?? '')),
    },
  };
}

async function forwardAgent(call: SessionCall, socketPath: string): Promise<void> {
  const agent = await SshAgentConnection.connect(socketPath);
  const onAbort = () => agent.close();
  call.signal.addEventListener('abort', onAbort, { once: true });
  const requests = new AgentMessageSplitter();
  try {
    for await (const message of call.messages) {
      for (const request of requests.push(decodeBytesMessage(message))) {
        const reply = await agent.request(request);
        await call.sendFramed(frameBytesMessage([reply], reply.byteLength));
      }
    }
  } finally {
    call.signal.removeEventListener('abort', onAbort);
    agent.close();
  }
}
