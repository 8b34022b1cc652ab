import { once } from 'node:events';
import { connect as connectSocket, isIP, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { connect as connectTls } from 'node:tls';
import { openProcessStream } from '../system/processStream';
import { sshArguments } from '../system/ssh';
import type { EngineEndpoint, EngineTls } from './address';
import type { Environment } from './location';
import { timeLimit } from '../system/timeLimit';

const dialTimeoutMs = 8000;

/**
 * One byte stream to an engine's HTTP server. Over SSH it is `docker system dial-stdio` on the far side, run by the
 * user's own `ssh` (docker/cli cli/connhelper): such a stream is there at once and fails later.
 *
 * @throws the socket's own error, a TimeoutError after 8 s, or the signal's reason
 */
export async function dialEngine(
  endpoint: EngineEndpoint,
  env: Environment,
  signal?: AbortSignal,
): Promise<Duplex> {
  const deadline = timeLimit(dialTimeoutMs);
  const stop = signal === undefined ? deadline : AbortSignal.any([signal, deadline]);
  stop.throwIfAborted();
  const [stream, ready] = open(endpoint, env);
  try {
    await once(stream, ready, { signal: stop });
    return stream;
  } catch (error) {
    stream.on('error', () => undefined);
    stream.destroy();
    throw stop.aborted ? stop.reason : error;
  }
}

/** @returns the stream, and the event that says it is connected */
function open(endpoint: EngineEndpoint, env: Environment): [stream: Duplex, ready: string] {
  switch (endpoint.kind) {
    case 'socket':
      return [connectSocket({ path: endpoint.path }), 'connect'];
    case 'tcp': {
      const { host, port, tls } = endpoint;
      if (tls === undefined) return [prompt(connectSocket({ host, port })), 'connect'];
      return [prompt(connectTls({ host, port, ...tlsOptions(host, tls) })), 'secureConnect'];
    }
    case 'ssh': {
      const { ssh } = endpoint;
      const host = ssh.path === undefined ? [] : [`--host=unix://${ssh.path}`];
      const args = sshArguments(ssh, ['docker', ...host, 'system', 'dial-stdio']);
      return [openProcessStream('ssh', args, { env }), 'spawn'];
    }
  }
}

function prompt(socket: Socket): Socket {
  return socket.setNoDelay(true);
}

function tlsOptions(host: string, { ca, cert, key, skipVerify }: EngineTls): object {
  return {
    ...(ca && { ca }),
    ...(cert && key && { cert, key }),
    ...(isIP(host) ? {} : { servername: host }),
    rejectUnauthorized: !skipVerify,
    minVersion: 'TLSv1.2',
  };
}
