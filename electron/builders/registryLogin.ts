import type { CredentialProvider } from '../buildkit';
import type { PullOptions } from '../docker';

/** The user's registry logins, as pulls on an engine ask for them; none where there is no provider. */
export function loginFrom(credentials: CredentialProvider | undefined): PullOptions['login'] {
  return async (registry, signal) => credentials?.credentials(registry, signal);
}
