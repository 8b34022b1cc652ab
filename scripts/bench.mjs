/**
 * `npm run bench [-- --json FILE] [-- --only NAME,…]`: Manifold's core against buildx on one daemon, and
 * against skopeo and tar on one registry.
 */
import path from 'node:path';
import { ensureAppBuilt } from './setup/appBuild.mjs';
import { ensureBuildx } from './setup/buildkit.mjs';
import { packageProgram } from './setup/command.mjs';
import { displayPackages, electronPackages, ensureDebianPackages } from './setup/debianPackages.mjs';
import { hasDisplay, startVirtualDisplay } from './setup/display.mjs';
import { ensureElectron } from './setup/electronRuntime.mjs';
import { ensureNodeModules } from './setup/nodeModules.mjs';
import { reportFailure } from './setup/output.mjs';
import { runInFront } from './setup/processGroup.mjs';
import { projectFolder } from './setup/projectFolder.mjs';

async function bench() {
  const headless = !hasDisplay();
  await ensureDebianPackages('System packages', [...electronPackages, ...(headless ? displayPackages : [])]);
  await ensureNodeModules();
  const electron = await ensureElectron();
  await ensureBuildx();
  await ensureAppBuilt();
  const display = headless ? await startVirtualDisplay() : undefined;
  try {
    const args = [path.join('e2e', 'bench', 'main.ts'), ...process.argv.slice(2)];
    return await runInFront(packageProgram('tsx'), args, {
      cwd: projectFolder,
      env: {
        ELECTRON_OVERRIDE_DIST_PATH: electron.dist,
        ...(display === undefined ? {} : { DISPLAY: display.display }),
      },
    });
  } finally {
    display?.stop();
  }
}

try {
  process.exitCode = await bench();
} catch (error) {
  reportFailure(error);
  process.exitCode = 1;
}
