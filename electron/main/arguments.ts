import { resolve } from 'node:path';

/**
 * The project named on the command line: the first argument that is neither an option nor Electron's application
 * folder. Relative paths are taken from `cwd`.
 *
 * @param argv `process.argv`
 * @param packaged a packaged app has no application folder among its arguments
 */
export function projectArgument(argv: readonly string[], packaged: boolean, cwd: string): string | undefined {
  const rest = argv.slice(1);
  const application = packaged ? -1 : rest.findIndex((argument) => !argument.startsWith('-'));
  const path = rest.find((argument, index) => index !== application && !argument.startsWith('-'));
  return path === undefined ? undefined : resolve(cwd, path);
}
