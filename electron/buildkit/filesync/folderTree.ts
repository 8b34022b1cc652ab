import {
  closeSync,
  constants,
  lstatSync,
  openSync,
  readdirSync,
  readlinkSync,
  readSync,
  realpathSync,
  statSync,
} from 'node:fs';
import { bytePath, fsPath, type BytePath } from './bytePath';
import type { ContextTree, TreeEntry, TreeFile } from './contextTree';
import { describeFsError, FileTransferError } from './fileTransferError';
import { goModeOf, GoMode } from './goFileMode';

// The constants are missing on Windows. O_NONBLOCK keeps a named pipe that took a file's place from blocking the thread.
const OPEN_FLAGS = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);

/** A local folder as a {@link ContextTree}; links in the folder's own path are followed once, here. */
export class FolderTree implements ContextTree {
  private readonly root: BytePath;

  /** Throws `not-found`, `not-a-folder` or `no-permission`. */
  constructor(folder: string) {
    try {
      const real = realpathSync(folder);
      if (!statSync(real).isDirectory()) {
        throw new FileTransferError(
          'not-a-folder',
          `${folder} is not a folder, so it can't be a build context.`,
          {
            path: folder,
          },
        );
      }
      this.root = bytePath(real);
    } catch (error) {
      throw describeFsError(error, 'open the build context', folder);
    }
  }

  list(folder: BytePath): BytePath[] {
    return readdirSync(this.locate(folder), { encoding: 'latin1' });
  }

  lstat(path: BytePath): TreeEntry | undefined {
    const stat = lstatSync(this.locate(path), { bigint: true, throwIfNoEntry: false });
    if (stat === undefined) return undefined;
    const mode = goModeOf(Number(stat.mode));
    const isDevice = (mode & GoMode.device) !== 0;
    return {
      mode: process.platform === 'win32' ? windowsMode(mode) : mode,
      size: stat.size,
      modTime: stat.mtimeNs,
      identity: stat.nlink > 1n ? `${stat.dev}:${stat.ino}` : undefined,
      devmajor: isDevice ? (stat.rdev >> 8n) & 0xfffn : 0n,
      devminor: isDevice ? (stat.rdev & 0xffn) | ((stat.rdev >> 12n) & 0xfff00n) : 0n,
    };
  }

  readlink(path: BytePath): BytePath {
    return readlinkSync(this.locate(path), { encoding: 'latin1' });
  }

  open(path: BytePath): TreeFile {
    const descriptor = openSync(this.locate(path), OPEN_FLAGS);
    return {
      read: (buffer, offset, length) => readSync(descriptor, buffer, offset, length, null),
      close: () => closeSync(descriptor),
    };
  }

  private locate(path: BytePath): string | Buffer {
    return fsPath(`${this.root}/${path}`);
  }
}

/** Windows has no execute bit: fsutil makes everything executable there, and nothing writable for all. */
function windowsMode(mode: number): number {
  return ((mode & ~0o777) | ((mode | 0o111) & 0o755)) >>> 0;
}
