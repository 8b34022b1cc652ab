import type { CredentialProvider } from '../../buildkit';

/** What the drivers need from the machine they run on. */
export interface DriversOptions {
  /** Where drivers keep state of their own, such as `<userData>/builders`. Absolute. */
  stateFolder: string;
  /**
   * The user's environment: PATH, MANIFOLD_BUILDKITD, MANIFOLD_BUILDKITD_CONFIG, and what Docker's and Kubernetes'
   * command lines read (DOCKER_HOST, DOCKER_CONTEXT, DOCKER_CONFIG, KUBECONFIG, SSH_AUTH_SOCK, HOME).
   */
  env: Readonly<Record<string, string | undefined>>;
  /** Manifold's cache folder, where its set-up puts a buildkitd. Absolute. */
  cacheFolder: string;
  /** The user's registry logins, for images that an engine pulls. Without them it pulls as nobody. */
  credentials?: CredentialProvider;
}
