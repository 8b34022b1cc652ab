import type { ImageReference } from '../../../shared/model/reference';
import type { CredentialProvider } from '../../buildkit';
import { registryAddress } from './registryAddress';
import { RegistryHost } from './registryHost';
import { RegistryRepository } from './registryRepository';

export interface RegistryClientOptions {
  /** Logins; asked for only when a registry wants one. */
  readonly credentials: CredentialProvider;
  /** Domains that speak plain HTTP, besides those on this machine. */
  readonly plainHosts?: readonly string[];
}

/** A client of OCI registries (distribution-spec 1.1), as far as Manifold itself has to do with them. */
export class RegistryClient {
  private readonly hosts = new Map<string, RegistryHost>();
  private readonly plainHosts: ReadonlySet<string>;

  constructor(private readonly options: RegistryClientOptions) {
    this.plainHosts = new Set(options.plainHosts);
  }

  /**
   * The repository of an image name; nothing is sent yet.
   *
   * @param access what a login is asked for
   */
  repository(
    { domain, path }: Pick<ImageReference, 'domain' | 'path'>,
    access: 'pull' | 'pull,push',
  ): RegistryRepository {
    let host = this.hosts.get(domain);
    if (host === undefined) {
      host = new RegistryHost(registryAddress(domain, this.plainHosts), this.options.credentials);
      this.hosts.set(domain, host);
    }
    return new RegistryRepository(host, path, access);
  }
}
