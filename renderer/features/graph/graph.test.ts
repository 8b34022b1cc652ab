import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { defaultBuildSettings } from '../../../shared/contract';
import { parseDockerfile } from '../../../shared/dockerfile';
import { resolvedGraphs, stepsOfStages } from '../dockerfile/resolvedStages';
import { graphModel } from './graphModel';
import { cardWidth, layoutGraph } from './layout';

function modelOf(text: string, settings: Partial<typeof defaultBuildSettings> = {}) {
  const all = { ...defaultBuildSettings, platforms: ['linux/amd64', 'linux/arm64'], ...settings };
  const syntax = parseDockerfile(text);
  const graphs = resolvedGraphs(syntax, all, 'linux/amd64');
  return graphModel(syntax, graphs, stepsOfStages(syntax, graphs[0]), all.target);
}

const design = `FROM --platform=$BUILDPLATFORM golang:1.20-alpine AS builder
WORKDIR /app
RUN go build
FROM alpine:latest
COPY --from=builder /app/hello .
RUN --mount=type=bind,from=tools,target=/t /t/x
`;

describe('graphModel', () => {
  test('one card for each stage and image, whatever the platform', () => {
    const { stages, images, edges } = modelOf(design);
    expect(
      stages.map(({ label, isTarget, needed, steps }) => [label, isTarget, needed, steps.length]),
    ).toEqual([
      ['builder', false, true, 3],
      ['stage-1', true, true, 3],
    ]);
    expect(images.map(({ reference, line, baseOf }) => [reference, line, baseOf])).toEqual([
      ['golang:1.20-alpine', 1, ['stage:0']],
      ['alpine:latest', 4, ['stage:1']],
      ['tools', 6, []],
    ]);
    expect(edges).toEqual([
      { from: 'image:golang:1.20-alpine', to: 'stage:0', kind: 'base', line: 1 },
      { from: 'image:alpine:latest', to: 'stage:1', kind: 'base', line: 4 },
      { from: 'stage:0', to: 'stage:1', kind: 'copy', line: 5 },
      { from: 'image:tools', to: 'stage:1', kind: 'mount', line: 6 },
    ]);
  });

  test('an image for each platform where the Dockerfile says so', () => {
    const { images } = modelOf('ARG TARGETARCH\nFROM base-$TARGETARCH\n');
    expect(images.map(({ reference, baseOf }) => [reference, baseOf])).toEqual([
      ['base-amd64', ['stage:0']],
      ['base-arm64', ['stage:0']],
    ]);
  });

  test('what another target does not need is marked', () => {
    const { stages, images } = modelOf(design, { target: 'BUILDER' });
    expect(stages.map(({ isTarget, needed }) => [isTarget, needed])).toEqual([
      [true, true],
      [false, false],
    ]);
    expect(images.map(({ needed }) => needed)).toEqual([true, false, false]);
  });
});

describe('layoutGraph', () => {
  test('puts an image above its stage, and a stage to the right of what it copies from', () => {
    const { places } = layoutGraph(modelOf(design));
    const at = (id: string) => places.get(id)!;
    expect(at('image:alpine:latest').x).toBe(at('stage:1').x);
    expect(at('image:alpine:latest').y).toBeLessThan(at('stage:1').y);
    expect(at('stage:0').x).toBeLessThan(at('stage:1').x);
    expect(at('image:tools').x).toBeLessThan(at('stage:1').x);
  });

  test('no two cards overlap and all lie on the sheet, in any Dockerfile', () => {
    const reference = fc.constantFrom('s0', 's1', 's2', 's3', 's4', 'alpine', 'scratch', 'x');
    const stage = fc.record({
      base: reference,
      sources: fc.array(fc.tuple(fc.boolean(), reference), { maxLength: 3 }),
    });
    fc.assert(
      fc.property(fc.array(stage, { maxLength: 5 }), (stages) => {
        const text = stages
          .map(({ base, sources }, index) =>
            [
              `FROM ${base} AS s${index}`,
              ...sources.map(([copy, from]) =>
                copy ? `COPY --from=${from} a b` : `RUN --mount=from=${from} x`,
              ),
            ].join('\n'),
          )
          .join('\n');
        const model = modelOf(text);
        const { places, width, height } = layoutGraph(model);
        const cards = [...places.values()];
        expect(cards).toHaveLength(model.stages.length + model.images.length);
        for (const [index, a] of cards.entries()) {
          expect(a.x).toBeGreaterThanOrEqual(0);
          expect(a.x + cardWidth).toBeLessThanOrEqual(width);
          expect(a.y + a.height).toBeLessThanOrEqual(height);
          for (const b of cards.slice(index + 1)) {
            const apart =
              a.x + cardWidth <= b.x ||
              b.x + cardWidth <= a.x ||
              a.y + a.height <= b.y ||
              b.y + b.height <= a.y;
            expect(apart, text).toBe(true);
          }
        }
      }),
    );
  });
});
