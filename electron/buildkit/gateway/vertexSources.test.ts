import { create } from '@bufbuild/protobuf';
import { expect, it } from 'vitest';
import { SolveResponseSchema } from '../gen/moby/buildkit/v1/frontend/gateway_pb';
import { vertexSources } from './vertexSources';

const range = (start: number, end = start) => ({ start: { line: start }, end: { line: end } });
const ref = (locations: Record<string, number[][]>) => ({
  def: {
    Source: {
      locations: Object.fromEntries(
        Object.entries(locations).map(([digest, ranges]) => [
          digest,
          { locations: ranges.map(([start = 0, end]) => ({ ranges: start > 0 ? [range(start, end)] : [] })) },
        ]),
      ),
    },
  },
});

it('gathers the lines of all platforms, each once', () => {
  const refs = {
    'linux/amd64': ref({ a: [[1], [5]], b: [[2, 3]] }),
    'linux/arm64': ref({ a: [[1], [9]], context: [[0]] }),
  };
  const response = create(SolveResponseSchema, { result: { result: { case: 'refs', value: { refs } } } });
  expect(Object.fromEntries(vertexSources(response))).toEqual({
    a: [
      { start: 1, end: 1 },
      { start: 5, end: 5 },
      { start: 9, end: 9 },
    ],
    b: [{ start: 2, end: 3 }],
  });
});

it('takes the one result of a build for one platform, and none at all', () => {
  const one = create(SolveResponseSchema, { result: { result: { case: 'ref', value: ref({ a: [[4]] }) } } });
  expect([...vertexSources(one)]).toEqual([['a', [{ start: 4, end: 4 }]]]);
  expect(vertexSources(create(SolveResponseSchema)).size).toBe(0);
  expect(
    vertexSources(create(SolveResponseSchema, { result: { result: { case: 'ref', value: {} } } })).size,
  ).toBe(0);
});
