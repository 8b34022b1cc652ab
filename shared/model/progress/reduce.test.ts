import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { BuildReducer, newBuildProgress, reduceBuild, stepDurationMs } from './reduce';
import { buildEventSchema, buildProgressSchema } from './types';
import type { BuildEvent, BuildProgress, VertexUpdate } from './types';

const platforms = ['linux/amd64', 'linux/arm64'];
const fresh = (): BuildProgress => newBuildProgress('b1', platforms, 1000);

function status(sequence: number, parts: Partial<Extract<BuildEvent, { type: 'status' }>>): BuildEvent {
  return {
    type: 'status',
    sequence,
    node: 'n0',
    vertexes: [],
    activities: [],
    warnings: [],
    logged: [],
    ...parts,
  };
}
function vertex(id: string, parts: Partial<VertexUpdate> = {}): VertexUpdate {
  return { id, name: `[1/1] RUN ${id}`, inputs: [], cached: false, ...parts };
}
function after(...events: BuildEvent[]): BuildProgress {
  return events.reduce(reduceBuild, fresh());
}

const id = fc.constantFrom('a', 'b', 'c', 'd', 'constructor', 'toString');
const ms = fc.option(fc.integer({ min: 1000, max: 2000 }), { nil: undefined });
const defined = <T extends object>(value: T): T =>
  Object.fromEntries(Object.entries(value).filter(([, field]) => field !== undefined)) as T;
const body = fc.oneof(
  fc.record({ type: fc.constant('activity' as const), activity: fc.string() }),
  fc.record({
    type: fc.constant('sources' as const),
    sources: fc.dictionary(
      fc.constantFrom('a', 'b', 'c'),
      fc.array(fc.record({ start: fc.constant(1), end: fc.constant(2) }), { maxLength: 2 }),
    ),
  }),
  fc.record({ type: fc.constant('running' as const), atMs: fc.integer({ min: 1000, max: 3000 }) }),
  fc.record({
    type: fc.constant('status' as const),
    node: fc.constantFrom('n0', 'n1'),
    vertexes: fc.array(
      fc
        .record({
          id,
          name: fc.string(),
          inputs: fc.array(id),
          cached: fc.boolean(),
          startedMs: ms,
          completedMs: ms,
          error: fc.option(fc.constantFrom('exit code: 1', 'x: context canceled'), { nil: undefined }),
        })
        .map(defined),
      { maxLength: 4 },
    ),
    activities: fc.array(fc.record({ step: id, id, name: fc.string(), current: fc.nat(), total: fc.nat() }), {
      maxLength: 3,
    }),
    warnings: fc.array(
      fc.record({ step: id, level: fc.nat(3), message: fc.string(), detail: fc.array(fc.string()) }),
      { maxLength: 1 },
    ),
    logged: fc.array(fc.record({ step: id, lines: fc.nat(10) }), { maxLength: 2 }),
  }),
  fc.record({
    type: fc.constant('ended' as const),
    atMs: fc.integer({ min: 1000, max: 3000 }),
    status: fc.constantFrom('succeeded' as const, 'failed' as const, 'cancelled' as const),
  }),
);
const events = fc
  .array(body, { maxLength: 30 })
  .map((bodies) => bodies.map((event, index): BuildEvent => ({ ...event, sequence: index + 1 })));

function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    Object.values(value).forEach(deepFreeze);
  }
  return value;
}

describe('reduceBuild', () => {
  it('makes progress that fits its schema, out of events that fit theirs', () => {
    fc.assert(
      fc.property(events, (all) => {
        expect(all.map((event) => buildEventSchema.parse(event))).toEqual(all);
        const progress = after(...all);
        expect(buildProgressSchema.parse(progress)).toEqual(progress);
        expect(new Set(progress.order)).toEqual(new Set(Object.keys(progress.steps)));
        expect(progress.order).toHaveLength(Object.keys(progress.steps).length);
      }),
    );
  });

  it('gives the later snapshot from an earlier one and the events between, overlapping or not', () => {
    fc.assert(
      fc.property(events, fc.nat(30), fc.nat(30), (all, cut, overlap) => {
        const at = Math.min(cut, all.length);
        const snapshot = structuredClone(after(...all.slice(0, at)));
        const rest = all.slice(Math.max(0, at - overlap));
        expect(rest.reduce(reduceBuild, snapshot)).toEqual(after(...all));
      }),
    );
  });

  it('changes nothing that was handed out', () => {
    fc.assert(
      fc.property(events, (all) => {
        all.reduce((progress, event) => reduceBuild(deepFreeze(progress), deepFreeze(event)), fresh());
      }),
    );
  });

  it('keeps the identity of what an event does not touch', () => {
    const one = after(status(1, { vertexes: [vertex('a'), vertex('b')] }));
    const two = reduceBuild(one, status(2, { vertexes: [vertex('a', { startedMs: 5 })] }));
    expect(two.steps.b).toBe(one.steps.b);
    expect(two.steps.a).not.toBe(one.steps.a);
    expect(two.warnings).toBe(one.warnings);
    expect(reduceBuild(two, status(2, { vertexes: [vertex('c')] }))).toBe(two);
    const three = reduceBuild(two, { type: 'activity', sequence: 3, activity: 'x' });
    expect(three.steps).toBe(two.steps);
  });

  it('follows a step from queued to done', () => {
    const states = [
      vertex('a'),
      vertex('a', { startedMs: 10 }),
      vertex('a', { startedMs: 10, completedMs: 30 }),
    ].map((_, index, all) => {
      const updates = all.slice(0, index + 1).map((update, i) => status(i + 1, { vertexes: [update] }));
      return after(...updates).steps.a;
    });
    expect(states.map((step) => step?.status)).toEqual(['queued', 'running', 'done']);
    expect(stepDurationMs(states[0]!, 99)).toBeUndefined();
    expect(stepDurationMs(states[1]!, 15)).toBe(5);
    expect(stepDurationMs(states[2]!, 99)).toBe(20);
  });

  it('does not forget a started step when the daemon announces it again', () => {
    const progress = after(
      status(1, { vertexes: [vertex('a', { startedMs: 10 })], logged: [{ step: 'a', lines: 3 }] }),
      status(2, { vertexes: [vertex('a')] }),
    );
    expect(progress.steps.a).toMatchObject({ status: 'running', startedMs: 10, logLines: 3 });
  });

  it('adds up the periods of a step that was taken up again', () => {
    const progress = after(
      status(1, { vertexes: [vertex('a', { startedMs: 10, completedMs: 15 })] }),
      status(2, { vertexes: [vertex('a', { startedMs: 100 })] }),
      status(3, { vertexes: [vertex('a', { startedMs: 10, completedMs: 15 })] }),
      status(4, { vertexes: [vertex('a', { startedMs: 100, completedMs: 130 })] }),
    );
    expect(progress.steps.a).toMatchObject({
      status: 'done',
      startedMs: 100,
      completedMs: 130,
      earlierMs: 5,
    });
    expect(stepDurationMs(progress.steps.a!, 0)).toBe(35);
  });

  it('tells a failed step from one that was stopped, and from one out of the cache', () => {
    const { steps } = after(
      status(1, {
        vertexes: [
          vertex('a', {
            startedMs: 1,
            completedMs: 2,
            error: 'process "make" did not complete: exit code: 2',
          }),
          vertex('b', {
            startedMs: 1,
            completedMs: 2,
            error: 'process "x" did not complete: context canceled',
          }),
          vertex('c', { startedMs: 1, completedMs: 2, cached: true }),
        ],
      }),
    );
    expect([steps.a?.status, steps.b?.status, steps.c?.status]).toEqual(['failed', 'cancelled', 'cached']);
  });

  it('updates an activity in place and ignores those of unknown steps', () => {
    const layer = { id: 'l', name: 'sha256:1', current: 1, total: 10 };
    const { steps } = after(
      status(1, {
        vertexes: [vertex('a')],
        activities: [
          { step: 'a', ...layer },
          { step: 'x', ...layer },
        ],
      }),
      status(2, { activities: [{ step: 'a', ...layer, current: 7 }], logged: [{ step: 'x', lines: 1 }] }),
    );
    expect(steps.a?.activities).toEqual([{ ...layer, current: 7 }]);
    expect(Object.keys(steps)).toEqual(['a']);
  });

  it('leaves nothing running when the build has ended', () => {
    const progress = after(
      { type: 'activity', sequence: 1, activity: 'Connecting' },
      { type: 'running', sequence: 2, atMs: 5 },
      status(3, { vertexes: [vertex('a', { startedMs: 10 }), vertex('b')] }),
      {
        type: 'ended',
        sequence: 4,
        atMs: 50,
        status: 'failed',
        error: { code: 'builder-lost', message: 'gone' },
      },
    );
    expect(progress).toMatchObject({ status: 'failed', endedMs: 50, error: { code: 'builder-lost' } });
    expect(progress).not.toHaveProperty('activity');
    expect(progress.steps.a).toMatchObject({ status: 'cancelled', completedMs: 50 });
    expect(progress.steps.b).toMatchObject({ status: 'cancelled' });
    expect(progress.steps.b).not.toHaveProperty('completedMs');
  });
});

describe('BuildReducer', () => {
  it('agrees with reduceBuild wherever its progress is read', () => {
    fc.assert(
      fc.property(events, fc.array(fc.boolean(), { minLength: 30, maxLength: 30 }), (all, reads) => {
        const reducer = new BuildReducer(fresh());
        let expected = fresh();
        all.forEach((event, index) => {
          reducer.apply(deepFreeze(event));
          expected = reduceBuild(expected, event);
          if (reads[index]) expect(deepFreeze(reducer.progress)).toEqual(expected);
        });
        expect(reducer.progress).toEqual(expected);
      }),
    );
  });

  it('takes 100,000 events for 5,000 steps in a moment', () => {
    const reducer = new BuildReducer(fresh());
    const count = 5000;
    let sequence = 0;
    const begun = performance.now();
    for (let i = 0; i < count; i += 100) {
      reducer.apply(
        status(++sequence, { vertexes: Array.from({ length: 100 }, (_, j) => vertex(`sha256:${i + j}`)) }),
      );
    }
    for (let i = sequence; i < 100_000; i++) {
      const step = `sha256:${(i * 7) % count}`;
      reducer.apply(
        status(++sequence, { vertexes: [vertex(step, { startedMs: i })], logged: [{ step, lines: 2 }] }),
      );
      if (i % 1000 === 0) expect(reducer.progress.sequence).toBe(sequence);
    }
    const took = performance.now() - begun;
    expect(reducer.progress.order).toHaveLength(count);
    expect(took).toBeLessThan(3000); // 0.7 s on two cores; copying for each event takes over a minute
  });
});
