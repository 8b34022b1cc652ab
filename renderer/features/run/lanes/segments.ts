import { parseStepName } from '../../../../shared/model/progress/stepName';
import type { Lane } from '../../../../shared/model/progress/lanes';
import type { Step, StepStatus } from '../../../../shared/model/progress/types';

/** A bar in a lane. */
export interface Segment {
  /** Id of its (first) step. */
  id: string;
  /** `main` for the stage at work, `beside` for what runs at the same time. */
  track: 'main' | 'beside';
  /** Milliseconds since the epoch, by the daemon's clock. */
  fromMs: number;
  /** Absent while the step runs. */
  toMs?: number;
  status: StepStatus;
  /** Runs under emulation. */
  emulated: boolean;
  /** Ids of the steps it stands for: cached ones next to each other share a bar. */
  steps: string[];
}

/** Bars may overlap by this much and still stand in one track: the daemon's times of successors do. */
const toleratedMs = 20;

/**
 * The bars of a lane. Stage steps come first into the main track; what overlaps goes into the track beside, and what
 * doesn't fit there either is left out (it is in the list of steps). The order depends on start times only, so a bar
 * doesn't change its place while others grow.
 *
 * @param isEmulated whether the builder has to emulate a platform
 */
export function laneSegments(lane: Lane, isEmulated: (platform: string) => boolean): Segment[] {
  const begun = lane.steps.filter((step) => step.startedMs !== undefined);
  const isStage = (step: Step): boolean => parseStepName(step.name).kind === 'stage';
  const byStart = (a: Step, b: Step): number => (a.startedMs ?? 0) - (b.startedMs ?? 0);
  const ordered = [
    ...begun.filter(isStage).sort(byStart),
    ...begun.filter((step) => !isStage(step)).sort(byStart),
  ];

  const tracks = { main: [] as Segment[], beside: [] as Segment[] };
  for (const step of ordered) {
    const segment = segmentOf(step, isEmulated(stepRunsOn(step, lane.platform)));
    if (fits(tracks.main, segment)) tracks.main.push(segment);
    else if (fits(tracks.beside, segment)) tracks.beside.push({ ...segment, track: 'beside' });
  }
  return [...joinCached(tracks.main), ...joinCached(tracks.beside)];
}

/** The platform whose executables a step runs; empty for steps that run none. */
function stepRunsOn(step: Step, lanePlatform: string): string {
  const { kind, text, platform, runsOn } = parseStepName(step.name);
  return kind === 'stage' && /^(?:ONBUILD )?RUN\b/.test(text) ? (runsOn ?? platform ?? lanePlatform) : '';
}

function segmentOf(step: Step, emulated: boolean): Segment {
  return {
    id: step.id,
    track: 'main',
    fromMs: step.startedMs ?? 0,
    ...(step.completedMs === undefined ? {} : { toMs: step.completedMs }),
    status: step.status,
    emulated,
    steps: [step.id],
  };
}

function fits(track: readonly Segment[], segment: Segment): boolean {
  const to = segment.toMs ?? Infinity;
  return track.every(
    (other) => (other.toMs ?? Infinity) <= segment.fromMs + toleratedMs || to <= other.fromMs + toleratedMs,
  );
}

function joinCached(track: readonly Segment[]): Segment[] {
  const joined: Segment[] = [];
  for (const segment of track.toSorted((a, b) => a.fromMs - b.fromMs)) {
    const before = joined.at(-1);
    if (before?.status === 'cached' && segment.status === 'cached') {
      joined[joined.length - 1] = {
        ...before,
        toMs: Math.max(before.toMs ?? 0, segment.toMs ?? 0),
        steps: [...before.steps, ...segment.steps],
      };
    } else joined.push(segment);
  }
  return joined;
}
