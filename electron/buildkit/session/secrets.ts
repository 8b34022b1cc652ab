import { create } from '@bufbuild/protobuf';
import { GetSecretResponseSchema, Secrets } from '../gen/moby/buildkit/secrets/v1/secrets_pb';
import { GrpcCode, GrpcError } from '../grpcStatus';
import type { SessionService } from './service';
import { unary } from './unary';

/** Largest secret, as BuildKit's own clients have it. */
const MAX_SECRET_BYTES = 500 * 1024;

/** Where build secrets come from. */
export interface SecretStore {
  /** The secret's bytes; undefined when there is none with this id. Its errors are shown to the user: no secret in them. */
  get(id: string): Promise<Uint8Array | undefined>;
}

/** Gives secrets to `RUN --mount=type=secret` steps that ask for them by id. */
export function createSecretsService(store: SecretStore): SessionService {
  return {
    name: Secrets.typeName,
    methods: {
      [Secrets.method.getSecret.name]: unary(Secrets.method.getSecret, async ({ ID }) => {
        const data = await store.get(ID);
        if (data === undefined) throw new GrpcError(GrpcCode.NOT_FOUND, `secret ${ID}: not found`);
        if (data.byteLength > MAX_SECRET_BYTES) {
          throw new GrpcError(
            GrpcCode.INVALID_ARGUMENT,
            `secret ${ID} has ${data.byteLength} bytes; BuildKit allows ${MAX_SECRET_BYTES}`,
          );
        }
        return create(GetSecretResponseSchema, { data });
      }),
    },
  };
}
