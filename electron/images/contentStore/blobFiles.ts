import { randomUUID } from 'node:crypto';
import { mkdir, chmod, readdir, rename, rm, stat, utimes } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** Files that nobody has written to for that long are leftovers, whatever process has their number by now. */
const leftoverMs = 24 * 60 * 60 * 1000;

/** A blob on disk. */
export interface BlobFile {
  readonly path: string;
  /** In bytes. */
  readonly size: number;
  /** When it was read last, in milliseconds since the epoch. */
  readonly usedMs: number;
}

/**
 * The files of a content store: complete blobs under `blobs`, by algorithm and first letters, and those that are being
 * written under `incoming`. Several processes may use a folder at once: what appears under `blobs` is whole, and what is
 * gone was evicted.
 */
export class BlobFiles {
  private constructor(private readonly folder: string) {}

  /** Makes the folder for nobody but us, and clears away what a process left that was killed. */
  static async open(folder: string): Promise<BlobFiles> {
    const files = new BlobFiles(folder);
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await chmod(folder, 0o700);
    await mkdir(files.incoming, { recursive: true, mode: 0o700 });
    for (const name of await readdir(files.incoming)) {
      const path = join(files.incoming, name);
      if (await isLeftover(path, name)) await rm(path, { force: true });
    }
    return files;
  }

  /** @returns undefined for a digest of a kind that is not kept, which is no name of a file either */
  path(digest: string): string | undefined {
    const [, algorithm, hex] =
      /^(sha256:(?=[a-f0-9]{64}$)|sha512:(?=[a-f0-9]{128}$))([a-f0-9]+)$/.exec(digest) ?? [];
    if (algorithm === undefined || hex === undefined) return undefined;
    return join(this.folder, 'blobs', algorithm.slice(0, -1), hex.slice(0, 2), hex);
  }

  /** A new name for a blob that is being written. */
  incomingPath(): string {
    return join(this.incoming, `${process.pid}-${randomUUID()}`);
  }

  /** Puts a written blob in its place. */
  async keep(incomingPath: string, path: string): Promise<void> {
    await mkdir(dirname(path), { recursive: true, mode: 0o700 });
    await rename(incomingPath, path);
  }

  /** Notes that a blob is used. Times of access can't be relied on: many file systems don't keep them. */
  async touch(path: string): Promise<void> {
    const now = new Date();
    // Another process may have evicted it by now.
    await utimes(path, now, now).catch(() => undefined);
  }

  /** All blobs, in no order. */
  async list(): Promise<BlobFile[]> {
    const root = join(this.folder, 'blobs');
    const files: BlobFile[] = [];
    for (const algorithm of await namesIn(root)) {
      for (const shard of await namesIn(join(root, algorithm))) {
        const folder = join(root, algorithm, shard);
        const found = (await namesIn(folder)).map((name) => fileAt(join(folder, name)));
        files.push(...(await Promise.all(found)).filter((file) => file !== undefined));
      }
    }
    return files;
  }

  private get incoming(): string {
    return join(this.folder, 'incoming');
  }
}

/** @returns undefined when there is no such file */
export async function fileAt(path: string): Promise<BlobFile | undefined> {
  try {
    const found = await stat(path);
    return found.isFile() ? { path, size: found.size, usedMs: found.mtimeMs } : undefined;
  } catch (error) {
    if (isAbsent(error)) return undefined;
    throw error;
  }
}

/** Whether the error says that a file or its folder is not there. */
export function isAbsent(error: unknown): boolean {
  return ['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '');
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (isAbsent(error)) return [];
    throw error;
  }
}

async function isLeftover(path: string, name: string): Promise<boolean> {
  const file = await fileAt(path);
  if (file === undefined) return false;
  return Date.now() - file.usedMs > leftoverMs || !isRunning(Number(name.split('-')[0]));
}

function isRunning(pid: number): boolean {
  if (!Number.isSafeInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Somebody else's process is one too.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
