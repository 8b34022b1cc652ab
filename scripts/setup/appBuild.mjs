/**
 * The built app in out/, kept in step with its sources.
 */
import { createHash } from 'node:crypto';
import { readFile, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { withLock } from './cacheFolder.mjs';
import { run } from './command.mjs';
import { step } from './output.mjs';
import { projectFolder } from './projectFolder.mjs';

const SOURCES = ['electron', 'renderer', 'shared'];
const SETTINGS = ['package.json', 'package-lock.json', 'electron.vite.config.ts', 'tsconfig.base.json'];
const stampFile = path.join(projectFolder, 'out', '.sources');

/** @returns {Promise<string>} hash of everything that decides what is built */
async function hashSources() {
  const files = [...SETTINGS];
  for (const folder of SOURCES) {
    const entries = await readdir(path.join(projectFolder, folder), { recursive: true, withFileTypes: true });
    for (const entry of entries) {
      if (!entry.isFile() || /\.test\.tsx?$/.test(entry.name)) continue;
      files.push(path.relative(projectFolder, path.join(entry.parentPath ?? entry.path, entry.name)));
    }
  }
  const hash = createHash('sha256');
  for (const file of files.sort()) {
    const content = await readFile(path.join(projectFolder, file));
    hash.update(`${file}\0${content.length}\0`).update(content);
  }
  return hash.digest('hex');
}

/** Builds the app when its sources differ from what out/ was built from. */
export async function ensureAppBuilt() {
  await step('App', async (progress) => {
    const sources = await hashSources();
    const isBuilt = async () => (await readFile(stampFile, 'utf8').catch(() => '')) === sources;
    if (await isBuilt()) return { summary: 'built', value: undefined };
    return withLock(
      `build-${projectFolder}`,
      async () => {
        if (await isBuilt()) return { summary: 'built', value: undefined };
        progress('electron-vite build');
        const cli = path.join(projectFolder, 'node_modules', 'electron-vite', 'bin', 'electron-vite.js');
        await run(process.execPath, [cli, 'build'], { cwd: projectFolder });
        await writeFile(stampFile, sources);
        return { summary: 'built from changed sources', value: undefined };
      },
      () => progress('another start is building it'),
    );
  });
}
