/**
 * Why a file transfer stopped.
 * - `not-found`: a file or folder to be read isn't there (any more).
 * - `no-permission`: the operating system denied reading or writing.
 * - `not-a-folder`: a folder was expected.
 * - `in-the-way`: something of another kind stands where the export has to write.
 * - `disk-full`: no space, quota or file-size limit.
 * - `bad-pattern`: an include or exclude pattern can't be parsed.
 * - `refused`: the daemon asked for something that is never done (a path outside the folder, a device node).
 * - `protocol`: the daemon broke the transfer protocol, or ended the stream early.
 * - `remote`: the daemon reported an error of its own.
 * - `cancelled`: the build was cancelled or the session ended.
 * - `worker`: the worker thread died.
 * - `io`: any other error of the operating system.
 */
export type FileTransferErrorCode =
  | 'not-found'
  | 'no-permission'
  | 'not-a-folder'
  | 'in-the-way'
  | 'disk-full'
  | 'bad-pattern'
  | 'refused'
  | 'protocol'
  | 'remote'
  | 'cancelled'
  | 'worker'
  | 'io';

/** A transfer of files with the daemon that failed. `message` is one line that names the file, where there is one. */
export class FileTransferError extends Error {
  override readonly name = 'FileTransferError';
  constructor(
    readonly code: FileTransferErrorCode,
    message: string,
    options?: { path?: string; cause?: unknown },
  ) {
    super(message, options?.cause === undefined ? undefined : { cause: options.cause });
    this.path = options?.path;
  }
  /** The file or folder it is about, as a person would write it; not for opening. */
  readonly path: string | undefined;
}

const BY_ERRNO: Readonly<Record<string, { code: FileTransferErrorCode; why: string }>> = {
  ENOENT: { code: 'not-found', why: 'it does not exist' },
  EACCES: { code: 'no-permission', why: 'permission denied' },
  EPERM: { code: 'no-permission', why: 'the operation is not permitted' },
  EROFS: { code: 'no-permission', why: 'the file system is read-only' },
  ENOTDIR: { code: 'not-a-folder', why: 'part of its path is not a folder' },
  EISDIR: { code: 'in-the-way', why: 'it is a folder' },
  EEXIST: { code: 'in-the-way', why: 'something of that name exists' },
  ELOOP: { code: 'refused', why: 'it is a link, which is not followed' },
  ENOSPC: { code: 'disk-full', why: 'the disk is full' },
  EDQUOT: { code: 'disk-full', why: 'the disk quota is used up' },
  EFBIG: { code: 'disk-full', why: 'the file is larger than the file system allows' },
  EMFILE: { code: 'io', why: 'too many files are open' },
};

/**
 * The typed form of an error thrown by node:fs: "Can't {what} {path}: {why} ({errno})". A {@link FileTransferError}
 * passes through; anything that isn't from the operating system is returned as `io` with its own message.
 */
export function describeFsError(error: unknown, what: string, path: string): FileTransferError {
  if (error instanceof FileTransferError) return error;
  const errno = errnoOf(error);
  const known = errno === undefined ? undefined : BY_ERRNO[errno];
  const why = known ? `${known.why} (${errno})` : error instanceof Error ? error.message : String(error);
  return new FileTransferError(known?.code ?? 'io', `Can't ${what} ${path}: ${why}.`, { path, cause: error });
}

/** The `code` of an error from node:fs, such as `ENOENT`. */
export function errnoOf(error: unknown): string | undefined {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  return typeof code === 'string' && /^E[A-Z0-9]+$/.test(code) ? code : undefined;
}
