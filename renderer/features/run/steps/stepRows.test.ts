import { describe, expect, it } from 'vitest';
import { newBuildProgress } from '../../../../shared/model/progress/reduce';
import type { BuildProgress, Step } from '../../../../shared/model/progress/types';
import { countSteps, stepGroups } from './stepRows';

function build(...steps: (Partial<Step> & { id: string; name: string })[]): BuildProgress {
  const full = steps.map((step): Step => ({
    node: 'n',
    inputs: [],
    status: 'done',
    activities: [],
    logLines: 0,
    ...step,
  }));
  return {
    ...newBuildProgress('b', ['linux/amd64', 'linux/arm64'], 0),
    order: full.map(({ id }) => id),
    steps: Object.fromEntries(full.map((step) => [step.id, step])),
  };
}

const progress = build(
  { id: 'ctx', name: '[internal] load build context', startedMs: 0, completedMs: 10 },
  { id: 'b1', name: '[linux/amd64 builder 1/2] FROM golang', status: 'cached', startedMs: 1, completedMs: 1 },
  { id: 'b2', name: '[linux/amd64 builder 2/2] RUN go build', inputs: ['b1'], startedMs: 5, completedMs: 25 },
  {
    id: 'b2a',
    name: '[linux/amd64->arm64 builder 2/2] RUN go build',
    inputs: ['b1'],
    startedMs: 7,
    status: 'running',
  },
  { id: 'ex', name: 'exporting to image', status: 'queued' },
  { id: 'l1', name: '[linux/amd64 stage-1 1/1] COPY x', inputs: ['b2'], status: 'queued' },
  { id: 'l2', name: '[linux/arm64 stage-1 1/1] COPY x', inputs: ['b2a'], status: 'queued' },
);

describe('stepGroups', () => {
  it('has one row for a step on several platforms, and marks what they share', () => {
    expect(stepGroups(progress)).toEqual([
      {
        kind: 'internal',
        name: '',
        status: 'done',
        rows: [
          {
            key: 'internal  ctx',
            position: '',
            text: 'load build context',
            status: 'done',
            ids: ['ctx'],
            strip: ['done', 'done'],
            sharedBy: [],
            durationMs: 10,
          },
        ],
      },
      {
        kind: 'stage',
        name: 'builder',
        status: 'running',
        rows: [
          {
            key: 'stage builder 1/2',
            position: '1/2',
            text: 'FROM golang',
            status: 'cached',
            ids: ['b1'],
            strip: ['cached', 'cached'],
            sharedBy: ['linux/amd64', 'linux/arm64'],
            durationMs: 0,
          },
          {
            key: 'stage builder 2/2',
            position: '2/2',
            text: 'RUN go build',
            status: 'running',
            ids: ['b2', 'b2a'],
            strip: ['done', 'running'],
            sharedBy: [],
            runningSinceMs: 7,
          },
        ],
      },
      expect.objectContaining({ kind: 'stage', name: 'stage-1', status: 'queued' }),
      expect.objectContaining({ kind: 'finish', status: 'queued' }),
    ]);
  });

  it('puts stages after those they build on, and each stage’s steps in order, however they were announced', () => {
    const groups = stepGroups(
      build(
        { id: 'l2', name: '[last 2/2] COPY x', inputs: ['l1', 'b2'] },
        { id: 'l1', name: '[last 1/2] FROM a' },
        { id: 'ex', name: 'exporting to image' },
        { id: 'b2', name: '[base 2/2] RUN y', inputs: ['b1'] },
        { id: 'b1', name: '[base 1/2] FROM b' },
        { id: 'syn', name: 'resolve image config for docker-image://docker.io/docker/dockerfile:1' },
      ),
    );
    expect(groups.map(({ kind, name, rows }) => [kind, name, ...rows.flatMap((row) => row.ids)])).toEqual([
      ['internal', '', 'syn'],
      ['stage', 'base', 'b1', 'b2'],
      ['stage', 'last', 'l1', 'l2'],
      ['finish', '', 'ex'],
    ]);
  });

  it('shows the worst of several as the row’s status', () => {
    const [group] = stepGroups(
      build(
        { id: 'a', name: '[linux/amd64 1/1] RUN x', status: 'failed' },
        { id: 'b', name: '[linux/arm64 1/1] RUN x', status: 'cancelled' },
      ),
    );
    expect(group?.rows).toMatchObject([
      { status: 'failed', strip: ['failed', 'cancelled'], ids: ['a', 'b'] },
    ]);
  });
});

describe('countSteps', () => {
  it('counts each vertex of a stage once', () => {
    expect(countSteps(progress)).toEqual({
      queued: 2,
      running: 1,
      cached: 1,
      done: 1,
      failed: 0,
      cancelled: 0,
    });
  });
});
