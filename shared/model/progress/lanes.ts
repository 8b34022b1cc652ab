import { formatPlatform, parsePlatform } from '../platform';
import { parseStepName } from './stepName';
import type { BuildProgress, Step, StepStatus } from './types';

/** One platform's part of a build. */
export interface Lane {
  platform: string;
  /** Nodes that run its steps: those that were given the platform, or else in order of appearance. */
  nodes: string[];
  steps: Step[];
  /** Steps that are over: done, cached, failed or cancelled. */
  finished: number;
  status: StepStatus;
  startedMs?: number;
  completedMs?: number;
}

type Steps = Pick<BuildProgress, 'platforms' | 'nodePlatforms' | 'order' | 'steps'>;

/**
 * Which platforms each step serves: every platform that one of the steps waiting for it serves. A step that nothing
 * waits for serves the platform in its name; one without a platform (loading the Dockerfile, exporting) serves all.
 *
 * BuildKit merges equal steps of several platforms into one vertex, which carries only the first one's name, so the
 * name alone would be wrong. When even the last steps are equal, some platform is named by no step at all: it then
 * shares the steps of the first platform that is named. The answer for a step can therefore change while the daemon
 * is still announcing steps.
 *
 * With several nodes, a step serves platforms of its own node only.
 *
 * @returns step id -> platforms, in the order of `progress.platforms`
 */
export function stepPlatforms(progress: Steps): Map<string, string[]> {
  const known = servedBy.get(progress) ?? findByNode(progress);
  servedBy.set(progress, known);
  return known;
}

/** A progress never changes, so neither does the answer; every part of the page asks for it. */
const servedBy = new WeakMap<Steps, Map<string, string[]>>();

/** The nodes know nothing of each other, so each one's steps are a build of their own. */
function findByNode(progress: Steps): Map<string, string[]> {
  const { platforms, nodePlatforms, order, steps } = progress;
  if (nodePlatforms === undefined) return findStepPlatforms(progress);
  const found = new Map<string, string[]>();
  for (const [node, own] of Object.entries(nodePlatforms)) {
    const ownOrder = order.filter((id) => stepOf(progress, id)?.node === node);
    const ownPlatforms = platforms.filter((platform) => own.includes(platform));
    for (const [id, served] of findStepPlatforms({ platforms: ownPlatforms, order: ownOrder, steps })) {
      found.set(id, served);
    }
  }
  return new Map(order.map((id) => [id, found.get(id) ?? [...platforms]]));
}

function findStepPlatforms(progress: Steps): Map<string, string[]> {
  const { platforms, order } = progress;
  if (platforms.length <= 1) return new Map(order.map((id) => [id, [...platforms]]));

  const indexes = new Map(platforms.map((platform, index) => [canonical(platform), index]));
  const wanted = inputsOf(progress);
  const served = new Map<string, Set<number>>();
  const serve = (id: string, index: number): void => {
    const open = [id];
    for (let step = open.pop(); step !== undefined; step = open.pop()) {
      const set = served.get(step) ?? new Set<number>();
      if (set.has(index)) continue;
      served.set(step, set.add(index));
      open.push(...(stepOf(progress, step)?.inputs ?? []));
    }
  };

  const lastSteps = new Map<number, string[]>();
  const unresolved = new Set<number>();
  for (const id of order) {
    const step = stepOf(progress, id);
    const name = parseStepName(step?.name ?? '');
    const index = name.platform === undefined ? undefined : indexes.get(canonical(name.platform));
    if (index === undefined || wanted.has(id)) continue;
    serve(id, index);
    if (name.kind === 'stage' || name.kind === 'other')
      lastSteps.set(index, [...(lastSteps.get(index) ?? []), id]);
    else if (step?.status === 'failed' || step?.status === 'cancelled') unresolved.add(index);
  }
  const [common] = lastSteps.values();
  if (common !== undefined && !isResolving(progress)) {
    for (const index of platforms.keys()) {
      if (!lastSteps.has(index) && !unresolved.has(index)) common.forEach((id) => serve(id, index));
    }
  }
  return new Map(
    order.map((id) => {
      const set = served.get(id);
      return [id, set === undefined ? [...platforms] : platforms.filter((_, index) => set.has(index))];
    }),
  );
}

/** The lanes of a build, in the order of the request. */
export function lanesOf(progress: BuildProgress): Lane[] {
  const stepsOf = new Map<string, Step[]>(progress.platforms.map((platform) => [platform, []]));
  for (const [id, platforms] of stepPlatforms(progress)) {
    const step = stepOf(progress, id);
    if (step !== undefined) platforms.forEach((platform) => stepsOf.get(platform)?.push(step));
  }
  return progress.platforms.map((platform) => laneOf(platform, stepsOf.get(platform) ?? [], progress));
}

function laneOf(platform: string, steps: Step[], progress: BuildProgress): Lane {
  let startedMs: number | undefined;
  let completedMs: number | undefined;
  for (const step of steps) {
    if (step.startedMs !== undefined) startedMs = Math.min(startedMs ?? step.startedMs, step.startedMs);
    if (step.completedMs !== undefined)
      completedMs = Math.max(completedMs ?? step.completedMs, step.completedMs);
  }
  const finished = steps.filter((step) => step.status !== 'queued' && step.status !== 'running').length;
  return {
    platform,
    nodes: laneNodes(platform, steps, progress),
    steps,
    finished,
    status: laneStatus(steps, finished, progress),
    ...(startedMs === undefined ? {} : { startedMs }),
    ...(completedMs === undefined ? {} : { completedMs }),
  };
}

function laneNodes(platform: string, steps: readonly Step[], { nodePlatforms }: BuildProgress): string[] {
  if (nodePlatforms === undefined) return [...new Set(steps.map((step) => step.node))];
  return Object.keys(nodePlatforms).filter((node) => nodePlatforms[node]?.includes(platform));
}

function laneStatus(steps: readonly Step[], finished: number, progress: BuildProgress): StepStatus {
  const has = (status: StepStatus): boolean => steps.some((step) => step.status === status);
  if (has('failed')) return 'failed';
  if (progress.status === 'cancelled' || progress.status === 'failed' || has('cancelled')) return 'cancelled';
  if (progress.status === 'succeeded') {
    const own = steps.filter((step) => parseStepName(step.name).kind === 'stage');
    return own.length > 0 && own.every((step) => step.status === 'cached') ? 'cached' : 'done';
  }
  if (steps.length === 0) return 'queued';
  return !has('running') && finished === steps.length ? 'done' : 'running';
}

function stepOf(progress: Steps, id: string): Step | undefined {
  return Object.hasOwn(progress.steps, id) ? progress.steps[id] : undefined;
}

/** The ids that some step waits for. */
function inputsOf(progress: Steps): Set<string> {
  const wanted = new Set<string>();
  for (const id of progress.order) stepOf(progress, id)?.inputs.forEach((input) => wanted.add(input));
  return wanted;
}

/** While base images are being looked up, the steps of some platform may not be announced yet. */
function isResolving(progress: Steps): boolean {
  return progress.order.some((id) => {
    const step = stepOf(progress, id);
    if (step === undefined || (step.status !== 'queued' && step.status !== 'running')) return false;
    const { kind, text } = parseStepName(step.name);
    return (kind === 'internal' || kind === 'context') && text.startsWith('load metadata');
  });
}

/** Two ways to write a platform compare equal; a Windows version doesn't count. */
const canonicalForms = new Map<string, string>();
function canonical(platform: string): string {
  let form = canonicalForms.get(platform);
  if (form === undefined) {
    if (canonicalForms.size > 1000) canonicalForms.clear();
    const parsed = parsePlatform(platform);
    if (parsed.ok) {
      const { os, architecture, variant } = parsed.value;
      form = formatPlatform({ os, architecture, ...(variant === undefined ? {} : { variant }) });
    } else form = platform;
    canonicalForms.set(platform, form);
  }
  return form;
}
