import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import type { Lane } from '../../../../shared/model/progress/lanes';
import type { Step } from '../../../../shared/model/progress/types';
import { laneSegments } from './segments';

function step(id: string, parts: Partial<Step>): Step {
  return {
    id,
    name: `[s 1/9] RUN ${id}`,
    node: 'n',
    inputs: [],
    status: 'done',
    activities: [],
    logLines: 0,
    ...parts,
  };
}
function lane(...steps: Step[]): Lane {
  return { platform: 'linux/arm64', nodes: [], steps, finished: 0, status: 'running' };
}
const native = (): boolean => false;

describe('laneSegments', () => {
  it('puts what overlaps beside, stage steps first', () => {
    const found = laneSegments(
      lane(
        step('load', { name: '[internal] load build context', startedMs: 0, completedMs: 500 }),
        step('from', { name: '[s 1/2] FROM x', startedMs: 100, completedMs: 300 }),
        step('run', { startedMs: 310, status: 'running' }),
        step('waits', { status: 'queued' }),
      ),
      native,
    );
    expect(found.map(({ id, track, fromMs, toMs }) => ({ id, track, fromMs, toMs }))).toEqual([
      { id: 'from', track: 'main', fromMs: 100, toMs: 300 },
      { id: 'run', track: 'main', fromMs: 310, toMs: undefined },
      { id: 'load', track: 'beside', fromMs: 0, toMs: 500 },
    ]);
  });

  it('joins cached steps next to each other', () => {
    const cached = { status: 'cached' as const, startedMs: 10, completedMs: 10 };
    const found = laneSegments(
      lane(
        step('a', cached),
        step('b', { ...cached, startedMs: 12, completedMs: 15 }),
        step('c', { startedMs: 20, completedMs: 30 }),
      ),
      native,
    );
    expect(found).toMatchObject([
      { id: 'a', status: 'cached', fromMs: 10, toMs: 15, steps: ['a', 'b'] },
      { id: 'c', status: 'done', steps: ['c'] },
    ]);
  });

  it('marks only what really runs on an emulated platform', () => {
    const times = { startedMs: 1, completedMs: 2 };
    const emulated = (name: string): boolean | undefined =>
      laneSegments(lane(step('x', { name, ...times })), (platform) => platform === 'linux/arm64')[0]
        ?.emulated;
    expect(emulated('[linux/arm64 s 1/2] RUN x')).toBe(true);
    expect(emulated('[s 1/2] RUN x')).toBe(true);
    expect(emulated('[linux/arm64 s 1/2] COPY x /')).toBe(false);
    expect(emulated('[linux/amd64->arm64 s 1/2] RUN x')).toBe(false);
    expect(emulated('[internal] load build context')).toBe(false);
  });

  it('never lets two bars of a track overlap by more than the daemon’s times do', () => {
    const some = fc.array(
      fc.record({
        startedMs: fc.nat(10_000),
        took: fc.option(fc.nat(3000), { nil: undefined }),
        internal: fc.boolean(),
      }),
      { maxLength: 20 },
    );
    fc.assert(
      fc.property(some, (given) => {
        const steps = given.map(({ startedMs, took, internal }, index) =>
          step(`s${index}`, {
            startedMs,
            ...(internal ? { name: '[internal] x' } : {}),
            ...(took === undefined ? { status: 'running' } : { completedMs: startedMs + took }),
          }),
        );
        const found = laneSegments(lane(...steps), native);
        for (const track of ['main', 'beside'] as const) {
          const bars = found.filter((segment) => segment.track === track);
          for (const one of bars) {
            for (const other of bars.filter((bar) => bar !== one)) {
              const until = Math.min(one.toMs ?? Infinity, other.toMs ?? Infinity);
              expect(until - Math.max(one.fromMs, other.fromMs)).toBeLessThanOrEqual(20);
            }
          }
        }
        expect(new Set(found.map(({ id }) => id)).size).toBe(found.length);
      }),
    );
  });
});
