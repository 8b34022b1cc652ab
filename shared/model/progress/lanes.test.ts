import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { lanesOf, stepPlatforms } from './lanes';
import { newBuildProgress } from './reduce';
import type { BuildProgress, Step } from './types';

type Given = Partial<Omit<Step, 'id'>> & { name: string };

function build(
  platforms: string[],
  steps: Record<string, Given>,
  parts: Partial<BuildProgress> = {},
): BuildProgress {
  const full = Object.entries(steps).map(([id, step]): Step => ({
    id,
    node: 'n0',
    inputs: [],
    status: 'done',
    activities: [],
    logLines: 0,
    ...step,
  }));
  return {
    ...newBuildProgress('b', platforms, 0),
    status: 'running',
    order: full.map(({ id }) => id),
    steps: Object.fromEntries(full.map((step) => [step.id, step])),
    ...parts,
  };
}
const served = (progress: BuildProgress): Record<string, string[]> =>
  Object.fromEntries(stepPlatforms(progress));

const amd = 'linux/amd64';
const arm = 'linux/arm64';
const v7 = 'linux/arm/v7';

describe('stepPlatforms', () => {
  it('gives everything to the only platform', () => {
    expect(served(build([amd], { a: { name: '[1/1] RUN x' }, b: { name: 'exporting to image' } }))).toEqual({
      a: [amd],
      b: [amd],
    });
  });

  it('keeps the steps of several nodes apart, also where they are equal or name no platform', () => {
    const progress = build(
      [amd, arm, v7],
      {
        'def@0': { name: '[internal] load build definition from Dockerfile', node: 'pc' },
        'base@0': { name: '[linux/amd64 builder 1/2] FROM golang', node: 'pc' },
        'last@0': { name: '[linux/amd64 stage-1 1/1] COPY x', node: 'pc', inputs: ['base@0'] },
        'def@1': { name: '[internal] load build definition from Dockerfile', node: 'pi' },
        'base@1': { name: '[linux/amd64 builder 1/2] FROM golang', node: 'pi' },
        // Equal for both of the node's platforms, so only one is named.
        'last@1': { name: '[linux/arm64 stage-1 1/1] COPY x', node: 'pi', inputs: ['base@1'] },
        index: { name: 'pushing the index', node: '' },
      },
      { nodePlatforms: { pc: [amd], pi: [v7, arm] } },
    );
    expect(served(progress)).toEqual({
      'def@0': [amd],
      'base@0': [amd],
      'last@0': [amd],
      'def@1': [arm, v7],
      'base@1': [arm, v7],
      'last@1': [arm, v7],
      index: [amd, arm, v7],
    });
    expect(lanesOf(progress).map(({ nodes }) => nodes)).toEqual([['pc'], ['pi'], ['pi']]);
    expect(lanesOf(build([amd], {}, { nodePlatforms: { pc: [amd] } }))[0]?.nodes).toEqual(['pc']);
  });

  it('follows the inputs from the last steps, whatever the names of the merged ones say', () => {
    const progress = build([amd, arm, v7], {
      def: { name: '[internal] load build definition from Dockerfile' },
      meta: { name: '[linux/arm64 internal] load metadata for docker.io/library/busybox:latest' },
      ctx: { name: '[internal] load build context' },
      shared: { name: '[linux/amd64 builder 1/2] FROM golang' },
      cross1: { name: '[linux/amd64->arm64 builder 2/2] RUN go build', inputs: ['shared', 'ctx'] },
      cross2: { name: '[linux/amd64->arm/v7 builder 2/2] RUN go build', inputs: ['shared', 'ctx'] },
      last1: { name: '[linux/arm64 stage-1 1/1] COPY --from=builder', inputs: ['cross1'] },
      last2: { name: '[linux/arm/v7 stage-1 1/1] COPY --from=builder', inputs: ['cross2'] },
      last0: { name: '[linux/amd64 stage-1 1/1] COPY x' },
      export: { name: 'exporting to image' },
    });
    expect(served(progress)).toEqual({
      def: [amd, arm, v7],
      meta: [arm],
      ctx: [arm, v7],
      shared: [arm, v7],
      cross1: [arm],
      cross2: [v7],
      last1: [arm],
      last2: [v7],
      last0: [amd],
      export: [amd, arm, v7],
    });
  });

  it('gives the steps of a platform that no step names to it too: all its steps were merged', () => {
    const progress = build([amd, arm], {
      ctx: { name: '[internal] load build context' },
      copy: { name: '[linux/amd64 1/1] COPY . /', inputs: ['ctx'] },
    });
    expect(served(progress)).toEqual({ ctx: [amd, arm], copy: [amd, arm] });
  });

  it('waits with that while another platform is still being looked up, or when that failed', () => {
    const meta = { name: '[linux/arm64 internal] load metadata for x' };
    const copy = { name: '[linux/amd64 1/1] COPY . /' };
    const alone = { meta: [arm], copy: [amd] };
    expect(served(build([amd, arm], { meta: { ...meta, status: 'running' }, copy }))).toEqual(alone);
    expect(served(build([amd, arm], { meta: { ...meta, status: 'failed' }, copy }))).toEqual(alone);
    expect(served(build([amd, arm], { meta, copy }))).toEqual({ meta: [arm], copy: [amd, arm] });
  });

  it('counts a last step on a platform that was not asked for to all', () => {
    const progress = build([arm, v7], {
      tool: { name: '[linux/amd64 tool 1/1] RUN x' },
      last: { name: '[linux/amd64 2/2] COPY', inputs: ['tool'] },
    });
    expect(served(progress)).toEqual({ tool: [arm, v7], last: [arm, v7] });
  });

  it('matches platforms however they are written', () => {
    const progress = build(['linux/arm64/v8', 'windows/amd64'], {
      a: { name: '[linux/arm64 1/1] RUN x' },
      b: { name: '[windows(10.0.17763)/amd64 1/1] RUN x' },
    });
    expect(served(progress)).toEqual({ a: ['linux/arm64/v8'], b: ['windows/amd64'] });
  });

  it('is closed under inputs and never leaves a step without a platform', () => {
    const names = fc.constantFrom(
      '[internal] load build context',
      'exporting to image',
      ...[amd, arm, v7, 'linux/s390x'].map((platform) => `[${platform} s 1/2] RUN x`),
      '[linux/amd64->arm/v7 s 1/2] RUN x',
    );
    const graph = fc.array(fc.record({ name: names, inputs: fc.array(fc.nat(30), { maxLength: 4 }) }), {
      maxLength: 30,
    });
    fc.assert(
      fc.property(graph, (nodes) => {
        const steps = Object.fromEntries(
          nodes.map(({ name, inputs }, index) => [
            `s${index}`,
            { name, inputs: inputs.filter((input) => input < index).map((input) => `s${input}`) },
          ]),
        );
        const platforms = [amd, arm, v7];
        const result = stepPlatforms(build(platforms, steps));
        expect([...result.keys()]).toEqual(Object.keys(steps));
        const explicit = (id: string): boolean => (result.get(id) ?? []).length < platforms.length;
        for (const [id, serves] of result) {
          expect(serves.length).toBeGreaterThan(0);
          expect(serves).toEqual(platforms.filter((platform) => serves.includes(platform)));
          if (!explicit(id)) continue; // "all" may mean that nothing is known about it
          for (const input of steps[id]?.inputs ?? []) {
            expect(result.get(input)).toEqual(expect.arrayContaining(serves));
          }
        }
      }),
    );
  });

  it('takes 5,000 steps for 8 platforms in a moment', () => {
    const platforms = [
      amd,
      arm,
      v7,
      'linux/386',
      'linux/riscv64',
      'linux/s390x',
      'linux/ppc64le',
      'linux/arm/v6',
    ];
    const steps: Record<string, Given> = {};
    for (let i = 0; i < 5000; i++) {
      const inputs = i >= 8 ? [`sha256:${i - 8}`] : [];
      steps[`sha256:${i}`] = { name: `[${platforms[i % 8]} s ${i >> 3}/625] RUN ${i}`, inputs };
    }
    const progress = build(platforms, steps);
    const begun = performance.now();
    expect(lanesOf(progress).map((lane) => lane.steps.length)).toEqual(platforms.map(() => 625));
    expect(performance.now() - begun).toBeLessThan(1000);
  });
});

describe('lanesOf', () => {
  const steps = {
    a: { name: '[linux/amd64 1/2] RUN a', startedMs: 5, completedMs: 9 },
    b: { name: '[linux/arm64 1/2] RUN b', startedMs: 7, status: 'running' as const, node: 'n1' },
  };
  it('has a lane for each platform in the order of the request', () => {
    expect(lanesOf(build([arm, amd], steps))).toMatchObject([
      { platform: arm, nodes: ['n1'], finished: 0, status: 'running', startedMs: 7 },
      { platform: amd, nodes: ['n0'], finished: 1, status: 'done', startedMs: 5, completedMs: 9 },
    ]);
    expect(lanesOf(build([amd], {}))).toEqual([
      { platform: amd, nodes: [], steps: [], finished: 0, status: 'queued' },
    ]);
  });

  it.each([
    [['failed', 'cancelled'], 'failed', 'failed'],
    [['done', 'done'], 'failed', 'cancelled'],
    [['done', 'cancelled'], 'running', 'cancelled'],
    [['done', 'cached'], 'cancelled', 'cancelled'],
    [['cached', 'cached'], 'succeeded', 'cached'],
    [['cached', 'done'], 'succeeded', 'done'],
    [['done', 'queued'], 'running', 'running'],
    [['done', 'cached'], 'running', 'done'],
  ] as const)('steps %j of a build that is %s: %s', ([one, two], status, expected) => {
    const progress = build(
      [amd],
      { a: { name: '[1/2] RUN a', status: one }, b: { name: '[2/2] RUN b', status: two } },
      { status },
    );
    expect(lanesOf(progress)[0]?.status).toBe(expected);
  });
});
