import { readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { Readable } from 'node:stream';
import type { BuildRequest, BuildSettings } from '../../shared/contract';
import {
  createAuthService,
  createSecretsService,
  createSshService,
  type CredentialProvider,
  type SecretStore,
  type SessionHandler,
  type SessionService,
} from '../buildkit';
import {
  createContextService,
  createExportService,
  createStreamExportService,
  type ContextSource,
  type FileTransferError,
  type FileWorkers,
} from '../buildkit/filesync';
import { dockerfileContext, type PartTarget } from './plan';

export interface SessionServicesOptions {
  request: BuildRequest;
  /** Absolute paths by the name the daemon asks with. */
  folders: ReadonlyMap<string, string>;
  target: PartTarget | undefined;
  /** Takes the archive when the target is `load`. */
  onLoad(archive: Readable, signal: AbortSignal): Promise<void>;
  workers: FileWorkers;
  credentials: CredentialProvider;
  env: Readonly<Record<string, string | undefined>>;
  onContextError(error: FileTransferError): void;
  onExportError(error: FileTransferError): void;
  /** Bytes and files of one export call that succeeded. */
  onExported(files: number, bytes: number): void;
  /** Gets every export call; it settles when nothing of the call is told any more. */
  onExportCall(ended: Promise<void>): void;
}

/** Everything that the daemon may ask of this machine while it builds. */
export async function sessionServices(options: SessionServicesOptions): Promise<SessionService[]> {
  const { request, workers, target } = options;
  const contexts = new Map<string, ContextSource>([[dockerfileContext, await dockerfileSource(request)]]);
  for (const [name, path] of options.folders) contexts.set(name, { kind: 'folder', path });

  const services = [
    createContextService(contexts, { workers, onError: (_name, error) => options.onContextError(error) }),
    createAuthService({ credentials: options.credentials }),
    createSecretsService(secretStore(request.settings, options.env)),
    createSshService(
      Object.fromEntries(request.settings.ssh.map(({ id, socket }) => [id || 'default', socket])),
    ),
  ];
  if (target?.kind === 'load') {
    services.push(createStreamExportService((archive, signal) => options.onLoad(archive, signal)));
  } else if (target !== undefined) {
    const exports = createExportService(new Map([[0, target]]), {
      workers,
      onProgress: ({ files, bytes, done }) => {
        if (done) options.onExported(files, bytes);
      },
      onError: (_exporter, error) => options.onExportError(error),
    });
    services.push(followed(exports, (ended) => options.onExportCall(ended)));
  }
  return services;
}

/** The same service, of whose calls the ends are told. */
function followed({ name, methods }: SessionService, onCall: (ended: Promise<void>) => void): SessionService {
  const follow =
    (handler: SessionHandler): SessionHandler =>
    (call) => {
      const served = handler(call);
      onCall(
        served.then(
          () => undefined,
          () => undefined,
        ),
      );
      return served;
    };
  return {
    name,
    methods: Object.fromEntries(Object.entries(methods).map(([key, handler]) => [key, follow(handler)])),
  };
}

/** The text on screen as a file, with the Dockerfile's own ignore file from the disk, where there is one. */
export async function dockerfileSource({
  project,
  dockerfile,
  dockerfileText,
}: BuildRequest): Promise<ContextSource> {
  const name = basename(dockerfile);
  const files = new Map<string, Uint8Array>([[name, Buffer.from(dockerfileText, 'utf8')]]);
  const ignoreName = `${name}.dockerignore`;
  try {
    files.set(ignoreName, await readFile(join(project, dirname(dockerfile), ignoreName)));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  return { kind: 'files', files };
}

function secretStore({ secrets }: BuildSettings, env: SessionServicesOptions['env']): SecretStore {
  return {
    async get(id) {
      const source = secrets.find((secret) => secret.id === id)?.source;
      if (source === undefined) return undefined;
      if (source.type === 'file') return readFile(source.path);
      const value = env[source.name];
      return value === undefined ? undefined : Buffer.from(value, 'utf8');
    },
  };
}
