import type { Dirent } from 'node:fs';
import { opendir, readFile, realpath, stat } from 'node:fs/promises';
import { basename, dirname, join, posix, relative, sep } from 'node:path';
import type { ContextListing } from '../../shared/contract';
import { ContextFilter, FileTransferError, parseIgnoreFile } from '../buildkit/filesync';
import { fileError } from '../system/fileErrors';
import { pathInProject } from './projectFolder';

/** More names than anybody reads; typing on narrows them down. */
const maxEntries = 500;
/** Names looked at in one folder. */
const maxExamined = 50_000;

const nothing: ContextListing = { entries: [], truncated: false };

/**
 * The entries of a folder of the build context (the project's folder) that the ignore file lets into a build.
 *
 * @param prefix a path from the context's root, with forward slashes; what is behind its last slash begins the names
 * @throws StudioError `permission-denied` when the folder can't be read, `invalid-request` for a Dockerfile outside
 */
export async function listContext(
  project: string,
  dockerfile: string,
  prefix: string,
  signal?: AbortSignal,
): Promise<ContextListing> {
  const slash = prefix.lastIndexOf('/') + 1;
  const folder = posix.normalize(`./${prefix.slice(0, slash)}`).replace(/^\.?\/|\/$/g, '');
  const parts = folder === '' || folder === '.' ? [] : folder.split('/');
  if (parts.includes('..')) return nothing;
  const filter = await ignoreFilter(project, pathInProject(project, dockerfile));
  let path = '';
  let matches: Parameters<ContextFilter['judge']>[1];
  for (const part of parts) {
    path = path === '' ? part : `${path}/${part}`;
    const judged = filter.judge(path, matches);
    if (judged.verdict === 'prune') return nothing;
    matches = judged.matches;
  }
  const entries: ContextListing['entries'] = [];
  let examined = 0;
  try {
    const absolute = await folderInProject(project, path);
    if (absolute === undefined) return nothing;
    for await (const entry of await opendir(absolute)) {
      signal?.throwIfAborted();
      if (++examined > maxExamined) return { entries: sorted(entries), truncated: true };
      const { name } = entry;
      // A name that is no text can't be written in a Dockerfile.
      if (!name.startsWith(prefix.slice(slash)) || name.includes('\uFFFD')) continue;
      const { verdict } = filter.judge(path === '' ? name : `${path}/${name}`, matches);
      if (verdict === 'prune') continue;
      const kind = await kindOf(entry, join(absolute, name));
      if (kind === undefined || (verdict === 'descend' && kind === 'file')) continue;
      if (entries.length === maxEntries) return { entries: sorted(entries), truncated: true };
      entries.push({ name, kind });
    }
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return nothing;
    throw fileError(error, join(project, path));
  }
  return { entries: sorted(entries), truncated: false };
}

/** The folder itself, with links on the way followed as long as they stay in the project. */
async function folderInProject(project: string, path: string): Promise<string | undefined> {
  const [root, folder] = await Promise.all([realpath(project), realpath(join(project, path))]);
  const inside = relative(root, folder);
  return inside === '..' || inside.startsWith(`..${sep}`) ? undefined : folder;
}

/** A link counts as what it leads to; a socket or a device can't be copied. */
async function kindOf(entry: Dirent, path: string): Promise<'file' | 'folder' | undefined> {
  if (entry.isDirectory()) return 'folder';
  if (entry.isFile()) return 'file';
  if (!entry.isSymbolicLink()) return undefined;
  const target = await stat(path).catch(() => undefined);
  return target?.isDirectory() ? 'folder' : 'file';
}

function sorted(entries: ContextListing['entries']): ContextListing['entries'] {
  return entries.sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
}

/** The Dockerfile's own ignore file comes before that of the context. */
async function ignoreFilter(project: string, dockerfile: string): Promise<ContextFilter> {
  const own = join(dirname(dockerfile), `${basename(dockerfile)}.dockerignore`);
  const text = (await readIfThere(own)) ?? (await readIfThere(join(project, '.dockerignore'))) ?? '';
  try {
    return new ContextFilter([], parseIgnoreFile(text));
  } catch (error) {
    // The build will tell which pattern is malformed; until then everything is offered.
    if (error instanceof FileTransferError) return new ContextFilter([], []);
    throw error;
  }
}

async function readIfThere(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw fileError(error, path);
  }
}
