import { displayPath, matchText, type BytePath } from './bytePath';
import type { ContextFilter, FolderMatches } from './contextFilter';
import type { ContextTree, TreeEntry } from './contextTree';
import { describeFsError, errnoOf } from './fileTransferError';
import { GoMode, isDirectory, isSymlink } from './goFileMode';
import type { Stat } from './stat';

interface OpenFolder {
  /** Path with a slash behind it; '' at the root. */
  readonly prefix: BytePath;
  readonly text: string;
  readonly names: readonly BytePath[];
  next: number;
  readonly matches: FolderMatches | undefined;
  /** What describes the folder, until it has been sent. */
  unsent: Stat | undefined;
}

/** Entries looked at between two pauses. */
const PAUSE_EVERY = 256;

/**
 * Walks a tree depth first, names in byte order, and yields what the filter lets through, owner and group 0. A folder
 * that is filtered out is yielded after all, once something in it is sent. Sockets are left out; what vanishes during
 * the walk is passed over. `undefined` is yielded now and then as a chance to do something else.
 * Throws `no-permission` or `io`, naming the entry.
 */
export function* walkContext(tree: ContextTree, filter: ContextFilter): Generator<Stat | undefined, void> {
  const firstNames = new Map<string, BytePath>();
  const folders: OpenFolder[] = [openFolder(tree, '', '', undefined, undefined)];
  let examined = 0;
  for (let folder = folders[0]; folder; folder = folders[folders.length - 1]) {
    const name = folder.names[folder.next++];
    if (name === undefined) {
      folders.pop();
      continue;
    }
    if (++examined % PAUSE_EVERY === 0) yield undefined;

    const path = folder.prefix + name;
    let text = '';
    let matches: FolderMatches | undefined;
    let wanted = true;
    if (filter.active) {
      text = folder.text + matchText(name);
      const result = filter.judge(text, folder.matches);
      if (result.verdict === 'prune') continue;
      wanted = result.verdict === 'send';
      matches = result.matches;
    }

    const entry = examine(tree, path, wanted);
    if (!entry || (entry.mode & GoMode.socket) !== 0) continue;
    const descend = isDirectory(entry.mode);
    if (!wanted && !descend) continue;
    const stat = describe(tree, path, entry, wanted ? firstNames : undefined);
    if (!stat) continue;
    if (wanted) {
      yield* unsentFolders(folders);
      yield stat;
    }
    if (descend) folders.push(openFolder(tree, path, text, matches, wanted ? undefined : stat));
  }
}

function* unsentFolders(folders: readonly OpenFolder[]): Generator<Stat> {
  for (const folder of folders) {
    if (!folder.unsent) continue;
    yield folder.unsent;
    folder.unsent = undefined;
  }
}

function openFolder(
  tree: ContextTree,
  path: BytePath,
  text: string,
  matches: FolderMatches | undefined,
  unsent: Stat | undefined,
): OpenFolder {
  const isRoot = path === '';
  let names: BytePath[] = [];
  try {
    names = tree.list(path).sort();
  } catch (error) {
    const denied = errnoOf(error) === 'EACCES' || errnoOf(error) === 'EPERM';
    if (isRoot || !(hasVanished(error) || (denied && unsent))) {
      throw describeFsError(error, 'read the folder', isRoot ? 'of the build context' : displayPath(path));
    }
  }
  return {
    prefix: isRoot ? '' : `${path}/`,
    text: isRoot ? '' : `${text}/`,
    names,
    next: 0,
    matches,
    unsent,
  };
}

function examine(tree: ContextTree, path: BytePath, wanted: boolean): TreeEntry | undefined {
  try {
    return tree.lstat(path);
  } catch (error) {
    if (!wanted || hasVanished(error)) return undefined;
    throw describeFsError(error, 'read', displayPath(path));
  }
}

/** The Stat of an entry; undefined when it is a link that has vanished. */
function describe(
  tree: ContextTree,
  path: BytePath,
  entry: TreeEntry,
  firstNames: Map<string, BytePath> | undefined,
): Stat | undefined {
  const directory = isDirectory(entry.mode);
  const stat: Stat = {
    path,
    mode: entry.mode,
    uid: 0,
    gid: 0,
    size: directory ? 0n : entry.size,
    modTime: entry.modTime,
    linkname: '',
    devmajor: entry.devmajor,
    devminor: entry.devminor,
  };
  if (isSymlink(entry.mode)) {
    try {
      stat.linkname = tree.readlink(path);
    } catch (error) {
      if (hasVanished(error) || errnoOf(error) === 'EINVAL') return undefined;
      throw describeFsError(error, 'read the link', displayPath(path));
    }
  } else if (!directory && entry.identity !== undefined && firstNames) {
    const first = firstNames.get(entry.identity);
    if (first === undefined) firstNames.set(entry.identity, path);
    else stat.linkname = first;
  }
  return stat;
}

function hasVanished(error: unknown): boolean {
  const errno = errnoOf(error);
  return errno === 'ENOENT' || errno === 'ENOTDIR';
}
