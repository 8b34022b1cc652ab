import { createHash } from 'node:crypto';
import { lstat, mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { StudioError } from '../../../shared/contract';

/** Longest path of a unix socket on Linux (unix(7): 108 bytes with the terminating zero). */
const maxSocketPathBytes = 107;

/** Where one local builder keeps its things. */
export interface DaemonFiles {
  folder: string;
  /** BuildKit's own state: snapshots and cache. */
  root: string;
  socket: string;
  /** Says which process it is, see {@link DaemonRecord}. */
  record: string;
  /** Held while a Manifold starts the daemon. */
  startLock: string;
  log: string;
  /** Optional, written by the user: registry mirrors and the like. */
  userConfig: string;
  ownConfig: string;
}

export function daemonFiles(folder: string): DaemonFiles {
  return {
    folder,
    root: join(folder, 'root'),
    socket: socketPath(folder),
    record: join(folder, 'daemon.json'),
    startLock: join(folder, 'starting.json'),
    log: join(folder, 'buildkitd.log'),
    userConfig: join(folder, 'buildkitd.toml'),
    ownConfig: join(folder, 'default.toml'),
  };
}

/** A deep folder gets its socket elsewhere, always at the same place, so that another Manifold finds it. */
function socketPath(folder: string): string {
  const path = join(folder, 'buildkitd.sock');
  if (Buffer.byteLength(path) <= maxSocketPathBytes) return path;
  const name = createHash('sha256').update(folder).digest('hex').slice(0, 16);
  return join(runtimeFolder(), `${name}.sock`);
}

function runtimeFolder(): string {
  return join(tmpdir(), `manifold-${process.getuid?.() ?? 0}`);
}

/**
 * Makes the folders. The one for sockets lies where everybody may write, so it is only used when it is ours alone.
 *
 * @throws StudioError `builder-unavailable` when somebody else has taken its place
 */
export async function makeDaemonFolders(files: DaemonFiles): Promise<void> {
  await mkdir(files.root, { recursive: true, mode: 0o700 });
  const runtime = runtimeFolder();
  if (!files.socket.startsWith(runtime)) return;
  await mkdir(runtime, { recursive: true, mode: 0o700 });
  const found = await lstat(runtime);
  if (found.isDirectory() && found.uid === process.getuid?.() && (found.mode & 0o077) === 0) return;
  throw new StudioError({
    code: 'builder-unavailable',
    message: `${runtime} belongs to somebody else or is open to others, so the daemon’s socket can’t be put there.`,
    hint: `Remove ${runtime}, or start Manifold with a shorter --user-data-dir.`,
    details: { subject: runtime },
  });
}
