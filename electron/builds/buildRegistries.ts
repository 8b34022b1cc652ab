import type { CredentialProvider } from '../buildkit';
import { proxiesFrom } from '../images/registry/proxyEnvironment';
import { RegistryClient } from '../images/registry/registryClient';
import { defaultCertificateFolders } from '../images/registry/registryConfiguration';

/** The registries that a build pushes to, as they are reached from this machine. */
export function buildRegistries(options: {
  credentials: CredentialProvider;
  env: Readonly<Record<string, string | undefined>>;
}): RegistryClient {
  return new RegistryClient({
    credentials: options.credentials,
    certificateFolders: defaultCertificateFolders(options.env),
    proxyFor: proxiesFrom(options.env),
  });
}
