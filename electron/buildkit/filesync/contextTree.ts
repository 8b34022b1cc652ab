import type { BytePath } from './bytePath';

/** What lstat tells of an entry of a {@link ContextTree}. */
export interface TreeEntry {
  /** Go's FileMode. */
  readonly mode: number;
  readonly size: bigint;
  /** Nanoseconds since 1970. */
  readonly modTime: bigint;
  /** The same text for all names of one file that has several; undefined when it has one. */
  readonly identity: string | undefined;
  readonly devmajor: bigint;
  readonly devminor: bigint;
}

/** An open file. */
export interface TreeFile {
  /** Reads on into `buffer`; returns how many bytes, 0 at the end. */
  read(buffer: Buffer, offset: number, length: number): number;
  close(): void;
}

/**
 * A tree of files to send. Paths are relative, slash-separated, '' is the root. Methods throw what node:fs throws,
 * with its `code`.
 */
export interface ContextTree {
  /** The names in a folder, in any order. */
  list(folder: BytePath): BytePath[];
  /** Undefined when nothing is there. */
  lstat(path: BytePath): TreeEntry | undefined;
  readlink(path: BytePath): BytePath;
  /** Opens a regular file without following a link. */
  open(path: BytePath): TreeFile;
}
