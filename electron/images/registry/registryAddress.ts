/** How a registry is spoken to. */
export interface RegistryAddress {
  /** As it stands in image names, such as `docker.io` or `localhost:5000`. */
  readonly domain: string;
  /** Host and port to connect to. */
  readonly host: string;
  /** In the order in which they are tried. */
  readonly schemes: readonly ('https' | 'http')[];
}

/**
 * Finds out how to reach the registry of an image name. As in BuildKit (util/resolver): only hosts that are told to be
 * plain get HTTP at once, loopback addresses get it when they answer HTTPS with it, all others get HTTPS only.
 *
 * @param plainHosts domains that speak HTTP
 */
export function registryAddress(domain: string, plainHosts: ReadonlySet<string>): RegistryAddress {
  // Docker Hub's registry has another name than its images.
  const host = domain === 'docker.io' ? 'registry-1.docker.io' : domain;
  if (plainHosts.has(domain)) return { domain, host, schemes: ['http'] };
  return { domain, host, schemes: isLoopback(domain) ? ['https', 'http'] : ['https'] };
}

/** Whether a host, with or without a port, is this machine: `localhost`, `127.0.0.0/8` or `[::1]`. */
export function isLoopback(host: string): boolean {
  const name = host.replace(/:\d+$/, '').toLowerCase();
  return name === 'localhost' || name === '[::1]' || /^127(?:\.\d{1,3}){3}$/.test(name);
}
