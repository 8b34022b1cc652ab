import type { CredentialProvider } from '../../buildkit';
import { HostConnection } from './hostConnection';
import { isInternalAddress } from './internalAddress';
import type { ProxyFor } from './proxyEnvironment';
import { usualPatience } from './registryClient';
import { plainTls } from './tlsFiles';

/**
 * The same logins; what they are good for at token servers is got by way of the proxies, and from whom this machine
 * trusts. For daemons, which have tokens fetched by us.
 */
export function throughProxies(logins: CredentialProvider, proxyFor: ProxyFor): CredentialProvider {
  const connections = new Map<string, HostConnection>();
  const connectionTo = (host: string): HostConnection => {
    const known = connections.get(host);
    if (known !== undefined) return known;
    const { idleMs } = usualPatience;
    const made = new HostConnection({
      domain: host,
      tls: plainTls,
      idleMs,
      isInternal: isInternalAddress,
      proxyFor,
    });
    connections.set(host, made);
    return made;
  };
  return {
    credentials: (host, signal) => logins.credentials(host, signal),
    fetchToken: (url, init) => {
      const signal = init.signal ?? new AbortController().signal;
      return connectionTo(url.host).fetchToken({ url, isOwn: true, mustBePublic: undefined }, init, signal);
    },
  };
}
