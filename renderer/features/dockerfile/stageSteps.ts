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
  /** One for each of the build's platforms, in their order; undefined where the build has nothing to do with it. */
  statuses: (StepStatus | undefined)[];
  /** Milliseconds of the platform that took longest so far; undefined when nothing ran. */
  durationMs?: number;
  /** When the platform began that has been running longest; undefined unless one runs. */
  runningSinceMs?: number;
  /** Of a base image that was looked up, such as `sha256:e47f…`. */
  digest?: string;
  /** The steps of BuildKit that it consists of. */
  ids: string[];
}

/** What a {@link StepMark} is kept by. */
export function markKey(stageIndex: number, line: number): string {
  return `${stageIndex}:${line}`;
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
 * Where BuildKit has told which lines its steps come from (`progress.sources`), that is what counts. The status stream
 * itself doesn't tell, so until then, and for daemons that never do, a step is placed by its name: BuildKit numbers the
 * steps of a stage, `[linux/arm64 builder 2/4] RUN make`. Triggers of the base image (ONBUILD) are counted between FROM
 * and the stage's own instructions; they belong to the line of the FROM. A step whose keyword is not the one of its
 * place is left out.
 *
 * @param steps for each of the build's platforms the steps of each stage, by its index
 * @param platformsOf step id -> the platforms it serves
 * @returns marks by {@link markKey} of the instruction's first line
 */
export function stepMarks(
  syntax: DockerfileSyntax,
  steps: readonly (readonly StageStep[][])[],
  progress: BuildProgress,
  platformsOf: ReadonlyMap<string, readonly string[]>,
): Map<string, StepMark> {
  const marks = new Map<string, StepMark>();
  const places = new StepPlaces(syntax, steps, progress);
  for (const id of progress.order) {
    const step = progress.steps[id];
    if (step === undefined || imageOf(step) !== undefined) continue;
    const served = platformsOf.get(id) ?? [];
    progress.platforms.forEach((platform, index) => {
      if (!served.includes(platform)) return;
      for (const { stage, line, step: shown } of places.of(step, index)) {
        addStep(markAt(marks, markKey(stage, line), progress), index, shown);
      }
    });
  }
  return marks;
}

/**
 * What the build says about images that no stage is built on and files are taken from.
 *
 * @param platformsOf step id -> the platforms it serves
 * @returns marks by the image's {@link canonicalName}
 */
export function imageMarks(
  progress: BuildProgress,
  platformsOf: ReadonlyMap<string, readonly string[]>,
): Map<string, StepMark> {
  const marks = new Map<string, StepMark>();
  for (const id of progress.order) {
    const step = progress.steps[id];
    if (step === undefined) continue;
    const image = imageOf(step);
    if (image === undefined) continue;
    const served = platformsOf.get(id) ?? [];
    progress.platforms.forEach((platform, index) => {
      if (served.includes(platform)) addStep(markAt(marks, image, progress), index, step);
    });
  }
  return marks;
}

/** BuildKit names the look-up of such an image like a FROM, but counts it in no stage. */
function imageOf({ name }: Step): string | undefined {
  return /^FROM ([^@\s]+)@sha256:[0-9a-f]+$/.exec(name)?.[1];
}

function markAt(marks: Map<string, StepMark>, key: string, { platforms }: BuildProgress): StepMark {
  const mark = marks.get(key) ?? { statuses: platforms.map(() => undefined), ids: [] };
  marks.set(key, mark);
  return mark;
}

/**
 * Lets steps that BuildKit has not announced for some platform yet wait there, as long as it may still do so.
 *
 * @param isNeeded whether the build's target needs a stage on a platform, both by index
 */
export function letWait(
  marks: ReadonlyMap<string, StepMark>,
  isNeeded: (stage: number, platform: number) => boolean,
): void {
  for (const [key, mark] of marks) {
    const stage = Number(key.split(':')[0]);
    mark.statuses = mark.statuses.map((status, platform) =>
      status === undefined && isNeeded(stage, platform) ? 'queued' : status,
    );
  }
}

function addStep(mark: StepMark, platform: number, step: Step): void {
  mark.statuses[platform] = worse(mark.statuses[platform], step.status);
  const duration = durationOf(step);
  if (duration !== undefined) mark.durationMs = Math.max(mark.durationMs ?? 0, duration);
  if (step.status === 'running' && step.startedMs !== undefined) {
    mark.runningSinceMs = Math.min(mark.runningSinceMs ?? Infinity, step.startedMs - (step.earlierMs ?? 0));
  }
  const digest = /@(sha256:[0-9a-f]+)/.exec(step.name)?.[1];
  if (digest !== undefined) mark.digest = digest;
  if (!mark.ids.includes(step.id)) mark.ids.push(step.id);
}

interface StepPlace {
  stage: number;
  line: number;
  step: Step;
}

/** Knows the instructions that a step of a build belongs to. */
class StepPlaces {
  private readonly labels = new Map<string, number[]>();
  /** The stage and first line of the instruction that each line belongs to, for those that are steps. */
  private readonly byLine = new Map<number, { stage: number; line: number }>();

  constructor(
    private readonly syntax: DockerfileSyntax,
    private readonly steps: readonly (readonly StageStep[][])[],
    private readonly progress: BuildProgress,
  ) {
    for (const stage of syntax.stages) {
      const label = stageLabel(stage);
      this.labels.set(label, [...(this.labels.get(label) ?? []), stage.index]);
    }
    for (const platform of steps) {
      platform.forEach((own, stage) => own.forEach(({ lines }) => this.addLines(stage, lines)));
    }
  }

  /** @param platform index of a platform that the step serves */
  of(step: Step, platform: number): StepPlace[] {
    const sources = this.progress.sources?.[step.id];
    return sources === undefined ? this.byName(step, platform) : this.bySource(step, sources);
  }

  private addLines(stage: number, { start, end }: LineRange): void {
    for (let line = start; line <= end; line += 1) this.byLine.set(line, { stage, line: start });
  }

  private bySource(step: Step, sources: readonly LineRange[]): StepPlace[] {
    return sources.flatMap(({ start }) => {
      const place = this.byLine.get(start);
      return place === undefined ? [] : [{ ...place, step }];
    });
  }

  private byName(step: Step, platform: number): StepPlace[] {
    const name = parseStepName(step.name);
    if (name.kind !== 'stage' || name.index === undefined || name.total === undefined) return [];
    const { index, total, text } = name;
    const candidates =
      name.stage === undefined && this.syntax.stages.length === 1
        ? [0]
        : (this.labels.get(name.stage ?? '') ?? []);
    const found = candidates.flatMap((stage) => {
      const own = this.steps[platform]?.[stage] ?? [];
      const at = placeOf(own, index, total, text);
      return at === undefined ? [] : [{ stage, own, at }];
    });
    // Of stages with one name, the instruction that reads the same; the name is all that BuildKit tells.
    const same = found.filter(({ own, at }) => readsAlike(own[at]?.text ?? '', text));
    const [best] = same.length > 0 ? same : found;
    if (best === undefined) return [];
    const { stage, own, at } = best;
    return [
      { stage, line: own[at]?.lines.start ?? 0, step },
      ...this.sharedBefore(step, own.slice(0, at), name.stage).map(([line, shared]) => ({
        stage,
        line,
        step: shared,
      })),
    ];
  }

  /**
   * Stages that begin alike share their first steps, which carry the name of one stage only: for the others they are
   * found by going back from the first step of their own.
   */
  private sharedBefore(
    step: Step,
    before: readonly StageStep[],
    stage: string | undefined,
  ): [line: number, step: Step][] {
    const found: [number, Step][] = [];
    let current = step;
    for (const place of before.toReversed()) {
      const input = current.inputs
        .map((id) => this.progress.steps[id])
        .find((one) => one !== undefined && parseStepName(one.name).text.startsWith(`${place.keyword} `));
      if (input === undefined || parseStepName(input.name).stage === stage) break;
      found.push([place.lines.start, input]);
      current = input;
    }
    return found;
  }
}

/** @returns where in `own` the step stands, counted from 0 */
function placeOf(own: readonly StageStep[], index: number, total: number, text: string): number | undefined {
  const triggers = total - own.length;
  if (triggers < 0) return undefined;
  const hasFrom = own[0]?.keyword === 'FROM';
  const before = hasFrom ? 1 : 0;
  if (index <= before + triggers) return hasFrom ? 0 : undefined;
  const at = index - triggers - 1;
  const step = own[at];
  return step !== undefined && text.toUpperCase().startsWith(step.keyword) ? at : undefined;
}

/** Whether a step's name shows that instruction: BuildKit leaves flags out, expands variables and cuts long ones. */
function readsAlike(written: string, name: string): boolean {
  const words = (text: string): string => text.replace(/\s+/g, ' ').trim();
  return words(name).endsWith(words(written));
}

const order: readonly StepStatus[] = ['done', 'cached', 'queued', 'running', 'cancelled', 'failed'];

/** Where several steps make one instruction, the one that tells most. */
export function worse(a: StepStatus | undefined, b: StepStatus): StepStatus {
  return a === undefined || order.indexOf(b) > order.indexOf(a) ? b : a;
}

function durationOf({ startedMs, completedMs, earlierMs = 0, status }: Step): number | undefined {
  if (status === 'cached' || startedMs === undefined || completedMs === undefined) return undefined;
  return completedMs - startedMs + earlierMs;
}
