import { formatDuration } from '../../../shared/model/duration';
import { momentText } from '../../ui/timeText';

/** A time of RFC 3339 as people read it; what is none stays as it is. */
export function timeText(time: string | undefined, language: string): string | undefined {
  if (time === undefined) return undefined;
  const ms = Date.parse(time);
  return Number.isNaN(ms) ? time : momentText(ms, language);
}

/** How long it took from one time of RFC 3339 to another; undefined where that can't be said. */
export function spanText(from: string | undefined, to: string | undefined): string | undefined {
  const passed = Date.parse(to ?? '') - Date.parse(from ?? '');
  return passed >= 0 ? formatDuration(passed) : undefined;
}

/** A duration of an image's config, in nanoseconds. */
export function nanosecondsText(nanoseconds: number): string {
  return formatDuration(nanoseconds / 1e6);
}
