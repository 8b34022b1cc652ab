import { randomBytes } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { run } from '../../scripts/setup/command.mjs';
import { startDaemon } from './daemonProcess';
import { freePort } from './freePort';

/** A name and password that a registry asks for. */
export interface Login {
  readonly username: string;
  readonly password: string;
}

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
  /** With it the registry wants basic authentication. */
  readonly login?: Login;
}

/** A login nobody has used before. */
export function randomLogin(): Login {
  return { username: 'manifold', password: randomBytes(12).toString('hex') };
}

/** Starts Debian's `docker-registry` on a free port. */
export async function startRegistry(options: RegistryOptions): Promise<Registry> {
  const storage = options.storage ?? path.join(options.folder, 'storage');
  await mkdir(options.folder, { recursive: true });
  await mkdir(storage, { recursive: true });
  const port = await freePort();
  const configuration: Record<string, unknown> = {
    version: 0.1,
    log: { level: 'warn', accesslog: { disabled: true } },
    storage: { filesystem: { rootdirectory: storage }, delete: { enabled: true } },
    http: { addr: `127.0.0.1:${port}`, secret: randomBytes(16).toString('hex') },
  };
  if (options.login !== undefined) {
    const { username, password } = options.login;
    const passwords = path.join(options.folder, 'htpasswd');
    await writeFile(passwords, await run('htpasswd', ['-nbB', username, password]), { mode: 0o600 });
    configuration['auth'] = { htpasswd: { realm: 'Manifold tests', path: passwords } };
  }
  const file = path.join(options.folder, 'registry.json');
  // JSON is YAML.
  await writeFile(file, JSON.stringify(configuration));
  const daemon = await startDaemon({
    command: 'docker-registry',
    args: ['serve', file],
    logFile: path.join(options.folder, 'registry.log'),
    listening: { host: '127.0.0.1', port },
  });
  return { host: `localhost:${port}`, stop: () => daemon.stop() };
}
