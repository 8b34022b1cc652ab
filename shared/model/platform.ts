import type { Result } from './result';

/**
 * A platform in its canonical form: lower case, aliases resolved, the variant present only where it is not the
 * architecture's default (arm keeps its "v7", as containerd normalises it).
 */
export interface Platform {
  readonly os: string;
  readonly architecture: string;
  readonly variant?: string;
  /** Only seen with Windows, such as "10.0.17763". */
  readonly osVersion?: string;
  /** Sorted, without duplicates. */
  readonly osFeatures?: readonly string[];
}

export interface PlatformProblem {
  readonly code: 'empty' | 'wildcard' | 'bad-os' | 'bad-component' | 'unknown' | 'too-many-parts';
  /** English, says what is wrong and what a right one looks like. */
  readonly message: string;
}

/** The colour and glyph families of the design. */
export type PlatformFamily =
  'amd64' | 'arm64' | 'arm' | 'riscv64' | 's390x' | 'ppc64le' | '386' | 'wasm' | 'mips' | 'loong64' | 'other';

/** The platforms offered before anybody types one. */
export const usualPlatforms: readonly string[] = [
  'linux/amd64',
  'linux/arm64',
  'linux/arm/v7',
  'linux/arm/v6',
  'linux/386',
  'linux/riscv64',
  'linux/ppc64le',
  'linux/s390x',
];

const knownSystems = new Set(
  (
    'aix android darwin dragonfly freebsd hurd illumos ios js linux nacl netbsd openbsd plan9 solaris ' +
    'windows zos'
  ).split(' '),
);
const knownArchitectures = new Set(
  (
    '386 amd64 amd64p32 arm armbe arm64 arm64be ppc64 ppc64le loong64 mips mipsle mips64 mips64le mips64p32 ' +
    'mips64p32le ppc riscv riscv64 s390 s390x sparc sparc64 wasm'
  ).split(' '),
);

const systemPattern = /^([A-Za-z0-9_-]+)(?:\(([A-Za-z0-9_.%-]*)((?:\+[A-Za-z0-9_.%-]+)*)\))?$/;
const componentPattern = /^[A-Za-z0-9_.-]*[A-Za-z0-9_-][A-Za-z0-9_.-]*$/;

/**
 * Reads a platform specifier, `os[(version[+feature]…)][/architecture[/variant]]` or an architecture alone, as
 * containerd does, and normalises it. Space around it is ignored.
 *
 * @param host supplies what the text leaves out: the architecture of "linux", the system of "arm64".
 */
export function parsePlatform(
  text: string,
  host: Platform = { os: 'linux', architecture: 'amd64' },
): Result<Platform, PlatformProblem> {
  const specifier = text.trim();
  if (specifier === '') return problem('empty', 'Type a platform such as linux/arm64.');
  if (specifier.includes('*')) {
    return problem('wildcard', `"${specifier}" has a wildcard; name each platform, such as linux/arm64.`);
  }
  const [first = '', architecture, variant, ...more] = specifier.split('/');
  if (more.length > 0) {
    return problem('too-many-parts', `"${specifier}" has too many parts; write os/architecture/variant.`);
  }
  const system = parseSystem(first);
  if (!system) {
    return problem('bad-os', `"${first}" is not an operating system; write one such as linux/arm64.`);
  }
  for (const component of [architecture, variant]) {
    if (component !== undefined && !componentPattern.test(component)) {
      return problem(
        'bad-component',
        `"${component}" in "${specifier}" may hold only letters, digits, "_", "." and "-"; write os/architecture/variant.`,
      );
    }
  }
  if (architecture !== undefined) {
    return { ok: true, value: normalizePlatform({ ...system, architecture, ...(variant && { variant }) }) };
  }
  if (knownSystems.has(normalizeSystem(system.os))) {
    return {
      ok: true,
      value: normalizePlatform({
        ...system,
        architecture: host.architecture,
        ...(host.variant && { variant: host.variant }),
      }),
    };
  }
  const alone = normalizePlatform({ os: host.os, architecture: first });
  if (knownArchitectures.has(alone.architecture)) return { ok: true, value: alone };
  return problem(
    'unknown',
    `"${specifier}" is neither a known operating system nor a known architecture; write os/architecture, such as linux/arm64.`,
  );
}

/** The specifier of a platform, such as "linux/arm/v7" or "windows(10.0.17763)/amd64"; "unknown" without a system. */
export function formatPlatform(platform: Platform): string {
  if (platform.os === '') return 'unknown';
  const options = [
    encodeOption(platform.osVersion ?? ''),
    ...sortedFeatures(platform.osFeatures).map((feature) => `+${encodeOption(feature)}`),
  ].join('');
  const system = options === '' ? platform.os : `${platform.os}(${options})`;
  return [system, platform.architecture, platform.variant].filter((part) => part).join('/');
}

/** Resolves aliases and default variants, as containerd does; needed for platforms read from a manifest or a worker. */
export function normalizePlatform(platform: Platform): Platform {
  const [architecture, variant] = normalizeArchitecture(
    platform.architecture.toLowerCase(),
    (platform.variant ?? '').toLowerCase(),
  );
  const osFeatures = sortedFeatures(platform.osFeatures);
  return {
    os: normalizeSystem(platform.os),
    architecture,
    ...(variant !== '' && { variant }),
    ...(platform.osVersion && { osVersion: platform.osVersion }),
    ...(osFeatures.length > 0 && { osFeatures }),
  };
}

/** Whether two platforms are the same once aliases and default variants are resolved. */
export function platformEquals(a: Platform, b: Platform): boolean {
  return formatPlatform(normalizePlatform(a)) === formatPlatform(normalizePlatform(b));
}

export function platformFamily(platform: Platform): PlatformFamily {
  const { architecture } = normalizePlatform(platform);
  switch (architecture) {
    case 'amd64':
    case 'arm64':
    case 'arm':
    case 'riscv64':
    case 's390x':
    case 'ppc64le':
    case '386':
    case 'loong64':
      return architecture;
    default:
      if (architecture.startsWith('wasm')) return 'wasm';
      return architecture.startsWith('mips') ? 'mips' : 'other';
  }
}

/** The variant that an absent one stands for, or '' where the architecture has none. */
export function defaultVariant(architecture: string): string {
  return { amd64: 'v1', arm: 'v7', arm64: 'v8' }[architecture] ?? '';
}

/**
 * Orders two variants of one architecture from the least to the most demanding: negative when `a` comes first. An
 * absent variant counts as the default one; variants that are not version numbers come last, in alphabetical order.
 */
export function compareVariants(architecture: string, a: string | undefined, b: string | undefined): number {
  const [left, right] = [a || defaultVariant(architecture), b || defaultVariant(architecture)];
  const [leftVersion, rightVersion] = [variantVersion(left), variantVersion(right)];
  if (!leftVersion || !rightVersion) {
    if (leftVersion || rightVersion) return leftVersion ? -1 : 1;
    return left < right ? -1 : left > right ? 1 : 0;
  }
  return leftVersion.major - rightVersion.major || leftVersion.minor - rightVersion.minor;
}

/**
 * Whether a machine's processor runs the platform's executables without emulation, by what the names say: the same
 * architecture in the same or a lower variant (arm64 v9.y includes v8.0 to v8.(y+5)), and 386 on amd64. 32-bit ARM on
 * an arm64 machine is not assumed, since many arm64 processors have no 32-bit mode: a worker that runs it lists it.
 */
export function canRunNatively(host: Platform, platform: Platform): boolean {
  const [machine, wanted] = [normalizePlatform(host), normalizePlatform(platform)];
  if (machine.os !== wanted.os || !runsSystemVersion(machine, wanted)) return false;
  if (machine.architecture === 'amd64' && wanted.architecture === '386') return true;
  return machine.architecture === wanted.architecture && includesVariant(machine, wanted);
}

function problem(code: PlatformProblem['code'], message: string): Result<never, PlatformProblem> {
  return { ok: false, error: { code, message } };
}

function parseSystem(text: string): Pick<Platform, 'os' | 'osVersion' | 'osFeatures'> | undefined {
  const match = systemPattern.exec(text);
  if (!match?.[1]) return undefined;
  const [, os, version = '', features = ''] = match;
  try {
    const osFeatures = features.split('+').map(decodeURIComponent).filter(Boolean);
    return {
      os,
      ...(version !== '' && { osVersion: decodeURIComponent(version) }),
      ...(osFeatures.length > 0 && { osFeatures }),
    };
  } catch {
    return undefined; // a "%" that is no escape sequence
  }
}

function normalizeSystem(os: string): string {
  const lower = os.toLowerCase();
  return lower === 'macos' ? 'darwin' : lower;
}

function normalizeArchitecture(
  architecture: string,
  variant: string,
): [architecture: string, variant: string] {
  switch (architecture) {
    case 'i386':
      return ['386', ''];
    case 'x86_64':
    case 'x86-64':
    case 'amd64':
      return ['amd64', variant === 'v1' ? '' : variant];
    case 'aarch64':
    case 'arm64':
      if (['8', 'v8', 'v8.0'].includes(variant)) return ['arm64', ''];
      return ['arm64', ['9', '9.0', 'v9.0'].includes(variant) ? 'v9' : variant];
    case 'armhf':
      return ['arm', 'v7'];
    case 'armel':
      return ['arm', 'v6'];
    case 'arm':
      if (variant === '') return ['arm', 'v7'];
      return ['arm', /^[5678]$/.test(variant) ? `v${variant}` : variant];
    default:
      return [architecture, variant];
  }
}

function sortedFeatures(features: readonly string[] | undefined): string[] {
  return [...new Set(features)].filter(Boolean).sort();
}

/** Escapes what has a meaning in the part between the parentheses. */
function encodeOption(value: string): string {
  return value.replace(/[%+()/]/g, encodeReserved);
}

function encodeReserved(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase()}`;
}

function variantVersion(variant: string): { major: number; minor: number } | undefined {
  const match = /^v?(\d{1,3})(?:\.(\d{1,3}))?$/.exec(variant);
  return match ? { major: Number(match[1]), minor: Number(match[2] ?? 0) } : undefined;
}

function includesVariant(machine: Platform, wanted: Platform): boolean {
  const { architecture } = machine;
  const has = variantVersion(machine.variant || defaultVariant(architecture));
  const needs = variantVersion(wanted.variant || defaultVariant(architecture));
  if (!has || !needs) return machine.variant === wanted.variant;
  if (architecture === 'arm64') {
    if (has.major === 9 && needs.major === 8) return needs.minor <= has.minor + 5;
    return has.major === needs.major && needs.minor <= has.minor;
  }
  return compareVariants(architecture, wanted.variant, machine.variant) <= 0;
}

/** Windows containers share the kernel, so its build (the first three numbers) has to be the same. */
function runsSystemVersion(machine: Platform, wanted: Platform): boolean {
  if (machine.os === 'windows' && machine.osVersion && wanted.osVersion) {
    const build = (version: string) => version.split('.').slice(0, 3).join('.');
    if (build(machine.osVersion) !== build(wanted.osVersion)) return false;
  }
  return (wanted.osFeatures ?? []).every((feature) => machine.osFeatures?.includes(feature));
}
