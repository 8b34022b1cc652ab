import { describe, expect, it } from 'vitest';
import {
  sampleAttestation,
  sampleDescriptor,
  sampleDigest,
  sampleImage,
  sampleIndex,
  sampleManifest,
} from '../../testing/sampleImages';
import {
  allNodes,
  countPlatforms,
  findPart,
  imageNames,
  imageOfPart,
  imageTotals,
  innerParts,
  layerId,
  nodePart,
  platformImages,
  shortDigest,
  statementsAbout,
} from './imageParts';

const { root } = sampleImage();
const [amd64, arm64] = platformImages(root);

describe('the parts of an image', () => {
  it('are found by their ids, each of which is unique', () => {
    const parts = allNodes(root).flatMap((node) => [nodePart(node), ...innerParts(node)]);
    expect(new Set(parts.map(({ id }) => id)).size).toBe(parts.length);
    for (const part of parts) expect(findPart(root, part.id)).toEqual(part);
    expect(findPart(root, 'gone')).toBeUndefined();
    expect(findPart(root, layerId(amd64!, 99))).toBeUndefined();
  });

  it('tell one digest that stands in two places apart', () => {
    const twice = sampleIndex([
      sampleManifest('linux/amd64', 'a1', { id: 'first' }),
      sampleManifest('linux/amd64', 'a1', { id: 'first again' }),
    ]);
    expect(findPart(twice, 'first again layer 0')).toMatchObject({ node: { id: 'first again' } });
  });

  it('know the step that made a layer', () => {
    const layer = innerParts(amd64!).find((part) => part.kind === 'layer' && part.layer === 2);
    expect(layer).toMatchObject({ step: { createdBy: 'COPY /app/hello /app/hello # buildkit' } });
  });

  it('show the layers of an attestation as its statements, and keep those that are none', () => {
    const attestation = sampleAttestation(amd64!, 'e1');
    expect(innerParts(attestation).map((part) => part.kind)).toEqual(['statement', 'statement']);
    const strange = { ...attestation, layers: [...attestation.layers, sampleDescriptor()] };
    expect(innerParts(strange).map((part) => part.kind)).toEqual(['layer', 'statement', 'statement']);
  });

  it('lead to the image that they are about', () => {
    const attestation = allNodes(root)[5]!;
    expect(imageOfPart(root, nodePart(attestation))).toBe(arm64);
    expect(imageOfPart(root, innerParts(attestation)[1]!)).toBe(arm64);
    expect(imageOfPart(root, nodePart(root))).toBe(amd64);
    expect(imageOfPart(root, innerParts(arm64!)[0]!)).toBe(arm64);
    const descriptor = sampleDescriptor();
    const signature = { kind: 'referrer' as const, id: 's', descriptor, subject: arm64!.descriptor.digest };
    expect(imageOfPart(root, signature)).toBe(arm64);
    expect(imageOfPart(root, { ...signature, subject: sampleDigest('00') })).toBeUndefined();
  });

  it('have their statements', () => {
    expect(statementsAbout(root, arm64!, 'provenance').map(({ descriptor }) => descriptor.digest)).toEqual([
      sampleDigest('e2f'),
    ]);
    expect(statementsAbout(root, arm64!, 'other')).toEqual([]);
  });
});

describe('the totals', () => {
  it('count a layer that platforms share once', () => {
    expect(imageTotals(root)).toEqual({
      platforms: 3,
      manifests: 6,
      storedBytes: 2400 + 3 * (1000 + 1700 + 3_600_000 + 1_100_000) + 93 + 3 * (1000 + 38_400 + 11_200),
    });
  });

  it('leave out foreign layers, which are stored elsewhere', () => {
    const foreign = sampleDescriptor({
      digest: sampleDigest('fe'),
      size: 5e9,
      urls: ['https://example.com/x'],
    });
    expect(imageTotals({ ...amd64!, config: undefined, layers: [foreign] })).toEqual({
      platforms: 1,
      manifests: 1,
      storedBytes: 1000,
    });
  });

  it('go through nested indexes', () => {
    const nested = sampleIndex([root], { id: 'outer', descriptor: sampleDescriptor({ size: 7 }) });
    expect(imageTotals(nested).manifests).toBe(6);
    expect(imageTotals(nested).storedBytes).toBe(imageTotals(root).storedBytes + 7);
  });
});

it('shortens digests to twelve digits', () => {
  expect(shortDigest(`sha256:${'ab'.repeat(32)}`)).toBe('abababababab');
  expect(shortDigest('sha256:0123456789abcdef')).toBe('0123456789ab');
});

it('counts each platform once, and images without one each', () => {
  const first = sampleManifest('linux/amd64', 'a1');
  const { platform: _none, ...bare } = sampleManifest('linux/arm64', 'b1');
  expect(countPlatforms([first, { ...first, id: 'again' }, bare, { ...bare, id: 'too' }])).toBe(3);
});

describe('the names of the images in a list', () => {
  const named = (platform: string, digits: string, id: string, annotations?: Record<string, string>) =>
    sampleManifest(platform, digits, {
      id,
      descriptor: sampleDescriptor({
        digest: sampleDigest(digits),
        ...(annotations === undefined ? {} : { annotations }),
      }),
    });
  const refName = 'org.opencontainers.image.ref.name';

  it('are told where platforms come again: by the annotations, else by the digest', () => {
    const list = sampleIndex([
      named('linux/amd64', 'a1', 'first', { 'io.containerd.image.name': 'acme/app:1', [refName]: '1' }),
      named('linux/amd64', 'b1', 'second', { [refName]: '2' }),
      named('linux/arm64', 'c1', 'third'),
    ]);
    expect([...imageNames(list)]).toEqual([
      ['first', 'acme/app:1'],
      ['second', '2'],
      ['third', 'c1c1c1c1c1c1'],
    ]);
  });

  it('have the digest too where one name stands for several', () => {
    const list = sampleIndex([
      named('linux/amd64', 'a1', 'first', { [refName]: 'latest' }),
      named('linux/amd64', 'b1', 'second', { [refName]: 'latest' }),
    ]);
    expect([...imageNames(list).values()]).toEqual(['latest a1a1a1a1a1a1', 'latest b1b1b1b1b1b1']);
  });

  it('are needed for none where the platforms say it all', () => {
    expect(imageNames(root).size).toBe(0);
    expect(imageNames(sampleManifest('linux/amd64', 'a1')).size).toBe(0);
  });
});
