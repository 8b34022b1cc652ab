import { describe, expect, test } from 'vitest';
import { parseDockerfile } from '../../../shared/dockerfile';
import { stepPlatforms } from '../../../shared/model/progress/lanes';
import type { BuildProgress, Step, StepStatus } from '../../../shared/model/progress/types';
import { resolvedGraphs, stepsOfStages } from './resolvedStages';
import { imageMarks, letWait, stageSteps, stepMarks } from './stageSteps';

const text = `FROM golang AS builder
ENV A=b
WORKDIR /app
COPY . .
RUN make \\
  all
FROM scratch
COPY --from=builder /app /app
`;

function progressOf(
  steps: [name: string, status: StepStatus, ms?: number][],
  platforms = ['linux/amd64', 'linux/arm64'],
): BuildProgress {
  const entries = steps.map(([name, status, ms], index): Step => ({
    id: `s${index}`,
    name,
    node: 'n',
    inputs: [],
    status,
    ...(ms === undefined ? {} : { startedMs: 1000, completedMs: 1000 + ms }),
    activities: [],
    logLines: 0,
  }));
  return {
    id: 'b',
    platforms,
    status: 'running',
    sequence: 0,
    startedMs: 0,
    order: entries.map(({ id }) => id),
    steps: Object.fromEntries(entries.map((step) => [step.id, step])),
    warnings: [],
  };
}

function marksOf(dockerfile: string, progress: BuildProgress) {
  const syntax = parseDockerfile(dockerfile);
  const steps = syntax.stages.map((stage) =>
    stageSteps(stage, stage.base === 'scratch' ? undefined : stage.base),
  );
  const everywhere = progress.platforms.map(() => steps);
  const marks = stepMarks(syntax, everywhere, progress, stepPlatforms(progress));
  return Object.fromEntries([...marks].map(([key, { ids: _ids, ...mark }]) => [key, mark]));
}

describe('stageSteps', () => {
  test('counts as BuildKit does: the base image, WORKDIR, COPY, ADD and RUN', () => {
    const [builder, last] = parseDockerfile(text).stages;
    expect(
      stageSteps(builder!, 'golang').map(({ index, keyword, lines }) => [
        index,
        keyword,
        lines.start,
        lines.end,
      ]),
    ).toEqual([
      [1, 'FROM', 1, 1],
      [2, 'WORKDIR', 3, 3],
      [3, 'COPY', 4, 4],
      [4, 'RUN', 5, 6],
    ]);
    expect(stageSteps(last!, undefined).map(({ index, keyword }) => [index, keyword])).toEqual([[1, 'COPY']]);
  });
});

describe('imageMarks', () => {
  const digest = `sha256:${'4f'.repeat(32)}`;
  const image = `FROM docker.io/library/busybox:latest@${digest}`;
  const dockerfile = 'FROM scratch\nCOPY --from=busybox /bin/busybox /b\n';
  const built = (): BuildProgress => {
    const names = ['linux/amd64', 'linux/arm64'].flatMap((platform): [string, StepStatus][] => [
      [image, 'cached'],
      [`[${platform} 1/1] COPY --from=busybox /bin/busybox /b`, 'done'],
    ]);
    const progress = progressOf(names);
    progress.order.forEach((id, index) => {
      const step = progress.steps[id]!;
      if (index % 2 === 1) step.inputs = [progress.order[index - 1]!];
      progress.sources = { ...progress.sources, [id]: [{ start: 2, end: 2 }] };
    });
    return progress;
  };

  test('finds an image that only files are taken from, and leaves it out of the instruction that does', () => {
    const progress = built();
    expect([...imageMarks(progress, stepPlatforms(progress))]).toEqual([
      [
        'docker.io/library/busybox:latest',
        { statuses: ['cached', 'cached'], digest, ids: [progress.order[0], progress.order[2]] },
      ],
    ]);
    expect(marksOf(dockerfile, progress)).toEqual({ '0:2': { statuses: ['done', 'done'] } });
  });
});

describe('stepMarks', () => {
  test('puts each platform’s status at its instruction', () => {
    const progress = progressOf([
      ['[internal] load build definition from Dockerfile', 'done', 10],
      ['[linux/amd64 builder 1/4] FROM golang', 'cached'],
      ['[linux/arm64 builder 1/4] FROM golang', 'done', 300],
      ['[linux/amd64 builder 4/4] RUN make   all', 'running'],
      ['[linux/arm64 builder 4/4] RUN make   all', 'failed', 1200],
      ['[linux/arm64 stage-1 1/1] COPY --from=builder /app /app', 'queued'],
    ]);
    expect(marksOf(text, progress)).toEqual({
      '0:1': { statuses: ['cached', 'done'], durationMs: 300 },
      '0:5': { statuses: ['running', 'failed'], durationMs: 1200 },
      '1:8': { statuses: [undefined, 'queued'] },
    });
  });

  test('a step that several platforms share counts for all of them', () => {
    const progress = progressOf([['[linux/amd64 1/1] COPY a /a', 'done', 5]]);
    expect(marksOf('FROM scratch\nCOPY a /a', progress)).toEqual({
      '0:2': { statuses: ['done', 'done'], durationMs: 5 },
    });
  });

  test('triggers of the base image belong to its FROM', () => {
    const progress = progressOf(
      [
        ['[1/4] FROM base', 'cached'],
        ['[2/4] ONBUILD COPY x /x', 'done', 7],
        ['[3/4] ONBUILD RUN a', 'failed', 9],
        ['[4/4] RUN b', 'queued'],
      ],
      ['linux/amd64'],
    );
    expect(marksOf('FROM base\nRUN b', progress)).toEqual({
      '0:1': { statuses: ['failed'], durationMs: 9 },
      '0:2': { statuses: ['queued'] },
    });
  });

  test('stages that begin alike share those steps too', () => {
    const progress = progressOf(
      [
        ['[a 1/3] FROM x', 'cached'],
        ['[a 2/3] WORKDIR /w', 'done', 3],
        ['[b 3/3] COPY --from=a /w /w', 'queued'],
      ],
      ['linux/amd64'],
    );
    progress.steps['s1']!.inputs = ['s0'];
    progress.steps['s2']!.inputs = ['s1'];
    expect(
      marksOf('FROM x AS a\nWORKDIR /w\nRUN z\nFROM x AS b\nWORKDIR /w\nCOPY --from=a /w /w', progress),
    ).toEqual({
      '0:1': { statuses: ['cached'] },
      '0:2': { statuses: ['done'], durationMs: 3 },
      '1:4': { statuses: ['cached'] },
      '1:5': { statuses: ['done'], durationMs: 3 },
      '1:6': { statuses: ['queued'] },
    });
  });

  test('stages on the same image share its step', () => {
    const digest = `sha256:${'e4'.repeat(32)}`;
    const progress = progressOf(
      [
        [`[a 1/2] FROM docker.io/library/x@${digest}`, 'done', 40],
        ['[b 2/2] RUN y', 'running'],
      ],
      ['linux/amd64'],
    );
    progress.steps['s1']!.inputs = ['s0'];
    const image = { statuses: ['done'], durationMs: 40, digest };
    expect(marksOf('FROM x AS a\nRUN z\nFROM x AS b\nRUN y', progress)).toEqual({
      '0:1': image,
      '1:3': image,
      '1:4': { statuses: ['running'] },
    });
  });

  test('another Dockerfile’s steps find no place', () => {
    const progress = progressOf([
      ['[linux/amd64 other 1/1] RUN x', 'done', 1],
      ['[linux/amd64 builder 2/4] RUN x', 'done', 1],
    ]);
    expect(marksOf(text, progress)).toEqual({});
  });

  test('of stages with one name, the instruction that reads the same', () => {
    const progress = progressOf([['[a 2/2] RUN second', 'done', 4]], ['linux/amd64']);
    expect(marksOf('FROM x AS a\nRUN first\nFROM y AS a\nRUN second', progress)).toEqual({
      '1:4': { statuses: ['done'], durationMs: 4 },
    });
  });

  test('a heredoc is one step, whatever stands in it', () => {
    const progress = progressOf(
      [
        ['[2/3] RUN <<EOF (RUN a...)', 'running'],
        ['[3/3] COPY a b', 'queued'],
      ],
      ['linux/amd64'],
    );
    expect(marksOf('FROM x\nRUN <<EOF\nRUN a\nCOPY b c\nEOF\nCOPY a b', progress)).toEqual({
      '0:2': { statuses: ['running'] },
      '0:6': { statuses: ['queued'] },
    });
  });

  test('each platform has its own count where only one is built on an image', () => {
    const source = 'ARG TARGETARCH\nFROM x AS base-amd64\nFROM base-$TARGETARCH AS last\nRUN y';
    const syntax = parseDockerfile(source);
    const progress = progressOf([
      ['[linux/amd64 last 1/1] RUN y', 'done', 1],
      ['[linux/arm64 last 2/2] RUN y', 'failed', 2],
      ['[linux/arm64 last 1/2] FROM base-arm64', 'done', 3],
    ]);
    const graphs = resolvedGraphs(
      syntax,
      { platforms: progress.platforms, buildArgs: [], buildContexts: [], target: '' },
      'linux/amd64',
    );
    const steps = graphs.map((graph) => stepsOfStages(syntax, graph));
    const marks = stepMarks(syntax, steps, progress, stepPlatforms(progress));
    expect([...marks].map(([key, { statuses }]) => [key, statuses])).toEqual([
      ['1:4', ['done', 'failed']],
      ['1:3', [undefined, 'done']],
    ]);
  });

  test('the lines that BuildKit tells come before what a name seems to say', () => {
    const progress = progressOf([
      ['[linux/amd64 a 1/2] FROM x', 'cached'],
      ['[linux/amd64 a 2/2] RUN y', 'done', 8],
      ['[linux/arm64 a 2/2] RUN y', 'running'],
    ]);
    progress.sources = {
      s0: [
        { start: 1, end: 1 },
        { start: 3, end: 3 },
      ],
      s1: [{ start: 4, end: 5 }],
    };
    expect(marksOf('FROM x AS a\nRUN y\nFROM x AS b\nRUN y \\\n  && z', progress)).toEqual({
      '0:1': { statuses: ['cached', undefined] },
      '1:3': { statuses: ['cached', undefined] },
      '1:4': { statuses: ['done', undefined], durationMs: 8 },
      '0:2': { statuses: [undefined, 'running'] },
    });
  });

  test('steps that are announced for one platform wait on the others that need them', () => {
    const marks = new Map([
      ['0:1', { statuses: ['done' as const, undefined], ids: ['a'] }],
      ['1:3', { statuses: [undefined, 'running' as const], ids: ['b'] }],
    ]);
    letWait(marks, (stage) => stage === 0);
    expect([...marks.values()].map(({ statuses }) => statuses)).toEqual([
      ['done', 'queued'],
      [undefined, 'running'],
    ]);
  });
});
