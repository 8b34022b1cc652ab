import type { Result } from '../../shared/model/result';
import { parseSshAddress, type SshAddress } from '../system/ssh';
import { parseContainerAddress, type ContainerAddress } from './connhelper/containerAddress';
import { parsePodAddress, type PodAddress } from './connhelper/podAddress';

/** Where a daemon listens. */
export type SocketEndpoint = { kind: 'unix'; path: string } | { kind: 'tcp'; host: string; port: number };

/** How a daemon is reached: its own socket, or `buildctl dial-stdio` that is run next to it (BuildKit's connhelpers). */
export type Endpoint =
  | SocketEndpoint
  | { kind: 'ssh'; address: SshAddress }
  | { kind: 'docker-container'; address: ContainerAddress }
  | { kind: 'kube-pod'; address: PodAddress };

/**
 * Reads `unix:///path`, `tcp://host:port`, `ssh://[user@]host[:port][/socket]`, `docker-container://name[?context=…]` or
 * `kube-pod://pod[?context=…&namespace=…&container=…]`; the error says what is wrong, for people.
 */
export function parseEndpoint(address: string): Result<Endpoint, string> {
  if (address === '') return { ok: false, error: 'Type the daemon’s address, such as tcp://host:1234.' };
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(address)?.[1]?.toLowerCase();
  switch (scheme) {
    case 'unix':
      return parseUnix(address);
    case 'tcp':
      return parseTcp(address);
    case 'ssh':
      return helped('ssh', parseSshAddress(address));
    case 'docker-container':
      return helped('docker-container', parseContainerAddress(address));
    case 'kube-pod':
      return helped('kube-pod', parsePodAddress(address));
    case undefined:
    default:
      return {
        ok: false,
        error: `"${address}" begins with none of unix://, tcp://, ssh://, docker-container:// and kube-pod://.`,
      };
  }
}

function parseUnix(address: string): Result<SocketEndpoint, string> {
  const path = address.slice('unix://'.length);
  if (path.startsWith('/')) return { ok: true, value: { kind: 'unix', path } };
  return { ok: false, error: 'A socket needs an absolute path: unix:///path/to/buildkitd.sock.' };
}

function parseTcp(address: string): Result<SocketEndpoint, string> {
  const match = /^tcp:\/\/(?:\[([0-9a-f:.%]+)\]|([^/:@?#[\]\s]+)):(\d{1,5})\/?$/i.exec(address);
  const port = Number(match?.[3]);
  if (match === null || port < 1 || port > 65535) {
    return { ok: false, error: `"${address}" is not tcp://host:port, such as tcp://builder.example:1234.` };
  }
  return { ok: true, value: { kind: 'tcp', host: match[1] ?? match[2] ?? '', port } };
}

function helped<Kind extends string, Address>(
  kind: Kind,
  parsed: Result<Address, string>,
): Result<{ kind: Kind; address: Address }, string> {
  return parsed.ok ? { ok: true, value: { kind, address: parsed.value } } : parsed;
}
