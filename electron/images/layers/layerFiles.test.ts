import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execFileSync } from 'node:child_process';
import { gzipSync } from 'node:zlib';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FileColumn, FileTreeItem } from '../../../shared/contract';
import { LayerFiles, type LayerFilesParts } from './layerFiles';
import { launchSourceLayerWorker } from '../../testing/workers';
import { MemoryLayers } from './testing/memoryLayers';
import { tarEnd, tarFile, tarHeader, inBlocks } from './testing/tarFile';

type Layer = FileColumn['layers'][number];
type Ready = Extract<FileTreeItem, { type: 'ready' }>;

const source = { kind: 'registry', reference: 'memory' } as const;
let folder: string;
const opened: LayerFiles[] = [];
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'layer-files-'));
});
afterAll(async () => {
  await Promise.all(opened.map((files) => files.close()));
  await rm(folder, { recursive: true, force: true });
});

function layerFiles(opener: MemoryLayers, parts: Partial<LayerFilesParts> = {}): LayerFiles {
  const files = new LayerFiles({
    opener,
    launchWorker: launchSourceLayerWorker,
    cacheFolder: join(folder, String(opened.length)),
    logger: pino({ level: 'silent' }),
    ...parts,
  });
  opened.push(files);
  return files;
}

function column(layers: Layer[], view: FileColumn['view'] = 'merged'): FileColumn {
  return { source, layers, view, platform: 'linux/amd64' };
}

/** Opens a tree, lets `work` use it, and closes it. */
async function withTree<T>(
  files: LayerFiles,
  columns: FileColumn[],
  work: (ready: Ready) => Promise<T>,
): Promise<T> {
  const stop = new AbortController();
  const items = files.open({ columns }, stop.signal);
  try {
    for (;;) {
      const { value } = (await items.next()) as { value: FileTreeItem };
      if (value.type === 'ready') return await work(value);
    }
  } finally {
    stop.abort();
    await items.next();
  }
}

const never = new AbortController().signal;
const png = Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), Buffer.alloc(5000, 7)]);

describe('files of layers', () => {
  it('are read by content, through hard links and out of lower layers', async () => {
    const layers = new MemoryLayers();
    const lower = layers.add(
      gzipSync(
        await tarFile([
          { name: 'text', content: 'grüezi\n' },
          { name: 'picture', content: png },
          { name: 'data', content: Buffer.alloc(200_000, 'ab\0') },
          { name: 'latin', content: Buffer.from('caf\xe9', 'latin1') },
          { name: 'late', content: Buffer.concat([Buffer.alloc(100_000, 'x'), Buffer.from([0xff])]) },
          { name: 'empty', content: '' },
          { name: 'folder/', type: 'directory' },
          { name: 'linked', type: 'link', linkname: 'text' },
        ]),
      ),
    );
    const upper = layers.add(
      Buffer.concat([
        tarHeader('up', { type: '1', target: 'picture' }),
        tarHeader('lost', { type: '1', target: 'x' }),
        tarEnd,
      ]),
    );
    const files = layerFiles(layers);
    await withTree(files, [column([lower, upper])], async ({ tree }) => {
      const read = (path: string) => files.content({ tree, id: `/${path}`, column: 0 }, never);
      expect(await read('text')).toEqual({ kind: 'text', text: 'grüezi\n', size: 8 });
      expect(await read('linked')).toMatchObject({ kind: 'text', size: 8 });
      expect(await read('empty')).toEqual({ kind: 'text', text: '', size: 0 });
      expect(await read('up')).toMatchObject({ kind: 'image', mediaType: 'image/png', size: png.length });
      const data = await read('data');
      expect(data).toMatchObject({ kind: 'binary', size: 200_000 });
      expect(data.kind === 'binary' && data.bytes.length).toBe(65_536);
      expect(await read('latin')).toMatchObject({ kind: 'binary' });
      expect(await read('late')).toMatchObject({ kind: 'binary', size: 100_001 });
      await expect(read('folder')).rejects.toMatchObject({ code: 'invalid-request' });
      await expect(read('lost')).rejects.toMatchObject({ code: 'not-found' });
      await expect(read('none')).rejects.toMatchObject({ code: 'not-found' });
      await expect(files.content({ tree: 'other', id: '/text', column: 0 }, never)).rejects.toMatchObject({
        code: 'not-found',
      });
    });
  });

  it('are saved as they are, holes too, or not at all', async () => {
    const layers = new MemoryLayers();
    execFileSync('sh', ['-c', 'truncate -s 700000 s && echo end >> s && tar -S --format=posix -cf s.tar s'], {
      cwd: folder,
    });
    const sparse = layers.add(await readFile(join(folder, 's.tar')));
    const big = Buffer.alloc(3_000_000, 'manifold');
    const plain = layers.add(await tarFile([{ name: 'a/b:c*', content: big }]));
    const files = layerFiles(layers);
    await withTree(files, [column([sparse, plain])], async ({ tree }) => {
      const target = join(folder, 'saved');
      let asked = '';
      const save = (id: string, signal = never) =>
        files.save({ tree, id, column: 0 }, (name) => Promise.resolve(((asked = name), target)), signal);
      expect(await save('/a/b:c*')).toBe(target);
      expect(asked).toBe('b_c_');
      expect((await readFile(target)).equals(big)).toBe(true);
      await save('/s');
      expect((await readFile(target)).equals(await readFile(join(folder, 's')))).toBe(true);

      await writeFile(target, 'before');
      layers.beforePiece = () => Promise.reject(new Error('the line is down'));
      await expect(save('/a/b:c*')).rejects.toThrow('the line is down');
      const stop = new AbortController();
      layers.beforePiece = () => {
        stop.abort();
        return Promise.resolve();
      };
      await expect(save('/s', stop.signal)).rejects.toMatchObject({ name: 'AbortError' });
      expect(await readFile(target, 'utf8')).toBe('before');
      expect((await readdir(folder)).filter((name) => name.endsWith('.part'))).toEqual([]);
      expect(
        await files.save({ tree, id: '/s', column: 0 }, () => Promise.resolve(undefined), never),
      ).toBeUndefined();
    });
  });
});

describe('indexes of layers', () => {
  it('are made once, however many ask, and kept on disk', async () => {
    const layers = new MemoryLayers();
    const layer = layers.add(await tarFile([{ name: 'a', content: 'a' }]));
    const cacheFolder = join(folder, 'kept');
    const files = layerFiles(layers, { cacheFolder });
    const both = [column([layer]), column([layer], 'layer')];
    await Promise.all([
      withTree(files, both, async () => undefined),
      withTree(files, both, async () => undefined),
    ]);
    await withTree(layerFiles(layers, { cacheFolder }), both, async ({ summary }) => {
      expect(summary).toMatchObject({ paths: 1, differs: 0 });
    });
    expect(layers.streamed).toEqual([layer.digest]);

    // A damaged file is noticed, and made anew.
    const [name] = await readdir(cacheFolder);
    const stored = await readFile(join(cacheFolder, name!));
    stored[200]! ^= 1;
    await writeFile(join(cacheFolder, name!), stored);
    await withTree(layerFiles(layers, { cacheFolder }), both, async ({ summary }) => {
      expect(summary.paths).toBe(1);
    });
    expect(layers.streamed.length).toBe(2);
  });

  it('leave the disk when there are too many bytes of them', async () => {
    const layers = new MemoryLayers();
    const cacheFolder = join(folder, 'small');
    const files = layerFiles(layers, { cacheFolder, cacheBytes: 2000 });
    for (let at = 0; at < 6; at++) {
      const layer = layers.add(await tarFile([{ name: `f${at}`, content: 'a' }]));
      await withTree(files, [column([layer])], async () => undefined);
    }
    const names = await readdir(cacheFolder);
    expect(names.length).toBeGreaterThan(0);
    expect(names.length).toBeLessThan(5);
  });

  it('are given up when nobody waits any more, down to the stream', async () => {
    const layers = new MemoryLayers({ pieceBytes: 1024 });
    const layer = layers.add(await tarFile([{ name: 'a', content: Buffer.alloc(100_000) }]));
    let stopped = 0;
    layers.beforePiece = (signal) =>
      new Promise((_, reject) =>
        signal.addEventListener('abort', () => {
          stopped += 1;
          reject(signal.reason as Error);
        }),
      );
    const files = layerFiles(layers);
    const stop = new AbortController();
    const items = files.open({ columns: [column([layer])] }, stop.signal);
    expect((await items.next()).value).toMatchObject({
      type: 'progress',
      totalBytes: layer.size,
      readBytes: 0,
    });
    const next = items.next();
    stop.abort();
    await expect(next).rejects.toBe(stop.signal.reason);
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(stopped).toBe(1);
    layers.beforePiece = () => Promise.resolve();
    await withTree(files, [column([layer])], async ({ summary }) => expect(summary.paths).toBe(1));
  });

  it('fail with what is wrong with the layer', async () => {
    const layers = new MemoryLayers();
    const files = layerFiles(layers);
    const broken = layers.add(gzipSync(await tarFile([{ name: 'a', content: 'a' }])).subarray(0, 40));
    await expect(withTree(files, [column([broken])], async () => undefined)).rejects.toMatchObject({
      code: 'image-invalid',
      message: 'The layer is cut off: its gzip compression does not end.',
    });
    const missing = { ...broken, digest: `sha256:${'0'.repeat(64)}` };
    await expect(withTree(files, [column([missing])], async () => undefined)).rejects.toMatchObject({
      code: 'not-found',
    });
    await withTree(files, [column([])], async ({ summary }) => expect(summary.paths).toBe(0));
  });
});

describe('tables of contents', () => {
  const content = (name: string) =>
    Array.from({ length: 7000 }, (_, at) => createHash('sha512').update(`${name}${at}`).digest('hex')).join(
      '',
    );
  const names = ['bin/tool', 'etc/conf', 'usr/share/doc'];
  const sha256 = (bytes: string | Buffer) => `sha256:${createHash('sha256').update(bytes).digest('hex')}`;

  /** An estargz layer, put together as docs/estargz.md of stargz-snapshotter says. */
  function estargz(): { layer: Buffer; digest: string } {
    const members: Buffer[] = [];
    const entries = names.map((name) => {
      const text = content(name);
      members.push(gzipSync(tarHeader(name, { size: text.length })));
      const offset = Buffer.concat(members).length;
      members.push(gzipSync(inBlocks(text)));
      return {
        name,
        type: 'reg',
        size: text.length,
        mode: 0o755,
        modtime: '2024-01-02T03:04:05Z',
        offset,
        digest: sha256(text),
      };
    });
    const json = JSON.stringify({ version: 1, entries });
    const offset = Buffer.concat(members).length;
    const table = gzipSync(
      Buffer.concat([tarHeader('stargz.index.json', { size: json.length }), inBlocks(json), tarEnd]),
    );
    const footer = Buffer.concat([
      Buffer.from('1f8b08040000000000ff1a0053471600', 'hex'),
      Buffer.from(`${offset.toString(16).padStart(16, '0')}STARGZ`),
      Buffer.from('010000ffff0000000000000000', 'hex'),
    ]);
    return { layer: Buffer.concat([...members, table, footer]), digest: sha256(json) };
  }

  /** A zstd:chunked layer, as containers/storage writes it. */
  function zstdChunked(): { layer: Buffer; annotations: Record<string, string> } {
    const zstd = (bytes: Buffer): Buffer => execFileSync('zstd', ['-q', '-c'], { input: bytes });
    const frames: Buffer[] = [];
    const entries = names.map((name) => {
      const text = content(name);
      frames.push(zstd(tarHeader(name, { size: text.length })));
      const offset = Buffer.concat(frames).length;
      frames.push(zstd(Buffer.from(text)));
      const endOffset = Buffer.concat(frames).length;
      frames.push(zstd(inBlocks(text).subarray(text.length)));
      return {
        name,
        type: 'reg',
        size: text.length,
        mode: 0o755,
        modtime: '2024-01-02T03:04:05Z',
        offset,
        endOffset,
        digest: sha256(text),
      };
    });
    frames.push(zstd(tarEnd));
    const json = Buffer.from(JSON.stringify({ version: 1, entries }));
    const table = zstd(json);
    const skippable = Buffer.from('502a4d1800000000', 'hex');
    skippable.writeUInt32LE(table.length, 4);
    const offset = Buffer.concat(frames).length + 8;
    return {
      layer: Buffer.concat([...frames, skippable, table]),
      annotations: {
        'io.github.containers.zstd-chunked.manifest-checksum': sha256(table),
        'io.github.containers.zstd-chunked.manifest-position': `${offset}:${table.length}:${json.length}:1`,
      },
    };
  }

  const kinds = [
    [
      'estargz',
      () => {
        const { layer, digest } = estargz();
        return { layer, annotations: { 'containerd.io/snapshot/stargz/toc.digest': digest } };
      },
    ],
    ['zstd:chunked', zstdChunked],
  ] as const;

  it.each(kinds)(
    'of %s tell the files without reading the layer, and lead to their content',
    async (_, make) => {
      const layers = new MemoryLayers({ parts: true });
      const { layer, annotations } = make();
      // Small layers are read as they are.
      const known = layers.add(Buffer.from(layer), { annotations });
      expect(known.size).toBeGreaterThan(2 ** 20);
      const files = layerFiles(layers);
      await withTree(files, [column([known])], async ({ tree, summary }) => {
        expect(layers.streamed).toEqual([]);
        expect(summary.paths).toBe(7);
        expect(summary.columns[0]!.warnings[0]).toContain('3 programs were not read');
        const before = layers.partBytes;
        const text = content('etc/conf');
        expect(await files.content({ tree, id: '/etc/conf', column: 0 }, never)).toEqual({
          kind: 'text',
          text,
          size: text.length,
        });
        expect(layers.partBytes - before).toBeLessThan(known.size / 2);
        expect(layers.streamed).toEqual([]);
      });
      // The same as when it is read whole, but for the table itself and the programs' machines.
      const read = layers.add(Buffer.from(layer));
      await withTree(files, [column([known]), column([read])], async ({ summary }) => {
        expect(layers.streamed).toEqual([]);
        expect(summary).toMatchObject({ differs: 0, only: 0 });
      });
      const whole = layerFiles(layers);
      await withTree(whole, [column([read])], async ({ tree }) => {
        const { rows } = await whole.rows({
          tree,
          filter: { text: 'conf', show: [], differences: [] },
          toggled: [],
          offset: 0,
          count: 9,
        });
        expect(rows.map(({ path, cells }) => [path, cells[0]?.size])).toEqual([
          ['etc', content('etc/conf').length],
          ['etc/conf', content('etc/conf').length],
        ]);
        expect(layers.streamed).toEqual([read.digest]);
      });
    },
  );

  it('are not trusted without their digest, or with a wrong one', async () => {
    const { layer } = estargz();
    for (const annotations of [{}, { 'containerd.io/snapshot/stargz/toc.digest': sha256('other') }]) {
      const layers = new MemoryLayers({ parts: true });
      const known = layers.add(layer, { annotations });
      await withTree(layerFiles(layers), [column([known])], async ({ summary }) => {
        expect(summary.columns[0]!.warnings).toEqual([]);
        expect(layers.streamed).toEqual([known.digest]);
      });
    }
  });

  it('give way to the layer itself where parts of it can’t be read', async () => {
    const layers = new MemoryLayers({ parts: true });
    const { layer, annotations } = zstdChunked();
    const known = layers.add(layer, { annotations });
    const files = layerFiles(layers);
    await withTree(files, [column([known])], async ({ tree }) => {
      layers.forgetParts();
      expect(await files.content({ tree, id: '/etc/conf', column: 0 }, never)).toMatchObject({
        kind: 'text',
      });
      expect(layers.streamed).toEqual([known.digest, known.digest]);
    });
  });
});
