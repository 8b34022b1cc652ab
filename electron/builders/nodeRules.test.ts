import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { StudioError } from '../../shared/contract';
import {
  canonicalPlatforms,
  nextNodeName,
  nodeNameOf,
  withNode,
  withoutNode,
  withPlatforms,
} from './nodeRules';
import type { StoredBuilder, StoredNode } from './store';

const platformNames = ['linux/amd64', 'linux/arm64', 'linux/arm/v7', 'linux/riscv64'];
const node = (name: string, endpoint: string, platforms: string[] = []): StoredNode => ({
  ...{ name, endpoint, platforms },
  ...{ options: {}, flags: [], files: {} },
});
const builder = (...nodes: StoredNode[]): StoredBuilder => ({ name: 'Edge', driver: 'remote', nodes });
const code = (act: () => unknown): string | undefined => {
  try {
    act();
    return undefined;
  } catch (error) {
    return (error as StudioError).code;
  }
};

describe('the nodes of a builder', () => {
  it('are named by the first free number', () => {
    expect(nextNodeName('Edge', [])).toBe('edge0');
    expect(nextNodeName('Edge', [{ name: 'edge0' }, { name: 'edge2' }])).toBe('edge1');
  });

  it('have names as buildx keeps them', () => {
    expect(nodeNameOf(' Pi.1 ')).toBe('pi.1');
    for (const bad of ['', '1a', 'a b', '../x']) expect(code(() => nodeNameOf(bad))).toBe('invalid-request');
  });

  it('have canonical platforms, each once', () => {
    expect(canonicalPlatforms(['arm64', 'linux/arm64/v8', 'Linux/AMD64'])).toEqual([
      'linux/arm64',
      'linux/amd64',
    ]);
    expect(code(() => canonicalPlatforms(['linux/*']))).toBe('invalid-request');
  });

  it('take a name and an endpoint once', () => {
    const one = builder(node('a', 'tcp://a:1'));
    expect(code(() => withNode(one, node('a', 'tcp://b:1')))).toBe('conflict');
    expect(code(() => withNode(one, node('b', 'tcp://a:1')))).toBe('conflict');
    expect(withNode(one, node('b', 'tcp://b:1')).nodes.map(({ name }) => name)).toEqual(['a', 'b']);
  });

  it('can be taken out but for the last', () => {
    const two = builder(node('a', 'tcp://a:1'), node('b', 'tcp://b:1'));
    expect(withoutNode(two, 'a').nodes.map(({ name }) => name)).toEqual(['b']);
    expect(code(() => withoutNode(two, 'c'))).toBe('not-found');
    expect(code(() => withoutNode(withoutNode(two, 'a'), 'b'))).toBe('conflict');
  });

  it('never share a fixed platform', () => {
    const change = fc.record({ at: fc.nat({ max: 2 }), platforms: fc.subarray(platformNames) });
    fc.assert(
      fc.property(fc.array(change), (changes) => {
        let three = builder(node('a', 'tcp://a:1'), node('b', 'tcp://b:1'), node('c', 'tcp://c:1'));
        for (const { at, platforms } of changes) {
          const name = three.nodes[at]!.name;
          three = withPlatforms(three, name, platforms);
          expect(three.nodes[at]!.platforms).toEqual(platforms);
          const all = three.nodes.flatMap((one) => one.platforms);
          expect(new Set(all).size).toBe(all.length);
        }
      }),
    );
  });
});
