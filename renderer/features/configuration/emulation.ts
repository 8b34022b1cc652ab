import { parsePlatform } from '../../../shared/model/platform';

/** Architectures for which QEMU emulates user programs, by the name that the emulators' installer gives them. */
const emulators: Readonly<Record<string, string>> = {
  '386': '386',
  amd64: 'amd64',
  arm: 'arm',
  arm64: 'arm64',
  loong64: 'loong64',
  mips64: 'mips64',
  mips64le: 'mips64le',
  ppc64le: 'ppc64le',
  riscv64: 'riscv64',
  s390x: 's390x',
};

/**
 * The command that teaches the builder's kernel to run the platforms' programs; undefined when one of them is nothing
 * that QEMU can run on Linux.
 */
export function emulationCommand(platforms: readonly string[]): string | undefined {
  const names = platforms.map((text) => {
    const platform = parsePlatform(text);
    return platform.ok && platform.value.os === 'linux' ? emulators[platform.value.architecture] : undefined;
  });
  if (names.includes(undefined)) return undefined;
  return `docker run --privileged --rm tonistiigi/binfmt --install ${[...new Set(names)].join(',')}`;
}
