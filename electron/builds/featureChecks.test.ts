import { describe, expect, it } from 'vitest';
import {
  defaultBuildSettings,
  type BuilderNode,
  type BuildSettings,
  type NodeFeatures,
} from '../../shared/contract';
import { testNode } from '../testing/testBuilder';
import { checkFeatures } from './featureChecks';

/** A builder of BuildKit's own, with a Docker Engine beside it. */
const everything: NodeFeatures = {
  load: 'archive',
  loadMultiPlatform: true,
  multiPlatform: true,
  ociExport: true,
  dockerExport: true,
  cacheExport: true,
};
/** A Docker Engine with its classic image store. */
const classic: NodeFeatures = {
  load: 'store',
  loadMultiPlatform: false,
  multiPlatform: false,
  ociExport: false,
  dockerExport: false,
  cacheExport: false,
};

function node(features: NodeFeatures | undefined, changes: Partial<BuilderNode> = {}): BuilderNode {
  return testNode({ platforms: [], ...changes, ...(features === undefined ? {} : { features }) });
}

const settings = (changes: Partial<BuildSettings>): BuildSettings => ({
  ...defaultBuildSettings,
  ...changes,
});
const two = ['linux/amd64', 'linux/arm64'];

describe('checkFeatures', () => {
  it.each<Partial<BuildSettings>>([
    { output: { type: 'oci' } },
    { output: { type: 'docker' } },
    { output: { type: 'push' }, sbom: true, cacheTo: ['r.example/a:c'] },
    { output: { type: 'load' } },
  ])('has nothing against %j where everything can be done', (changes) => {
    expect(checkFeatures(settings(changes), [{ node: node(everything), platforms: two }])).toEqual([]);
  });

  it.each<[Partial<BuildSettings>, platforms: string[], field: string, words: string]>([
    [{ output: { type: 'tar' } }, two, 'platforms', 'one platform at a time'],
    [{ output: { type: 'load' } }, two, 'output', 'one platform only'],
    [{ output: { type: 'oci' } }, [], 'output', 'OCI archives'],
    [{ output: { type: 'docker' } }, [], 'output', 'Docker archives'],
    [{ output: { type: 'push' } }, two, 'platforms', 'one platform at a time'],
    [{ output: { type: 'push' }, sbom: true }, [], 'sbom', 'SBOM'],
    [{ output: { type: 'load' }, sbom: true }, [], 'sbom', 'SBOM'],
    [{ output: { type: 'load' }, cacheTo: ['r.example/a:c'] }, [], 'cacheTo', 'into the image'],
  ])('finds what a classic store can’t do with %j for %j', (changes, platforms, field, words) => {
    const findings = checkFeatures(settings(changes), [{ node: node(classic), platforms }]);
    expect(findings).toEqual([
      {
        severity: 'error',
        field,
        message: expect.stringContaining(words) as string,
        hint: expect.any(String) as string,
      },
    ]);
    expect(findings[0]!.message).toContain('node0');
  });

  it('lets a classic store do what it can', () => {
    const can: Partial<BuildSettings>[] = [
      { output: { type: 'load' }, cacheTo: ['type=inline'] },
      { output: { type: 'local', path: '/x' } },
      { output: { type: 'tar' } },
      { output: { type: 'cacheonly' } },
      { output: { type: 'push' }, tags: ['r.example/a:1', 'r.example/b:2'] },
    ];
    for (const changes of can) {
      const share = { node: node(classic), platforms: ['linux/amd64'] };
      expect(checkFeatures(settings(changes), [share]), JSON.stringify(changes)).toEqual([]);
    }
  });

  it('counts the platforms of all nodes for an engine that loads one', () => {
    const archive = { ...everything, loadMultiPlatform: false };
    const shares = two.map((platform, index) => ({
      node: node(archive, { name: `n${index}` }),
      platforms: [platform],
    }));
    expect(checkFeatures(settings({ output: { type: 'load' } }), shares)).toMatchObject([
      { severity: 'error', field: 'output', hint: expect.stringContaining('Tick one platform') as string },
    ]);
  });

  it('joins no parts that an engine pushes by their tags', () => {
    const shares = [classic, everything].map((features, index) => ({
      node: node(features, { name: `n${index}` }),
      platforms: [two[index]!],
    }));
    const push = settings({ output: { type: 'push' } });
    expect(checkFeatures(push, shares)).toMatchObject([
      { severity: 'error', field: 'output', message: 'n0 can’t push a part of an image.' },
    ]);
    expect(checkFeatures(push, shares.slice(1))).toEqual([]);
  });

  it('leaves a stopped builder to tell when it is started', () => {
    const load = settings({ output: { type: 'load' } });
    const asked = (changes: Partial<BuilderNode>) =>
      checkFeatures(load, [{ node: node(undefined, changes), platforms: [] }]);
    expect(asked({ status: 'stopped' })).toEqual([]);
    expect(asked({})[0]?.hint).toContain('docker load');
    expect(checkFeatures(settings({ sbom: true }), [{ node: node(undefined), platforms: two }])).toEqual([]);
  });

  it('warns when several nodes write one cache', () => {
    const shares = two.map((platform) => ({ node: node(everything), platforms: [platform] }));
    expect(checkFeatures(settings({ cacheTo: ['r.example/a:c'] }), shares)).toMatchObject([
      { severity: 'warning', field: 'cacheTo' },
    ]);
    expect(checkFeatures(settings({ cacheTo: ['type=inline'] }), shares)).toEqual([]);
  });
});
