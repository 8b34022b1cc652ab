import { readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { BuildRequest, BuildSettings } from '../../shared/contract';
import {
  createAuthService,
  createSecretsService,
  createSshService,
  type CredentialProvider,
  type SecretStore,
  type SessionService,
} from '../buildkit';
import {
  createContextService,
  createExportService,
  type ContextSource,
  type ExportTarget,
  type FileTransferError,
  type FileWorkers,
} from '../buildkit/filesync';
import { dockerfileContext } from './plan';

export interface SessionServicesOptions {
  request: BuildRequest;
  /** Absolute paths by the name the daemon asks with. */
  folders: ReadonlyMap<string, string>;
  target: ExportTarget | undefined;
  workers: FileWorkers;
  credentials: CredentialProvider;
  env: Readonly<Record<string, string | undefined>>;
  onContextError(error: FileTransferError): void;
  onExportError(error: FileTransferError): void;
  /** Bytes and files of one export call that succeeded. */
  onExported(files: number, bytes: number): void;
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
  if (target !== undefined) {
    services.push(
      createExportService(new Map([[0, target]]), {
        workers,
        onProgress: ({ files, bytes, done }) => {
          if (done) options.onExported(files, bytes);
        },
        onError: (_exporter, error) => options.onExportError(error),
      }),
    );
  }
  return services;
}

/** The text on screen as a file, with the Dockerfile's own ignore file from the disk, where there is one. */
async function dockerfileSource({
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
