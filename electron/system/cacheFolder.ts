import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';

/** Manifold's folder for what was downloaded or compiled; the set-up scripts (scripts/setup) fill the same one. */
export function cacheFolder(env: Readonly<Record<string, string | undefined>>): string {
  if (process.platform === 'darwin') return join(homedir(), 'Library', 'Caches', 'manifold');
  if (process.platform === 'win32') {
    return join(env['LOCALAPPDATA'] ?? join(homedir(), 'AppData', 'Local'), 'manifold');
  }
  const xdg = env['XDG_CACHE_HOME'];
  return join(xdg !== undefined && isAbsolute(xdg) ? xdg : join(homedir(), '.cache'), 'manifold');
}
