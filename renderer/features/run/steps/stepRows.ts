import { stepPlatforms } from '../../../../shared/model/progress/lanes';
import { stepDurationMs } from '../../../../shared/model/progress/reduce';
import { parseStepName } from '../../../../shared/model/progress/stepName';
import type { BuildProgress, Step, StepStatus } from '../../../../shared/model/progress/types';
import { stepTitle } from '../log/stepTitle';

/** One step of the Dockerfile, over all platforms. */
export interface StepRow {
  key: string;
  /** `2/4`, or empty. */
  position: string;
  text: string;
  status: StepStatus;
  /** Its vertexes. */
  ids: string[];
  /** The status on each platform of the build, in its order; undefined where it has no part. */
  strip: (StepStatus | undefined)[];
  /** Platforms that share one vertex; empty when each has its own. */
  sharedBy: string[];
  /** Of the vertex that took longest; undefined while one of them runs or none has begun. */
  durationMs?: number;
  /** Begin of the earliest vertex that still runs. */
  runningSinceMs?: number;
}

export interface StepGroup {
  kind: 'internal' | 'stage' | 'finish';
  /** The stage's name; empty for the only stage of a Dockerfile. */
  name: string;
  status: StepStatus;
  rows: StepRow[];
}

interface Gathered {
  kind: StepGroup['kind'];
  name: string;
  rows: Map<string, Step[]>;
}

/**
 * The steps for the list: BuildKit's own work first, then the stages, each after those it builds on, then what comes
 * after them (exporting, attestations). The same Dockerfile step on several platforms is one row.
 */
export function stepGroups(progress: BuildProgress): StepGroup[] {
  const serves = stepPlatforms(progress);
  const order = { internal: 0, stage: 1, finish: 2 };
  return inBuildOrder(gather(progress))
    .map(([groupKey, { kind, name, rows }]): StepGroup => {
      // BuildKit announces the last step of a stage first.
      const inOrder = kind === 'stage' ? [...rows].sort((a, b) => indexOf(a[1]) - indexOf(b[1])) : [...rows];
      const made = inOrder.map(([key, steps]) =>
        rowOf(`${groupKey} ${key}`, steps, serves, progress.platforms),
      );
      return { kind, name, rows: made, status: together(made.map((row) => row.status)) };
    })
    .sort((a, b) => order[a.kind] - order[b.kind]);
}

function gather(progress: BuildProgress): Map<string, Gathered> {
  const groups = new Map<string, Gathered>();
  for (const id of progress.order) {
    const step = progress.steps[id];
    if (step === undefined) continue;
    const { kind: named, stage = '', index, total, text } = parseStepName(step.name);
    const kind =
      named === 'stage' ? 'stage' : named === 'other' && finishing.test(text) ? 'finish' : 'internal';
    const name = kind === 'stage' ? stage : '';
    const group = groups.get(`${kind} ${name}`) ?? { kind, name, rows: new Map<string, Step[]>() };
    groups.set(`${kind} ${name}`, group);
    const rowKey = kind === 'stage' ? `${index}/${total}` : id;
    group.rows.set(rowKey, [...(group.rows.get(rowKey) ?? []), step]);
  }
  return groups;
}

/** What the solver and its exporters do once the stages are built. */
const finishing = /^(?:exporting|verifying|generating|pushing|sending|preparing)\b/i;

/** Puts each group after those whose steps its own wait for. */
function inBuildOrder(groups: ReadonlyMap<string, Gathered>): [string, Gathered][] {
  const keyOfStep = new Map<string, string>();
  for (const [key, { rows }] of groups) {
    for (const step of [...rows.values()].flat()) keyOfStep.set(step.id, key);
  }
  const ordered = new Map<string, Gathered>();
  const visited = new Set<string>();
  const visit = (key: string): void => {
    const group = groups.get(key);
    if (group === undefined || visited.has(key)) return;
    visited.add(key);
    const inputs = [...group.rows.values()].flat().flatMap((step) => step.inputs);
    for (const input of inputs) visit(keyOfStep.get(input) ?? '');
    ordered.set(key, group);
  };
  for (const key of groups.keys()) visit(key);
  return [...ordered];
}

function indexOf(steps: readonly Step[]): number {
  return parseStepName(steps[0]?.name ?? '').index ?? 0;
}

function rowOf(
  key: string,
  steps: Step[],
  serves: ReadonlyMap<string, string[]>,
  platforms: string[],
): StepRow {
  const { position, text } = stepTitle(steps[0]?.name ?? '');
  const served = steps.map((step) => serves.get(step.id) ?? []);
  const running = steps.filter((step) => step.status === 'running').map((step) => step.startedMs ?? 0);
  const durations = steps
    .map((step) => stepDurationMs(step, step.completedMs ?? 0))
    .filter((ms) => ms !== undefined);
  const isStage = parseStepName(steps[0]?.name ?? '').kind === 'stage';
  return {
    key,
    position: isStage ? (position.split(' ').at(-1) ?? '') : '',
    text,
    status: together(steps.map((step) => step.status)),
    ids: steps.map((step) => step.id),
    strip: platforms.map((platform) => {
      const own = steps.filter((_, index) => served[index]?.includes(platform));
      return own.length === 0 ? undefined : together(own.map((step) => step.status));
    }),
    sharedBy: isStage ? [...new Set(served.filter((names) => names.length > 1).flat())] : [],
    ...(running.length > 0 ? { runningSinceMs: Math.min(...running) } : {}),
    ...(running.length === 0 && durations.length > 0 ? { durationMs: Math.max(...durations) } : {}),
  };
}

const byWeight: StepStatus[] = ['failed', 'running', 'cancelled', 'queued', 'done', 'cached'];

/** One status for several steps: the one that most needs to be seen. */
function together(statuses: readonly StepStatus[]): StepStatus {
  return byWeight.find((status) => statuses.includes(status)) ?? 'queued';
}

/** How many stage steps are in which state, each vertex once. */
export function countSteps(progress: BuildProgress): Record<StepStatus, number> {
  const counts = { queued: 0, running: 0, cached: 0, done: 0, failed: 0, cancelled: 0 };
  for (const step of Object.values(progress.steps)) {
    if (parseStepName(step.name).kind === 'stage') counts[step.status]++;
  }
  return counts;
}
