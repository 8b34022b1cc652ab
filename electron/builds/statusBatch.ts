import type { SourceLocation } from '../../shared/contract';
import type { BuildEvent, BuildWarning, VertexUpdate } from '../../shared/model/progress/types';
import type { StatusEvent, StatusVertex, VertexStatus, VertexWarning } from '../buildkit';

type StatusBuildEvent = Extract<BuildEvent, { type: 'status' }>;
type ActivityUpdate = StatusBuildEvent['activities'][number];

/** Joins the daemon's status events of one node until somebody takes them, so that a flood becomes one event. */
export class StatusBatch {
  private readonly vertexes = new Map<string, VertexUpdate>();
  private readonly activities = new Map<string, ActivityUpdate>();
  private readonly logged = new Map<string, number>();
  private warnings: BuildWarning[] = [];

  /** @param dockerfile the Dockerfile's path in the project, which locations name */
  constructor(
    private readonly node: string,
    private readonly dockerfile: string,
  ) {}

  add(event: StatusEvent): void {
    for (const vertex of event.vertexes) {
      const update = vertexUpdate(vertex);
      const startedMs = this.vertexes.get(update.id)?.startedMs ?? update.startedMs;
      this.vertexes.set(update.id, startedMs === undefined ? update : { ...update, startedMs });
    }
    for (const status of event.statuses) {
      this.activities.set(`${status.vertex} ${status.id}`, activityUpdate(status));
    }
    for (const warning of event.warnings) this.warnings.push(buildWarning(warning, this.dockerfile));
    for (const { vertex, data } of event.logs) {
      this.logged.set(vertex, (this.logged.get(vertex) ?? 0) + countLines(data));
    }
  }

  /** What came since the last time, undefined when nothing did. */
  take(): Omit<StatusBuildEvent, 'sequence'> | undefined {
    const { vertexes, activities, logged, warnings } = this;
    if (vertexes.size + activities.size + logged.size + warnings.length === 0) return undefined;
    const event: Omit<StatusBuildEvent, 'sequence'> = {
      type: 'status',
      node: this.node,
      vertexes: [...vertexes.values()],
      activities: [...activities.values()],
      warnings,
      logged: [...logged].map(([step, lines]) => ({ step, lines })),
    };
    vertexes.clear();
    activities.clear();
    logged.clear();
    this.warnings = [];
    return event;
  }
}

function vertexUpdate(vertex: StatusVertex): VertexUpdate {
  const { digest, name, inputs, cached, startedMs, completedMs, error } = vertex;
  return {
    id: digest,
    name,
    inputs: [...inputs],
    cached,
    ...(startedMs === undefined ? {} : { startedMs }),
    ...(completedMs === undefined ? {} : { completedMs }),
    ...(error ? { error } : {}),
  };
}

function activityUpdate({
  id,
  vertex,
  name,
  current,
  total,
  startedMs,
  completedMs,
}: VertexStatus): ActivityUpdate {
  return {
    step: vertex,
    id,
    // Only images' layers have a name apart from their id.
    name: name || id,
    current,
    total,
    ...(startedMs === undefined ? {} : { startedMs }),
    ...(completedMs === undefined ? {} : { completedMs }),
  };
}

function buildWarning(
  { vertex, level, short, detail, url, ranges }: VertexWarning,
  dockerfile: string,
): BuildWarning {
  const location = warningLocation(ranges, dockerfile);
  return {
    step: vertex,
    level,
    message: short,
    detail: [...detail],
    ...(url === '' ? {} : { url }),
    ...(location === undefined ? {} : { location }),
  };
}

function warningLocation(ranges: VertexWarning['ranges'], file: string): SourceLocation | undefined {
  const lines = (ranges ?? [])
    .flatMap(({ start, end }) => [start.line, Math.max(start.line, end.line)])
    .filter((line) => line > 0);
  return lines.length === 0
    ? undefined
    : { file, startLine: Math.min(...lines), endLine: Math.max(...lines) };
}

function countLines(data: Uint8Array): number {
  let lines = 0;
  for (const byte of data) if (byte === 10) lines++;
  return lines;
}
