/**
 * `npm run package [-- --dir | --linux AppImage ...]`: the built app as installers in dist/, by electron-builder.
 * Arguments go to electron-builder.
 */
import { ensureAppBuilt } from './setup/appBuild.mjs';
import { packageProgram } from './setup/command.mjs';
import { ensureElectron } from './setup/electronRuntime.mjs';
import { ensureNodeModules } from './setup/nodeModules.mjs';
import { reportFailure } from './setup/output.mjs';
import { runInFront } from './setup/processGroup.mjs';
import { projectFolder } from './setup/projectFolder.mjs';

try {
  await ensureNodeModules();
  const electron = await ensureElectron();
  await ensureAppBuilt();
  process.exitCode = await runInFront(
    packageProgram('electron-builder'),
    [
      ...['--config', 'electron-builder.yml', '--publish', 'never'],
      // What this machine runs is what gets packaged: nothing is downloaded again.
      ...[`-c.electronDist=${electron.dist}`, `-c.electronVersion=${electron.version}`],
      ...process.argv.slice(2),
    ],
    { cwd: projectFolder },
  );
} catch (error) {
  reportFailure(error);
  process.exitCode = 1;
}
