/** How many pulls a registry allows, as Docker Hub tells it (docs.docker.com, "pull rate limit"). */
export interface RateLimit {
  readonly limit: number;
  readonly remaining: number;
  readonly windowSeconds?: number;
}

const quota = /^\s*(\d{1,15})\s*(?:;.*)?$/;
const quotaWindow = /;\s*w=(\d{1,15})\s*(?:[;,]|$)/;

/**
 * Reads the headers `ratelimit-limit` and `ratelimit-remaining`, such as `100;w=21600`.
 *
 * @returns undefined when one is missing or no number
 */
export function parseRateLimit(
  limit: string | undefined,
  remaining: string | undefined,
): RateLimit | undefined {
  const [total, left] = [quota.exec(limit ?? '')?.[1], quota.exec(remaining ?? '')?.[1]];
  if (total === undefined || left === undefined) return undefined;
  const seconds = quotaWindow.exec(limit ?? '')?.[1];
  return {
    limit: Number(total),
    remaining: Number(left),
    ...(seconds === undefined ? {} : { windowSeconds: Number(seconds) }),
  };
}

/**
 * Reads a `Retry-After` header (RFC 9110, 10.2.3): seconds, or a date.
 *
 * @returns milliseconds from now, at least 0; undefined when there is none or it can't be read
 */
export function parseRetryAfter(header: string | undefined, nowMs: number): number | undefined {
  const text = header?.trim() ?? '';
  if (/^\d{1,10}$/.test(text)) return Number(text) * 1000;
  // Dates only: Date.parse reads much else.
  const dateMs = /^[A-Za-z]{3,9}, /.test(text) ? Date.parse(text) : NaN;
  return Number.isNaN(dateMs) ? undefined : Math.max(0, dateMs - nowMs);
}
