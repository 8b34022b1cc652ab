import type { Executable, FileCell } from '../../../../shared/contract';

/** Machines as the core reads them from the headers of programs, and the architectures that platforms name. */
const architectures: Readonly<Record<string, string>> = {
  'x86-64': 'amd64',
  i386: '386',
  AArch64: 'arm64',
  ARM: 'arm',
  'RISC-V': 'riscv64',
  'S/390': 's390x',
  'PowerPC64 LE': 'ppc64le',
  PowerPC64: 'ppc64',
  'MIPS64 LE': 'mips64le',
  'MIPS LE': 'mipsle',
  LoongArch: 'loong64',
};

const formats: Readonly<Record<Executable['format'], string>> = { elf: '', 'mach-o': ' Mach-O', pe: ' PE' };

/** What a program is made for, as people who build images call it: `amd64` for x86-64, `amd64 PE` for Windows. */
export function machineText({ format, machines }: Executable): string {
  return machines.map((machine) => architectures[machine] ?? machine).join(', ') + formats[format];
}

const typeLetters: Readonly<Record<FileCell['kind'], string>> = {
  file: '-',
  directory: 'd',
  symlink: 'l',
  hardlink: '-',
  'character-device': 'c',
  'block-device': 'b',
  fifo: 'p',
  whiteout: '-',
  opaque: 'd',
};

/** Kind and permissions as `ls -l` writes them: `-rwxr-xr-x`. */
export function modeText({ kind, mode }: Pick<FileCell, 'kind' | 'mode'>): string {
  const triple = (shift: number, special: boolean, letter: string): string => {
    const bits = (mode >> shift) & 7;
    const runs = (bits & 1) !== 0;
    const last = special ? (runs ? letter : letter.toUpperCase()) : runs ? 'x' : '-';
    return `${bits & 4 ? 'r' : '-'}${bits & 2 ? 'w' : '-'}${last}`;
  };
  return [
    typeLetters[kind],
    triple(6, (mode & 0o4000) !== 0, 's'),
    triple(3, (mode & 0o2000) !== 0, 's'),
    triple(0, (mode & 0o1000) !== 0, 't'),
  ].join('');
}

/** Whether a cell has content that can be shown. */
export function hasContent(cell: FileCell | null | undefined): cell is FileCell {
  return cell?.kind === 'file' || cell?.kind === 'hardlink';
}
