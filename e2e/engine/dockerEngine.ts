import { randomBytes } from 'node:crypto';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { builderPackages, ensureDebianPackages, testPackages } from '../../scripts/setup/debianPackages.mjs';
import { createCertificates, type Certificates } from './certificates';
import { onlyChildOf, startDaemon, type DaemonOptions } from './daemonProcess';
import { askDocker } from './dockerApi';
import { ensureDebianRoot, type DebianRoot } from './debianRoot';
import { freePort } from './freePort';
import { removeAtEnd } from './removeAtEnd';
import { temporaryFolder } from './temporaryFolder';

/** Where the two engines come from: the current Debian's and the one before. */
const ROOTS = {
  current: {
    release: 'trixie',
    packages: ['ca-certificates', 'docker.io', 'docker-cli', 'git'],
    pinned: { name: 'docker.io', version: '26.1.5' },
  },
  old: {
    release: 'bookworm',
    packages: ['ca-certificates', 'docker.io', 'git'],
    pinned: { name: 'docker.io', version: '20.10.24' },
  },
} satisfies Record<string, DebianRoot>;

/** What makes an engine differ from a freshly installed one. */
export interface DockerEngineOptions {
  /** `current`: 26.1; `old`: 20.10, which knows no containerd image store. */
  readonly version: keyof typeof ROOTS;
  /** Keeps images in containerd's store, without which it builds for one platform at a time. */
  readonly containerdStore?: boolean;
  /** Listens on TCP too, where it wants a client certificate. */
  readonly tcp?: 'mutual-tls';
  /** Registries over plain HTTP, e.g. `localhost:40123`. */
  readonly plainRegistries?: readonly string[];
  /** Host that stands in for docker.io, over plain HTTP. */
  readonly dockerHubMirror?: string;
}

/** A Docker Engine of one's own. Containers reach registries and the world only with the host's network. */
export interface DockerEngine {
  /** For DOCKER_HOST: `unix://…`. */
  readonly host: string;
  /** `tcp://127.0.0.1:…` when TCP was asked for, else as `host`; the same after a restart. */
  readonly address: string;
  /** With `mutual-tls`. */
  readonly certificates: Certificates | undefined;
  /** The Unix socket it listens on in any case. */
  readonly socketPath: string;
  readonly logFile: string;
  /** A folder with `docker`, its own command line client set to this engine: for the PATH of an SSH server. */
  readonly programs: string;
  /** Process id of dockerd; another one after a restart. */
  readonly pid: number;
  /** Ends it at once together with all containers, as a power failure would. Its data stays. */
  kill(): Promise<void>;
  /** Starts it again on the same data and addresses, after a kill or, by itself, after stopping it. */
  restart(): Promise<void>;
  /** Ends it and removes all of its files. */
  stop(): Promise<void>;
}

function configuration(options: DockerEngineOptions, bridge: string): object {
  const mirror = options.dockerHubMirror;
  return {
    features: { 'containerd-snapshotter': options.containerdStore === true },
    // Engines side by side share this machine's network: each has a bridge of its own, none changes the rest.
    bridge,
    'ip-forward': false,
    iptables: false,
    ip6tables: false,
    'exec-opts': ['native.cgroupdriver=cgroupfs'],
    'registry-mirrors': mirror === undefined ? [] : [`http://${mirror}`],
    'insecure-registries': [...(options.plainRegistries ?? []), ...[mirror ?? []].flat()],
  };
}

function tlsFlags({ ca, server }: Certificates): string[] {
  return ['--tlsverify', '--tlscacert', ca, '--tlscert', server.cert, '--tlskey', server.key];
}

/** A script that runs the root's `docker` in that root, where it sees the engine's folder under another name. */
function clientScript(root: string, folder: string): string {
  return [
    '#!/bin/sh',
    `root='${root}' folder='${folder}'`,
    "exec unshare --mount -- sh -ec '",
    '  mount --bind "$2" "$1/mnt"',
    '  root=$1; shift 2',
    '  exec chroot "$root" docker --host unix:///mnt/docker.sock "$@"',
    '\' docker "$root" "$folder" "$@"',
    '',
  ].join('\n');
}

/**
 * Starts a real Docker Engine of its own, with Debian's packages as its root and private data. Stop it at the end;
 * it and its containers end with this process in any case. The first time takes a minute or so, to install it.
 */
export async function startDockerEngine(options: DockerEngineOptions): Promise<DockerEngine> {
  await ensureDebianPackages('Test packages', [...builderPackages, ...testPackages]);
  const root = await ensureDebianRoot(ROOTS[options.version]);
  const folder = await temporaryFolder('docker');
  const bridge = `mf-${randomBytes(4).toString('hex')}`;
  const removal = removeAtEnd(folder, bridge);
  try {
    return await startIn(folder, root, bridge, options, () => removal.now());
  } catch (error) {
    await removal.now();
    throw error;
  }
}

async function startIn(
  folder: string,
  root: string,
  bridge: string,
  options: DockerEngineOptions,
  remove: () => Promise<void>,
): Promise<DockerEngine> {
  const file = (name: string) => path.join(folder, name);
  const socketPath = file('docker.sock');
  const programs = file('bin');
  const certificates = options.tcp === undefined ? undefined : await createCertificates(file('tls'));
  await writeFile(file('daemon.json'), JSON.stringify(configuration(options, bridge)));
  await mkdir(programs);
  await writeFile(path.join(programs, 'docker'), clientScript(root, folder), { mode: 0o755 });

  const host = `unix://${socketPath}`;
  const address = certificates === undefined ? host : `tcp://127.0.0.1:${await freePort()}`;
  const dockerd = [
    ...['dockerd', '--config-file', file('daemon.json'), '--data-root', file('data')],
    ...new Set([host, address].flatMap((listening) => [`--host=${listening}`])),
    ...(certificates === undefined ? [] : tlsFlags(certificates)),
  ];
  const daemon: DaemonOptions = {
    command: 'sh',
    // tini is the first process of the namespace: it buries the containers' orphans.
    args: [
      path.join(import.meta.dirname, 'startInRoot.sh'),
      ...['outside', root, folder, bridge, 'tini', '--', ...dockerd],
    ],
    env: { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin' },
    logFile: file('dockerd.log'),
    listening: { path: socketPath },
    isolated: true,
  };
  const start = async () => {
    // One left by a killed engine would look as if this one were up.
    await rm(socketPath, { force: true });
    const running = await startDaemon(daemon);
    // It takes connections before it is ready and answers when it is.
    try {
      await askDocker(socketPath, 'GET /_ping');
    } catch (cause) {
      await running.kill();
      const log = await readFile(daemon.logFile, 'utf8');
      throw new Error(`dockerd ended while starting. The end of its log:\n${log.slice(-2000)}`, { cause });
    }
    const pid = await onlyChildOf(running.pid);
    if (pid === undefined) {
      await running.kill();
      throw new Error("dockerd is listening but its process can't be found");
    }
    return { running, pid };
  };

  let started = await start();
  return {
    host,
    address,
    certificates,
    socketPath,
    logFile: daemon.logFile,
    programs,
    get pid() {
      return started.pid;
    },
    kill: () => started.running.kill(),
    async restart() {
      await started.running.stop();
      started = await start();
    },
    async stop() {
      await started.running.stop();
      await remove();
    },
  };
}
