/**
 * What a bare Electron runtime runs when it has no app of its own: `electron [-r MODULE]... DIRECTORY [ARGS]`
 * loads the app in DIRECTORY. It takes the place of the original `default_app.asar`, which packagers strip.
 * Top-level await holds back the `ready` event until the app's main module has been evaluated.
 */
import { readFileSync } from 'node:fs';
import Module from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { app } from 'electron';

/** What the typings leave out: Electron keeps it for its default app. @type {Electron.App & Record<'setVersion' | 'setAppPath', (value: string) => void>} */
const shell = /** @type {any} */ (app);

/** @type {string[]} */
const required = [];
/** @type {string | undefined} */
let directory;
const words = process.argv.slice(1);
for (let argument = words.shift(); argument !== undefined; argument = words.shift()) {
  if (argument === '-v' || argument === '--version') {
    process.stdout.write(`v${process.versions.electron}\n`);
    process.exit(0);
  } else if (argument === '-r' || argument === '--require') {
    required.push(path.resolve(words.shift() ?? ''));
  } else if (!argument.startsWith('-')) {
    directory = path.resolve(argument);
    break;
  }
}
if (directory === undefined) {
  process.stderr.write('Usage: electron [-r MODULE] DIRECTORY [ARGS]\n');
  process.exit(1);
}

Object.defineProperty(process, 'defaultApp', { configurable: false, enumerable: true, value: true });
const requireFromHere = Module.createRequire(import.meta.url);
for (const name of required) requireFromHere(name);

const manifest = JSON.parse(readFileSync(path.join(directory, 'package.json'), 'utf8'));
app.name = manifest.productName ?? manifest.name;
if (manifest.version !== undefined) shell.setVersion(manifest.version);
if (manifest.desktopName !== undefined) app.setDesktopName(manifest.desktopName);
shell.setAppPath(directory);
try {
  await import(pathToFileURL(path.join(directory, manifest.main ?? 'index.js')).href);
} catch (error) {
  process.stderr.write(
    `The app in ${directory} failed to start:\n${error instanceof Error ? error.stack : error}\n`,
  );
  process.exit(1);
}
