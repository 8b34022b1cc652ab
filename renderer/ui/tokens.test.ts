import { describe, expect, it } from 'vitest';
import tokens from './tokens.css?raw';

type Theme = 'light' | 'dark';
type Color = [red: number, green: number, blue: number];

/** The first declaration of each; later ones are for special media. */
const declarations = new Map(
  [...tokens.matchAll(/--([\w-]+):\s*([^;]+);/g)].reverse().map((match) => [match[1]!, match[2]!.trim()]),
);

/** The opaque colour of a token in a theme. */
function color(name: string, theme: Theme): Color {
  const value = declarations.get(name);
  if (value === undefined) throw new Error(`no token --${name}`);
  const pair = /^light-dark\((#[0-9a-f]{6}),\s*(#[0-9a-f]{6})\)$/i.exec(value);
  const hex = pair === null ? value : theme === 'light' ? pair[1]! : pair[2]!;
  const digits = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i.exec(hex);
  if (digits === null) throw new Error(`--${name} is no plain colour: ${value}`);
  return [parseInt(digits[1]!, 16), parseInt(digits[2]!, 16), parseInt(digits[3]!, 16)];
}

/** Relative luminance and contrast ratio as WCAG 2.1 defines them. */
function luminance(rgb: Color): number {
  const [red, green, blue] = rgb.map((part) => {
    const value = part / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  }) as Color;
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
function contrast(a: Color, b: Color): number {
  const [bright, dark] = [luminance(a), luminance(b)].sort((x, y) => y - x) as [number, number];
  return (bright + 0.05) / (dark + 0.05);
}

const surfaces = ['bg-chrome', 'bg-side', 'bg-content', 'bg-sunken', 'bg-raised', 'bg-control'];
const content = ['bg-content', 'bg-sunken', 'bg-side', 'bg-raised'];
const names = [...declarations.keys()];
const texts = names.filter(
  (name) => /^(fg|fg-2|fg-3|accent)$/.test(name) || (/^status-/.test(name) && !/-(tint|fill)$/.test(name)),
);
const platforms = names.filter((name) => name.startsWith('plat-'));
const code = names.filter((name) => /^(syn|ansi)-/.test(name));

describe.each<Theme>(['light', 'dark'])('the %s theme', (theme) => {
  it.each(texts)('--%s is readable on every surface', (name) => {
    for (const surface of surfaces) {
      expect(contrast(color(name, theme), color(surface, theme)), `on --${surface}`).toBeGreaterThanOrEqual(
        4.5,
      );
    }
  });

  it.each([...platforms, ...code])('--%s is readable where it stands', (name) => {
    for (const surface of content) {
      expect(contrast(color(name, theme), color(surface, theme)), `on --${surface}`).toBeGreaterThanOrEqual(
        4.5,
      );
    }
  });

  it('text on the primary action is readable', () => {
    for (const name of ['accent-solid', 'accent-solid-hover']) {
      expect(contrast(color('accent-on', theme), color(name, theme)), name).toBeGreaterThanOrEqual(4.5);
    }
  });

  it('control outlines and the focus ring stand out', () => {
    for (const surface of surfaces) {
      for (const name of ['line-control', 'focus-ring']) {
        expect(
          contrast(color(name, theme), color(surface, theme)),
          `${name} on ${surface}`,
        ).toBeGreaterThanOrEqual(3);
      }
    }
  });
});

it('has all platform, status and code colours', () => {
  expect(platforms).toHaveLength(11);
  expect(texts.length).toBeGreaterThanOrEqual(11);
  expect(code.length).toBeGreaterThanOrEqual(14);
});
