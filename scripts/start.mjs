/**
 * `npm start [-- PROJECT] [-- --user-data-dir=DIR ...]`: everything from a fresh clone to the studio's window.
 * Arguments go to the app.
 */
import { existsSync } from 'node:fs';
import path from 'node:path';
import { ensureAppBuilt } from './setup/appBuild.mjs';
import { ensureBuilder } from './setup/buildkit.mjs';
import { searchPath } from './setup/command.mjs';
import {
  builderPackages,
  displayPackages,
  electronPackages,
  ensureDebianPackages,
} from './setup/debianPackages.mjs';
import { hasDisplay, startVirtualDisplay } from './setup/display.mjs';
import { ensureElectron } from './setup/electronRuntime.mjs';
import { ensureEmulation } from './setup/emulation.mjs';
import { ensureNodeModules } from './setup/nodeModules.mjs';
import { reportFailure, say } from './setup/output.mjs';
import { runInFront } from './setup/processGroup.mjs';
import { projectFolder } from './setup/projectFolder.mjs';

/** npm runs scripts in the project's folder; paths are meant from where the user stands. */
function resolveArgument(/** @type {string} */ argument) {
  const from = process.env['INIT_CWD'] ?? process.cwd();
  return !argument.startsWith('-') && existsSync(path.resolve(from, argument))
    ? path.resolve(from, argument)
    : argument;
}

async function start() {
  const headless = !hasDisplay();
  const ownsBuilder = (process.env['BUILDKIT_HOST'] ?? '') === '';
  await ensureDebianPackages('System packages', [
    ...electronPackages,
    ...(headless ? displayPackages : []),
    ...(ownsBuilder ? builderPackages : []),
  ]);
  await ensureNodeModules();
  const electron = await ensureElectron();
  const builder = await ensureBuilder();
  if (builder.local) await ensureEmulation();
  await ensureAppBuilt();

  /** @type {NodeJS.ProcessEnv} */
  const env = { PATH: searchPath().join(path.delimiter), ELECTRON_OVERRIDE_DIST_PATH: electron.dist };
  if (builder.buildkitd !== undefined) env['MANIFOLD_BUILDKITD'] = builder.buildkitd;
  const switches = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  let display;
  if (headless) {
    // Where there is no display there is no desktop bus either, and Chromium complains about it at length.
    switches.push('--log-level=3');
    display = await startVirtualDisplay();
    env['DISPLAY'] = display.display;
    say(`There is no display here: the window opens on a virtual one, ${display.display} (1440x900).`);
  }
  say(`Starting Manifold on Electron ${electron.version}`);
  try {
    const args = [...switches, projectFolder, ...process.argv.slice(2).map(resolveArgument)];
    return await runInFront(electron.executable, args, { cwd: projectFolder, env });
  } finally {
    display?.stop();
  }
}

try {
  process.exitCode = await start();
} catch (error) {
  reportFailure(error);
  process.exitCode = 1;
}
