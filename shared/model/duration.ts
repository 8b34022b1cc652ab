/**
 * A duration in milliseconds for people: "0.3s" and "14.2s" under a minute, then "1m 48s", "2m 04s", then "1h 02m".
 * Rounds to the unit shown; what is not a duration (NaN, negative) counts as zero.
 */
export function formatDuration(milliseconds: number): string {
  const duration = milliseconds > 0 ? milliseconds : 0;
  const tenths = Math.round(duration / 100);
  if (tenths < 600) return `${(tenths / 10).toFixed(1)}s`;
  const seconds = Math.round(duration / 1000);
  if (seconds < 3600) return `${Math.floor(seconds / 60)}m ${twoDigits(seconds % 60)}s`;
  const minutes = Math.round(duration / 60_000);
  return `${Math.floor(minutes / 60)}h ${twoDigits(minutes % 60)}m`;
}

function twoDigits(value: number): string {
  return String(value).padStart(2, '0');
}
