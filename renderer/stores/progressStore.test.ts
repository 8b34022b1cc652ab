import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { BuildEvent } from '../../shared/model/progress/types';
import { newBuildProgress, reduceBuild } from '../../shared/model/progress/reduce';
import { sampleBuild, sampleStudio } from '../testing/samples';
import { buildsStore } from './buildsStore';
import { followProgress, lanesOfProgress, progressStore } from './progressStore';

const events: BuildEvent[] = [
  { type: 'running', sequence: 1, atMs: 5 },
  ...Array.from({ length: 20 }, (_, index): BuildEvent => ({
    type: 'status',
    sequence: index + 2,
    node: 'n',
    vertexes: [
      {
        id: `v${index}`,
        name: `[linux/amd64 1/1] RUN ${index}`,
        inputs: [],
        cached: false,
        startedMs: index,
      },
    ],
    activities: [],
    warnings: [],
    logged: [],
  })),
];
const start = newBuildProgress('b1', ['linux/amd64'], 0);

let stop = (): void => undefined;
beforeEach(() => {
  vi.useFakeTimers();
  buildsStore.setState({ loaded: true, builds: [sampleBuild()], starting: false, shownId: 'b1' }, true);
});
afterEach(() => {
  stop();
  vi.useRealTimers();
});

it('applies all items of a frame in one change, equal to applying them one by one', () => {
  const core = sampleStudio();
  stop = followProgress();
  const changes = vi.fn();
  const unsubscribe = progressStore.subscribe(changes);
  core.push('builds.progress', { type: 'snapshot', progress: start });
  for (const event of events) core.push('builds.progress', { type: 'events', events: [event] });
  expect(changes).not.toHaveBeenCalled();
  vi.advanceTimersByTime(200);
  expect(changes).toHaveBeenCalledTimes(1);
  expect(progressStore.getState().progress).toEqual(events.reduce(reduceBuild, start));
  unsubscribe();
});

it('follows whatever build is shown', () => {
  const core = sampleStudio(
    {},
    { 'builds.progress': ({ id }) => [{ type: 'snapshot', progress: { ...start, id } }] },
  );
  stop = followProgress();
  vi.advanceTimersByTime(200);
  expect(progressStore.getState().progress?.id).toBe('b1');
  buildsStore.setState({ shownId: 'b2' });
  expect(progressStore.getState().progress).toBeUndefined();
  vi.advanceTimersByTime(200);
  expect(progressStore.getState().progress?.id).toBe('b2');
  expect(core.open('builds.progress')).toEqual([{ id: 'b2' }]);
});

it('says why there is no progress', () => {
  const core = sampleStudio();
  stop = followProgress();
  core.end('builds.progress', new Error('the record is damaged'));
  expect(progressStore.getState().error).toMatchObject({
    code: 'internal',
    message: 'the record is damaged',
  });
});

it('computes the lanes once for each state', () => {
  const progress = events.reduce(reduceBuild, start);
  expect(lanesOfProgress(progress)).toBe(lanesOfProgress(progress));
  expect(lanesOfProgress(progress)[0]?.steps).toHaveLength(20);
});
