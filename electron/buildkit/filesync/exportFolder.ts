import { randomBytes } from 'node:crypto';
import {
  closeSync,
  constants,
  fchmodSync,
  futimesSync,
  linkSync,
  lstatSync,
  lutimesSync,
  mkdirSync,
  openSync,
  realpathSync,
  renameSync,
  statSync,
  symlinkSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { bytePath, displayPath, fsPath, type BytePath } from './bytePath';
import { describeFsError, errnoOf, FileTransferError } from './fileTransferError';
import { chmodBits } from './goFileMode';
import type { Stat } from './stat';

// The constants are missing on Windows.
const CREATE = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | (constants.O_NOFOLLOW ?? 0);
const OPEN_FOLDER = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_DIRECTORY ?? 0);

/** A file of the export that is being written. */
export interface ExportedFile {
  readonly stat: Stat;
  readonly descriptor: number;
  /** Where it is written; differs from where it goes when something that isn't a folder is there already. */
  readonly writtenTo: BytePath;
}

/**
 * The folder that a local export goes to. Nothing is ever written through a link, no folder is replaced or removed;
 * a file or link that has an exported entry's name is replaced in one step when the new one is complete.
 *
 * The caller passes only paths that {@link ExportOrder} let through, and each folder before what is in it: every
 * parent is then a real folder, made or checked by {@link makeFolder}.
 */
export class ExportFolder {
  private readonly root: BytePath;

  /** Makes the folder and its parents where they are missing. */
  constructor(readonly path: string) {
    try {
      mkdirSync(path, { recursive: true });
      const real = realpathSync(path);
      if (!statSync(real).isDirectory()) throw inTheWay(path, 'is not a folder');
      this.root = bytePath(real);
    } catch (error) {
      if (errnoOf(error) === 'EEXIST') throw inTheWay(path, 'is not a folder');
      throw describeFsError(error, 'make the export folder', path);
    }
  }

  /** Makes a folder, writable for us until {@link finishFolder}, or checks that the one that exists is no link. */
  makeFolder(stat: Stat): void {
    const at = fsPath(this.locate(stat.path));
    try {
      mkdirSync(at, (stat.mode & 0o777) | 0o700);
    } catch (error) {
      if (errnoOf(error) !== 'EEXIST') throw cantWrite(error, stat.path);
      if (!lstatSync(at).isDirectory()) {
        throw inTheWay(
          displayPath(stat.path),
          'is a folder in the export and something else in the export folder',
        );
      }
    }
  }

  /** Gives a folder its mode and time, once everything in it is written. */
  finishFolder(stat: Stat): void {
    try {
      const descriptor = openSync(fsPath(this.locate(stat.path)), OPEN_FOLDER);
      try {
        finish(descriptor, stat);
      } finally {
        closeSync(descriptor);
      }
    } catch (error) {
      throw cantWrite(error, stat.path);
    }
  }

  createFile(stat: Stat): ExportedFile {
    const path = this.locate(stat.path);
    try {
      return { stat, descriptor: openSync(fsPath(path), CREATE, stat.mode & 0o777), writtenTo: path };
    } catch (error) {
      if (errnoOf(error) !== 'EEXIST') throw cantWrite(error, stat.path);
    }
    this.mustNotBeFolder(stat.path);
    const aside = this.aside(stat.path);
    try {
      return { stat, descriptor: openSync(fsPath(aside), CREATE, stat.mode & 0o777), writtenTo: aside };
    } catch (error) {
      throw cantWrite(error, stat.path);
    }
  }

  write(file: ExportedFile, buffer: Buffer, start: number, end: number): void {
    try {
      for (let at = start; at < end;) at += writeSync(file.descriptor, buffer, at, end - at, null);
    } catch (error) {
      throw cantWrite(error, file.stat.path);
    }
  }

  /** Applies mode and time, closes the file and puts it in its place. */
  finishFile(file: ExportedFile): void {
    const path = this.locate(file.stat.path);
    try {
      try {
        finish(file.descriptor, file.stat);
      } finally {
        closeSync(file.descriptor);
      }
      if (file.writtenTo !== path) renameSync(fsPath(file.writtenTo), fsPath(path));
    } catch (error) {
      unlinkSync(fsPath(file.writtenTo));
      throw cantWrite(error, file.stat.path);
    }
  }

  /** Closes a file that won't be completed, and removes what was written of it. */
  abandonFile(file: ExportedFile): void {
    closeSync(file.descriptor);
    unlinkSync(fsPath(file.writtenTo));
  }

  makeSymlink(stat: Stat): void {
    this.place(stat.path, (at) => symlinkSync(fsPath(stat.linkname), fsPath(at)));
    const seconds = secondsOf(stat);
    try {
      lutimesSync(fsPath(this.locate(stat.path)), seconds, seconds);
    } catch (error) {
      throw cantWrite(error, stat.path);
    }
  }

  /** Makes a further name of a regular file that this export wrote. */
  makeHardLink(stat: Stat): void {
    const target = this.locate(stat.linkname);
    this.place(stat.path, (at) => linkSync(fsPath(target), fsPath(at)));
  }

  /** Creates something that isn't a folder, in place of what isn't one. */
  private place(path: BytePath, create: (at: BytePath) => void): void {
    const at = this.locate(path);
    try {
      create(at);
      return;
    } catch (error) {
      if (errnoOf(error) !== 'EEXIST') throw cantWrite(error, path);
    }
    this.mustNotBeFolder(path);
    const aside = this.aside(path);
    try {
      create(aside);
      renameSync(fsPath(aside), fsPath(at));
      // Renaming one name of a file over another name of it leaves both.
      if (lstatSync(fsPath(aside), { throwIfNoEntry: false })) unlinkSync(fsPath(aside));
    } catch (error) {
      throw cantWrite(error, path);
    }
  }

  private mustNotBeFolder(path: BytePath): void {
    if (lstatSync(fsPath(this.locate(path)), { throwIfNoEntry: false })?.isDirectory()) {
      throw inTheWay(displayPath(path), 'is a folder in the export folder and something else in the export');
    }
  }

  private locate(path: BytePath): BytePath {
    return `${this.root}/${path}`;
  }

  private aside(path: BytePath): BytePath {
    const folder = path.slice(0, path.lastIndexOf('/') + 1);
    return this.locate(`${folder}.manifold-${randomBytes(9).toString('hex')}`);
  }
}

function finish(descriptor: number, stat: Stat): void {
  fchmodSync(descriptor, chmodBits(stat.mode));
  const seconds = secondsOf(stat);
  futimesSync(descriptor, seconds, seconds);
}

/** Node sets times in microseconds and cuts off what is below; half of one keeps it from taking the one before. */
function secondsOf(stat: Stat): number {
  const micros = stat.modTime / 1000n;
  return micros % 1_000_000n === 0n ? Number(micros) / 1e6 : (Number(micros) + 0.5) / 1e6;
}

function cantWrite(error: unknown, path: BytePath): FileTransferError {
  return describeFsError(error, 'write', displayPath(path));
}

function inTheWay(path: string, what: string): FileTransferError {
  return new FileTransferError(
    'in-the-way',
    `${path} ${what}. Remove it, or export to another folder; nothing was removed.`,
    { path },
  );
}
