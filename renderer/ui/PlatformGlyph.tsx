import { parsePlatform, platformFamily } from '../../shared/model/platform';
import type { PlatformFamily } from '../../shared/model/platform';
import styles from './PlatformGlyph.module.css';

/** One shape for each family, in a box of 10 by 10, so that hue is never the only cue. */
const shapes: Record<PlatformFamily, string> = {
  amd64: 'M2.2 1.2h5.6a1 1 0 0 1 1 1v5.6a1 1 0 0 1-1 1H2.2a1 1 0 0 1-1-1V2.2a1 1 0 0 1 1-1z',
  arm64: 'M5 .8a4.2 4.2 0 1 1 0 8.4A4.2 4.2 0 0 1 5 .8z',
  arm: 'M5 .8a4.2 4.2 0 1 1 0 8.4A4.2 4.2 0 0 1 5 .8zm0 2.3a1.9 1.9 0 1 0 0 3.8 1.9 1.9 0 0 0 0-3.8z',
  riscv64: 'M5 1 9.6 9.2H.4z',
  s390x: 'M5 .3 9.7 5 5 9.7.3 5z',
  ppc64le: 'M5 .4 9 2.7v4.6L5 9.6 1 7.3V2.7z',
  '386': 'M1.2 1.2h7.6v7.6H1.2zm2 2v3.6h3.6V3.2z',
  wasm: 'M5 .6 9.5 3.9 7.8 9.2H2.2L.5 3.9z',
  mips: 'M3.7.8h2.6v2.9h2.9v2.6H6.3v2.9H3.7V6.3H.8V3.7h2.9z',
  loong64: 'M.4.8h9.2L5 9z',
  other: 'M.8 3.5h8.4v3H.8z',
};

/** The colour and shape family of a platform as it is written. */
export function familyOf(platform: string): PlatformFamily {
  const parsed = parsePlatform(platform);
  return parsed.ok ? platformFamily(parsed.value) : 'other';
}

/** The mark of a platform's family for drawings: an SVG path in a box of 10 by 10 (even-odd), and its colour token. */
export function glyphOf(platform: string): { path: string; token: string } {
  const family = familyOf(platform);
  return { path: shapes[family], token: `--plat-${family}` };
}

const familyClass = (family: PlatformFamily): string => styles[family === '386' ? 'x386' : family] ?? '';

/** The mark of a platform's family, for the eye only: the name has to stand beside it. */
export function PlatformGlyph({ platform, size = 10 }: { platform: string; size?: number }) {
  const family = familyOf(platform);
  return (
    <svg
      aria-hidden="true"
      viewBox="0 0 10 10"
      width={size}
      height={size}
      className={`${styles.glyph} ${familyClass(family)}`}
    >
      <path fillRule="evenodd" d={shapes[family]} />
    </svg>
  );
}

/** Glyph and name. `short` leaves out `linux/`, where a column holds nothing else. */
export function PlatformLabel({ platform, short = false }: { platform: string; short?: boolean }) {
  const name = short ? platform.replace(/^linux\//, '') : platform;
  return (
    <span className={`${styles.label} ${short ? styles.small : ''}`}>
      <PlatformGlyph platform={platform} size={short ? 8 : 10} />
      {name}
    </span>
  );
}
