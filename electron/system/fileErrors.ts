import { StudioError } from '../../shared/contract';

/** Turns a file system error into one that people understand; other errors come back as they are. */
export function fileError(error: unknown, path: string): unknown {
  const code = (error as NodeJS.ErrnoException | undefined)?.code;
  const details = { subject: path, ...(error instanceof Error ? { cause: error.message } : {}) };
  switch (code ?? '') {
    case 'ENOENT':
    case 'ENOTDIR':
      return new StudioError(
        {
          code: 'not-found',
          message: `${path} does not exist.`,
          hint: 'It may have been moved or deleted.',
          details,
        },
        { cause: error },
      );
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return new StudioError(
        {
          code: 'permission-denied',
          message: `Manifold may not read or write ${path}.`,
          hint: 'Change the permissions of the file or folder, or choose another one.',
          details,
        },
        { cause: error },
      );
    case 'ENOSPC':
    case 'EDQUOT':
      return new StudioError(
        {
          code: 'disk-full',
          message: `No space left to write ${path}.`,
          hint: 'Free some space and try again.',
          details,
        },
        { cause: error },
      );
    default:
      return error;
  }
}
