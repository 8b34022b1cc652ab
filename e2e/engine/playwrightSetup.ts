import { ensureAppBuilt } from '../../scripts/setup/appBuild.mjs';
import {
  displayPackages,
  electronPackages,
  ensureDebianPackages,
} from '../../scripts/setup/debianPackages.mjs';
import { hasDisplay, startVirtualDisplay } from '../../scripts/setup/display.mjs';
import { ensureElectron } from '../../scripts/setup/electronRuntime.mjs';
import startSharedEngine, { currentEngine } from './globalSetup';

/**
 * Global set-up for Playwright: the built app, the Electron it runs on (for `_electron.launch`), a display where
 * there is none, and the engine.
 */
export default async function playwrightSetup(): Promise<() => Promise<void>> {
  const headless = !hasDisplay();
  await ensureDebianPackages('System packages', [...electronPackages, ...(headless ? displayPackages : [])]);
  process.env['ELECTRON_OVERRIDE_DIST_PATH'] = (await ensureElectron()).dist;
  await ensureAppBuilt();
  const stopEngine = await startSharedEngine();
  process.env['MANIFOLD_BUILDKITD'] = currentEngine().binaries.buildkitd;
  if (!headless) return stopEngine;

  const { display, stop } = await startVirtualDisplay({ ownGroup: false });
  process.env['DISPLAY'] = display;
  return async () => {
    stop();
    await stopEngine();
  };
}
