/**
 * What Debian and its kin (Ubuntu, Mint) provide as packages. Other systems get no packages from here.
 */
import { CommandFailed, findProgram, run } from './command.mjs';
import { say, step } from './output.mjs';

/**
 * A package, or names it has had: Debian 13 renamed some to `…t64`.
 * @typedef {string | string[]} Package
 */

/** What Electron needs to open a window. @type {Package[]} */
export const electronPackages = [
  ['libgtk-3-0t64', 'libgtk-3-0'],
  'libnss3',
  ['libasound2t64', 'libasound2'],
  'libgbm1',
  'libxss1',
  'libxtst6',
  'fonts-dejavu-core',
  'unzip',
];
/** A display without a screen. @type {Package[]} */
export const displayPackages = ['xvfb'];
/** What a buildkitd of our own runs. @type {Package[]} */
export const builderPackages = ['runc', 'git', 'ca-certificates'];
/** RUN for other processors. @type {Package[]} */
export const emulationPackages = ['qemu-user-static', 'binfmt-support'];
/**
 * What only the tests use: SSH's two ends, Docker Engines with Debian roots of their own, the registry, an
 * independent registry client, certificates, Chinese screenshots.
 * @type {Package[]}
 */
export const testPackages = [
  'openssh-client',
  'openssh-server',
  'debootstrap',
  'debian-archive-keyring',
  'iproute2',
  'docker-registry',
  'apache2-utils',
  'skopeo',
  'openssl',
  'util-linux',
  'fonts-noto-cjk',
];

const isRoot = () => process.getuid?.() === 0;

/** @returns {Promise<Set<string>>} names of the installed ones among `names` */
async function installedAmong(/** @type {string[]} */ names) {
  let answer;
  try {
    answer = await run('dpkg-query', ['-W', '-f=${db:Status-Status} ${binary:Package}\\n', ...names]);
  } catch (error) {
    // It exits with 1 when it doesn't know one of them, having printed the others.
    if (!(error instanceof CommandFailed)) throw error;
    answer = error.output;
  }
  const lines = answer.split('\n').filter((line) => line.startsWith('installed '));
  return new Set(lines.map((line) => line.slice('installed '.length).replace(/:.*$/, '')));
}

/** @param {Package[]} packages @returns {Promise<Package[]>} */
async function missingAmong(packages) {
  const installed = await installedAmong(packages.flat());
  return packages.filter((names) => ![names].flat().some((name) => installed.has(name)));
}

/** @param {Package} names @returns {Promise<string>} the name that this release of Debian offers */
async function offeredName(names) {
  const candidates = [names].flat();
  for (const name of candidates) {
    const policy = await run('apt-cache', ['policy', name]);
    if (/Candidate: (?!\(none\))/.test(policy)) return name;
  }
  return /** @type {string} */ (candidates.at(-1));
}

/**
 * Installs the missing ones of `packages`; apt checks them against Debian's signed index. As anyone but root
 * it prints the command that does it and goes on, since the same things may be there by other means.
 * @param {string} title for the step's line
 * @param {Package[]} packages
 * @returns {Promise<boolean>} whether all of them are there now
 */
export async function ensureDebianPackages(title, packages) {
  if (process.platform !== 'linux' || findProgram('dpkg-query') === undefined) return true;
  /** @type {string | undefined} */
  let command;
  const complete = await step(title, async (progress) => {
    const missing = await missingAmong(packages);
    if (missing.length === 0) return { summary: 'installed', value: true };
    const names = isRoot() ? [] : missing.map((alternatives) => [alternatives].flat().at(-1));
    if (!isRoot()) {
      command = `sudo apt-get update && sudo apt-get install -y --no-install-recommends ${names.join(' ')}`;
      return { summary: `${names.length} missing`, value: false };
    }
    const env = { DEBIAN_FRONTEND: 'noninteractive', LC_ALL: 'C' };
    const wait = ['-o', 'DPkg::Lock::Timeout=600'];
    progress('apt-get update');
    // One broken source among several is common, so its failure counts only if the packages can't be had either.
    const updateFailure = await run('apt-get', [...wait, 'update'], { env }).then(
      () => undefined,
      (error) => error,
    );
    const wanted = await Promise.all(missing.map(offeredName));
    progress(`apt-get install ${wanted.join(' ')}`);
    try {
      await run('apt-get', [...wait, 'install', '-y', '--no-install-recommends', ...wanted], { env });
    } catch (error) {
      if (error instanceof Error && error.cause === undefined) error.cause = updateFailure;
      throw error;
    }
    return { summary: `installed ${wanted.join(' ')}`, value: true };
  });
  if (command !== undefined) say(`  To install what is missing: ${command}`);
  return complete;
}
