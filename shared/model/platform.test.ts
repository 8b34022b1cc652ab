import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  canRunNatively,
  compareVariants,
  defaultVariant,
  formatPlatform,
  parsePlatform,
  platformEquals,
  platformFamily,
  usualPlatforms,
  type Platform,
} from './platform';

function platform(text: string): Platform {
  const parsed = parsePlatform(text);
  if (!parsed.ok) throw new Error(parsed.error.message);
  return parsed.value;
}

describe('parsePlatform', () => {
  it.each([
    ['linux/amd64', 'linux/amd64'],
    ['linux/amd64/v1', 'linux/amd64'],
    ['linux/amd64/v2', 'linux/amd64/v2'],
    ['linux/x86_64', 'linux/amd64'],
    ['linux/x86-64', 'linux/amd64'],
    ['linux/arm64', 'linux/arm64'],
    ['linux/arm64/v8', 'linux/arm64'],
    ['linux/arm64/8', 'linux/arm64'],
    ['linux/arm64/v8.1', 'linux/arm64/v8.1'],
    ['linux/arm64/9.0', 'linux/arm64/v9'],
    ['linux/aarch64', 'linux/arm64'],
    ['linux/arm', 'linux/arm/v7'],
    ['linux/arm/6', 'linux/arm/v6'],
    ['linux/armhf', 'linux/arm/v7'],
    ['linux/armel', 'linux/arm/v6'],
    ['linux/i386', 'linux/386'],
    ['Linux/ARM64', 'linux/arm64'],
    ['  linux/s390x ', 'linux/s390x'],
    ['macos/arm64', 'darwin/arm64'],
    ['wasi/wasm32', 'wasi/wasm32'],
    ['wasip1/wasm', 'wasip1/wasm'],
    ['linux', 'linux/amd64'],
    ['arm64', 'linux/arm64'],
    ['armhf', 'linux/arm/v7'],
    ['windows(10.0.17763)/amd64', 'windows(10.0.17763)/amd64'],
    ['windows(10.0.17763+win32k)/amd64', 'windows(10.0.17763+win32k)/amd64'],
    ['windows(+b+a+b)/amd64', 'windows(+a+b)/amd64'],
    ['windows(1%2F2)/amd64', 'windows(1%2F2)/amd64'],
  ])('reads %j as %j', (text, canonical) => {
    expect(formatPlatform(platform(text))).toBe(canonical);
  });

  it.each([
    ['', 'empty'],
    ['   ', 'empty'],
    ['linux/*', 'wildcard'],
    ['/amd64', 'bad-os'],
    ['li nux/amd64', 'bad-os'],
    ['linux(/amd64', 'bad-os'],
    ['linux(%zz)/amd64', 'bad-os'],
    ['linux/', 'bad-component'],
    ['linux/amd 64', 'bad-component'],
    ['linux/ärm', 'bad-component'],
    ['linux/..', 'bad-component'],
    ['linux/arm/', 'bad-component'],
    ['linux/arm/v7/x', 'too-many-parts'],
    ['commodore', 'unknown'],
    ['constructor', 'unknown'],
  ])('refuses %j as %s, with a message', (text, code) => {
    const parsed = parsePlatform(text);
    expect(parsed).toMatchObject({ ok: false, error: { code } });
    if (!parsed.ok) expect(parsed.error.message).toMatch(/\.$/);
  });

  it('takes what is left out from the host', () => {
    const host = platform('darwin/arm64/v9');
    expect(parsePlatform('linux', host)).toEqual({ ok: true, value: platform('linux/arm64/v9') });
    expect(parsePlatform('riscv64', host)).toEqual({ ok: true, value: platform('darwin/riscv64') });
  });

  it('takes any text without throwing, and reads its own output back as the same', () => {
    const typed = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc
        .tuple(
          fc.constantFrom('linux', 'Windows(10.0+b+a)', 'x%()', 'wasi'),
          fc.constantFrom('arm', 'arm64', 'AMD64', 'mips64le', ''),
          fc.constantFrom('v7', '8', 'v9.0', 'v2', ''),
        )
        .map((parts) => parts.filter(Boolean).join('/')),
    );
    fc.assert(
      fc.property(typed, (text) => {
        const parsed = parsePlatform(text);
        if (parsed.ok) expect(parsePlatform(formatPlatform(parsed.value))).toEqual(parsed);
      }),
    );
  });
});

it('offers usual platforms in canonical form', () => {
  for (const text of usualPlatforms) expect(formatPlatform(platform(text))).toBe(text);
});

it('finds platforms equal however they are spelled', () => {
  expect(platformEquals({ os: 'linux', architecture: 'arm64', variant: 'v8' }, platform('aarch64'))).toBe(
    true,
  );
  expect(platformEquals({ os: 'linux', architecture: 'arm' }, platform('linux/arm/v7'))).toBe(true);
  expect(platformEquals(platform('linux/arm/v6'), platform('linux/arm/v7'))).toBe(false);
  expect(platformEquals(platform('windows(1)/amd64'), platform('windows(2)/amd64'))).toBe(false);
});

it.each([
  ['linux/amd64/v3', 'amd64'],
  ['linux/arm/v5', 'arm'],
  ['linux/aarch64', 'arm64'],
  ['linux/i386', '386'],
  ['linux/mips64le', 'mips'],
  ['wasi/wasm32', 'wasm'],
  ['wasip1/wasm', 'wasm'],
  ['linux/loong64', 'loong64'],
  ['linux/sparc64', 'other'],
  ['linux/constructor', 'other'],
])('puts %s into the family %s', (text, family) => {
  expect(platformFamily(platform(text))).toBe(family);
});

it('orders variants from the least demanding, default ones in their place', () => {
  const arm = ['v8', '', 'v5', 'softfloat', 'v6'].sort((a, b) => compareVariants('arm', a, b));
  expect(arm.map((variant) => variant || defaultVariant('arm'))).toEqual([
    'v5',
    'v6',
    'v7',
    'v8',
    'softfloat',
  ]);
  expect(compareVariants('arm64', 'v8.10', 'v8.9')).toBeGreaterThan(0);
  expect(compareVariants('amd64', undefined, 'v1')).toBe(0);
});

it.each([
  ['linux/amd64', 'linux/amd64', true],
  ['linux/amd64', 'linux/386', true],
  ['linux/386', 'linux/amd64', false],
  ['linux/amd64/v3', 'linux/amd64/v2', true],
  ['linux/amd64', 'linux/amd64/v2', false],
  ['linux/arm/v7', 'linux/arm/v6', true],
  ['linux/arm/v6', 'linux/arm/v7', false],
  ['linux/arm64', 'linux/arm/v7', false],
  ['linux/arm64/v8.2', 'linux/arm64', true],
  ['linux/arm64/v9', 'linux/arm64/v8.5', true],
  ['linux/arm64/v9', 'linux/arm64/v8.6', false],
  ['linux/arm64/v8.9', 'linux/arm64/v9', false],
  ['linux/riscv64', 'linux/riscv64', true],
  ['linux/amd64', 'windows/amd64', false],
  ['windows(10.0.17763.100)/amd64', 'windows(10.0.17763)/amd64', true],
  ['windows(10.0.17763)/amd64', 'windows(10.0.20348)/amd64', false],
  ['windows/amd64', 'windows(+win32k)/amd64', false],
])('a machine that is %s runs %s natively: %s', (host, text, runs) => {
  expect(canRunNatively(platform(host), platform(text))).toBe(runs);
});
