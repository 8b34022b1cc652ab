import { access, constants, readdir } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { StudioError } from '../../../shared/contract';

type Environment = Readonly<Record<string, string | undefined>>;

/** System administrators' folders, which a desktop session's PATH often lacks and where Debian puts runc. */
const systemFolders = ['/usr/local/sbin', '/usr/sbin', '/sbin'];

/** What is needed to run a buildkitd. All paths are absolute. */
export interface Executables {
  buildkitd: string;
  /** Present when the daemon has to run without root. */
  rootlesskit?: string;
  /** PATH for the daemon, so that it finds runc. */
  path: string;
}

/**
 * Finds what the local builder runs on: `MANIFOLD_BUILDKITD`, then PATH, then Manifold's cache folder.
 *
 * @param moreFolders searched after those of PATH
 * @throws StudioError `builder-unavailable` saying what is missing and how to get it
 */
export async function findExecutables(
  env: Environment,
  cacheFolder: string,
  root: boolean,
  moreFolders: readonly string[] = systemFolders,
): Promise<Executables> {
  const folders = [...(env['PATH'] ?? '').split(delimiter).filter((folder) => folder !== ''), ...moreFolders];
  const path = [...new Set(folders)].join(delimiter);
  const buildkitd = await findBuildkitd(env, cacheFolder, folders);
  if (buildkitd === undefined) {
    throw unavailable(
      'No buildkitd was found on this machine.',
      'Run Manifold’s set-up again, install BuildKit so that buildkitd is on PATH, or point MANIFOLD_BUILDKITD at it.',
    );
  }
  if ((await findFirst(folders, ['buildkit-runc', 'runc'])) === undefined) {
    throw unavailable(
      'runc is missing; BuildKit runs the steps of a build with it.',
      'Install it, on Debian and Ubuntu with: sudo apt install runc',
    );
  }
  if (root) return { buildkitd, path };
  const rootlesskit = await findFirst(folders, ['rootlesskit']);
  if (rootlesskit === undefined) {
    throw unavailable(
      'buildkitd needs root, or rootlesskit to do without it; neither is there.',
      'Install it, on Debian and Ubuntu with: sudo apt install rootlesskit uidmap slirp4netns. Or use a builder of kind “remote”.',
    );
  }
  return { buildkitd, rootlesskit, path };
}

async function findBuildkitd(
  env: Environment,
  cacheFolder: string,
  folders: string[],
): Promise<string | undefined> {
  const given = env['MANIFOLD_BUILDKITD'];
  if (given) {
    if (await isExecutable(given)) return given;
    throw unavailable(
      `MANIFOLD_BUILDKITD names ${given}, which is no program that can be run.`,
      'Correct the variable, or unset it so that Manifold looks for buildkitd itself.',
    );
  }
  return (await findFirst(folders, ['buildkitd'])) ?? findCached(cacheFolder);
}

/** The newest buildkitd that the set-up put into `<cache>/go/buildkit-v<version>/`. */
async function findCached(cacheFolder: string): Promise<string | undefined> {
  const parent = join(cacheFolder, 'go');
  const versions = (await readdir(parent).catch(() => []))
    .filter((name) => name.startsWith('buildkit-v'))
    .sort((a, b) => b.localeCompare(a, 'en', { numeric: true }));
  return findFirst(
    versions.map((version) => join(parent, version)),
    ['buildkitd'],
  );
}

async function findFirst(folders: readonly string[], names: readonly string[]): Promise<string | undefined> {
  for (const name of names) {
    for (const folder of folders) {
      const path = join(folder, name);
      if (await isExecutable(path)) return path;
    }
  }
  return undefined;
}

async function isExecutable(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}

function unavailable(message: string, hint: string): StudioError {
  return new StudioError({ code: 'builder-unavailable', message, hint });
}
