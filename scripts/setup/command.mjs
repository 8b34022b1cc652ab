/**
 * Finding and running other programs.
 */
import { spawn } from 'node:child_process';
import { accessSync, constants, statSync } from 'node:fs';
import path from 'node:path';
import { projectFolder } from './projectFolder.mjs';

/** Another program ended badly; the message carries the end of what it printed. */
export class CommandFailed extends Error {
  /**
   * @param {string} commandLine @param {number | string} status exit code or signal
   * @param {string} output
   */
  constructor(commandLine, status, output) {
    super(`\`${commandLine}\` ended with ${status}${output === '' ? '' : `:\n${output}`}`);
    this.name = 'CommandFailed';
    this.status = status;
    this.output = output;
  }
}

/** PATH, with the folders for administrators that a user's PATH lacks on Debian. */
export function searchPath() {
  const own = (process.env['PATH'] ?? '').split(path.delimiter).filter((folder) => folder !== '');
  const extra = process.platform === 'win32' ? [] : ['/usr/local/sbin', '/usr/sbin', '/sbin'];
  return [...own, ...extra.filter((folder) => !own.includes(folder))];
}

/**
 * @param {string} name e.g. `runc`
 * @returns {string | undefined} full path of the program, undefined when there is none on PATH
 */
export function findProgram(name) {
  const suffixes = process.platform === 'win32' ? ['.exe', '.cmd'] : [''];
  for (const folder of searchPath()) {
    for (const suffix of suffixes) {
      const candidate = path.join(folder, name + suffix);
      try {
        accessSync(candidate, constants.X_OK);
        if (statSync(candidate).isFile()) return candidate;
      } catch {
        // Not in this folder: the next one is tried.
      }
    }
  }
  return undefined;
}

/**
 * Runs a program to its end, without input.
 * @param {string} command
 * @param {string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, onLine?: (line: string) => void, keep?: number }} [options]
 *   `onLine` gets each line of both outputs as it comes; `keep`: how many characters of the outputs' end an error
 *   carries, 4000 when left out
 * @returns {Promise<string>} its standard output
 * @throws {CommandFailed} when the exit code isn't 0
 */
export function run(command, args, options = {}) {
  return new Promise((resolve, reject) => {
    const windowsScript = process.platform === 'win32' && command.endsWith('.cmd');
    const child = spawn(command, args, {
      cwd: options.cwd,
      env: { ...process.env, PATH: searchPath().join(path.delimiter), NO_COLOR: '1', ...options.env },
      stdio: ['ignore', 'pipe', 'pipe'],
      shell: windowsScript,
    });
    let stdout = '';
    let tail = '';
    let unfinishedLine = '';
    /** @param {string} text */
    const collect = (text) => {
      tail = (tail + text).slice(-(options.keep ?? 4000));
      if (options.onLine === undefined) return;
      const lines = (unfinishedLine + text).split(/[\r\n]+/);
      unfinishedLine = lines.pop() ?? '';
      for (const line of lines) if (line.trim() !== '') options.onLine(line);
    };
    child.stdout.setEncoding('utf8').on('data', (text) => {
      stdout += text;
      collect(text);
    });
    child.stderr.setEncoding('utf8').on('data', collect);
    child.on('error', (cause) => reject(new Error(`${command} couldn't be run`, { cause })));
    child.on('close', (code, signal) => {
      if (code === 0) resolve(stdout);
      else
        reject(new CommandFailed([command, ...args].join(' '), code ?? signal ?? 'no status', tail.trim()));
    });
  });
}

/**
 * @param {string} name e.g. `tsc`
 * @returns {string} full path of a program that a package in node_modules brings
 */
export function packageProgram(name) {
  return path.join(
    projectFolder,
    'node_modules',
    '.bin',
    process.platform === 'win32' ? `${name}.cmd` : name,
  );
}

/**
 * The npm that runs this script, else the one on PATH.
 * @param {string[]} args
 * @param {Parameters<typeof run>[2]} [options]
 */
export function npm(args, options) {
  const running = process.env['npm_execpath'];
  if (running !== undefined && /npm-cli\.c?js$/.test(running)) {
    return run(process.execPath, [running, ...args], options);
  }
  return run(process.platform === 'win32' ? 'npm.cmd' : 'npm', args, options);
}
