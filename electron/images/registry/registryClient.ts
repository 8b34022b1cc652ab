import type { ImageReference } from '../../../shared/model/reference';
import type { CredentialProvider } from '../../buildkit';
import { isInternalAddress } from './internalAddress';
import { noProxies, type ProxyFor } from './proxyEnvironment';
import { Registry } from './registry';
import { registryEndpoints, type EndpointSettings, type RegistryTable } from './registryConfiguration';
import { RegistryHost, type RegistryPatience } from './registryHost';
import { RegistryRepository } from './registryRepository';

/** The set-up of registries is read again when it is older. */
const configurationMs = 10_000;

export const usualPatience: RegistryPatience = {
  idleMs: 30_000,
  retries: 3,
  backoffMs: 300,
  maxRetryAfterMs: 10_000,
};

export interface RegistryClientOptions {
  /** Logins; asked for only when a registry wants one. */
  readonly credentials: CredentialProvider;
  /** Domains that speak plain HTTP, besides those on this machine. */
  readonly plainHosts?: readonly string[];
  /** The registries' tables of a `buildkitd.toml`; asked for again as time goes by. */
  readonly tables?: () => Promise<Readonly<Record<string, RegistryTable>>>;
  /** `certs.d` folders, see `defaultCertificateFolders`; none unless given. */
  readonly certificateFolders?: readonly string[];
  readonly patience?: Partial<RegistryPatience>;
  /** Which addresses a public registry must not send us to; those of private networks unless given. */
  readonly isInternal?: (address: string) => boolean;
  /** Which proxies are on the way, also to token servers and to where blobs are kept; see `proxiesFrom`. */
  readonly proxyFor?: ProxyFor;
}

interface KnownHosts {
  readonly settings: string;
  readonly hosts: readonly RegistryHost[];
  readonly readAtMs: number;
}

/** A client of OCI registries (distribution-spec 1.1). */
export class RegistryClient {
  private readonly registries = new Map<string, Registry>();
  private readonly known = new Map<string, Promise<KnownHosts>>();

  constructor(private readonly options: RegistryClientOptions) {}

  /**
   * The repository of an image name; nothing is sent yet.
   *
   * @param access what a login is asked for; who may write reads from the registry itself and not from its mirrors
   */
  repository(
    { domain, path }: Pick<ImageReference, 'domain' | 'path'>,
    access: 'pull' | 'pull,push',
  ): RegistryRepository {
    let registry = this.registries.get(domain);
    if (registry === undefined) {
      registry = new Registry(domain, () => this.hosts(domain));
      this.registries.set(domain, registry);
    }
    return new RegistryRepository(registry, path, access);
  }

  private async hosts(domain: string): Promise<readonly RegistryHost[]> {
    const known = this.known.get(domain);
    const before = await known?.catch(() => undefined);
    if (before !== undefined && Date.now() - before.readAtMs < configurationMs) return before.hosts;
    // Somebody else may have begun while we waited.
    if (this.known.get(domain) !== known) return this.hosts(domain);
    const reading = this.readHosts(domain, before);
    this.known.set(domain, reading);
    return (await reading).hosts;
  }

  /** Hosts stay as long as their settings do: they know their logins and have open connections. */
  private async readHosts(domain: string, before: KnownHosts | undefined): Promise<KnownHosts> {
    const { tables, certificateFolders = [], plainHosts = [], credentials } = this.options;
    const { isInternal = isInternalAddress, proxyFor = noProxies } = this.options;
    const endpoints = await registryEndpoints(domain, {
      tables: (await tables?.()) ?? {},
      certificateFolders,
      plainHosts: new Set(plainHosts),
    });
    const settings = JSON.stringify(endpoints);
    if (before?.settings === settings) return { ...before, readAtMs: Date.now() };
    const host = (endpoint: EndpointSettings): RegistryHost =>
      new RegistryHost(domain, endpoint, {
        credentials,
        patience: { ...usualPatience, ...this.options.patience },
        isInternal,
        proxyFor,
      });
    return { settings, hosts: endpoints.map(host), readAtMs: Date.now() };
  }
}
