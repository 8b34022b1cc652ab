import type { DockerfileSyntax, LineRange, Stage } from '../../../shared/dockerfile';
import { parseStepName } from '../../../shared/model/progress/stepName';
import type { BuildProgress, Step, StepStatus } from '../../../shared/model/progress/types';

/** An instruction that BuildKit counts: the `2/4` in `[builder 2/4] RUN make`. */
export interface StageStep {
  /** Counted from 1. */
  index: number;
  keyword: string;
  /** What the instruction says, without its keyword and flags. */
  text: string;
  lines: LineRange;
}

/** How one instruction fares on each platform. */
export interface StepMark {
  /** One for each of the build's platforms, in their order; undefined where it has not been announced. */
  statuses: (StepStatus | undefined)[];
  /** Milliseconds of the platform that took longest so far; undefined when nothing ran. */
  durationMs?: number;
  /** Of a base image that was looked up, such as `sha256:e47f…`. */
  digest?: string;
}

const countedKeywords = new Set(['ADD', 'COPY', 'RUN', 'WORKDIR']);

/**
 * The steps of a stage as BuildKit numbers them: a base image counts, `scratch` and an earlier stage don't.
 *
 * @param baseImage the image it is built on, if it is built on one
 */
export function stageSteps(stage: Stage, baseImage: string | undefined): StageStep[] {
  const from: Omit<StageStep, 'index'>[] =
    baseImage === undefined
      ? []
      : [{ keyword: 'FROM', text: baseImage, lines: { start: stage.lines.start, end: stage.lines.start } }];
  const counted = stage.instructions.filter(({ keyword }) => countedKeywords.has(keyword));
  return [...from, ...counted.map(({ keyword, rest, lines }) => ({ keyword, text: rest, lines }))].map(
    (step, index) => ({ index: index + 1, ...step }),
  );
}

/** The label that BuildKit gives a stage. */
export function stageLabel(stage: Stage): string {
  return stage.name ?? `stage-${stage.index}`;
}

/**
 * Finds for every counted instruction of a Dockerfile what the build says about it.
 *
 * Triggers of the base image (ONBUILD) are counted by BuildKit between FROM and the stage's own instructions; they
 * belong to the line of the FROM. A step whose keyword is not the one of its place is left out.
 *
 * @param steps the steps of each stage, by its index
 * @param platformsOf step id -> the platforms it serves
 * @returns marks by `stage index:step index`
 */
export function stepMarks(
  syntax: DockerfileSyntax,
  steps: readonly StageStep[][],
  progress: BuildProgress,
  platformsOf: ReadonlyMap<string, readonly string[]>,
): Map<string, StepMark> {
  const stages = new Map(syntax.stages.map((stage) => [stageLabel(stage), stage.index]));
  const marks = new Map<string, StepMark>();
  const put = (key: string, step: Step, served: readonly string[]): void => {
    const mark = marks.get(key) ?? { statuses: progress.platforms.map(() => undefined) };
    progress.platforms.forEach((platform, index) => {
      if (served.includes(platform)) mark.statuses[index] = worse(mark.statuses[index], step.status);
    });
    const duration = durationOf(step);
    if (duration !== undefined) mark.durationMs = Math.max(mark.durationMs ?? 0, duration);
    const digest = /@(sha256:[0-9a-f]+)/.exec(step.name)?.[1];
    if (digest !== undefined) mark.digest = digest;
    marks.set(key, mark);
  };

  for (const id of progress.order) {
    const step = progress.steps[id];
    if (step === undefined) continue;
    const name = parseStepName(step.name);
    if (name.kind !== 'stage' || name.index === undefined || name.total === undefined) continue;
    const stageIndex =
      name.stage === undefined && syntax.stages.length === 1 ? 0 : stages.get(name.stage ?? '');
    const own = stageIndex === undefined ? undefined : steps[stageIndex];
    if (own === undefined) continue;
    const place = placeOf(own, name.index, name.total, name.text);
    if (place === undefined) continue;
    const served = platformsOf.get(id) ?? [];
    put(`${stageIndex}:${place}`, step, served);
    for (const [index, shared] of sharedBefore(step, own.slice(0, place - 1), name.stage, progress)) {
      put(`${stageIndex}:${index}`, shared, served);
    }
  }
  return marks;
}

/**
 * Stages that begin alike share their first steps, which carry the name of one stage only: for the others they are
 * found by going back from the first step of their own.
 */
function sharedBefore(
  step: Step,
  before: readonly StageStep[],
  stage: string | undefined,
  progress: BuildProgress,
): [index: number, step: Step][] {
  const found: [number, Step][] = [];
  let current = step;
  for (const place of before.toReversed()) {
    const input = current.inputs
      .map((id) => progress.steps[id])
      .find((one) => one !== undefined && parseStepName(one.name).text.startsWith(`${place.keyword} `));
    if (input === undefined || parseStepName(input.name).stage === stage) break;
    found.push([place.index, input]);
    current = input;
  }
  return found;
}

function placeOf(own: readonly StageStep[], index: number, total: number, text: string): number | undefined {
  const triggers = total - own.length;
  if (triggers < 0) return undefined;
  const hasFrom = own[0]?.keyword === 'FROM';
  const before = hasFrom ? 1 : 0;
  if (index <= before + triggers) return hasFrom ? 1 : undefined;
  const step = own[index - triggers - 1];
  return step !== undefined && text.toUpperCase().startsWith(step.keyword) ? step.index : undefined;
}

const order: readonly StepStatus[] = ['done', 'cached', 'queued', 'running', 'cancelled', 'failed'];

/** Where several steps make one instruction, the one that tells most. */
function worse(a: StepStatus | undefined, b: StepStatus): StepStatus {
  return a === undefined || order.indexOf(b) > order.indexOf(a) ? b : a;
}

function durationOf({ startedMs, completedMs, earlierMs = 0, status }: Step): number | undefined {
  if (status === 'cached' || startedMs === undefined || completedMs === undefined) return undefined;
  return completedMs - startedMs + earlierMs;
}
