import type { Executable } from '../../../shared/contract';

/** A program or a shared library, by the first bytes of its file. */
export interface ExecutableHeader {
  readonly format: Executable['format'];
  /** As tools name them; several in a universal Mach-O. */
  readonly machines: readonly string[];
  /** Code of .NET, which runs on any machine although it has a header for one. */
  readonly managed?: true;
}

/** So many of a file's first bytes are looked at. */
export const headerBytes = 4096;

/**
 * Reads ELF (System V ABI, e_machine with class and byte order), Mach-O (mach/machine.h, universal ones too) and PE
 * (Microsoft PE format) headers. Object files and core dumps are no programs.
 *
 * @returns undefined when the bytes are the beginning of none of them
 */
export function executableHeader(head: Buffer): ExecutableHeader | undefined {
  if (head.length < 64) return undefined;
  switch (head.readUInt32BE(0)) {
    case 0x7f454c46:
      return elf(head);
    case 0xfeedface:
    case 0xfeedfacf:
      return machO([head.readUInt32BE(4)]);
    case 0xcefaedfe:
    case 0xcffaedfe:
      return machO([head.readUInt32LE(4)]);
    case 0xcafebabe:
      return universal(head, 20);
    case 0xcafebabf:
      return universal(head, 32);
  }
  return head[0] === 0x4d && head[1] === 0x5a ? pe(head) : undefined;
}

/** e_machine. MIPS, PowerPC and RISC-V are told apart further below. */
const elfMachines: Readonly<Record<number, string>> = {
  2: 'SPARC',
  3: 'i386',
  4: 'm68k',
  8: 'MIPS',
  18: 'SPARC',
  20: 'PowerPC',
  21: 'PowerPC64',
  22: 'S/390',
  40: 'ARM',
  42: 'SuperH',
  43: 'SPARC64',
  50: 'IA-64',
  62: 'x86-64',
  183: 'AArch64',
  243: 'RISC-V',
  258: 'LoongArch',
};

function elf(head: Buffer): ExecutableHeader | undefined {
  const [is64, isLittle] = [head[4] === 2, head[5] === 1];
  const read = (at: number): number => (isLittle ? head.readUInt16LE(at) : head.readUInt16BE(at));
  const type = read(16);
  // ET_EXEC and ET_DYN.
  if (type !== 2 && type !== 3) return undefined;
  const machine = read(18);
  const name = elfMachines[machine];
  const order = isLittle ? ' LE' : '';
  switch (name) {
    case undefined:
      return { format: 'elf', machines: [`machine ${machine}`] };
    case 'MIPS':
      return { format: 'elf', machines: [`${isMips64(head, is64, isLittle) ? 'MIPS64' : 'MIPS'}${order}`] };
    case 'PowerPC64':
      return { format: 'elf', machines: [`PowerPC64${order}`] };
    case 'RISC-V':
      return { format: 'elf', machines: [is64 ? 'RISC-V' : 'RISC-V 32'] };
    case 'LoongArch':
      return { format: 'elf', machines: [is64 ? 'LoongArch' : 'LoongArch 32'] };
    case 'AArch64':
    case 'ARM':
      return { format: 'elf', machines: [isLittle ? name : `${name} BE`] };
    default:
      return { format: 'elf', machines: [name] };
  }
}

/** EF_MIPS_ABI2 in e_flags: the n32 ABI, whose 32-bit files need a 64-bit machine. */
function isMips64(head: Buffer, is64: boolean, isLittle: boolean): boolean {
  if (is64) return true;
  return ((isLittle ? head.readUInt32LE(36) : head.readUInt32BE(36)) & 0x20) !== 0;
}

const machMachines: Readonly<Record<number, string>> = {
  7: 'i386',
  0x01000007: 'x86-64',
  12: 'ARM',
  0x0100000c: 'AArch64',
  0x0200000c: 'AArch64',
  18: 'PowerPC',
  0x01000012: 'PowerPC64',
};

function machO(types: readonly number[]): ExecutableHeader | undefined {
  const machines = types.map((type) => machMachines[type]);
  return machines.every((machine) => machine !== undefined)
    ? { format: 'mach-o', machines: [...new Set(machines)] }
    : undefined;
}

/** A Java class begins with the same four bytes; where this has the number of machines, it has its version (45 and up). */
function universal(head: Buffer, entryBytes: number): ExecutableHeader | undefined {
  const count = head.readUInt32BE(4);
  if (count === 0 || count > 20 || 8 + count * entryBytes > head.length) return undefined;
  return machO(Array.from({ length: count }, (_, index) => head.readUInt32BE(8 + index * entryBytes)));
}

const peMachines: Readonly<Record<number, string>> = {
  0x14c: 'i386',
  0x1c0: 'ARM',
  0x1c2: 'ARM',
  0x1c4: 'ARM',
  0x200: 'IA-64',
  0x5032: 'RISC-V 32',
  0x5064: 'RISC-V',
  0x6232: 'LoongArch 32',
  0x6264: 'LoongArch',
  0x8664: 'x86-64',
  0xa641: 'AArch64',
  0xa64e: 'AArch64',
  0xaa64: 'AArch64',
};

function pe(head: Buffer): ExecutableHeader | undefined {
  const at = head.readUInt32LE(0x3c);
  if (at + 26 > head.length || head.readUInt32BE(at) !== 0x50450000) return undefined;
  const machine = head.readUInt16LE(at + 4);
  // The 15th data directory, behind an optional header of 96 bytes, or 112 in 64-bit files.
  const directory = at + 24 + (head.readUInt16LE(at + 24) === 0x20b ? 112 : 96) + 14 * 8;
  const managed = directory + 4 <= head.length && head.readUInt32LE(directory) !== 0;
  return {
    format: 'pe',
    machines: [peMachines[machine] ?? `machine 0x${machine.toString(16)}`],
    ...(managed ? { managed: true } : {}),
  };
}
