import { execFile } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** A folder that is a disk of its own, so small that it fills up at once. Needs root. */
export interface TinyDisk {
  readonly path: string;
  makeReadOnly(): Promise<void>;
  unmount(): Promise<void>;
}

/** Mounts a disk of `kib` KiB at `path`, which is made when missing. */
export async function tinyDisk(path: string, kib = 1024): Promise<TinyDisk> {
  await mkdir(path, { recursive: true });
  await run('mount', ['-t', 'tmpfs', '-o', `size=${kib}k`, 'tmpfs', path]);
  return {
    path,
    makeReadOnly: async () => void (await run('mount', ['-o', 'remount,ro', path])),
    unmount: async () => void (await run('umount', ['-l', path])),
  };
}
