import { bytePath, type BytePath } from './bytePath';
import type { ContextTree, TreeEntry, TreeFile } from './contextTree';
import { FileTransferError } from './fileTransferError';
import { GoMode } from './goFileMode';

/** Files that exist only in memory as a {@link ContextTree}. All carry the time at which the tree was made. */
export class MemoryTree implements ContextTree {
  private readonly files = new Map<BytePath, Uint8Array>();
  private readonly folders = new Map<BytePath, Set<BytePath>>([['', new Set()]]);
  private readonly modTime = BigInt(Date.now()) * 1_000_000n;

  /** @param files slash-separated relative path to content; a path that isn't one throws `refused` */
  constructor(files: ReadonlyMap<string, Uint8Array>) {
    for (const [path, content] of files) {
      const names = path.split('/');
      if (names.some((name) => name === '' || name === '.' || name === '..')) {
        throw new FileTransferError('refused', `${JSON.stringify(path)} is not a relative path.`, { path });
      }
      this.add(names.map(bytePath), content);
    }
  }

  list(folder: BytePath): BytePath[] {
    return [...(this.folders.get(folder) ?? [])];
  }

  lstat(path: BytePath): TreeEntry | undefined {
    const content = this.files.get(path);
    if (content === undefined && !this.folders.has(path)) return undefined;
    return {
      mode: content ? 0o644 : (GoMode.directory | 0o755) >>> 0,
      size: BigInt(content?.length ?? 0),
      modTime: this.modTime,
      identity: undefined,
      devmajor: 0n,
      devminor: 0n,
    };
  }

  readlink(path: BytePath): BytePath {
    throw new FileTransferError('protocol', `${path} is not a link.`);
  }

  open(path: BytePath): TreeFile {
    const content = this.files.get(path);
    if (!content) throw new FileTransferError('not-found', `There is no ${path}.`, { path });
    let position = 0;
    return {
      read: (buffer, offset, length) => {
        const part = content.subarray(position, position + length);
        buffer.set(part, offset);
        position += part.length;
        return part.length;
      },
      close: () => undefined,
    };
  }

  private add(names: readonly BytePath[], content: Uint8Array): void {
    let folder = '';
    names.forEach((name, index) => {
      this.folders.get(folder)!.add(name);
      const path = folder === '' ? name : `${folder}/${name}`;
      if (index === names.length - 1) this.files.set(path, content);
      else if (!this.folders.has(path)) this.folders.set(path, new Set());
      folder = path;
    });
  }
}
