import { mkdirSync, renameSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { destination, pino, type Logger } from 'pino';

export type { Logger } from 'pino';

const rotateAtBytes = 5 * 1024 * 1024;

/**
 * The application's log: JSON lines in `manifold.log` of the folder, the previous one kept as `manifold.old.log`.
 * Fields that may hold credentials are censored wherever they stand.
 */
export function openLogger(folder: string): Logger {
  mkdirSync(folder, { recursive: true });
  const path = join(folder, 'manifold.log');
  if ((statSync(path, { throwIfNoEntry: false })?.size ?? 0) > rotateAtBytes) {
    renameSync(path, join(folder, 'manifold.old.log'));
  }
  const secrets = ['secret', 'password', 'token', 'auth', 'identitytoken', 'authorization'];
  return pino(
    {
      base: { pid: process.pid },
      redact: { paths: secrets.flatMap((name) => [name, `*.${name}`, `*.*.${name}`]), censor: '[removed]' },
    },
    destination({ dest: path, sync: false, mkdir: true }),
  );
}
