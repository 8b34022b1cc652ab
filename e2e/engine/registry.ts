import { randomBytes } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { run } from '../../scripts/setup/command.mjs';
import { startDaemon } from './daemonProcess';
import { freePort } from './freePort';
import type { Login } from './login';
import { startTokenServer } from './tokenServer';

/** A running registry, over plain HTTP on the loopback address. */
export interface Registry {
  /** As it stands in image references, e.g. `localhost:40123`. */
  readonly host: string;
  stop(): Promise<void>;
}

export interface RegistryOptions {
  /** Its own folder, for configuration and log. */
  readonly folder: string;
  /** Where blobs and manifests are kept; a folder under `folder` when left out. */
  readonly storage?: string;
  /** With it the registry wants to know who asks. */
  readonly login?: Login;
  /** How it wants to know: by basic authentication (the default), or by bearer tokens from a token server. */
  readonly scheme?: 'basic' | 'token';
}

interface Authentication {
  /** For the registry's configuration file. */
  readonly configuration: Record<string, unknown>;
  stop(): Promise<void>;
}

async function basicAuthentication(folder: string, login: Login): Promise<Authentication> {
  const file = path.join(folder, 'htpasswd');
  await writeFile(file, await run('htpasswd', ['-nbB', login.username, login.password]), { mode: 0o600 });
  return {
    configuration: { htpasswd: { realm: 'Manifold tests', path: file } },
    stop: () => Promise.resolve(),
  };
}

async function tokenAuthentication(folder: string, login: Login): Promise<Authentication> {
  const server = await startTokenServer({ folder: path.join(folder, 'tokens'), login });
  const { realm, service, issuer, certificate } = server;
  return {
    configuration: { token: { realm, service, issuer, rootcertbundle: certificate } },
    stop: () => server.stop(),
  };
}

/** Starts Debian's `docker-registry` on a free port. */
export async function startRegistry(options: RegistryOptions): Promise<Registry> {
  const { folder, login } = options;
  const storage = options.storage ?? path.join(folder, 'storage');
  await mkdir(storage, { recursive: true });
  await mkdir(folder, { recursive: true });
  const authenticate = options.scheme === 'token' ? tokenAuthentication : basicAuthentication;
  const authentication = login === undefined ? undefined : await authenticate(folder, login);
  const port = await freePort();
  const configuration = {
    version: 0.1,
    log: { level: 'warn', accesslog: { disabled: true } },
    storage: { filesystem: { rootdirectory: storage }, delete: { enabled: true } },
    http: { addr: `127.0.0.1:${port}`, secret: randomBytes(16).toString('hex') },
    auth: authentication?.configuration,
  };
  const file = path.join(folder, 'registry.json');
  // JSON is YAML.
  await writeFile(file, JSON.stringify(configuration));
  try {
    const daemon = await startDaemon({
      command: 'docker-registry',
      args: ['serve', file],
      logFile: path.join(folder, 'registry.log'),
      listening: { host: '127.0.0.1', port },
    });
    return {
      host: `localhost:${port}`,
      async stop() {
        await daemon.stop();
        await authentication?.stop();
      },
    };
  } catch (error) {
    await authentication?.stop();
    throw error;
  }
}
