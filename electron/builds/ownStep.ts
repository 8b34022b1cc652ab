import type { StatusEvent, VertexStatus } from '../buildkit';
import type { RunContext } from './runContext';

/** A step of a build that no daemon tells of, for all to see. */
export interface OwnStep {
  /** Unlike every vertex digest. */
  id: string;
  /** What is done, as BuildKit would say it: `pushing localhost:5000/app:1`. */
  name: string;
  /** The node that does it; empty for what Manifold does itself. */
  node: string;
}

/** Tells what happens inside a step while it runs. */
export interface OwnStepNews {
  /** One line of its output. */
  line(text: string): void;
  /** Something that it does inside, or how far that is. */
  activity(status: Omit<VertexStatus, 'vertex' | 'timestampMs'>): void;
}

/**
 * Does something as a step of the build: it is seen to run, to end, and to fail with the error's words.
 *
 * @param work its error comes out as it is
 */
export async function asStep<T>(
  { feed, log, signal }: Pick<RunContext, 'feed' | 'log' | 'signal'>,
  { id, name, node }: OwnStep,
  work: (news: OwnStepNews) => Promise<T>,
): Promise<T> {
  const startedMs = Date.now();
  const nothing: StatusEvent = { vertexes: [], statuses: [], logs: [], warnings: [] };
  const tell = (news: { completedMs?: number; error?: string }): void =>
    feed.status(node, {
      ...nothing,
      vertexes: [{ digest: id, name, inputs: [], cached: false, startedMs, ...news }],
    });
  tell({});
  try {
    const result = await work({
      line: (text) => {
        const line = { vertex: id, stream: 1, timestampMs: Date.now(), data: Buffer.from(`${text}\n`) };
        log.step(id, name);
        log.output(id, line.stream, line.timestampMs, line.data);
        feed.status(node, { ...nothing, logs: [line] });
      },
      activity: (status) =>
        feed.status(node, {
          ...nothing,
          statuses: [{ ...status, vertex: id, timestampMs: Date.now() }],
        }),
    });
    tell({ completedMs: Date.now() });
    return result;
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    // As BuildKit says it of its own steps.
    tell({ completedMs: Date.now(), error: signal.aborted ? 'context canceled' : message });
    throw error;
  } finally {
    feed.flush();
  }
}
