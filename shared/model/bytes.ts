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
