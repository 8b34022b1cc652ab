import { parsePlatform } from '../../../shared/model/platform';
import type { ExecutableHeader } from './executableHeader';

/**
 * What machines of an architecture run. Besides their own code, amd64 machines run 386's and arm64 images may hold
 * 32-bit ARM code: both are usual in images that bring libraries for both, and no mistake.
 */
const machinesOf: Readonly<Record<string, readonly string[]>> = {
  '386': ['i386'],
  amd64: ['x86-64', 'i386'],
  arm: ['ARM'],
  arm64: ['AArch64', 'ARM'],
  armbe: ['ARM BE'],
  arm64be: ['AArch64 BE', 'ARM BE'],
  loong64: ['LoongArch', 'LoongArch 32'],
  mips: ['MIPS'],
  mipsle: ['MIPS LE'],
  mips64: ['MIPS64', 'MIPS'],
  mips64le: ['MIPS64 LE', 'MIPS LE'],
  ppc64: ['PowerPC64', 'PowerPC'],
  ppc64le: ['PowerPC64 LE'],
  riscv64: ['RISC-V', 'RISC-V 32'],
  s390x: ['S/390'],
  sparc64: ['SPARC64', 'SPARC'],
};

const known = new Set(Object.values(machinesOf).flat());

/**
 * Whether a file with this header can't run on the platform, a mistake of cross-building. Firmware for machines that no
 * platform has is none, nor is .NET's code. Programs of another operating system count only where they may be executed:
 * many packages bring some as data.
 *
 * @param platform such as `linux/arm64`; of an unknown one nothing is wrong
 * @param mode the file's permission bits
 */
export function isWrongMachine(
  header: ExecutableHeader,
  mode: number,
  platform: string | undefined,
): boolean {
  if (platform === undefined || header.managed) return false;
  const parsed = parsePlatform(platform);
  if (!parsed.ok) return false;
  const { os, architecture } = parsed.value;
  const own = machinesOf[architecture];
  if (own === undefined) return false;
  const format = os === 'windows' ? 'pe' : os === 'darwin' || os === 'ios' ? 'mach-o' : 'elf';
  if (header.format !== format) return (mode & 0o111) !== 0;
  return !header.machines.some((machine) => own.includes(machine) || !known.has(machine));
}
