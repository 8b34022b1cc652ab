import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { parsePlatform } from '../../shared/model/platform';

/** Names what emulates a platform on a node's machine; undefined where that isn't known. */
export type EmulatorOf = (platform: string) => string | undefined;

const defaultFolder = '/proc/sys/fs/binfmt_misc';

/** ELF header (System V gABI, chapter 4): where class, byte order and machine stand. */
const elf = { magic: '7f454c46', classAt: 4, orderAt: 5, machineAt: 18 };
const littleEndian = 1;
const class64 = 2;

/** Machines of ELF files (e_machine) that Go has a name for. */
function architectureOf(machine: number, is64: boolean, isLittle: boolean): string | undefined {
  switch (machine) {
    case 3:
      return '386';
    case 8:
      return `mips${is64 ? '64' : ''}${isLittle ? 'le' : ''}`;
    case 21:
      return isLittle ? 'ppc64le' : 'ppc64';
    case 22:
      return is64 ? 's390x' : undefined;
    case 40:
      return isLittle ? 'arm' : undefined;
    case 62:
      return is64 ? 'amd64' : undefined;
    case 183:
      return isLittle ? 'arm64' : undefined;
    case 243:
      return is64 ? 'riscv64' : undefined;
    case 258:
      return is64 ? 'loong64' : undefined;
    default:
      return undefined;
  }
}

/**
 * What this machine's kernel runs foreign programs with (Linux, Documentation/admin-guide/binfmt-misc.rst). Elsewhere,
 * and where it can't be read, nothing is known.
 *
 * @param folder where binfmt_misc is mounted
 */
export async function readEmulators(folder = defaultFolder): Promise<EmulatorOf> {
  const known = new Map<string, string>();
  const names = await readdir(folder).catch(() => []);
  for (const name of names.filter((entry) => entry !== 'register' && entry !== 'status').sort()) {
    const text = await readFile(join(folder, name), 'utf8').catch(() => '');
    const architecture = registeredArchitecture(text);
    const interpreter = /^interpreter (.+)$/m.exec(text)?.[1];
    if (architecture !== undefined && interpreter !== undefined && !known.has(architecture)) {
      known.set(architecture, `${name} (${interpreter})`);
    }
  }
  return (platform) => {
    const parsed = parsePlatform(platform);
    return parsed.ok && parsed.value.os === 'linux' ? known.get(parsed.value.architecture) : undefined;
  };
}

/** The architecture whose programs an enabled entry is for. */
function registeredArchitecture(entry: string): string | undefined {
  if (!/^enabled$/m.test(entry)) return undefined;
  const offset = Number(/^offset (\d+)$/m.exec(entry)?.[1] ?? 0);
  const magic = /^magic ((?:[0-9a-f]{2})+)$/m.exec(entry)?.[1];
  if (magic === undefined || offset !== 0 || !magic.startsWith(elf.magic)) return undefined;
  const bytes = Buffer.from(magic, 'hex');
  if (bytes.length < elf.machineAt + 2) return undefined;
  const isLittle = bytes[elf.orderAt] === littleEndian;
  const machine = isLittle ? bytes.readUInt16LE(elf.machineAt) : bytes.readUInt16BE(elf.machineAt);
  return architectureOf(machine, bytes[elf.classAt] === class64, isLittle);
}
