import { canonicalName, parseReference } from '../../../shared/model/reference';
import { markKey, worse } from '../dockerfile/stageSteps';
import type { StepMark } from '../dockerfile/stageSteps';
import type { BuildMarks } from '../dockerfile/useBuildMarks';
import type { StepStatus } from '../../../shared/model/progress/types';
import type { SourceCard, StageCard } from './nodes';

/** How a card as a whole fares in the shown build. */
export type NodeState = Omit<StepMark, 'digest'> & { digest?: string };

/** Undefined while the build has said nothing about the stage. */
export function stageState(stage: StageCard, build: BuildMarks | undefined): NodeState | undefined {
  if (build === undefined) return undefined;
  const marks = stage.steps.flatMap(({ lines }) => build.marks.get(markKey(stage.index, lines.start)) ?? []);
  if (marks.length === 0) return undefined;
  const durations = marks.flatMap(({ durationMs }) => durationMs ?? []);
  const since = marks.flatMap(({ runningSinceMs }) => runningSinceMs ?? []);
  return {
    statuses: build.platforms.map((_, index) => wholeStatus(marks.map(({ statuses }) => statuses[index]))),
    ids: [...new Set(marks.flatMap(({ ids }) => ids))],
    ...(durations.length === 0 ? {} : { durationMs: durations.reduce((sum, one) => sum + one, 0) }),
    ...(since.length === 0 ? {} : { runningSinceMs: Math.min(...since) }),
  };
}

/**
 * What the build says about the image or context: BuildKit tells it with the FROM of the stages that are built on it, or
 * else, when only files are taken from it, by its name.
 */
export function sourceState(
  source: SourceCard,
  stages: readonly StageCard[],
  build: BuildMarks | undefined,
): NodeState | undefined {
  if (build === undefined) return undefined;
  const bases = new Set(source.baseOf);
  const marks = stages.flatMap(({ id, index, line }) =>
    bases.has(id) ? (build.marks.get(markKey(index, line)) ?? []) : [],
  );
  const reference = source.kind === 'image' ? parseReference(source.label) : undefined;
  const own = reference?.ok ? build.images.get(canonicalName(reference.value)) : undefined;
  if (own !== undefined) marks.push(own);
  if (marks.length === 0) return undefined;
  const digest = marks.find((mark) => mark.digest !== undefined)?.digest;
  return {
    statuses: build.platforms.map((_, index) => worst(marks.map(({ statuses }) => statuses[index]))),
    ids: [...new Set(marks.flatMap(({ ids }) => ids))],
    ...(digest === undefined ? {} : { digest }),
  };
}

function worst(statuses: readonly (StepStatus | undefined)[]): StepStatus | undefined {
  let whole: StepStatus | undefined;
  for (const status of statuses) if (status !== undefined) whole = worse(whole, status);
  return whole;
}

/** Of all the steps of a platform that were announced: done only when all are, cached only when all were. */
function wholeStatus(statuses: readonly (StepStatus | undefined)[]): StepStatus | undefined {
  const whole = worst(statuses);
  const onlyCached = statuses.every((status) => status === undefined || status === 'cached');
  return whole === 'cached' && !onlyCached ? 'done' : whole;
}
