/** A resource quantity as Kubernetes reads it: `500m`, `1.5`, `4Gi`, `1e3` (apimachinery pkg/api/resource). */
export function isQuantity(text: string): boolean {
  return /^[+-]?(\d+\.?\d*|\.\d+)([KMGTPE]i|[numkMGTPE]|[eE][+-]?\d+)?$/.test(text);
}

const unitMs: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  μs: 1e-3,
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
};

/**
 * Reads a duration as Go writes it: `90s`, `2m`, `1h30m`, `1.5h`.
 *
 * @returns milliseconds, undefined for what is none
 */
export function parseDuration(text: string): number | undefined {
  if (text === '0') return 0;
  const parts = [...text.matchAll(/(\d+\.?\d*|\.\d+)(ns|us|µs|μs|ms|s|m|h)/gy)];
  const read = parts.reduce((length, [part]) => length + part.length, 0);
  if (parts.length === 0 || read !== text.length) return undefined;
  return parts.reduce((sum, [, number, unit]) => sum + Number(number) * unitMs[unit ?? '']!, 0);
}

/** Reads a boolean as Go does (strconv.ParseBool); undefined for what is none. */
export function parseBoolean(text: string): boolean | undefined {
  if (/^(1|t|T|TRUE|true|True)$/.test(text)) return true;
  return /^(0|f|F|FALSE|false|False)$/.test(text) ? false : undefined;
}
