import { displayPath, type BytePath } from './bytePath';
import { FileTransferError } from './fileTransferError';

const NEVER_IN_NAME = process.platform === 'win32' ? /[\x00\\:]/ : /\x00/;

/**
 * Checks the paths of an incoming tree: relative, clean, inside the tree, each once, depth first in byte order, and
 * each in a folder that was announced before. What passes can't lead out of the destination by its own text.
 */
export class ExportOrder {
  private readonly folders: { prefix: BytePath; last: BytePath }[] = [{ prefix: '', last: '' }];

  /** Checks the next path. Throws `refused` for one that would escape, `protocol` for one out of order. */
  next(path: BytePath, directory: boolean): void {
    const names = path.split('/');
    if (names.some((name) => name === '' || name === '.' || name === '..' || NEVER_IN_NAME.test(name))) {
      throw new FileTransferError(
        'refused',
        `The daemon wanted to write to ${displayPath(path)}, which is not a plain path inside the export folder.`,
        { path: displayPath(path) },
      );
    }
    let folder = this.folders[this.folders.length - 1]!;
    while (!path.startsWith(folder.prefix)) {
      this.folders.pop();
      folder = this.folders[this.folders.length - 1]!;
    }
    const name = path.slice(folder.prefix.length);
    if (name.includes('/') || name <= folder.last) {
      throw new FileTransferError(
        'protocol',
        `The daemon sent ${displayPath(path)} out of order, or not inside a folder that it had announced.`,
        { path: displayPath(path) },
      );
    }
    folder.last = name;
    if (directory) this.folders.push({ prefix: `${path}/`, last: '' });
  }
}
