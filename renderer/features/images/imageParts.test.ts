import { describe, expect, it } from 'vitest';
import type { BuildResult } from '../../../shared/contract';
import { allParts, imageParts, shortDigest } from './imageParts';

const result = (patch: Partial<BuildResult>): BuildResult => ({
  outputType: 'oci',
  references: [],
  platforms: [],
  cachedSteps: 0,
  totalSteps: 0,
  ...patch,
});
const shared = { digest: 'sha256:shared', size: 10 };
const two = result({
  digest: 'sha256:index',
  platforms: [
    {
      platform: 'linux/amd64',
      manifestDigest: 'sha256:m1',
      configDigest: 'sha256:c1',
      size: 130,
      layers: [shared, { digest: 'sha256:l1', size: 100 }],
    },
    {
      platform: 'linux/arm64',
      manifestDigest: 'sha256:m2',
      size: 230,
      layers: [shared, { digest: 'sha256:l2', size: 200 }],
    },
  ],
});

describe('imageParts', () => {
  it('counts a layer that platforms share once', () => {
    const image = imageParts(two);
    expect(image?.storedBytes).toBe(310);
    expect(image?.root).toMatchObject({ kind: 'index', digest: 'sha256:index', platforms: 2, layers: 3 });
    expect(image?.platforms[0]?.layers.map((layer) => layer.sharedBy)).toEqual([
      ['linux/amd64', 'linux/arm64'],
      ['linux/amd64'],
    ]);
  });

  it('gives every part an id of its own', () => {
    const ids = allParts(imageParts(two)!).map((part) => part.id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids).toHaveLength(1 + 2 + 1 + 4);
  });

  it('takes a lone manifest for what it is', () => {
    const [only] = two.platforms;
    expect(imageParts(result({ digest: 'sha256:m1', platforms: [only!] }))?.root.kind).toBe('manifest');
    expect(imageParts(result({ platforms: [only!] }))?.root).toMatchObject({
      kind: 'manifest',
      digest: 'sha256:m1',
    });
  });

  it('finds no image where none was made', () => {
    expect(imageParts(result({ outputType: 'local' }))).toBeUndefined();
  });
});

it('shortens digests to twelve digits', () => {
  expect(shortDigest(`sha256:${'ab'.repeat(32)}`)).toBe('abababababab');
});
