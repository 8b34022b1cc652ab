import { createHash } from 'node:crypto';
import { execFile, execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, open, readdir, rename, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { pack, type Header } from 'tar-stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { StudioError, type ImageSource } from '../../../shared/contract';
import { MemoryImage, ociIndex } from '../../testing/memoryImage';
import { BlobError } from '../blobSource';
import { TarError } from '../tar/tarIndex';
import type { HeldImage } from './heldImage';
import { openArchive } from './openArchive';

const never = new AbortController().signal;
let folder: string;
const held: HeldImage[] = [];
beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), 'manifold-archive-'))));
afterEach(async () => {
  await closeAll();
  await rm(folder, { recursive: true });
});

async function closeAll(): Promise<void> {
  for (const one of held.splice(0)) await one.close?.();
}

type Entry = [
  header: string | (Pick<Header, 'name'> & Partial<Pick<Header, 'type' | 'linkname' | 'size'>>),
  content?: string | Uint8Array | undefined,
];

async function tar(...entries: Entry[]): Promise<Buffer> {
  const archive = pack();
  for (const [header, content] of entries) {
    const named = typeof header === 'string' ? { name: header } : header;
    if (content === undefined) archive.entry(named);
    else archive.entry(named, Buffer.from(content));
  }
  archive.finalize();
  return buffer(archive);
}

/** Compresses with the zstd program. */
function zstd(bytes: Uint8Array): Buffer {
  return execFileSync('zstd', ['-q', '-c'], { input: bytes, maxBuffer: 2 ** 30 });
}

async function written(name: string, bytes: Uint8Array): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, bytes);
  return path;
}

async function opened(path: string, reference?: string): Promise<HeldImage> {
  const source: ImageSource = { kind: 'archive', path, ...(reference === undefined ? {} : { reference }) };
  const image = await openArchive({ source, path, reference }, join(folder, 'spool'), never);
  held.push(image);
  return image;
}

const invalid = (words: string) => ({
  code: 'image-invalid',
  message: expect.stringContaining(words) as unknown,
});
const sha256 = (bytes: string | Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
const read = async ({ image }: HeldImage, digest: string): Promise<string> =>
  Buffer.from(await image.read(digest, { maxBytes: 1024 * 1024 })).toString();

/** The files of a small OCI layout. */
function layout(): { memory: MemoryImage; files: Entry[] } {
  const memory = new MemoryImage();
  const image = memory.addImage('amd64');
  const files: Entry[] = [...memory.blobs].map(([digest, bytes]) => [
    `blobs/${digest.replace(':', '/')}`,
    bytes,
  ]);
  const index = { schemaVersion: 2, mediaType: ociIndex, manifests: [image] };
  return { memory, files: [...files, ['index.json', JSON.stringify(index)]] };
}

describe('an OCI archive', () => {
  it('gives its blobs whole, in pieces and in part', async () => {
    const { memory, files } = layout();
    const image = await opened(await written('a.tar', await tar(...files)));
    expect(image.image.root).toEqual(memory.root);
    for (const [digest, bytes] of memory.blobs) {
      const parts: Uint8Array[] = [];
      for await (const part of image.image.stream({ digest, size: bytes.length }, never)) parts.push(part);
      expect(Buffer.concat(parts).equals(bytes)).toBe(true);
      const range = { offset: 3, length: 4 };
      expect(Buffer.from((await image.image.readPart!({ digest, size: 0 }, range, never))!)).toEqual(
        Buffer.from(bytes.subarray(3, 7)),
      );
    }
    await expect(image.image.read(memory.root.digest, { maxBytes: 3 })).rejects.toMatchObject({
      reason: 'too-large',
    });
    await expect(read(image, `sha256:${'0'.repeat(64)}`)).rejects.toMatchObject({ reason: 'missing' });
    await expect(read(image, 'sha256:../../index.json')).rejects.toMatchObject({ reason: 'missing' });
  });

  it('never gives the last piece of a damaged blob', async () => {
    const { memory, files } = layout();
    const { digest, size } = memory.root;
    const damaged = files.map(([name, content]): Entry =>
      name === `blobs/${digest.replace(':', '/')}` ? [name, Buffer.alloc(size, 'x')] : [name, content],
    );
    const { image } = await opened(await written('a.tar', await tar(...damaged)));
    const pieces: Uint8Array[] = [];
    const reading = async (blob: { digest: string; size: number }): Promise<void> => {
      for await (const piece of image.stream(blob, never)) pieces.push(piece);
    };
    await expect(reading({ digest, size })).rejects.toMatchObject({ reason: 'corrupt' });
    await expect(reading({ digest, size: size + 1 })).rejects.toMatchObject({ reason: 'corrupt' });
    expect(pieces).toEqual([]);
  });

  it('is found in a folder, whose links lead nowhere else', async () => {
    const { memory, files } = layout();
    await mkdir(join(folder, 'layout', 'blobs', 'sha256'), { recursive: true });
    for (const [name, content] of files) await writeFile(join(folder, 'layout', name as string), content!);
    const image = await opened(join(folder, 'layout'));
    expect(image.image.root).toEqual(memory.root);
    const secret = await written('secret', Buffer.from('secret'));
    const digest = `sha256:${sha256('secret')}`;
    const place = join(folder, 'layout', 'blobs', 'sha256', sha256('secret'));
    await symlink(secret, place);
    await expect(read(image, digest)).rejects.toMatchObject({ reason: 'missing' });
    await rm(place);
    await promisify(execFile)('mkfifo', [place]);
    await expect(read(image, digest)).rejects.toMatchObject({ reason: 'missing' });
    await rm(place);
    await rename(secret, place);
    expect(await read(image, digest)).toBe('secret');
  });

  it('begins with its own list where several images are in it and none is named', async () => {
    const memory = new MemoryImage();
    const [one, other] = [memory.addImage('amd64'), memory.addImage('arm64')];
    const named = { ...other, annotations: { 'org.opencontainers.image.ref.name': '2' } };
    const full = { ...one, annotations: { 'io.containerd.image.name': 'docker.io/library/app:1' } };
    const index = JSON.stringify({ manifests: [full, named] });
    const path = await written('a.tar', await tar(['index.json', index]));
    const whole = await opened(path);
    expect(whole.image.root).toMatchObject({ digest: `sha256:${sha256(index)}`, mediaType: ociIndex });
    expect(await read(whole, whole.image.root.digest)).toBe(index);
    expect((await opened(path, '2')).image.root.digest).toBe(other.digest);
    expect((await opened(path, 'app:1')).image.root.digest).toBe(one.digest);
    expect((await opened(path, other.digest)).image.root.digest).toBe(other.digest);
    await expect(opened(path, 'app:3')).rejects.toMatchObject({
      code: 'not-found',
      hint: 'It has docker.io/library/app:1, 2.',
    });
    const references = ['docker.io/library/app:1', '2'];
    expect(whole.image.archive).toEqual({ references });
    expect((await opened(path, '2')).image.archive).toEqual({ references, shown: '2' });
  });

  it('tells its images by their digests where their names don’t, and nothing of an only one', async () => {
    const memory = new MemoryImage();
    const [one, other] = [memory.addImage('amd64'), memory.addImage('arm64')];
    const annotations = { 'org.opencontainers.image.ref.name': 'latest' };
    const several = JSON.stringify({ manifests: [one, other].map((entry) => ({ ...entry, annotations })) });
    const path = await written('a.tar', await tar(['index.json', several]));
    const references = [one.digest, other.digest];
    expect((await opened(path)).image.archive).toEqual({ references });
    expect((await opened(path, other.digest)).image.archive).toEqual({ references, shown: other.digest });
    const single = JSON.stringify({ manifests: [one, { ...one, annotations }] });
    const only = await opened(await written('b.tar', await tar(['index.json', single])));
    expect(only.image.archive).toBeUndefined();
  });
});

describe('an archive of docker save', () => {
  const layers = ['layer one', 'layer two'];
  const config = JSON.stringify({
    os: 'linux',
    architecture: 'amd64',
    rootfs: { diff_ids: layers.map((layer) => `sha256:${sha256(layer)}`) },
  });
  const list = (paths: string[], configFile = 'config.json'): string =>
    JSON.stringify([{ Config: configFile, RepoTags: ['app:1'], Layers: paths }]);

  it('has a manifest that says to be made up', async () => {
    const path = await written(
      'docker.tar',
      await tar(
        ['manifest.json', list(['a/layer.tar', 'b/layer.tar'])],
        ['config.json', config],
        ['a/layer.tar', layers[0]!],
        // As Docker writes a layer that it has written before.
        [{ name: 'b/layer.tar', type: 'symlink', linkname: '../c/layer.tar' }],
        ['c/layer.tar', layers[1]!],
      ),
    );
    const image = await opened(path);
    const manifest = JSON.parse(await read(image, image.image.root.digest)) as Record<string, unknown>;
    expect(manifest).toMatchObject({
      mediaType: 'application/vnd.docker.distribution.manifest.v2+json',
      annotations: { 'manifold.synthesized-from': 'manifest.json' },
      config: { digest: `sha256:${sha256(config)}`, size: config.length },
      layers: layers.map((layer) => ({ digest: `sha256:${sha256(layer)}`, size: layer.length })),
    });
    expect(await read(image, `sha256:${sha256('layer two')}`)).toBe('layer two');
    expect((await opened(path, 'docker.io/library/app:1')).image.root).toEqual(image.image.root);
    await expect(opened(path, 'app:2')).rejects.toMatchObject({ code: 'not-found', hint: 'It has app:1.' });
  });

  it('tells which of its images it is', async () => {
    const hex = sha256(config);
    const images = [
      { Config: 'config.json', RepoTags: ['app:1', 'app:latest'], Layers: ['0.tar', '1.tar'] },
      { Config: `${hex}.json`, RepoTags: null, Layers: ['0.tar', '1.tar'] },
    ];
    const path = await written(
      'docker.tar',
      await tar(
        ['manifest.json', JSON.stringify(images)],
        ['config.json', config],
        [`${hex}.json`, config],
        ['0.tar', layers[0]!],
        ['1.tar', layers[1]!],
      ),
    );
    const references = ['app:1', `sha256:${hex}`];
    expect((await opened(path)).image.archive).toEqual({ references, shown: 'app:1' });
    expect((await opened(path, `sha256:${hex}`)).image.archive).toEqual({
      references,
      shown: `sha256:${hex}`,
    });
  });

  it('has compressed layers under the digest that they have', async () => {
    const packed = gzipSync(layers[0]!);
    const path = await written(
      'docker.tar',
      await tar(
        ['manifest.json', list(['0.tar', '1.tar'])],
        ['config.json', config],
        ['0.tar', packed],
        ['1.tar', layers[1]!],
      ),
    );
    const image = await opened(path);
    const manifest = JSON.parse(await read(image, image.image.root.digest)) as {
      layers: { digest: string; mediaType: string }[];
    };
    expect(manifest.layers[0]).toMatchObject({
      digest: `sha256:${sha256(packed)}`,
      mediaType: 'application/vnd.docker.image.rootfs.diff.tar.gzip',
    });
  });

  it.each<[what: string, entries: Entry[], words: string]>([
    [
      'another number of layers',
      [
        ['manifest.json', list(['0.tar'])],
        ['config.json', config],
        ['0.tar', 'x'],
      ],
      'damaged',
    ],
    ['a config outside', [['manifest.json', list([], '../../../etc/passwd')]], ''],
    [
      'a config that is none',
      [
        ['manifest.json', list([])],
        ['config.json', 'nothing'],
      ],
      'no JSON',
    ],
    ['a list that is none', [['manifest.json', '{}']], 'no image manifest'],
    [
      'links in a circle',
      [
        ['manifest.json', list(['a', 'b'])],
        ['config.json', config],
        [{ name: 'a', type: 'symlink', linkname: 'b' }],
        [{ name: 'b', type: 'symlink', linkname: 'a' }],
      ],
      '',
    ],
    [
      'a link that leads out',
      [
        ['manifest.json', list(['a', 'a'])],
        ['config.json', config],
        [{ name: 'a', type: 'symlink', linkname: '../../../../etc/passwd' }],
      ],
      '',
    ],
  ])('with %s is refused', async (_what, entries, words) => {
    const path = await written('docker.tar', await tar(...entries));
    await expect(opened(path)).rejects.toMatchObject({
      code: words === '' ? 'not-found' : 'image-invalid',
      message: expect.stringContaining(words) as unknown,
    });
  });
});

describe('an archive that is packed as zstd', () => {
  it.each([
    ['as one frame', (bytes: Buffer) => zstd(bytes)],
    [
      'as several',
      (bytes: Buffer) => Buffer.concat([zstd(bytes.subarray(0, 700)), zstd(bytes.subarray(700))]),
    ],
    [
      'after a frame that is skipped',
      (bytes: Buffer) => Buffer.concat([Buffer.from('502a4d1803000000616263', 'hex'), zstd(bytes)]),
    ],
  ])('opens everywhere (%s)', async (_title, pack) => {
    const { files, memory } = layout();
    const image = await opened(await written('a.tar.zst', pack(await tar(...files))));
    expect(image.image.root).toEqual(memory.root);
    expect(await readdir(join(folder, 'spool'))).toEqual([]);
  });
});

describe('a hostile archive', () => {
  it('leads nowhere with names that go up or begin at the top', async () => {
    const { files } = layout();
    const path = await written(
      'a.tar',
      await tar(...files, ['../../evil', 'x'], ['/etc/evil', 'x'], ['blobs/sha256/../../evil', 'x']),
    );
    await opened(path);
    expect((await readdir(folder)).sort()).toEqual(['a.tar']);
  });

  it('is told to be cut off', async () => {
    const { files } = layout();
    const path = await written('a.tar', await tar(...files));
    await truncate(path, 1300);
    await expect(opened(path)).rejects.toMatchObject(invalid('cut off'));
  });

  it('has a list of 1 GB', async () => {
    const path = await written('a.tar', await tar([{ name: 'index.json', size: 1 }, 'x']));
    const file = await open(path, 'r+');
    const header = Buffer.alloc(512);
    await file.read(header, 0, 512, 0);
    header.write('10000000000\0', 124, 'latin1');
    header.fill(' ', 148, 156);
    header.write(
      `${header
        .reduce((sum, byte) => sum + byte, 0)
        .toString(8)
        .padStart(6, '0')}\0 `,
      148,
      'latin1',
    );
    await file.write(header, 0, 512, 0);
    await file.truncate(2 * 1024 ** 3);
    await file.close();
    await expect(opened(path)).rejects.toMatchObject(invalid('more than the 16777216 that are read'));
  });

  it('has more entries than anybody needs', async () => {
    const [header] = [(await tar(['x', ''])).subarray(0, 512)];
    const path = join(folder, 'many.tar');
    const file = await open(path, 'w');
    const block = Buffer.concat(Array.from({ length: 10_000 }, () => header));
    for (let written = 0; written < 300_000; written += 10_000) await file.write(block);
    await file.close();
    const startedMs = performance.now();
    await expect(opened(path)).rejects.toMatchObject(invalid('more than 250000 entries'));
    expect(performance.now() - startedMs).toBeLessThan(20_000);
  });

  it('grows without end when it is unpacked', async () => {
    // Gzip's members follow one another; each of these is 16 MiB of nothing.
    const member = gzipSync(Buffer.alloc(16 * 1024 * 1024));
    const path = await written('bomb.tar.gz', Buffer.concat(Array.from({ length: 20 }, () => member)));
    await expect(opened(path)).rejects.toMatchObject(invalid('is larger than'));
    expect(await readdir(join(folder, 'spool'))).toEqual([]);
  });

  it('grows without end as zstd, too', async () => {
    const bomb = zstd(Buffer.alloc(300 * 1024 * 1024));
    await expect(opened(await written('bomb.tar.zst', bomb))).rejects.toMatchObject(
      invalid('is larger than'),
    );
    expect(await readdir(join(folder, 'spool'))).toEqual([]);
  });

  it('is zstd that is damaged, or asks for more memory than there is', async () => {
    const { files } = layout();
    const packed = zstd(await tar(...files));
    const cut = await written('cut.tar.zst', packed.subarray(0, 200));
    await expect(opened(cut)).rejects.toMatchObject(invalid('can’t be unpacked. The archive is cut off'));
    // A frame with a window of 2 GiB (RFC 8878, section 3.1.1.1.2).
    const wide = Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0, 21 << 3, 1, 0, 0]);
    await expect(opened(await written('wide.tar.zst', wide))).rejects.toMatchObject(
      invalid('can’t be unpacked. The archive’s zstd compression'),
    );
    expect(await readdir(join(folder, 'spool'))).toEqual([]);
  });

  it('is gzip that is cut off', async () => {
    const { files, memory } = layout();
    const packed = gzipSync(await tar(...files));
    const image = await opened(await written('whole.tar.gz', packed));
    expect(image.image.root).toEqual(memory.root);
    expect(await readdir(join(folder, 'spool'))).toEqual([]);
    await expect(opened(await written('cut.tar.gz', packed.subarray(0, 200)))).rejects.toMatchObject(
      invalid('can’t be unpacked'),
    );
  });

  it('is neither a file nor a folder, or is not there', async () => {
    const path = join(folder, 'pipe');
    await promisify(execFile)('mkfifo', [path]);
    await expect(opened(path)).rejects.toMatchObject(invalid('neither a file nor a folder'));
    await expect(opened(join(folder, 'none'))).rejects.toMatchObject({ code: 'not-found' });
    await expect(opened(await written('empty', Buffer.alloc(0)))).rejects.toMatchObject(
      invalid('neither an OCI layout'),
    );
    await expect(opened(folder)).rejects.toMatchObject(invalid('neither an OCI layout'));
  });

  it('may be any bytes, or any change of a good archive', async () => {
    const { files } = layout();
    const good = await tar(...files);
    let count = 0;
    const check = async (bytes: Uint8Array): Promise<void> => {
      const path = await written(`any-${count++}`, bytes);
      try {
        const { image } = await opened(path);
        await image.read(image.root.digest, { maxBytes: 1000 });
      } catch (error) {
        if (!(error instanceof StudioError || error instanceof BlobError || error instanceof TarError))
          throw error;
      } finally {
        await rm(path);
        await closeAll();
      }
    };
    await fc.assert(fc.asyncProperty(fc.uint8Array({ maxLength: 2000 }), check), { numRuns: 50 });
    const change = fc.array(fc.tuple(fc.nat(good.length - 1), fc.nat(255)), { minLength: 1, maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(change, fc.nat(good.length), async (changes, length) => {
        const bytes = Buffer.from(good);
        for (const [at, value] of changes) bytes[at] = value;
        await check(bytes.subarray(0, Math.max(length, 1)));
        await check(bytes);
      }),
      { numRuns: 150 },
    );
  });
});

describe('isCurrent', () => {
  it('tells when the file is another', async () => {
    const { files } = layout();
    const bytes = await tar(...files);
    const path = await written('a.tar', bytes);
    const image = await opened(path);
    expect(await image.isCurrent!()).toBe(true);
    await written('b.tar', bytes);
    await rename(join(folder, 'b.tar'), path);
    expect(await image.isCurrent!()).toBe(false);
  });
});
