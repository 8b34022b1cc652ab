import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  imageNodeSchema,
  StudioError,
  type ImageNode,
  type IndexNode,
  type ManifestNode,
} from '../../../shared/contract';
import { MemoryImage, ociConfig, ociIndex, ociLayer, ociManifest } from '../../testing/memoryImage';
import { BlobError } from '../blobSource';
import type { OpenImage } from '../openImage';
import { ImageError } from '../document';
import { readTree } from './tree';

const never = new AbortController().signal;
const digestOf = (fill: string): string => `sha256:${fill.repeat(64)}`;

async function index(image: OpenImage): Promise<IndexNode> {
  const root = await readTree(image, never);
  expect(root.type).toBe('index');
  return root as IndexNode;
}

async function manifest(image: OpenImage): Promise<ManifestNode> {
  const root = await readTree(image, never);
  expect(root.type).toBe('manifest');
  return root as ManifestNode;
}

describe('readTree', () => {
  it('names attestations after the image that they are about', async () => {
    const image = new MemoryImage();
    const arm = image.addImage('arm64');
    const layer = {
      ...image.add({ predicateType: 'https://spdx.dev/Document' }),
      mediaType: 'application/vnd.in-toto+json',
    };
    const config = image.add({ os: 'unknown', architecture: 'unknown' }, ociConfig);
    const attestation = image.add({ mediaType: ociManifest, config, layers: [layer] }, ociManifest);
    image.addIndex([
      arm,
      {
        ...attestation,
        platform: { os: 'unknown', architecture: 'unknown' },
        annotations: {
          'vnd.docker.reference.type': 'attestation-manifest',
          'vnd.docker.reference.digest': arm.digest,
        },
      },
    ]);
    const { children } = await index(image);
    expect(children[1]).toMatchObject({
      role: 'attestation',
      platform: 'linux/arm64',
      about: arm.digest,
      // No annotation tells: the statement itself does.
      statements: [{ kind: 'sbom', predicateType: 'https://spdx.dev/Document' }],
    });
    expect((children[1] as ManifestNode).descriptor.platform).toBeUndefined();
  });

  it('reads at most eight documents at a time', async () => {
    const image = new MemoryImage();
    image.addIndex(Array.from({ length: 40 }, (_, position) => image.addImage(`a${position}`)));
    expect((await index(image)).children).toHaveLength(40);
    expect(image.mostReads).toBe(8);
  });

  it('tells what is missing or damaged at its place', async () => {
    const image = new MemoryImage();
    const good = image.addImage('amd64');
    const damaged = image.addImage('arm64');
    image.blobs.set(damaged.digest, Buffer.from('{}'));
    const missing = { mediaType: ociManifest, digest: digestOf('a'), size: 10 };
    image.addIndex([
      missing,
      damaged,
      good,
      7,
      { mediaType: ociManifest },
      { digest: 'sha256:../../x', size: 1 },
    ]);
    const { children } = await index(image);
    expect(children.map(({ type, problem }) => [type, problem?.code])).toEqual([
      ['unknown', 'not-found'],
      ['unknown', 'image-invalid'],
      ['manifest', undefined],
      ['unknown', 'image-invalid'],
      ['unknown', 'image-invalid'],
      ['unknown', 'image-invalid'],
    ]);
  });

  it('has the manifest where only its config is missing, damaged, or no config', async () => {
    for (const [content, code] of [
      [undefined, 'not-found'],
      [Buffer.from('no JSON'), 'image-invalid'],
      [['a', 'list'], 'image-invalid'],
    ] as const) {
      const image = new MemoryImage();
      const config = image.add(content ?? 'gone', ociConfig);
      if (content === undefined) image.blobs.delete(config.digest);
      image.add({ mediaType: ociManifest, config, layers: [] }, ociManifest);
      expect(await manifest(image)).toMatchObject({ role: 'image', problem: { code }, layers: [] });
    }
  });

  it('tells of sizes and layers that don’t fit', async () => {
    const image = new MemoryImage();
    const one = image.addImage('amd64');
    image.addIndex([{ ...one, size: one.size + 1 }]);
    expect((await index(image)).children[0]).toMatchObject({
      type: 'manifest',
      problem: { code: 'image-invalid', message: expect.stringContaining('is said to have') },
    });
    const config = image.add(
      { os: 'linux', architecture: 'amd64', rootfs: { diff_ids: ['a', 'b'] } },
      ociConfig,
    );
    image.add(
      { mediaType: ociManifest, config, layers: [{ mediaType: ociLayer, digest: digestOf('1'), size: 1 }] },
      ociManifest,
    );
    expect((await manifest(image)).problem?.message).toBe(
      'The manifest has 1 layers, and the config tells of 2.',
    );
  });

  it('never follows a circle, however it comes about', async () => {
    const [a, b] = [digestOf('a'), digestOf('b')];
    const lists = (digest: string): Buffer =>
      Buffer.from(
        JSON.stringify({ mediaType: ociIndex, manifests: [{ mediaType: ociIndex, digest, size: 0 }] }),
      );
    // Digests keep honest sources from this; here one of them lies.
    const lying = {
      name: 'lying',
      root: { digest: a, mediaType: ociIndex, size: 0 },
      read: async (digest: string) => lists(digest === a ? b : a),
    } as unknown as OpenImage;
    const root = await index(lying);
    const inner = root.children[0] as IndexNode;
    expect(inner.children[0]).toMatchObject({
      type: 'unknown',
      problem: { code: 'image-invalid', message: `The index ${a} lists itself.` },
    });
  });

  it('ends when indexes are inside of one another for ever, or multiply', async () => {
    let count = 0;
    const endless = (width: number): OpenImage =>
      ({
        name: 'endless',
        root: { digest: digestOf('0'), mediaType: ociIndex, size: 0 },
        read: async () => {
          const manifests = Array.from({ length: width }, () => ({
            mediaType: ociIndex,
            digest: `sha256:${(++count).toString(16).padStart(64, '0')}`,
            size: 0,
          }));
          return Buffer.from(JSON.stringify({ mediaType: ociIndex, manifests }));
        },
      }) as unknown as OpenImage;
    const problems: string[] = [];
    const visit = (node: ImageNode): void => {
      if (node.problem) problems.push(node.problem.message);
      if (node.type === 'index') node.children.forEach(visit);
    };
    visit(await readTree(endless(1), never));
    expect(problems).toEqual(['Indexes are inside of one another more than 16 times.']);
    visit(await readTree(endless(10), never));
    expect(problems.at(-1)).toContain('more than 2000 manifests');
    expect(count).toBeLessThan(25_000);
  });

  it('shows a thousand of an index with many, and refuses what is too large', async () => {
    const image = new MemoryImage();
    const one = image.addImage('amd64');
    image.addIndex(Array.from({ length: 20_000 }, () => one));
    expect((await index(image)).problem?.message).toBe(
      'The index lists 20000 manifests; the first 1000 are shown.',
    );
    image.addIndex(Array.from({ length: 100_000 }, () => one));
    await expect(readTree(image, never)).rejects.toThrow('more than the 4194304 that are read');
    image.addIndex([{ mediaType: ociManifest, digest: digestOf('a'), size: 1024 ** 3 }]);
    expect((await index(image)).children[0]!.problem?.message).toContain(
      'more than the 4194304 that are read',
    );
  });

  it('counts what is shown many times', async () => {
    const image = new MemoryImage();
    const config = image.add(
      { os: 'linux', architecture: 'amd64', padding: 'x'.repeat(1024 * 1024) },
      ociConfig,
    );
    const one = image.add({ mediaType: ociManifest, config, layers: [] }, ociManifest);
    image.addIndex(Array.from({ length: 100 }, () => one));
    const { children } = await index(image);
    expect(
      children.filter((child) => child.type === 'manifest' && child.image !== undefined).length,
    ).toBeLessThan(64);
    expect(children.at(-1)!.problem?.message).toContain('too large together');
  });

  it('knows artifacts, empty configs, foreign layers and unknown types', async () => {
    const image = new MemoryImage();
    const empty = image.add({}, 'application/vnd.oci.empty.v1+json');
    const chart = image.add(Buffer.from('chart'), 'application/vnd.cncf.helm.chart.content.v1.tar+gzip');
    const foreign = {
      mediaType: 'application/vnd.docker.image.rootfs.foreign.diff.tar.gzip',
      digest: digestOf('f'),
      size: 5,
      urls: ['https://example.com/layer'],
    };
    const helm = {
      mediaType: ociManifest,
      config: empty,
      layers: [chart],
      subject: { digest: digestOf('5'), size: 1, mediaType: ociManifest },
    };
    const artifact = image.add(helm, ociManifest);
    const typed = image.add({ ...helm, artifactType: 'application/x-thing' }, ociManifest);
    const signature = image.add(
      {
        mediaType: ociManifest,
        config: image.add({ architecture: '', os: '' }, ociConfig),
        layers: [
          { mediaType: 'application/vnd.dev.cosign.simplesigning.v1+json', digest: digestOf('c'), size: 2 },
        ],
      },
      ociManifest,
    );
    const windows = image.add(
      {
        mediaType: ociManifest,
        config: image.add(
          { os: 'windows', architecture: 'amd64', 'os.version': '10.0.17763', rootfs: { diff_ids: ['a'] } },
          ociConfig,
        ),
        layers: [foreign],
      },
      ociManifest,
    );
    const odd = { mediaType: 'application/x-odd', digest: digestOf('d'), size: 1024 ** 4 };
    image.addIndex([artifact, typed, signature, windows, odd]);
    const { children } = await index(image);
    expect(children).toMatchObject([
      {
        role: 'artifact',
        artifactType: 'application/vnd.oci.empty.v1+json',
        about: digestOf('5'),
        layers: [chart],
      },
      { role: 'artifact', artifactType: 'application/x-thing' },
      { role: 'artifact', artifactType: 'application/vnd.dev.cosign.simplesigning.v1+json' },
      { role: 'image', platform: 'windows(10.0.17763)/amd64', layers: [foreign] },
      { type: 'unknown', descriptor: odd },
    ]);
    expect(children.every(({ problem }) => problem === undefined)).toBe(true);
  });

  it('has a clear word for schema 1, wherever it comes up', async () => {
    const image = new MemoryImage();
    const old = { schemaVersion: 1, name: 'a', fsLayers: [], history: [] };
    image.add(old, 'application/vnd.docker.distribution.manifest.v1+prettyjws');
    await expect(readTree(image, never)).rejects.toThrow('schema 1');
    const untyped = image.add(old);
    await expect(readTree(image, never)).rejects.toThrow('schema 1');
    image.addIndex([untyped]);
    expect((await index(image)).children[0]!.problem?.message).toContain('schema 1');
  });

  it('refuses a document that is two things', async () => {
    const image = new MemoryImage();
    image.add({ mediaType: ociIndex, manifests: [], layers: [] });
    await expect(readTree(image, never)).rejects.toThrow('an index and a manifest at once');
    image.add({ manifests: [], config: {} });
    await expect(readTree(image, never)).rejects.toThrow('an index and a manifest at once');
  });

  it('stops when it is told to', async () => {
    const image = new MemoryImage();
    image.addIndex([image.addImage('amd64')]);
    const stop = new AbortController();
    const reading = readTree(image, stop.signal);
    stop.abort();
    await expect(reading).rejects.toBe(stop.signal.reason);
  });
});

const hostileKeys = fc.constantFrom(
  ...[
    'schemaVersion',
    'mediaType',
    'manifests',
    'config',
    'layers',
    'digest',
    'size',
    'platform',
    'annotations',
  ],
  ...[
    'os',
    'architecture',
    'history',
    'rootfs',
    'diff_ids',
    'subject',
    'urls',
    'Labels',
    'Env',
    '__proto__',
    'toString',
  ],
);
const hostile = fc.letrec((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.constantFrom<unknown>(ociIndex, ociManifest, ociConfig, ociLayer, null, -1, 1e300, '', true),
    fc.string(),
    fc.double(),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(hostileKeys, tie('value'), { maxKeys: 6 }),
  ),
})).value;

describe('any document', () => {
  it('is a tree that fits the contract, or an error that says why not', async () => {
    await fc.assert(
      fc.asyncProperty(hostile, hostile, hostile, fc.boolean(), async (config, inner, outer, asIndex) => {
        const image = new MemoryImage();
        const configured = image.add(config, ociConfig);
        const child = image.add(
          typeof inner === 'object' && inner !== null && !Array.isArray(inner)
            ? { config: configured, ...inner }
            : inner,
          ociManifest,
        );
        if (asIndex) image.addIndex([child, outer]);
        else image.add(outer);
        await readsOrSays(image);
      }),
      { numRuns: 500 },
    );
  });

  it('also when it is no JSON at all', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), async (bytes) => {
        const image = new MemoryImage();
        image.addIndex([image.add(bytes, ociManifest), image.add(bytes, ociIndex)]);
        await readsOrSays(image);
        image.add(bytes);
        await readsOrSays(image);
      }),
    );
  });
});

async function readsOrSays(image: OpenImage): Promise<void> {
  try {
    const root = await readTree(image, never);
    imageNodeSchema.parse(JSON.parse(JSON.stringify(root)));
  } catch (error) {
    if (!(error instanceof ImageError || error instanceof BlobError || error instanceof StudioError))
      throw error;
  }
}
