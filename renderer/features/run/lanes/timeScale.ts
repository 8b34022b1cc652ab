import type { BuildProgress } from '../../../../shared/model/progress/types';

/** The time axis of the lanes, in milliseconds since the build began. */
export interface TimeScale {
  /** What the full width stands for. */
  spanMs: number;
  /** Where the ruler has its marks; the first is 0. */
  ticks: number[];
}

const steps = [
  0.1, 0.2, 0.5, 1, 2, 4, 10, 20, 30, 60, 120, 300, 600, 1200, 1800, 3600, 7200, 14400, 43200, 86400,
];
const mostTicks = 7;
const shortestRunningMs = 8000;

/**
 * The axis for a build that has taken `elapsedMs`. While it runs there is some room on the right, and once that is
 * used up the axis grows with each moment, so that nothing ever jumps.
 */
export function timeScale(elapsedMs: number, running: boolean): TimeScale {
  const elapsed = Math.max(elapsedMs, 0);
  const spanMs = running ? Math.max(shortestRunningMs, elapsed / 0.9) : Math.max(500, elapsed * 1.04);
  const step =
    (steps.find((seconds) => seconds * 1000 * mostTicks >= spanMs) ?? spanMs / 1000 / mostTicks) * 1000;
  const ticks: number[] = [];
  for (let tick = 0; tick < spanMs * 0.97; tick += step) ticks.push(tick);
  return { spanMs, ticks };
}

/** A tick's label: `4`, `0.5`, `1:30`, `2h`; the first says its unit. */
export function tickLabel(ms: number): string {
  const seconds = Math.round(ms / 100) / 10;
  if (seconds === 0) return '0s';
  if (seconds < 60) return String(seconds);
  const minutes = Math.floor(seconds / 60);
  const two = (value: number): string => String(Math.round(value)).padStart(2, '0');
  if (minutes < 60) return `${minutes}:${two(seconds % 60)}`;
  return `${Math.floor(minutes / 60)}h${minutes % 60 === 0 ? '' : two(minutes % 60)}`;
}

/** Clocks that differ by less are taken as one. */
const toleratedMs = 2000;

/**
 * How far the daemon's clock is ahead of ours, in milliseconds; 0 when its times make sense as they are.
 * @param nowMs our time
 */
export function daemonAheadMs(
  progress: Pick<BuildProgress, 'startedMs' | 'endedMs' | 'steps'>,
  nowMs: number,
): number {
  let first = Infinity;
  for (const step of Object.values(progress.steps)) first = Math.min(first, step.startedMs ?? Infinity);
  if (first === Infinity) return 0;
  const early = first < progress.startedMs - toleratedMs;
  const late = first > (progress.endedMs ?? nowMs) + toleratedMs;
  return early || late ? first - progress.startedMs : 0;
}
