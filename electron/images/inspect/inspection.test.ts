import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { StudioError, type BuildSummary, type EngineImage, type ImageSource } from '../../../shared/contract';
import { MemoryImage } from '../../testing/memoryImage';
import type { ImageOpener, OpenImage } from '../openImage';
import { ImageInspection, type ImageInspectionDeps } from './inspection';
import { RecentImages } from './recentImages';

const never = new AbortController().signal;
let folder: string;
let recent: RecentImages;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'manifold-inspection-'));
  recent = new RecentImages(folder, () => undefined);
});
afterEach(async () => {
  await recent.settled();
  await rm(folder, { recursive: true });
});

function inspection(image: OpenImage, deps: Partial<ImageInspectionDeps> = {}): ImageInspection {
  const opener: ImageOpener = { use: (_source, work) => work(image) };
  return new ImageInspection({
    opener,
    recent,
    builds: { list: () => [] },
    engineImages: async () => [],
    tags: async () => [],
    logger: pino({ level: 'silent' }),
    ...deps,
  });
}

const source: ImageSource = { kind: 'archive', path: '/memory' };

describe('raw', () => {
  it('cuts a long text between two characters and says so', async () => {
    const image = new MemoryImage();
    const long = image.add(Buffer.from(`x${'ü'.repeat(9 * 1024 * 1024)}`));
    const raw = await inspection(image).raw({ source, digest: long.digest }, never);
    expect(raw).toMatchObject({ size: long.size, truncated: true });
    expect(raw.text.endsWith('ü')).toBe(true);
    expect(Buffer.byteLength(raw.text)).toBe(16 * 1024 * 1024 - 1);
    const short = image.add(Buffer.from('{ "a":  1 }\n'));
    expect(await inspection(image).raw({ source, digest: short.digest }, never)).toEqual({
      text: '{ "a":  1 }\n',
      size: 12,
      truncated: false,
    });
  });

  it('refuses what is too large, and says what is missing', async () => {
    const image = new MemoryImage();
    const huge = image.add(Buffer.alloc(65 * 1024 * 1024));
    const images = inspection(image);
    await expect(images.raw({ source, digest: huge.digest }, never)).rejects.toMatchObject({
      code: 'image-invalid',
    });
    const missing = `sha256:${'0'.repeat(64)}`;
    await expect(images.raw({ source, digest: missing }, never)).rejects.toMatchObject({ code: 'not-found' });
  });
});

describe('statements', () => {
  it('that are nested beyond all bounds are refused', async () => {
    const image = new MemoryImage();
    const depth = 200_000;
    const deep = `${'['.repeat(depth)}${']'.repeat(depth)}`;
    const statement = `{"predicateType":"https://slsa.dev/provenance/v1","predicate":{"buildDefinition":{"internalParameters":{"a":${deep}}}}}`;
    const { digest } = image.add(Buffer.from(statement));
    const images = inspection(image);
    await expect(images.provenance({ source, digest }, never)).rejects.toMatchObject({
      code: 'image-invalid',
    });
    await expect(images.sbom({ source, digest }, never)).rejects.toMatchObject({ code: 'image-invalid' });
  });
});

describe('inspect', () => {
  const built = (result: object): BuildSummary =>
    ({ id: 'b1', result: { platforms: [], ...result } }) as unknown as BuildSummary;

  it('finds the build by the digest of the index, of a manifest, and of a config', async () => {
    const image = new MemoryImage();
    const { digest } = image.addImage('amd64');
    const config = JSON.parse(Buffer.from(image.blobs.get(digest)!).toString()) as {
      config: { digest: string };
    };
    const platform = (one: object): object => ({ platforms: [{ platform: 'linux/amd64', ...one }] });
    for (const result of [
      { digest },
      platform({ manifestDigest: digest }),
      platform({ manifestDigest: 'other', configDigest: config.config.digest }),
    ]) {
      const builds = { list: () => [built({ digest: 'sha256:other' }), built(result)] };
      expect((await inspection(image, { builds }).inspect(source, never)).buildId).toBe('b1');
    }
    const others = { list: () => [built(platform({ manifestDigest: 'other' }))] };
    expect((await inspection(image, { builds: others }).inspect(source, never)).buildId).toBeUndefined();
  });

  it('remembers references, the newest first, and nothing else', async () => {
    const image = new MemoryImage();
    image.addImage('amd64');
    const images = inspection(image);
    await images.inspect(source, never);
    expect((await images.catalog(never)).recent).toEqual([]);
    for (const name of [...Array.from({ length: 25 }, (_, index) => `app:${index}`), 'app:20']) {
      Object.assign(image, { name });
      await images.inspect({ kind: 'registry', reference: name }, never);
    }
    const references = (await new RecentImages(folder, () => undefined).list()).slice(0, 3);
    expect(references).toEqual(['app:20', 'app:24', 'app:23']);
    expect((await recent.list()).length).toBe(20);
  });
});

describe('catalog', () => {
  const image = new MemoryImage();
  const failing = (code: string, syscall = 'connect') =>
    inspection(image, {
      engineImages: async () => {
        const cause = Object.assign(new Error(code), { code, syscall });
        throw new StudioError({ code: 'builder-unreachable', message: 'no Docker' }, { cause });
      },
    });

  it('has no problem with a machine without an engine', async () => {
    expect(await failing('ENOENT').catalog(never)).toEqual({ recent: [], engine: [] });
    expect(await failing('ECONNREFUSED').catalog(never)).toEqual({ recent: [], engine: [] });
  });

  it('says why an engine that is there gives nothing', async () => {
    expect((await failing('EACCES').catalog(never)).engineProblem).toMatchObject({
      code: 'builder-unreachable',
    });
  });

  it('waits three seconds for it and no longer', async () => {
    const hangs = inspection(image, {
      engineImages: (signal) =>
        new Promise<EngineImage[]>((_resolve, reject) =>
          signal.addEventListener('abort', () => reject(signal.reason as Error)),
        ),
    });
    const startedMs = performance.now();
    expect((await hangs.catalog(never)).engineProblem?.message).toBe('Docker does not answer.');
    expect(performance.now() - startedMs).toBeLessThan(4000);
  });
});

describe('saveBlob', () => {
  it('leaves nothing behind when it fails', async () => {
    const image = new MemoryImage();
    const { digest, size } = image.add(Buffer.alloc(5 * 1024 * 1024, 'x'));
    const path = join(folder, 'saved');
    const images = inspection(image);
    await images.saveBlob({ source, digest, size }, path, never);
    expect((await readFile(path)).length).toBe(size);
    const before = await readdir(folder);
    image.blobs.set(digest, Buffer.alloc(size, 'y'));
    await expect(images.saveBlob({ source, digest, size }, join(folder, 'bad'), never)).rejects.toMatchObject(
      {
        code: 'image-invalid',
      },
    );
    await expect(
      images.saveBlob({ source, digest, size }, join(folder, 'none', 'bad'), never),
    ).rejects.toMatchObject({ code: 'not-found' });
    expect(await readdir(folder)).toEqual(before);
  });
});
