import { mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { provideBuildkit } from '../../scripts/setup/buildkit.mjs';
import { createCertificates, type Certificates } from './certificates';
import { startDaemon, type DaemonOptions } from './daemonProcess';
import { freePort } from './freePort';
import { temporaryFolder } from './temporaryFolder';

/** What makes a daemon differ from the plain one on a Unix socket. */
export interface BuildkitdOptions {
  /** Registries over plain HTTP, e.g. `localhost:40123`. */
  readonly plainRegistries?: readonly string[];
  /** Host that stands in for docker.io. */
  readonly dockerHubMirror?: string;
  /** Listens on TCP too; `mutual-tls` wants a client certificate there. */
  readonly tcp?: 'plain' | 'mutual-tls';
  /** The only platforms that it says it runs, whatever it could; the first one is its own. */
  readonly platforms?: readonly string[];
  /** Keeps its state on a disk of that many MiB. It's gone at every stop, kill and restart. */
  readonly diskMiB?: number;
  /** More lines for its configuration file (TOML), after everything else. */
  readonly config?: string;
  /** Changes to its environment. Step logs are unlimited unless BUILDKIT_STEP_LOG_MAX_* say otherwise. */
  readonly env?: Readonly<Record<string, string>>;
}

/** A buildkitd of one's own. */
export interface Buildkitd {
  /** `tcp://127.0.0.1:…` when TCP was asked for, else `unix://…`; the same after a restart. */
  readonly address: string;
  /** The Unix socket it listens on in any case. */
  readonly socketPath: string;
  /** Its `--root`. */
  readonly stateDir: string;
  readonly logFile: string;
  /** With `mutual-tls`. */
  readonly certificates: Certificates | undefined;
  /** Process id; another one after a restart. */
  readonly pid: number;
  /** Ends it at once, as a crash would; everything that it ran ends too. Its state stays. */
  kill(): Promise<void>;
  /** Starts it again on the same state and address, after a kill or, by itself, after stopping it. */
  restart(): Promise<void>;
  /** Ends it and removes all of its files. */
  stop(): Promise<void>;
}

function configuration(options: BuildkitdOptions, certificates: Certificates | undefined): string {
  const text = (value: string) => JSON.stringify(value);
  const lines = ['[worker.oci]', 'enabled = true'];
  if (options.platforms !== undefined) lines.push(`platforms = [${options.platforms.map(text).join(', ')}]`);
  lines.push('[worker.containerd]', 'enabled = false');
  if (certificates !== undefined) {
    lines.push('[grpc.tls]', `ca = ${text(certificates.ca)}`);
    lines.push(`cert = ${text(certificates.server.cert)}`, `key = ${text(certificates.server.key)}`);
  }
  if (options.dockerHubMirror !== undefined) {
    lines.push('[registry."docker.io"]', `mirrors = [${text(options.dockerHubMirror)}]`);
  }
  const plain = new Set([...(options.plainRegistries ?? []), ...[options.dockerHubMirror ?? []].flat()]);
  for (const host of plain) lines.push(`[registry.${text(host)}]`, 'http = true');
  return `${lines.join('\n')}\n${options.config ?? ''}\n`;
}

/**
 * Starts a real buildkitd of its own, apart from the engine's: for tests that kill it, limit it or reach it over
 * TCP. Stop it at the end; it ends with this process in any case.
 */
export async function startBuildkitd(options: BuildkitdOptions = {}): Promise<Buildkitd> {
  const { buildkitd: program } = await provideBuildkit();
  const folder = await temporaryFolder('buildkitd');
  const stateDir = path.join(folder, 'root');
  const logFile = path.join(folder, 'buildkitd.log');
  await mkdir(stateDir);
  const certificates =
    options.tcp === 'mutual-tls' ? await createCertificates(path.join(folder, 'tls')) : undefined;
  const configFile = path.join(folder, 'buildkitd.toml');
  await writeFile(configFile, configuration(options, certificates));

  const socketPath = path.join(folder, 'buildkitd.sock');
  const addresses = [`unix://${socketPath}`];
  if (options.tcp !== undefined) addresses.unshift(`tcp://127.0.0.1:${await freePort()}`);
  const daemon: DaemonOptions = {
    command: program,
    args: [
      '--config',
      configFile,
      '--root',
      stateDir,
      ...addresses.flatMap((address) => ['--addr', address]),
    ],
    env: { BUILDKIT_STEP_LOG_MAX_SIZE: '-1', BUILDKIT_STEP_LOG_MAX_SPEED: '-1', ...options.env },
    logFile,
    listening: { path: socketPath },
    isolated: true,
    ...(options.diskMiB === undefined
      ? {}
      : { prepare: `mount -t tmpfs -o size=${options.diskMiB}m tmpfs '${stateDir}'` }),
  };
  let running = await startDaemon(daemon);
  return {
    address: addresses[0] as string,
    socketPath,
    stateDir,
    logFile,
    certificates,
    get pid() {
      return running.pid;
    },
    kill: () => running.kill(),
    async restart() {
      await running.stop();
      running = await startDaemon(daemon);
    },
    async stop() {
      await running.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
