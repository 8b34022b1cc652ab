import fc from 'fast-check';
import { expect, it } from 'vitest';
import { findCircles } from './circles';

it('finds what depends on itself, and groups it', () => {
  expect(findCircles([])).toEqual([]);
  expect(findCircles([[], [0], [0, 1]])).toEqual([]);
  expect(findCircles([[0]])).toEqual([[0]]);
  expect(findCircles([[1], [0], [1, 3], [2]]).sort()).toEqual([
    [0, 1],
    [2, 3],
  ]);
});

it('agrees with following every edge', () => {
  const graph = fc.integer({ min: 1, max: 8 }).chain((count) =>
    fc.array(fc.uniqueArray(fc.nat({ max: count - 1 }), { maxLength: count }), {
      minLength: count,
      maxLength: count,
    }),
  );
  fc.assert(
    fc.property(graph, (sources) => {
      const reach = (from: number): Set<number> => {
        const seen = new Set(sources[from]);
        for (const node of seen) for (const next of sources[node] ?? []) seen.add(next);
        return seen;
      };
      const circular = sources.flatMap((_, node) => (reach(node).has(node) ? [node] : []));
      const circles = findCircles(sources);
      expect(circles.flat().sort((a, b) => a - b)).toEqual(circular);
      for (const [first = 0, ...others] of circles) {
        for (const other of others)
          expect([reach(first).has(other), reach(other).has(first)]).toEqual([true, true]);
      }
    }),
  );
});

it('follows chains of any length', () => {
  const count = 100_000;
  expect(findCircles(Array.from({ length: count }, (_, index) => [(index + 1) % count]))[0]).toHaveLength(
    count,
  );
});
