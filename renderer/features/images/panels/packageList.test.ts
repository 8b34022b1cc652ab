import { expect, it } from 'vitest';
import { sampleSbom } from '../../../testing/sampleImages';
import { countByType, packageTest, searchablePackages } from './packageList';

const { packages } = sampleSbom();
const names = (query: string, type = ''): string[] => {
  const test = packageTest(query, type);
  const all = searchablePackages(packages);
  return (test === undefined ? all : all.filter(test)).map(({ pack }) => pack.name);
};

it('searches names, versions, types, licenses and locations, word by word', () => {
  expect(names('')).toHaveLength(3);
  expect(names('GPL')).toEqual(['busybox']);
  expect(names('apk installed')).toEqual(['musl']);
  expect(names('x/net v0.28')).toEqual(['golang.org/x/net']);
  expect(names('nothing')).toEqual([]);
});

it('narrows to a type', () => {
  expect(names('', 'golang')).toEqual(['golang.org/x/net']);
  expect(names('musl', 'golang')).toEqual([]);
});

it('counts by type, most first', () => {
  expect(countByType([...packages, { name: 'x', locations: [] }])).toEqual([
    { type: 'apk', count: 2 },
    { type: '?', count: 1 },
    { type: 'golang', count: 1 },
  ]);
});

it('filters 20,000 packages in less than 50 ms', () => {
  const many = searchablePackages(
    Array.from({ length: 20_000 }, (_, index) => ({
      name: `package-${index}`,
      version: `1.${index}.0`,
      type: 'npm',
      license: 'Apache-2.0',
      locations: [`/usr/lib/node_modules/some/long/path/package-${index}/package.json`],
    })),
  );
  const times = Array.from({ length: 7 }, (_, run) => {
    const begin = performance.now();
    expect(many.filter(packageTest(`package-199 ${run}`, 'npm')!).length).toBeGreaterThan(0);
    return performance.now() - begin;
  });
  expect(times.toSorted((a, b) => a - b)[3]).toBeLessThan(50);
});
