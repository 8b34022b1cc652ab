import { readdir, realpath, stat } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { StudioError, type Project } from '../../shared/contract';
import { fileError } from '../system/fileErrors';
import { compareDockerfiles, isDockerfileName } from './dockerfileNames';

const skippedFolders = new Set(['node_modules', '.git', 'vendor', '.venv', 'target', 'dist']);
/** Deeper Dockerfiles and later ones are reached by opening their own folder. */
const maxDepth = 3;
const maxFolders = 2000;

/**
 * Opens a folder as a project. The path of a Dockerfile opens the folder it lies in, with that file first.
 *
 * @throws StudioError `not-found` or `permission-denied`
 */
export async function openProjectFolder(path: string, samplePath: string): Promise<Project> {
  const given = resolve(path);
  try {
    const isFile = (await stat(given)).isFile();
    const folder = await realpath(isFile ? dirname(given) : given);
    const dockerfiles = await findDockerfiles(folder);
    const chosen = isFile ? basename(given) : undefined;
    if (chosen !== undefined && !dockerfiles.includes(chosen)) dockerfiles.unshift(chosen);
    if (chosen !== undefined) dockerfiles.sort((a, b) => Number(b === chosen) - Number(a === chosen));
    return {
      path: folder,
      name: basename(folder) || folder,
      dockerfiles: dockerfiles.map((file) => ({ path: file })),
      sample: folder === samplePath,
    };
  } catch (error) {
    throw fileError(error, given);
  }
}

async function findDockerfiles(folder: string): Promise<string[]> {
  const found: string[] = [];
  let left = maxFolders;
  const walk = async (at: string, depth: number): Promise<void> => {
    if (left-- <= 0) return;
    const entries = await readdir(at, { withFileTypes: true }).catch((error: NodeJS.ErrnoException) => {
      // The project's own folder has to be readable; one inside that isn't just holds nothing for us.
      if (depth === 0) throw error;
      return [];
    });
    for (const entry of entries) {
      const path = join(at, entry.name);
      if (entry.isDirectory()) {
        if (depth < maxDepth && !skippedFolders.has(entry.name) && !entry.name.startsWith('.'))
          await walk(path, depth + 1);
      } else if (isDockerfileName(entry.name) && (entry.isFile() || entry.isSymbolicLink())) {
        found.push(relative(folder, path).split(sep).join('/'));
      }
    }
  };
  await walk(folder, 0);
  return found.sort(compareDockerfiles);
}

/**
 * The absolute path of a file inside a project.
 *
 * @throws StudioError `invalid-request` when the name leads out of the folder
 */
export function pathInProject(project: string, file: string): string {
  const path = resolve(project, file);
  const inside = relative(project, path);
  if (inside === '' || inside.startsWith('..') || resolve(inside) === inside) {
    throw new StudioError({
      code: 'invalid-request',
      message: `${file} is not inside the project.`,
      hint: 'Open the folder that holds it instead.',
      details: { subject: file },
    });
  }
  return path;
}
