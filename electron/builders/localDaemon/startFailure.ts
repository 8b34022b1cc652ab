import { open } from 'node:fs/promises';
import { StudioError } from '../../../shared/contract';

const tailBytes = 8 * 1024;
const tailLines = 20;

/** What is known to keep a daemon from starting: what its log says, and the way out. */
const knownCauses: readonly (readonly [pattern: RegExp, message: string, hint: string])[] = [
  [
    /runc.*(?:not found|no such file)|failed to find \S*runc/i,
    'buildkitd did not find runc.',
    'Install it, on Debian and Ubuntu with: sudo apt install runc',
  ],
  [
    /could not lock .*another instance/i,
    'Another buildkitd already uses this builder’s folder.',
    'Stop the other buildkitd, or start Manifold with another --user-data-dir.',
  ],
  [
    /no space left on device/i,
    'buildkitd could not start because the disk is full.',
    'Free some space and start it again.',
  ],
  [
    /newuidmap|newgidmap|subuid|subgid/i,
    'rootlesskit can’t give buildkitd a range of user ids.',
    'Install uidmap and give your user a range in /etc/subuid and /etc/subgid.',
  ],
  [
    /operation not permitted|permission denied|must be run as root|requires to be executed/i,
    'buildkitd lacks a permission that it needs.',
    'Run it as root or with rootlesskit, or use a builder of kind “remote”.',
  ],
  [
    /invalid config|failed to (?:load|parse) config|toml/i,
    'buildkitd does not understand its configuration.',
    'Correct the builder’s buildkitd.toml.',
  ],
];

/** The error for a daemon that ended before it answered, with its own last lines. */
export function earlyExitError(lastOutput: string[], logPath: string): StudioError {
  const text = lastOutput.join('\n');
  const known = knownCauses.find(([pattern]) => pattern.test(text));
  const last = lastOutput.findLast((line) => /error|fatal|fail/i.test(line)) ?? lastOutput.at(-1);
  return new StudioError({
    code: 'builder-unavailable',
    message: known?.[1] ?? `buildkitd ended right after its start${last === undefined ? '' : `: ${last}`}`,
    hint: known?.[2] ?? `Its whole log is ${logPath}.`,
    details: { subject: logPath, lastOutput, ...(last === undefined ? {} : { cause: last }) },
  });
}

/** The last lines of a log file, at most 20; none when there is no file. */
export async function lastLines(path: string): Promise<string[]> {
  const file = await open(path, 'r').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (file === undefined) return [];
  try {
    const { size } = await file.stat();
    const { buffer, bytesRead } = await file.read({
      buffer: Buffer.alloc(tailBytes),
      position: Math.max(0, size - tailBytes),
    });
    return buffer
      .toString('utf8', 0, bytesRead)
      .split('\n')
      .filter((line) => line.trim() !== '')
      .slice(-tailLines);
  } finally {
    await file.close();
  }
}
