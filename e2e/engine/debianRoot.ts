import { createHash } from 'node:crypto';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { cached } from '../../scripts/setup/cacheFolder.mjs';
import { run } from '../../scripts/setup/command.mjs';
import { step } from '../../scripts/setup/output.mjs';

/** Debian's own, so that its signature on the index is checked on other systems too. */
const KEYRING = '/usr/share/keyrings/debian-archive-keyring.gpg';

/** A root file system made of one Debian release's packages. */
export interface DebianRoot {
  /** Code name of the release, e.g. `trixie`. */
  readonly release: string;
  /** In addition to the smallest set that apt works with. */
  readonly packages: readonly string[];
  /** The package that the root is for, and the upstream version it has to have. */
  readonly pinned: { readonly name: string; readonly version: string };
}

/** The mirror that this machine takes Debian's packages from. @throws Error when apt knows none */
async function debianMirror(): Promise<string> {
  const indexes = await run('apt-get', [
    ...['indextargets', '--format', '$(ORIGIN) $(LABEL) $(REPO_URI)'],
    'Created-By: Packages',
  ]);
  const mirror = /^Debian Debian (\S+)$/m.exec(indexes)?.[1];
  if (mirror === undefined) throw new Error("apt knows no mirror of Debian's packages: run apt-get update");
  return mirror;
}

async function bootstrap(root: DebianRoot, folder: string): Promise<void> {
  const options = ['--variant=minbase', `--keyring=${KEYRING}`, '--force-check-gpg'];
  // debootstrap mounts things inside; in a namespace they go even when it is interrupted.
  await run('unshare', [
    ...['--mount', '--', 'debootstrap', ...options, `--include=${root.packages.join(',')}`],
    ...[root.release, folder, await debianMirror()],
  ]);
  const { name, version } = root.pinned;
  const admin = path.join(folder, 'var', 'lib', 'dpkg');
  const present = await run('dpkg-query', [`--admindir=${admin}`, '-W', '-f=${Version}', name]);
  if (!present.startsWith(`${version}+`) && !present.startsWith(`${version}-`)) {
    throw new Error(
      `Debian ${root.release} has ${name} ${present} now, expected ${version}: change the pinned version`,
    );
  }
  await rm(path.join(folder, 'var', 'cache', 'apt', 'archives'), { recursive: true });
}

/**
 * The root, made once by debootstrap (a minute) and kept in the cache.
 * @returns its folder; don't write to it
 * @throws Error when the release's package has another version than the pinned one
 */
export function ensureDebianRoot(root: DebianRoot): Promise<string> {
  const { name, version } = root.pinned;
  const recipe = createHash('sha256').update(JSON.stringify(root)).digest('hex').slice(0, 12);
  return step(`${name} ${version}`, async (progress) => {
    const { folder, made } = await cached(
      path.join('engine', `${root.release}-${name}-${version}-${recipe}`),
      async (unfinished: string) => {
        progress(`installing Debian ${root.release} into a folder`);
        await bootstrap(root, unfinished);
      },
      () => progress('another run is installing it'),
    );
    return { summary: made ? `installed into ${folder}` : folder, value: folder };
  });
}
