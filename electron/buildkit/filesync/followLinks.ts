import { displayPath, matchText, type BytePath } from './bytePath';
import type { ContextTree } from './contextTree';
import { describeFsError, errnoOf } from './fileTransferError';
import { isSymlink } from './goFileMode';
import { hasWildcard, matchGlob } from './goGlob';
import { cleanPath } from './goText';

/**
 * The paths that must be sent so that `paths`, which may have wildcards and lead through links, can be read on the
 * other side: the paths themselves, every link on the way, and what the links point at. A link that leaves the tree
 * is taken as if the tree's root were `/`. Undefined when the tree's root is among them, so that nothing is filtered.
 */
export function followLinks(tree: ContextTree, paths: readonly BytePath[]): BytePath[] | undefined {
  const resolved = new Set<BytePath>();
  for (const path of paths) resolve(tree, path, resolved);
  return withoutNested([...resolved].sort());
}

/** The include patterns together with what following `followPaths` adds to them. Empty: everything is sent. */
export function includesWithFollowed(
  tree: ContextTree,
  includes: readonly BytePath[],
  followPaths: readonly BytePath[],
): readonly BytePath[] {
  if (followPaths.length === 0) return includes;
  const followed = followLinks(tree, followPaths);
  return followed === undefined ? includes : (withoutNested([...includes, ...followed]) ?? []);
}

function resolve(tree: ContextTree, path: BytePath, resolved: Set<BytePath>): void {
  const names = cleanPath(`./${path}`).split('/');
  let current = '';
  for (let index = 0; index < names.length; index++) {
    current = current === '' ? names[index]! : `${current}/${names[index]!}`;
    const rest = names.slice(index + 1);
    const targets = linkTargets(tree, current);
    if ((rest.length === 0 || targets) && resolved.has(current)) return;
    if (targets) {
      resolved.add(current);
      for (const target of targets) resolve(tree, [target, ...rest].join('/'), resolved);
      return;
    }
  }
  resolved.add(current);
}

/** Where the link at `path`, or the links that its last component's wildcards match, point; undefined when none is a link. */
function linkTargets(tree: ContextTree, path: BytePath): BytePath[] | undefined {
  // Go looks outside the tree here; nothing out there is of interest.
  if (path === '.' || path === '..' || path.startsWith('../')) return undefined;
  const slash = path.lastIndexOf('/');
  const folder = slash < 0 ? '' : path.slice(0, slash);
  const name = path.slice(slash + 1);
  try {
    if (!hasWildcard(name)) return ownTargets(tree, path);
    const targets = tree
      .list(folder)
      .filter((entry) => globTakes(matchText(name), matchText(entry)))
      .sort()
      .flatMap((entry) => ownTargets(tree, folder === '' ? entry : `${folder}/${entry}`) ?? []);
    return targets.length === 0 ? undefined : targets;
  } catch (error) {
    const errno = errnoOf(error);
    if (errno === 'ENOENT' || errno === 'ENOTDIR') return undefined;
    throw describeFsError(error, 'follow links at', displayPath(path));
  }
}

function ownTargets(tree: ContextTree, path: BytePath): BytePath[] | undefined {
  const entry = tree.lstat(path);
  if (!entry || !isSymlink(entry.mode)) return undefined;
  const link = cleanPath(tree.readlink(path));
  if (link.startsWith('/')) return [link];
  const folder = path.slice(0, path.lastIndexOf('/') + 1);
  return [cleanPath(`/${folder}${link}`)];
}

/** Drops paths below the path before them, as fsutil does to its sorted list. Undefined when the root is among them. */
function withoutNested(paths: readonly BytePath[]): BytePath[] | undefined {
  const kept: BytePath[] = [];
  let last = '';
  for (const path of paths) {
    if (path === '.') return undefined;
    if (path.startsWith(`${last}/`)) continue;
    kept.push(path);
    last = path;
  }
  return kept;
}

/** A malformed pattern takes nothing. */
function globTakes(pattern: string, name: string): boolean {
  try {
    return matchGlob(pattern, name);
  } catch (error) {
    if (error instanceof SyntaxError) return false;
    throw error;
  }
}
