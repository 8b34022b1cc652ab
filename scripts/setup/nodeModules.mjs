/**
 * node_modules as package-lock.json has it.
 */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { withLock } from './cacheFolder.mjs';
import { npm } from './command.mjs';
import { step } from './output.mjs';
import { projectFolder } from './projectFolder.mjs';

/** @typedef {{ version?: string, integrity?: string, optional?: boolean, devOptional?: boolean }} Locked */

/** @param {string} file @returns {Promise<Record<string, Locked>>} */
async function readPackages(file) {
  return JSON.parse(await readFile(file, 'utf8')).packages;
}

/**
 * Compares the lock file with the one that npm keeps inside node_modules about what it installed there.
 * @param {string} folder of the project
 * @returns {Promise<string | undefined>} why an installation is needed; undefined when it isn't
 */
export async function staleness(folder) {
  const installedFile = path.join(folder, 'node_modules', '.package-lock.json');
  if (!existsSync(installedFile)) return 'nothing is installed yet';
  const locked = await readPackages(path.join(folder, 'package-lock.json'));
  const installed = await readPackages(installedFile);
  for (const [name, entry] of Object.entries(locked)) {
    if (name === '') continue;
    const present = installed[name];
    // What is optional is often for another platform, and absent here.
    if (present === undefined && (entry.optional === true || entry.devOptional === true)) continue;
    if (present?.version !== entry.version || present?.integrity !== entry.integrity) {
      return `${name.replace(/^.*node_modules\//, '')} changed in package-lock.json`;
    }
  }
  return undefined;
}

/** Installs node_modules where it is missing or differs from package-lock.json. */
export async function ensureNodeModules() {
  await step('Node packages', async (progress) => {
    if ((await staleness(projectFolder)) === undefined) return { summary: 'installed', value: undefined };
    return withLock(
      `node_modules-${projectFolder}`,
      async () => {
        const reason = await staleness(projectFolder);
        if (reason === undefined) return { summary: 'installed', value: undefined };
        progress(`npm ci, ${reason}`);
        await npm(['ci', '--no-audit', '--no-fund'], { cwd: projectFolder });
        const remaining = await staleness(projectFolder);
        if (remaining !== undefined) throw new Error(`npm ci left node_modules incomplete: ${remaining}`);
        return { summary: 'installed by npm ci', value: undefined };
      },
      () => progress('another set-up is installing them'),
    );
  });
}
