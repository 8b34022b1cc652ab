import { constants } from 'node:fs';

/** Bits of Go's io/fs FileMode, which fsutil puts on the wire. The lowest nine are the Unix permissions. */
export const GoMode = {
  directory: 0x80000000,
  symlink: 1 << 27,
  device: 1 << 26,
  namedPipe: 1 << 25,
  socket: 1 << 24,
  setuid: 1 << 23,
  setgid: 1 << 22,
  charDevice: 1 << 21,
  sticky: 1 << 20,
  irregular: 1 << 19,
} as const;

const TYPE_BITS =
  GoMode.directory |
  GoMode.symlink |
  GoMode.device |
  GoMode.namedPipe |
  GoMode.socket |
  GoMode.charDevice |
  GoMode.irregular;

/** Whether a mode is a regular file's, the only kind whose content may be asked for. */
export function isRegular(mode: number): boolean {
  return (mode & TYPE_BITS) === 0;
}

export function isDirectory(mode: number): boolean {
  return (mode & GoMode.directory) !== 0;
}

export function isSymlink(mode: number): boolean {
  return (mode & GoMode.symlink) !== 0;
}

/** Go's mode for a Unix `st_mode`. Sockets have their bit; the caller leaves them out. */
export function goModeOf(stMode: number): number {
  let mode = stMode & 0o777;
  if (stMode & 0o4000) mode |= GoMode.setuid;
  if (stMode & 0o2000) mode |= GoMode.setgid;
  if (stMode & 0o1000) mode |= GoMode.sticky;
  switch (stMode & constants.S_IFMT) {
    case constants.S_IFREG:
      break;
    case constants.S_IFDIR:
      mode |= GoMode.directory;
      break;
    case constants.S_IFLNK:
      mode |= GoMode.symlink;
      break;
    case constants.S_IFBLK:
      mode |= GoMode.device;
      break;
    case constants.S_IFCHR:
      mode |= GoMode.device | GoMode.charDevice;
      break;
    case constants.S_IFIFO:
      mode |= GoMode.namedPipe;
      break;
    case constants.S_IFSOCK:
      mode |= GoMode.socket;
      break;
    default:
      mode |= GoMode.irregular;
  }
  return mode >>> 0;
}

/** The twelve bits that chmod takes, for one of Go's modes. */
export function chmodBits(mode: number): number {
  let bits = mode & 0o777;
  if (mode & GoMode.setuid) bits |= 0o4000;
  if (mode & GoMode.setgid) bits |= 0o2000;
  if (mode & GoMode.sticky) bits |= 0o1000;
  return bits;
}
