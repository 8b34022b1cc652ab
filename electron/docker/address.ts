import type { Result } from '../../shared/model/result';
import { parseSshAddress, type SshAddress } from '../system/ssh';

/** Certificates for an engine's TCP port. Contents of PEM files. */
export interface EngineTls {
  ca?: Buffer;
  cert?: Buffer;
  key?: Buffer;
  /** The user's context says not to check the engine's certificate. */
  skipVerify: boolean;
}

/** How an engine is reached. */
export type EngineEndpoint =
  | { kind: 'socket'; path: string }
  | { kind: 'tcp'; host: string; port: number; tls?: EngineTls }
  | { kind: 'ssh'; ssh: SshAddress };

/** Where an engine listens that nothing else was said about. */
export const defaultAddress =
  process.platform === 'win32' ? 'npipe:////./pipe/docker_engine' : 'unix:///var/run/docker.sock';

/** Where Docker's command line looks for one when it is told to use TLS and nothing else. */
export const defaultTlsAddress = 'tcp://localhost:2376';

/** Completes an address as Docker's command line does (docker/cli opts/hosts.go): TCP unless it says otherwise, localhost, port 2375. */
export function completeAddress(text: string): string {
  const address = text.trim();
  if (address === 'unix://') return 'unix:///var/run/docker.sock';
  if (address === 'npipe://') return 'npipe:////./pipe/docker_engine';
  if (/^(unix|npipe|ssh|fd):\/\//.test(address)) return address;
  const match = /^(?:tcp:\/\/)?(?:[^@/]*@)?(\[[^\]]*\]|[^:/]*)(?::(\d*))?(\/.*)?$/.exec(address);
  if (match === null) return address;
  const [, name, port, path] = match;
  return `tcp://${name || 'localhost'}:${port || '2375'}${path ?? ''}`;
}

/** Reads a completed address; the error says what is wrong, for people. */
export function parseAddress(address: string): Result<EngineEndpoint, string> {
  const socket = /^(unix|npipe):\/\/(.+)$/.exec(address);
  if (socket !== null) {
    const [, scheme, path = ''] = socket;
    if (scheme === 'unix' ? path.startsWith('/') : /^\/\/[^/]+\/pipe\//.test(path)) {
      return { ok: true, value: { kind: 'socket', path } };
    }
    return {
      ok: false,
      error: 'An engine’s socket needs an absolute path, as in unix:///var/run/docker.sock.',
    };
  }
  if (address.startsWith('ssh://')) {
    const ssh = parseSshAddress(address);
    return ssh.ok ? { ok: true, value: { kind: 'ssh', ssh: ssh.value } } : ssh;
  }
  const tcp = /^tcp:\/\/(?:\[([0-9a-f:.]+)\]|([a-z0-9._-]+)):(\d{1,5})\/?$/i.exec(address);
  const port = Number(tcp?.[3]);
  if (tcp === null || port < 1 || port > 65535) {
    return {
      ok: false,
      error: 'That is neither a Docker context nor an engine’s address (unix://, tcp:// or ssh://).',
    };
  }
  return { ok: true, value: { kind: 'tcp', host: tcp[1] ?? tcp[2] ?? '', port } };
}
