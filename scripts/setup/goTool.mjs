/**
 * Programs compiled from a Go module.
 */
import path from 'node:path';
import { cached } from './cacheFolder.mjs';
import { findProgram, run } from './command.mjs';

/**
 * @typedef {object} GoModule
 * @property {string} path e.g. `github.com/moby/buildkit`
 * @property {string} version e.g. `v0.32.2`
 * @property {string} sum the `h1:` hash of the module as go.sum and the checksum database have it. It covers the
 *   module's own go.sum, hence everything that is compiled.
 * @property {string[]} packages main packages to compile, as paths in the module
 * @property {string} versionVariable the variable that says the program's version, set at linking
 */

/**
 * Compiles the module's programs into the cache.
 *
 * The build runs inside the downloaded module rather than by `go install module@version`, since that refuses
 * modules whose go.mod has `exclude` lines, as BuildKit's does.
 * @param {GoModule} module
 * @param {(doing: string) => void} progress
 * @returns {Promise<{ folder: string, made: boolean }>} the folder that holds the programs
 * @throws {Error} without a Go toolchain, or when the module isn't the pinned one
 */
export function ensureGoPrograms(module, progress) {
  const name = `${path.posix.basename(module.path)}-${module.version}`;
  return cached(
    path.join('go', name),
    async (folder) => {
      const go = findProgram('go');
      if (go === undefined) {
        throw new Error(
          `${name} has to be compiled and there is no Go here: install Go 1.21 or newer, or put a ready ` +
            `${path.posix.basename(module.packages[0] ?? name)} on PATH`,
        );
      }
      const env = { CGO_ENABLED: '0', GOFLAGS: '', GOWORK: 'off' };
      progress(`downloading ${module.path} ${module.version}`);
      const answer = JSON.parse(
        await run(go, ['mod', 'download', '-json', `${module.path}@${module.version}`], { env }),
      );
      if (answer.Sum !== module.sum) {
        throw new Error(
          `${module.path} ${module.version} isn't the pinned one: its hash is ${answer.Sum}, expected ${module.sum}`,
        );
      }
      let fetched = 0;
      for (const main of module.packages) {
        const program = path.posix.basename(main);
        const onLine = (/** @type {string} */ line) => {
          if (line.startsWith('go: downloading ')) fetched += 1;
          progress(`compiling ${program} (${fetched} modules fetched)`);
        };
        progress(`compiling ${program}`);
        const output = path.join(folder, process.platform === 'win32' ? `${program}.exe` : program);
        const flags = ['-mod=readonly', '-trimpath', '-buildvcs=false'];
        const linking = `-ldflags=-s -w -X ${module.versionVariable}=${module.version}`;
        await run(go, ['build', ...flags, linking, '-o', output, `./${main}`], {
          env,
          cwd: answer.Dir,
          onLine,
        });
      }
    },
    () => progress('another set-up is compiling it'),
  );
}
