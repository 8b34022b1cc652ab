import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { randomPod, stickyPod } from './podChooser';

const pods = ['b0-7d9f-aaaaa', 'b0-7d9f-bbbbb', 'b0-7d9f-ccccc', 'b0-7d9f-ddddd'];

describe('the sticky pod', () => {
  // What serialx/hashring, which buildx uses, answers.
  it.each([
    ['', 'b0-7d9f-bbbbb'],
    ['mine', 'b0-7d9f-aaaaa'],
    ['theirs', 'b0-7d9f-ddddd'],
    ['/home/me/project', 'b0-7d9f-bbbbb'],
    ['c', 'b0-7d9f-aaaaa'],
    ['日本', 'b0-7d9f-bbbbb'],
  ])('of %j is the one that buildx takes', (key, pod) => {
    expect(stickyPod(pods, key)).toBe(pod);
  });

  it('is one of them, whatever their order', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.string(), { minLength: 1 }), fc.string(), (names, key) => {
        const pod = stickyPod(names, key);
        expect(names).toContain(pod);
        expect(stickyPod([...names].reverse(), key)).toBe(pod);
      }),
    );
  });

  it('stays when another one goes', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.string(), { minLength: 2 }), fc.string(), (names, key) => {
        const pod = stickyPod(names, key);
        const gone = names.find((name) => name !== pod);
        expect(
          stickyPod(
            names.filter((name) => name !== gone),
            key,
          ),
        ).toBe(pod);
      }),
    );
  });
});

it('takes any pod at random, and none from none', () => {
  const taken = new Set(Array.from({ length: 200 }, () => randomPod(pods)));
  expect([...taken].sort()).toEqual(pods);
  expect(randomPod([])).toBeUndefined();
  expect(stickyPod([], 'x')).toBeUndefined();
});
