/**
 * Programs that run in front of the user and leave nothing behind.
 */
import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';

const GRACE_MS = 10_000;

/** @param {number} pid @returns {boolean} whether a process has that id */
export function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return /** @type {NodeJS.ErrnoException} */ (error).code === 'EPERM';
  }
}

/** @param {number} group @param {NodeJS.Signals | 0} signal @returns {boolean} whether the group has a process */
function signalGroup(group, signal) {
  try {
    process.kill(process.platform === 'win32' ? group : -group, signal);
    return true;
  } catch {
    return false;
  }
}

/**
 * Runs a program with this process's terminal as a process group of its own. Signals to this process
 * go to the program, which has 10 s to end; when it is over, whatever it left in its group is ended too.
 * @param {string} command
 * @param {string[]} args
 * @param {{ cwd: string, env?: NodeJS.ProcessEnv }} options
 * @returns {Promise<number>} its exit code, 128 + signal number when a signal ended it
 */
export async function runInFront(command, args, options) {
  const child = spawn(command, args, {
    cwd: options.cwd,
    env: { ...process.env, ...options.env },
    stdio: ['ignore', 'inherit', 'inherit'],
    detached: process.platform !== 'win32',
  });
  const group = child.pid;
  /** @param {NodeJS.Signals} signal */
  const pass = (signal) => {
    // Only the leader: it ends its own children in the right order. Whoever remains is ended below.
    child.kill(signal);
    if (group !== undefined) setTimeout(() => signalGroup(group, 'SIGKILL'), GRACE_MS).unref();
  };
  const atExit = () => {
    if (group !== undefined) signalGroup(group, 'SIGKILL');
  };
  const signals = /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP']);
  for (const signal of signals) process.on(signal, pass);
  process.on('exit', atExit);
  try {
    return await new Promise((resolve, reject) => {
      child.on('error', (cause) => reject(new Error(`${command} couldn't be run`, { cause })));
      child.on('exit', (code, signal) =>
        resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal])),
      );
    });
  } finally {
    if (group !== undefined && signalGroup(group, 'SIGTERM')) {
      for (let waited = 0; waited < 2000 && signalGroup(group, 0); waited += 50) await sleep(50);
      signalGroup(group, 'SIGKILL');
    }
    for (const signal of signals) process.removeListener(signal, pass);
    process.removeListener('exit', atExit);
  }
}
