import { statSync, watch, type FSWatcher } from 'node:fs';

/** How often folders are looked for that can't be watched: missing ones, and where the system has no watches left. */
const pollMs = 500;

interface Watched {
  watcher: FSWatcher;
  inode: number;
}

/**
 * Calls `onChange` when something in one of the folders may have changed, until the returned function is called.
 * Folders may be missing, be removed and come back; while one can't be watched, `onChange` is called twice a second.
 */
export function watchFolders(folders: readonly string[], onChange: () => void): () => void {
  const watched = new Map<string, Watched>();
  const drop = (folder: string): void => {
    watched.get(folder)?.watcher.close();
    watched.delete(folder);
  };
  const arm = (folder: string): void => {
    const inode = inodeOf(folder);
    // A watch follows the folder it was made for, also when another one has taken its place.
    if (watched.get(folder)?.inode !== inode) drop(folder);
    if (inode === undefined || watched.has(folder)) return;
    try {
      const watcher = watch(folder, { persistent: false }, () => {
        folders.forEach(arm);
        onChange();
      });
      watcher.on('error', () => drop(folder));
      watched.set(folder, { watcher, inode });
    } catch {
      // No watch to be had: the poll below goes on.
    }
  };
  folders.forEach(arm);
  const timer = setInterval(() => {
    if (watched.size === folders.length) return;
    folders.forEach(arm);
    onChange();
  }, pollMs).unref();
  return () => {
    clearInterval(timer);
    folders.forEach(drop);
  };
}

function inodeOf(folder: string): number | undefined {
  return statSync(folder, { throwIfNoEntry: false })?.ino;
}
