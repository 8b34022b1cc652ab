import { create } from '@bufbuild/protobuf';
import {
  Auth,
  CredentialsResponseSchema,
  FetchTokenResponseSchema,
  GetTokenAuthorityResponseSchema,
  VerifyTokenAuthorityResponseSchema,
} from '../gen/moby/filesync/v1/auth_pb';
import type { SessionService } from './service';
import { TokenAuthority } from './tokenAuthority';
import { fetchRegistryToken, type TokenFetcher } from './tokenServer';
import { unary } from './unary';

export interface RegistryCredentials {
  /** Empty when `secret` is a refresh ("identity") token. */
  readonly username: string;
  readonly secret: string;
}

/** Where registry logins come from. */
export interface CredentialProvider {
  /**
   * @param registryHost as the daemon spells it, such as `registry-1.docker.io` or `localhost:5000`.
   * @returns undefined for anonymous access. Its errors are shown to the user: no secret in them.
   */
  credentials(registryHost: string, signal: AbortSignal): Promise<RegistryCredentials | undefined>;
  /** How token servers are asked; as `fetch` does unless given. */
  readonly fetchToken?: TokenFetcher;
}

export interface AuthServiceOptions {
  readonly credentials: CredentialProvider;
}

/**
 * Logs the daemon in to registries. Modern daemons fetch tokens through us and never see the secret; the Credentials
 * method serves registries with basic authentication and old daemons.
 */
export function createAuthService({ credentials }: AuthServiceOptions): SessionService {
  const authority = async (host: string, salt: Uint8Array, signal: AbortSignal): Promise<TokenAuthority> => {
    const login = await credentials.credentials(host, signal);
    return new TokenAuthority(host, salt, login === undefined || login.secret === '');
  };
  const { method } = Auth;
  return {
    name: Auth.typeName,
    methods: {
      [method.credentials.name]: unary(method.credentials, async ({ Host }, { signal }) => {
        const login = await credentials.credentials(Host, signal);
        return create(CredentialsResponseSchema, {
          Username: login?.username ?? '',
          Secret: login?.secret ?? '',
        });
      }),
      [method.fetchToken.name]: unary(method.fetchToken, async (request, { signal }) => {
        const login = await credentials.credentials(request.Host, signal);
        const token = await fetchRegistryToken(
          {
            realm: request.Realm,
            service: request.Service,
            scopes: request.Scopes,
            ...(login !== undefined && login.secret !== '' && { credentials: login }),
          },
          signal,
          credentials.fetchToken,
        );
        return create(FetchTokenResponseSchema, {
          Token: token.token,
          ExpiresIn: BigInt(token.expiresInSeconds),
          IssuedAt: BigInt(token.issuedAtSeconds),
        });
      }),
      [method.getTokenAuthority.name]: unary(method.getTokenAuthority, async ({ Host, Salt }, { signal }) =>
        create(GetTokenAuthorityResponseSchema, {
          PublicKey: (await authority(Host, Salt, signal)).publicKey(),
        }),
      ),
      [method.verifyTokenAuthority.name]: unary(
        method.verifyTokenAuthority,
        async ({ Host, Salt, Payload }, { signal }) =>
          create(VerifyTokenAuthorityResponseSchema, {
            Signed: (await authority(Host, Salt, signal)).sign(Payload),
          }),
      ),
    },
  };
}
