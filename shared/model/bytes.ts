const units = ['B', 'kB', 'MB', 'GB', 'TB', 'PB', 'EB'];

/**
 * A size in bytes for people: decimal units as docker prints them, three significant digits ("93 B", "1.70 kB",
 * "784 MB", "11.8 GB"). A size that is not known (NaN, negative) reads "–".
 */
export function formatBytes(bytes: number): string {
  if (!(bytes >= 0)) return '–';
  let value = bytes;
  let unit = 0;
  while (unit < units.length - 1 && value >= (unit === 0 ? 1000 : 999.5)) {
    value /= 1000;
    unit += 1;
  }
  const decimals = unit === 0 || value >= 99.95 ? 0 : value >= 9.995 ? 1 : 2;
  return `${value.toFixed(decimals)} ${units[unit]}`;
}

const factors: Readonly<Record<string, number>> = { '': 1, k: 1e3, m: 1e6, g: 1e9, t: 1e12, p: 1e15 };
const binaryFactors: Readonly<Record<string, number>> = {
  k: 2 ** 10,
  m: 2 ** 20,
  g: 2 ** 30,
  t: 2 ** 40,
  p: 2 ** 50,
};

/** Reads a size as people type it, in bytes: "5 GB" and "5g" are decimal, "512 MiB" is binary. Undefined when it is none. */
export function parseBytes(text: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)\s*(?:([kmgtp])(i?)b?|b)?$/i.exec(text.trim());
  if (match === null) return undefined;
  const prefix = (match[2] ?? '').toLowerCase();
  const factor = match[3] ? binaryFactors[prefix] : factors[prefix];
  const bytes = Math.round(Number(match[1]) * (factor ?? 1));
  return Number.isSafeInteger(bytes) ? bytes : undefined;
}
