import { expect, it } from 'vitest';
import { describeFsError, FileTransferError } from './fileTransferError';

it.each([
  ['ENOSPC', 'disk-full', "Can't write /x: the disk is full (ENOSPC)."],
  ['EDQUOT', 'disk-full', "Can't write /x: the disk quota is used up (EDQUOT)."],
  ['EACCES', 'no-permission', "Can't write /x: permission denied (EACCES)."],
  ['EROFS', 'no-permission', "Can't write /x: the file system is read-only (EROFS)."],
  ['EIO', 'io', "Can't write /x: boom."],
])('%s becomes %s', (errno, code, message) => {
  const cause = Object.assign(new Error('boom'), { code: errno });
  expect(describeFsError(cause, 'write', '/x')).toMatchObject({ code, message, path: '/x', cause });
});

it('lets a typed error through, and describes what is not from the operating system', () => {
  const typed = new FileTransferError('refused', 'no');
  expect(describeFsError(typed, 'write', '/x')).toBe(typed);
  expect(describeFsError('odd', 'write', '/x')).toMatchObject({
    code: 'io',
    message: "Can't write /x: odd.",
  });
});
