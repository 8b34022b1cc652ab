import type { Activity, BuildEvent, BuildProgress, Step, StepStatus, VertexUpdate } from './types';

/**
 * The progress of a build that has just been asked for.
 *
 * @param nodePlatforms which platforms each node builds, when there are several nodes
 */
export function newBuildProgress(
  id: string,
  platforms: readonly string[],
  startedMs: number,
  nodePlatforms?: BuildProgress['nodePlatforms'],
): BuildProgress {
  return {
    id,
    platforms: [...platforms],
    ...(nodePlatforms === undefined ? {} : { nodePlatforms }),
    status: 'preparing',
    sequence: 0,
    startedMs,
    order: [],
    steps: {},
    warnings: [],
  };
}

/**
 * Applies one event and returns the new progress; the old one is not changed, and what the event doesn't touch keeps
 * its identity. An event that was applied before (its sequence is not newer) changes nothing, so a snapshot and an
 * overlapping run of events always agree. For runs of events {@link BuildReducer} is quicker.
 */
export function reduceBuild(progress: BuildProgress, event: BuildEvent): BuildProgress {
  const reducer = new BuildReducer(progress);
  reducer.apply(event);
  return reducer.progress;
}

/**
 * Applies events one after the other as {@link reduceBuild} does, copying the table of steps only when the progress
 * was read in between. Whatever `progress` returned is never changed afterwards.
 */
export class BuildReducer {
  private state: BuildProgress;
  private handedOut = true;
  private ownsSteps = false;

  constructor(progress: BuildProgress) {
    this.state = progress;
  }

  /** The progress as of now: the same object until the next event that changes something. */
  get progress(): BuildProgress {
    this.handedOut = true;
    this.ownsSteps = false;
    return this.state;
  }

  /** Applies an event; one that is not newer than what was applied before changes nothing. */
  apply(event: BuildEvent): void {
    if (event.sequence <= this.state.sequence) return;
    const state = this.writable();
    state.sequence = event.sequence;
    switch (event.type) {
      case 'activity':
        state.activity = event.activity;
        return;
      case 'running':
        delete state.activity;
        state.status = 'running';
        return;
      case 'status':
        this.applyStatus(event);
        return;
      case 'sources':
        state.sources = { ...state.sources, ...event.sources };
        return;
      case 'ended':
        delete state.activity;
        state.status = event.status;
        state.endedMs = event.atMs;
        state.steps = endSteps(state.steps, event.atMs);
        if (event.error !== undefined) state.error = event.error;
        if (event.result !== undefined) state.result = event.result;
        return;
    }
  }

  private applyStatus(event: Extract<BuildEvent, { type: 'status' }>): void {
    const changesSteps = event.vertexes.length + event.activities.length + event.logged.length > 0;
    const state = changesSteps ? this.writableSteps() : this.state;
    const { steps, order } = state;
    const known = (id: string): Step | undefined => (Object.hasOwn(steps, id) ? steps[id] : undefined);

    for (const vertex of event.vertexes) {
      const before = known(vertex.id);
      if (before === undefined) order.push(vertex.id);
      steps[vertex.id] = mergeVertex(before, vertex, event.node);
    }
    for (const { step: id, ...activity } of event.activities) {
      const step = known(id);
      if (step !== undefined) steps[id] = { ...step, activities: mergeActivity(step.activities, activity) };
    }
    for (const { step: id, lines } of event.logged) {
      const step = known(id);
      if (step !== undefined) steps[id] = { ...step, logLines: step.logLines + lines };
    }
    if (event.warnings.length > 0) state.warnings = [...state.warnings, ...event.warnings];
  }

  private writable(): BuildProgress {
    if (this.handedOut) {
      this.state = { ...this.state };
      this.handedOut = false;
    }
    return this.state;
  }

  private writableSteps(): BuildProgress {
    const state = this.writable();
    if (!this.ownsSteps) {
      state.steps = { ...state.steps };
      state.order = [...state.order];
      this.ownsSteps = true;
    }
    return state;
  }
}

function mergeVertex(before: Step | undefined, vertex: VertexUpdate, node: string): Step {
  const common = { id: vertex.id, name: vertex.name, node, inputs: vertex.inputs };
  if (
    before?.startedMs !== undefined &&
    (vertex.startedMs === undefined || vertex.startedMs < before.startedMs)
  ) {
    // BuildKit announces a vertex anew for each solve that wants it, and may send an older period late.
    return { ...before, ...common };
  }
  const earlierMs = (before?.earlierMs ?? 0) + finishedBefore(before, vertex);
  return {
    ...common,
    status: vertexStatus(vertex),
    ...(vertex.startedMs === undefined ? {} : { startedMs: vertex.startedMs }),
    ...(vertex.completedMs === undefined ? {} : { completedMs: vertex.completedMs }),
    ...(earlierMs === 0 ? {} : { earlierMs }),
    ...(vertex.error === undefined ? {} : { error: vertex.error }),
    activities: before?.activities ?? [],
    logLines: before?.logLines ?? 0,
  };
}

/** The length of the period that `vertex` leaves behind by starting another one. */
function finishedBefore(before: Step | undefined, vertex: VertexUpdate): number {
  if (before?.startedMs === undefined || before.startedMs === vertex.startedMs) return 0;
  return Math.max(0, (before.completedMs ?? vertex.startedMs ?? before.startedMs) - before.startedMs);
}

function vertexStatus(vertex: VertexUpdate): StepStatus {
  if (vertex.error !== undefined) return isCancellation(vertex.error) ? 'cancelled' : 'failed';
  if (vertex.cached) return 'cached';
  if (vertex.completedMs !== undefined) return 'done';
  return vertex.startedMs === undefined ? 'queued' : 'running';
}

/** BuildKit reports a step that was stopped because another one failed with Go's cancellation error. */
function isCancellation(error: string): boolean {
  return error.endsWith('context canceled');
}

function mergeActivity(activities: readonly Activity[], activity: Activity): Activity[] {
  const at = activities.findIndex((other) => other.id === activity.id);
  return at < 0 ? [...activities, activity] : activities.with(at, activity);
}

/** Nothing stays running in a build that has ended. */
function endSteps(steps: BuildProgress['steps'], atMs: number): BuildProgress['steps'] {
  const ended: BuildProgress['steps'] = {};
  for (const [id, step] of Object.entries(steps)) {
    const open = step.status === 'running' || step.status === 'queued';
    ended[id] = open
      ? { ...step, status: 'cancelled', ...(step.startedMs === undefined ? {} : { completedMs: atMs }) }
      : step;
  }
  return ended;
}

/**
 * How long a step has worked, in milliseconds; undefined when it has not begun.
 * @param nowMs the current time by the daemon's clock, for steps that still run
 */
export function stepDurationMs(step: Step, nowMs: number): number | undefined {
  if (step.startedMs === undefined) return undefined;
  return (step.earlierMs ?? 0) + Math.max(0, (step.completedMs ?? nowMs) - step.startedMs);
}
