/**
 * A screen for Electron.
 */
import { spawn } from 'node:child_process';
import { findProgram } from './command.mjs';

/** Whether windows can be shown as it is. */
export function hasDisplay() {
  if (process.platform !== 'linux') return true;
  return (process.env['DISPLAY'] ?? '') !== '' || (process.env['WAYLAND_DISPLAY'] ?? '') !== '';
}

/**
 * Starts Xvfb, a display without a screen (1440x900), on a free display number. It ends with this process.
 * @param {{ ownGroup?: boolean }} [options] by default it has a process group of its own: Ctrl+C in the terminal must not
 *   take the screen away from an app that is closing. Without, it is ended with this process's group
 * @returns {Promise<{ display: string, stop: () => void }>} `display` for the environment variable DISPLAY
 * @throws {Error} when it isn't installed or doesn't start
 */
export function startVirtualDisplay({ ownGroup = true } = {}) {
  return new Promise((resolve, reject) => {
    const program = findProgram('Xvfb');
    if (program === undefined) {
      reject(new Error('There is no display and no Xvfb: install the package xvfb, or set DISPLAY'));
      return;
    }
    // `-displayfd` makes the server pick a free number and write it to that descriptor once it listens.
    const args = ['-displayfd', '3', '-screen', '0', '1440x900x24', '-nolisten', 'tcp', '-noreset'];
    const stdio = /** @type {const} */ (['ignore', 'ignore', 'pipe', 'pipe']);
    const server = spawn(program, args, { stdio: [...stdio], detached: ownGroup });
    const stop = () => void server.kill('SIGTERM');
    process.once('exit', stop);
    let complaint = '';
    server.stderr?.setEncoding('utf8').on('data', (text) => (complaint = (complaint + text).slice(-2000)));
    server.on('error', (cause) => reject(new Error("Xvfb couldn't be run", { cause })));
    server.on('exit', (code, signal) => {
      process.removeListener('exit', stop);
      reject(new Error(`Xvfb ended with ${code ?? signal}: ${complaint.trim()}`));
    });
    let number = '';
    server.stdio[3]?.on('data', (bytes) => {
      number += String(bytes);
      if (number.endsWith('\n')) resolve({ display: `:${number.trim()}`, stop });
    });
  });
}
