import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtemp, open, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { promisify } from 'node:util';
import fc from 'fast-check';
import { pack } from 'tar-stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { assembleOciArchives, assembleTars } from './assembleArchive';
import { OciArchive } from './ociArchive';
import { readImage } from './resultImage';
import { indexTar, readExactly } from './tar/tarIndex';
import { TarWriter } from './tar/tarWriter';

const never = new AbortController().signal;
const ociIndex = 'application/vnd.oci.image.index.v1+json';
const ociManifest = 'application/vnd.oci.image.manifest.v1+json';
const platforms = ['linux/amd64', 'linux/arm64', 'linux/arm/v7'];

let folder: string;
beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), 'manifold-assemble-'))));
afterEach(() => rm(folder, { recursive: true }));

type Document = Record<string, unknown>;
interface Added {
  digest: string;
  size: number;
}

/** An archive in the making, as a node sends it. */
class Archive {
  readonly files: [name: string, content: Buffer][] = [];

  blob(content: Document | string | Buffer, digest?: string): Added {
    const bytes = Buffer.isBuffer(content)
      ? content
      : Buffer.from(typeof content === 'string' ? content : JSON.stringify(content));
    const hex = digest ?? createHash('sha256').update(bytes).digest('hex');
    this.files.push([`blobs/sha256/${hex}`, bytes]);
    return { digest: `sha256:${hex}`, size: bytes.length };
  }

  manifest(platform: string, layers: (string | Buffer)[]): Document & Added {
    const [os, architecture, variant] = platform.split('/');
    const named = { os, architecture, ...(variant === undefined ? {} : { variant }) };
    const document = {
      schemaVersion: 2,
      mediaType: ociManifest,
      config: this.blob(named),
      layers: layers.map((layer) => this.blob(layer)),
    };
    return { mediaType: ociManifest, ...this.blob(document), platform: named };
  }

  attestation(subject: Added): Document & Added {
    const layers = [this.blob(`statement about ${subject.digest}`)];
    const document = { mediaType: ociManifest, config: this.blob('{}'), layers };
    return {
      mediaType: ociManifest,
      ...this.blob(document),
      platform: { os: 'unknown', architecture: 'unknown' },
      annotations: {
        'vnd.docker.reference.digest': subject.digest,
        'vnd.docker.reference.type': 'attestation-manifest',
      },
      artifactType: 'something/else',
    };
  }

  index(manifests: Document[], names: string[] = []): this {
    const root = { mediaType: ociIndex, ...this.blob({ schemaVersion: 2, mediaType: ociIndex, manifests }) };
    const entries =
      names.length === 0
        ? [root]
        : names.map((name) => ({ ...root, annotations: { 'io.containerd.image.name': name } }));
    this.files.push(['index.json', Buffer.from(JSON.stringify({ schemaVersion: 2, manifests: entries }))]);
    return this;
  }

  async write(name: string): Promise<string> {
    const archive = pack();
    for (const [entry, content] of this.files) archive.entry({ name: entry }, content);
    archive.finalize();
    const path = join(folder, name);
    await writeFile(path, archive as unknown as Readable);
    return path;
  }
}

async function json(path: string, name: string): Promise<Document & { manifests: Document[] }> {
  const file = await open(path, 'r');
  try {
    const { offset, size } = (await indexTar(file)).get(name)!;
    return JSON.parse((await readExactly(file, offset, size)).toString()) as Document & {
      manifests: Document[];
    };
  } finally {
    await file.close();
  }
}

describe('assembleOciArchives', () => {
  it('joins the parts: asked order, attestations behind, every blob once, names as BuildKit wrote them', async () => {
    const shared = Buffer.alloc(3 * 1024 * 1024 + 7, 'layer');
    const one = new Archive();
    const amd64 = one.manifest('linux/amd64', [shared, 'a']);
    const v7 = one.manifest('linux/arm/v7', [shared]);
    const [ofAmd64, ofV7] = [one.attestation(amd64), one.attestation(v7)];
    const two = new Archive();
    const arm64 = two.manifest('linux/arm64', [shared]);
    const ofArm64 = two.attestation(arm64);
    const names = ['docker.io/library/app:1', 'r.example/app:2'];
    const paths = [
      await two.index([arm64, ofArm64], names).write('two.tar'),
      await one.index([amd64, v7, ofAmd64, ofV7], names).write('one.tar'),
    ];
    const target = join(folder, 'image.tar');
    await writeFile(target, 'what was there before');

    const digest = await assembleOciArchives(paths, target, platforms, never);
    const layout = await json(target, 'index.json');
    expect(layout.manifests).toEqual(
      names.map((name) => ({
        mediaType: ociIndex,
        digest,
        size: expect.any(Number) as number,
        annotations: { 'io.containerd.image.name': name },
      })),
    );
    expect(await json(target, 'oci-layout')).toEqual({ imageLayoutVersion: '1.0.0' });
    const index = await json(target, `blobs/${digest.replace(':', '/')}`);
    expect(index.manifests).toEqual([amd64, arm64, v7, ofAmd64, ofArm64, ofV7]);

    const archive = await OciArchive.open(target);
    const image = await readImage(archive, digest, never);
    expect(image.platforms.map(({ platform }) => platform)).toEqual(platforms);
    for (const { layers } of image.platforms) {
      for (const layer of layers) {
        let size = 0;
        for await (const chunk of archive.stream(layer.digest, never)) size += chunk.length;
        expect(size).toBe(layer.size);
      }
    }
    await archive.close();
    const { stdout } = await promisify(execFile)('tar', ['-tf', target]);
    const listed = stdout.trim().split('\n');
    expect(new Set(listed).size).toBe(listed.length);
    expect((await stat(target)).size).toBeLessThan(shared.length + 64 * 1024);
    expect((await readdir(folder)).sort()).toEqual(['image.tar', 'one.tar', 'two.tar']);
  });

  it('takes a part that is one manifest without an index', async () => {
    const one = new Archive();
    const { platform: _, ...bare } = one.manifest('linux/arm64', ['x']);
    one.files.push(['index.json', Buffer.from(JSON.stringify({ manifests: [bare] }))]);
    const two = new Archive();
    const paths = [await one.write('1'), await two.index([two.manifest('linux/amd64', ['x'])]).write('2')];
    const digest = await assembleOciArchives(paths, join(folder, 'image.tar'), platforms, never);
    const index = await json(join(folder, 'image.tar'), `blobs/${digest.replace(':', '/')}`);
    expect(index.manifests.map(({ platform }) => platform)).toEqual([
      { os: 'linux', architecture: 'amd64' },
      { os: 'linux', architecture: 'arm64' },
    ]);
  });

  const good = (): Archive => {
    const archive = new Archive();
    return archive.index([archive.manifest('linux/amd64', ['layer'])]);
  };
  it.each<[string, () => Archive, string]>([
    [
      'no index.json',
      () => {
        const archive = good();
        archive.files.pop();
        return archive;
      },
      'index.json',
    ],
    [
      'an index.json that is none',
      () => {
        const archive = good();
        archive.files.push(['index.json', Buffer.from('[]')]);
        return archive;
      },
      'index.json',
    ],
    [
      'two images',
      () => {
        const archive = good();
        const other = [archive.blob('{}'), archive.blob('{"a":1}')];
        archive.files.push(['index.json', Buffer.from(JSON.stringify({ manifests: other }))]);
        return archive;
      },
      '2 images',
    ],
    [
      'a layer with another content than its digest says',
      () => {
        const archive = good();
        const hex = createHash('sha256').update('layer').digest('hex');
        archive.blob('LAYER', hex);
        return archive;
      },
      'another digest',
    ],
    [
      'a manifest with another content',
      () => {
        const archive = new Archive();
        const manifest = archive.manifest('linux/amd64', ['layer']);
        archive.blob('{"layers":[]}', manifest.digest.slice(7));
        return archive.index([manifest]);
      },
      'another digest',
    ],
    [
      'a layer that is missing',
      () => {
        const archive = good();
        const hex = createHash('sha256').update('layer').digest('hex');
        archive.files.splice(
          archive.files.findIndex(([name]) => name.endsWith(hex)),
          1,
        );
        return archive;
      },
      'no content',
    ],
    [
      'a layer of another size',
      () => {
        const archive = new Archive();
        const layer = archive.blob('layer');
        const document = { layers: [{ ...layer, size: 4 }], config: archive.blob('{}') };
        return archive.index([{ mediaType: ociManifest, ...archive.blob(document) }]);
      },
      'instead of 4',
    ],
    [
      'a digest that leads out of the archive',
      () => {
        const archive = new Archive();
        archive.files.push(['blobs/sha256/../../../etc/passwd', Buffer.from('x')]);
        const layer = { digest: 'sha256:../../../etc/passwd', size: 1 };
        return archive.index([
          { mediaType: ociManifest, ...archive.blob({ layers: [layer], config: archive.blob('{}') }) },
        ]);
      },
      'no digest',
    ],
  ])('refuses %s and leaves nothing behind', async (_, make, words) => {
    const path = await make().write('bad.tar');
    const target = join(folder, 'image.tar');
    await expect(assembleOciArchives([path], target, platforms, never)).rejects.toThrow(words);
    expect(await readdir(folder)).toEqual(['bad.tar']);
  });

  it('takes a blob that is there twice, once', async () => {
    const archive = good();
    archive.blob('layer');
    const target = join(folder, 'image.tar');
    await assembleOciArchives([await archive.write('twice.tar')], target, platforms, never);
    const { stdout } = await promisify(execFile)('tar', ['-tf', target]);
    const hex = createHash('sha256').update('layer').digest('hex');
    expect(stdout.match(new RegExp(hex, 'g'))).toHaveLength(1);
  });

  it('stops when it is told to', async () => {
    const path = await good().write('good.tar');
    const reason = new Error('stopped');
    await expect(
      assembleOciArchives([path], join(folder, 'image.tar'), platforms, AbortSignal.abort(reason)),
    ).rejects.toBe(reason);
    expect(await readdir(folder)).toEqual(['good.tar']);
  });

  it('has every platform of every part, however they are spread', async () => {
    const all = ['linux/amd64', 'linux/arm64', 'linux/arm/v7', 'linux/riscv64', 'linux/s390x'];
    const spread = fc.array(fc.nat(2), { minLength: all.length, maxLength: all.length });
    const asked = fc.shuffledSubarray(all, { minLength: all.length });
    await fc.assert(
      fc.asyncProperty(spread, asked, async (nodes, order) => {
        const paths = [];
        for (const node of new Set(nodes)) {
          const archive = new Archive();
          const own = all.filter((_, index) => nodes[index] === node);
          const manifests = own.map((platform) => archive.manifest(platform, [platform, 'common']));
          paths.push(await archive.index(manifests).write(`${node}.tar`));
        }
        const target = join(folder, 'image.tar');
        const digest = await assembleOciArchives(paths, target, order, never);
        const archive = await OciArchive.open(target);
        const image = await readImage(archive, digest, never);
        await archive.close();
        expect(image.platforms.map(({ platform }) => platform)).toEqual(order);
      }),
      { numRuns: 20 },
    );
  });
});

describe('assembleTars', () => {
  it('has the entries of all of them', async () => {
    for (const name of ['one', 'two']) {
      const archive = pack();
      archive.entry({ name: `${name}/`, type: 'directory' });
      archive.entry({ name: `${name}/${'long'.repeat(60)}` }, name.repeat(1000));
      archive.finalize();
      await writeFile(join(folder, `${name}.tar`), archive as unknown as Readable);
    }
    const paths = [join(folder, 'one.tar'), join(folder, 'two.tar')];
    const target = join(folder, 'all.tar');
    await assembleTars(paths, target, never);
    await promisify(execFile)('tar', ['-C', folder, '-xf', target]);
    for (const name of ['one', 'two']) {
      expect(await readFile(join(folder, name, 'long'.repeat(60)), 'utf8')).toBe(name.repeat(1000));
    }
    await writeFile(paths[1]!, 'x'.repeat(2000));
    await expect(assembleTars(paths, target, never)).rejects.toThrow('No tar header');
    expect(await readdir(folder)).toContain('all.tar');
    expect(await readdir(folder)).not.toContain('all.tar.partial');
  });
});

describe('TarWriter', () => {
  it('writes what tar and the reader read, whatever the sizes', async () => {
    const contents = fc.uniqueArray(
      fc.tuple(fc.stringMatching(/^[a-z]{1,20}$/), fc.uint8Array({ maxLength: 2000 })),
      {
        selector: ([name]) => name,
        maxLength: 5,
      },
    );
    await fc.assert(
      fc.asyncProperty(contents, async (files) => {
        const path = join(folder, 'x.tar');
        const file = await open(path, 'w+');
        const writer = new TarWriter(file);
        for (const [name, bytes] of files) await writer.add(name, bytes.length, [bytes]);
        await writer.end();
        const entries = await indexTar(file);
        expect([...entries.keys()]).toEqual(files.map(([name]) => name));
        for (const [name, bytes] of files) {
          const { offset, size } = entries.get(name)!;
          expect(Buffer.compare(await readExactly(file, offset, size), bytes)).toBe(0);
        }
        await file.close();
      }),
    );
    await promisify(execFile)('tar', ['-tf', join(folder, 'x.tar')]);
  });

  it('refuses content of another size than said', async () => {
    const file = await open(join(folder, 'x.tar'), 'w');
    const writer = new TarWriter(file);
    await expect(writer.add('a', 2, [Buffer.from('abc')])).rejects.toThrow('longer');
    await expect(writer.add('a', 2, [Buffer.from('a')])).rejects.toThrow('shorter');
    await file.close();
  });
});
