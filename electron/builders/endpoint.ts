import type { Result } from '../../shared/model/result';

/** Where a daemon listens. */
export type Endpoint = { kind: 'unix'; path: string } | { kind: 'tcp'; host: string; port: number };

/** Reads `unix:///path` or `tcp://host:port`; the error says what is wrong, for people. */
export function parseEndpoint(address: string): Result<Endpoint, string> {
  if (address === '') return { ok: false, error: 'Type the daemon’s address, such as tcp://host:1234.' };
  const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(address)?.[1]?.toLowerCase();
  if (scheme === 'unix') {
    const path = address.slice('unix://'.length);
    if (!path.startsWith('/'))
      return { ok: false, error: 'A socket needs an absolute path: unix:///path/to/buildkitd.sock.' };
    return { ok: true, value: { kind: 'unix', path } };
  }
  if (scheme === 'tcp') {
    const match = /^tcp:\/\/(?:\[([0-9a-f:.%]+)\]|([^/:@?#[\]\s]+)):(\d{1,5})\/?$/i.exec(address);
    const port = Number(match?.[3]);
    if (match === null || port < 1 || port > 65535) {
      return { ok: false, error: `"${address}" is not tcp://host:port, such as tcp://builder.example:1234.` };
    }
    return { ok: true, value: { kind: 'tcp', host: match[1] ?? match[2] ?? '', port } };
  }
  return { ok: false, error: `"${address}" begins with neither unix:// nor tcp://.` };
}
