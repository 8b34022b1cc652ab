/**
 * QEMU emulation: RUN for processors other than this machine's.
 */
import { existsSync } from 'node:fs';
import { findProgram, run } from './command.mjs';
import { emulationPackages, ensureDebianPackages } from './debianPackages.mjs';
import { say, step } from './output.mjs';

const REGISTERED = '/proc/sys/fs/binfmt_misc';
const WANTED = process.arch === 'arm64' ? ['qemu-x86_64'] : ['qemu-aarch64', 'qemu-arm'];
const COMMANDS = [
  `mountpoint -q ${REGISTERED} || mount -t binfmt_misc binfmt_misc ${REGISTERED}`,
  'update-binfmts --enable',
];

const missing = () => WANTED.filter((name) => !existsSync(`${REGISTERED}/${name}`));

/**
 * Registers the emulators with the kernel when that is possible. Where it isn't, it says what to do; builds for
 * this machine's own processor work without.
 * @returns {Promise<boolean>} whether the usual platforms can run now
 */
export async function ensureEmulation() {
  if (process.platform !== 'linux') return true;
  if (missing().length > 0 && !(await ensureDebianPackages('Emulation packages', emulationPackages)))
    return false;
  /** @type {string | undefined} */
  let advice;
  const ready = await step('Emulation', async () => {
    if (missing().length === 0) return { summary: 'QEMU is registered', value: true };
    if (process.getuid?.() !== 0) {
      advice = `sudo sh -c '${COMMANDS.join('; ')}'`;
      return { summary: 'QEMU is not registered', value: false };
    }
    if (findProgram('update-binfmts') === undefined) {
      advice = "install qemu-user-static and its binfmt registration by your system's package manager";
      return { summary: 'no update-binfmts on this system', value: false };
    }
    for (const command of COMMANDS) await run('sh', ['-c', command]);
    const still = missing();
    if (still.length === 0) return { summary: 'QEMU registered with the kernel', value: true };
    return { summary: `the kernel has no ${still.join(', ')}; other platforms can't RUN`, value: false };
  });
  if (advice !== undefined) say(`  For other platforms: ${advice}`);
  return ready;
}
