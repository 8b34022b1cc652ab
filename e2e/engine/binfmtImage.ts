import { chmod, copyFile, mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { findProgram } from '../../scripts/setup/command.mjs';

/** The image that installs emulators, as BuildKit's and Docker's manuals name it. */
export const BINFMT_IMAGE = 'tonistiigi/binfmt:latest';

export const BINFMT_DOCKERFILE = `FROM busybox
COPY root /
ENTRYPOINT ["sh", "/usr/share/binfmt.sh"]
`;

/** How the kernel recognizes a processor's programs: fields of the ELF header. */
interface Emulator {
  readonly arch: string;
  readonly qemu: string;
  readonly platforms: readonly string[];
  readonly bits: 32 | 64;
  readonly endian: 'little' | 'big';
  /** `e_machine` of the ELF specification. */
  readonly machine: number;
}

const EMULATORS: readonly Emulator[] = [
  { arch: 'arm64', qemu: 'aarch64', platforms: ['linux/arm64'], bits: 64, endian: 'little', machine: 183 },
  {
    arch: 'arm',
    qemu: 'arm',
    platforms: ['linux/arm/v7', 'linux/arm/v6'],
    bits: 32,
    endian: 'little',
    machine: 40,
  },
  {
    arch: 'riscv64',
    qemu: 'riscv64',
    platforms: ['linux/riscv64'],
    bits: 64,
    endian: 'little',
    machine: 243,
  },
  { arch: 'ppc64le', qemu: 'ppc64le', platforms: ['linux/ppc64le'], bits: 64, endian: 'little', machine: 21 },
  { arch: 's390x', qemu: 's390x', platforms: ['linux/s390x'], bits: 64, endian: 'big', machine: 22 },
  { arch: 'amd64', qemu: 'x86_64', platforms: ['linux/amd64'], bits: 64, endian: 'little', machine: 62 },
];

const NATIVE = process.arch === 'x64' ? 'amd64' : process.arch;

/** As the kernel's `register` file takes bytes. */
function escaped(bytes: readonly number[]): string {
  return bytes.map((byte) => `\\x${byte.toString(16).padStart(2, '0')}`).join('');
}

/** The line of `/usr/share/emulators` that binfmt.sh reads. */
function describe({ arch, qemu, platforms, bits, endian, machine }: Emulator): string {
  const word = (value: number) => (endian === 'little' ? [value, 0] : [0, value]);
  const filler = (value: number) => Array<number>(8).fill(value);
  const isLittle = endian === 'little';
  const magic = [
    ...[0x7f, 0x45, 0x4c, 0x46, bits / 32, isLittle ? 1 : 2, 1, 0],
    ...[...filler(0), ...word(2), ...word(machine)],
  ];
  // Any operating system's programs, executables as well as shared objects.
  const mask = [...filler(0xff), ...filler(0xff), ...(isLittle ? [0xfe, 0xff] : [0xff, 0xfe]), 0xff, 0xff];
  mask[7] = 0;
  return [arch, qemu, platforms.join(','), escaped(magic), escaped(mask)].join(' ');
}

/** The text that, with the Dockerfile, decides how the image works. */
export const BINFMT_TABLE = EMULATORS.filter(({ arch }) => arch !== NATIVE)
  .map((emulator) => `${describe(emulator)}\n`)
  .join('');

/**
 * Puts what the image is made of into an empty folder: Debian's static emulators and the script that registers them.
 * @throws Error without qemu-user-static
 */
export async function fillBinfmtContext(folder: string): Promise<void> {
  const share = path.join(folder, 'root', 'usr', 'share');
  const programs = path.join(folder, 'root', 'usr', 'bin');
  await mkdir(share, { recursive: true });
  await mkdir(programs, { recursive: true });
  await copyFile(path.join(import.meta.dirname, 'binfmt.sh'), path.join(share, 'binfmt.sh'));
  await writeFile(path.join(share, 'emulators'), BINFMT_TABLE);
  await writeFile(path.join(share, 'native'), `linux/${NATIVE}\n`);
  for (const { arch, qemu } of EMULATORS) {
    if (arch === NATIVE) continue;
    const program = findProgram(`qemu-${qemu}-static`);
    if (program === undefined) throw new Error(`qemu-${qemu}-static is missing: install qemu-user-static`);
    const copy = path.join(programs, `qemu-${qemu}`);
    await copyFile(program, copy);
    await chmod(copy, 0o755);
  }
  await writeFile(path.join(folder, 'Dockerfile'), BINFMT_DOCKERFILE);
}
