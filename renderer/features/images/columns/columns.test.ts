import { describe, expect, it } from 'vitest';
import type { ReadyImage } from '../../../stores/imagesStore';
import { sampleBuild } from '../../../testing/samples';
import {
  sampleDescriptor,
  sampleDigest,
  sampleImage,
  sampleIndex,
  sampleManifest,
} from '../../../testing/sampleImages';
import { allColumns, columnName, mostColumns, shownColumns, usualColumns } from './columns';
import { previousBuild } from './previousBuild';

const image = (key: string, ...platforms: string[]): ReadyImage => {
  const source = { kind: 'registry', reference: key } as const;
  const root = sampleIndex(platforms.map((platform, at) => sampleManifest(platform, `${at}a`)));
  return { key, source, status: 'ready', document: sampleImage({ source, name: key, root }) };
};
const texts = (columns: ReturnType<typeof allColumns>): string[] =>
  columns.map((column) => columnName(column, true, '?'));
const now = image('now', 'linux/amd64', 'linux/arm64', 'linux/s390x');
const before = image('before', 'linux/arm64', 'linux/amd64', 'linux/arm/v7');

describe('the columns', () => {
  it('are the platforms of one image', () => {
    expect(texts(usualColumns([now]))).toEqual(['now linux/amd64', 'now linux/arm64', 'now linux/s390x']);
  });

  it('are the shared platforms of two images, side by side', () => {
    expect(texts(usualColumns([now, before]))).toEqual([
      'now linux/amd64',
      'before linux/amd64',
      'now linux/arm64',
      'before linux/arm64',
    ]);
  });

  it('are all platforms of images that share none', () => {
    expect(texts(usualColumns([image('a', 'linux/amd64'), image('b', 'linux/arm64')]))).toHaveLength(2);
  });

  it('are no more than can be read', () => {
    const many = image('m', ...Array.from({ length: 20 }, (_, at) => `linux/x${at}`));
    expect(usualColumns([many])).toHaveLength(mostColumns);
    const ids = allColumns([many]).map(({ id }) => id);
    expect(shownColumns([many], ids)).toHaveLength(mostColumns);
  });

  it('are called after the image in an archive that has several', () => {
    const member = (platform: string, digits: string, name: string) =>
      sampleManifest(platform, digits, {
        id: `${name} ${platform}`,
        descriptor: sampleDescriptor({ annotations: { 'org.opencontainers.image.ref.name': name } }),
      });
    const nested = sampleIndex([sampleManifest('linux/amd64', 'b1'), sampleManifest('linux/arm64', 'b2')], {
      id: 'nested',
      descriptor: sampleDescriptor({ annotations: { 'org.opencontainers.image.ref.name': 'app:2' } }),
    });
    const source = { kind: 'archive', path: '/a.tar' } as const;
    const root = sampleIndex([member('linux/amd64', 'a1', 'app:1'), nested]);
    const document = sampleImage({ source, name: '/a.tar', root });
    expect(texts(usualColumns([{ key: 'a', source, status: 'ready', document }]))).toEqual([
      'app:1 linux/amd64',
      'app:2 linux/amd64',
      'app:2 linux/arm64',
    ]);
  });

  it('are those that were chosen, in that order, as far as they are still there', () => {
    const [first, , third] = allColumns([now]);
    expect(texts(shownColumns([now], [third!.id, 'gone', first!.id]))).toEqual([
      'now linux/s390x',
      'now linux/amd64',
    ]);
  });

  it('have ids of their own, and a name where there is no platform', () => {
    const ids = allColumns([now, before]).map(({ id }) => id);
    expect(new Set(ids).size).toBe(6);
    const bare = { ...allColumns([now])[0]!, platform: '' };
    expect(columnName(bare, false, 'no platform')).toBe('no platform');
  });
});

describe('the previous build', () => {
  const digest = sampleDigest('9f');
  const result = {
    outputType: 'oci' as const,
    digest,
    references: [],
    platforms: [],
    cachedSteps: 0,
    totalSteps: 0,
  };
  const builds = [
    sampleBuild({ id: 'b5', result }),
    sampleBuild({ id: 'b4', status: 'failed' }),
    sampleBuild({ id: 'b3', result, dockerfile: 'other.Dockerfile' }),
    sampleBuild({ id: 'b2', result, project: '/elsewhere' }),
    sampleBuild({ id: 'b1', result }),
  ];

  it('is the newest one before of the same Dockerfile that made an image', () => {
    expect(previousBuild(builds, 'b5')?.id).toBe('b1');
  });

  it('is not there for the first build, an unknown one, and none', () => {
    for (const id of ['b1', 'gone', undefined]) expect(previousBuild(builds, id)).toBeUndefined();
  });
});
