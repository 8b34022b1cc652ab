import { execFile, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { createGzip } from 'node:zlib';
import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FileColumn, FileKind, FileRow, FileTreeItem, ImageSource } from '../../../shared/contract';
import { testEngine } from '../../testing/engine';
import { testSolve } from '../../testing/testSolve';
import { testImages, type TestImages } from '../../testing/testImages';
import { indexLayer } from './indexLayer';
import { LayerFiles } from './layerFiles';
import { layerLimits } from './limits';
import { launchSourceLayerWorker } from '../../testing/workers';
import { tarHeader } from './testing/tarFile';

const run = promisify(execFile);
const never = new AbortController().signal;
let folder: string;
let images: TestImages;
let files: LayerFiles;
let built: string;

/** Everything that layers can have in them. */
const dockerfile = `FROM busybox
RUN mkdir -p /made/deep/er && for i in 1 2 3 4 5 6 7 8 9; do echo $i > /made/f$i; done && ln /made/f1 /made/hard && ln -s ../made/f2 /made/soft && mkfifo /made/pipe
RUN rm /made/f3 && rm -r /made/deep && mkdir /made/deep && echo new > /made/deep/file && chown -R 12:34 /made/f4
RUN echo changed > /made/f5 && rm -r /made/f6 && mkdir /made/f6 && touch /made/f6/below "/made/Straße" && dd if=/dev/zero of=/made/big bs=1M count=3
RUN rm /made/big && chmod 4711 /made/f7
`;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'manifold-layers-'));
  images = await testImages();
  const { registryHost, socketPath } = testEngine();
  built = `${registryHost}/layers/built:1`;
  await testSolve({ dial: async () => connect(socketPath) }, dockerfile, {
    exporters: [{ type: 'image', attrs: { name: built, push: 'true', 'registry.insecure': 'true' } }],
  });
  files = new LayerFiles({
    opener: images.opener,
    launchWorker: launchSourceLayerWorker,
    cacheFolder: join(folder, 'cache'),
    logger: pino({ level: 'silent' }),
  });
});
afterAll(async () => {
  await files.close();
  await images.dispose();
  await rm(folder, { recursive: true, force: true });
});

/** Copies an image out of the registry with skopeo, and tells its layers. */
async function layersOf(reference: string): Promise<{ layout: string; layers: FileColumn['layers'] }> {
  const layout = join(folder, createHash('sha256').update(reference).digest('hex').slice(0, 8));
  await run('skopeo', [
    ...['copy', '--src-tls-verify=false', '--override-arch', 'amd64'],
    ...[`docker://${reference}`, `dir:${layout}`],
  ]);
  const manifest = JSON.parse(await readFile(join(layout, 'manifest.json'), 'utf8')) as {
    config: { digest: string };
    layers: FileColumn['layers'];
  };
  const config = JSON.parse(
    await readFile(join(layout, manifest.config.digest.replace('sha256:', '')), 'utf8'),
  ) as { rootfs: { diff_ids: string[] } };
  return {
    layout,
    layers: manifest.layers.map(({ digest, mediaType, size }, at) => ({
      digest,
      mediaType,
      size,
      diffId: config.rootfs.diff_ids[at]!,
    })),
  };
}

/** All rows of a tree with one column. */
async function rowsOf(column: FileColumn): Promise<FileRow[]> {
  const stop = new AbortController();
  const items = files.open({ columns: [column] }, stop.signal);
  try {
    for (;;) {
      const { value } = (await items.next()) as { value: FileTreeItem };
      if (value.type !== 'ready') continue;
      const filter = { text: '', show: ['identical' as const], differences: [] };
      const rows: FileRow[] = [];
      for (;;) {
        const window = { filter, toggled: [], offset: rows.length, count: 2000 };
        const answer = await files.rows({ tree: value.tree, ...window });
        rows.push(...answer.rows);
        if (rows.length >= answer.total) return rows;
      }
    }
  } finally {
    stop.abort();
    await items.next();
  }
}

const kindLetters: Readonly<Record<string, FileKind>> = {
  '-': 'file',
  d: 'directory',
  l: 'symlink',
  h: 'hardlink',
  c: 'character-device',
  b: 'block-device',
  p: 'fifo',
};

describe('layers of real images', () => {
  it.each(['busybox', 'built'])('of %s list as GNU tar lists them', async (name) => {
    const reference = name === 'built' ? built : `${testEngine().registryHost}/library/busybox:latest`;
    const source: ImageSource = { kind: 'registry', reference };
    const { layout, layers } = await layersOf(reference);
    expect(layers.length).toBeGreaterThan(0);
    for (let at = 0; at < layers.length; at++) {
      const rows = await rowsOf({ source, layers: layers.slice(0, at + 1), view: 'layer' });
      const { stdout } = await run(
        'tar',
        [
          ...['-tvzf', join(layout, layers[at]!.digest.replace('sha256:', ''))],
          ...['--numeric-owner', '--quoting-style=literal', '--utc', '--full-time'],
        ],
        { maxBuffer: 2 ** 28 },
      );
      const told = new Map<string, unknown>();
      for (const line of stdout.trimEnd().split('\n')) {
        const match = /^(.)\S{9}\S* +(\d+)\/(\d+) +(\d+|\d+,\d+) \S+ \S+ (.*)$/.exec(line)!;
        const [path, target] = match[5]!.split(match[1] === 'h' ? ' link to ' : ' -> ');
        const clean = path!.replace(/^\.?\//, '').replace(/\/$/, '');
        if (clean === '' || clean.includes('.wh.')) continue;
        told.set(clean, [
          kindLetters[match[1]!],
          Number(match[2]),
          Number(match[3]),
          match[1] === '-' ? Number(match[4]) : undefined,
          target?.replace(match[1] === 'h' ? /^\.?\// : /^$/, ''),
        ]);
      }
      const found = new Map(
        rows
          .filter(({ cells }) => cells[0]!.kind !== 'whiteout')
          .map(({ path, cells: [cell] }) => [
            path,
            [
              cell!.kind === 'opaque' ? 'directory' : cell!.kind,
              cell!.uid,
              cell!.gid,
              cell!.kind === 'file' ? cell!.size : undefined,
              cell!.target,
            ],
          ]),
      );
      expect(Object.fromEntries(found)).toEqual(Object.fromEntries(told));
    }
  });

  it('merge into what unpacking them gives, and their files have the same content', async () => {
    const reference = built;
    const { layout, layers } = await layersOf(reference);
    const root = join(folder, 'root');
    await run('mkdir', ['-p', root]);
    for (const { digest } of layers) {
      await run('tar', ['-xzf', join(layout, digest.replace('sha256:', '')), '-C', root]);
      // tar knows no whiteouts: they are files that say what goes.
      await run('sh', ['-c', unpackWhiteouts, '-', root]);
    }
    const source: ImageSource = { kind: 'registry', reference };
    const rows = await rowsOf({ source, layers, view: 'merged', platform: 'linux/amd64' });
    const { stdout } = await run('find', [root, '-mindepth', '1', '-printf', '%P\\n'], {
      maxBuffer: 2 ** 28,
    });
    const onDisk = stdout.trimEnd().split('\n').sort();
    expect(
      rows
        .map(({ path }) => path)
        .filter((path) => !path.startsWith('dev/'))
        .sort(),
    ).toEqual(onDisk);
    expect(rows.flatMap(({ cells }) => (cells[0]!.executable?.wrongMachine ? [1] : []))).toEqual([]);

    const stop = new AbortController();
    const items = files.open({ columns: [{ source, layers, view: 'merged' }] }, stop.signal);
    let item = (await items.next()).value as FileTreeItem;
    while (item.type !== 'ready') item = (await items.next()).value as FileTreeItem;
    const target = join(folder, 'saved');
    const some = rows.filter(({ cells }) => cells[0]!.kind === 'file' || cells[0]!.kind === 'hardlink');
    for (const { id, path } of [...some.slice(0, 3), ...some.slice(-3)]) {
      await files.save({ tree: item.tree, id, column: 0 }, () => Promise.resolve(target), never);
      expect((await readFile(target)).equals(await readFile(join(root, path)))).toBe(true);
    }
    stop.abort();
    await items.next();
  });
});

const unpackWhiteouts = `cd "$1" && find . -name '.wh.*' | while read -r sign; do
  folder=$(dirname "$sign"); name=$(basename "$sign"); rm "$sign"
  [ "$name" = .wh..wh..opq ] || rm -rf "$folder/\${name#.wh.}"
done`;

describe('large hostile layers', () => {
  const index = (source: AsyncIterable<Uint8Array>) =>
    indexLayer(source, { digest: 'sha256:x' }, layerLimits, () => undefined);

  it('of ten million entries end with a message, in little memory', async () => {
    const block = Buffer.concat(Array.from({ length: 512 }, (_, at) => tarHeader(`f${at}`)));
    let made = 0;
    const many = (async function* () {
      for (; made < 10_000_000; made += 512) {
        // Names that are all different.
        for (let at = 0; at < block.length; at += 512)
          block.write(String(made + at / 512).padStart(9, '0'), at);
        yield fixed(block);
      }
    })();
    const before = process.memoryUsage().rss;
    await expect(index(many)).rejects.toThrow('more than 2000000 entries');
    expect(made).toBeLessThan(2_100_000);
    expect(process.memoryUsage().rss - before).toBeLessThan(900 * 2 ** 20);
  });

  it('that are bombs of gzip or zstd end with a message', async () => {
    const gzip = createGzip();
    void (async () => {
      gzip.write(tarHeader('zeros', { size: 8 * 2 ** 30 - 1 }));
      const zeros = Buffer.alloc(1 << 20);
      while (!gzip.destroyed) {
        if (!gzip.write(zeros))
          await new Promise((resolve) => gzip.once('drain', resolve).once('close', resolve));
      }
    })();
    await expect(index(gzip)).rejects.toThrow('decompression bomb');
    gzip.destroy();

    const bomb = spawn('sh', ['-c', 'head -c 4000000000 /dev/zero | zstd -q -c'], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    await expect(index(bomb.stdout)).rejects.toThrow('decompression bomb');
    bomb.kill();
    expect(await readdir(folder)).not.toContain('zeros');
  });
});

/** Sets the checksums of headers that are alike but for nine digits of their names. */
function fixed(block: Buffer): Buffer {
  const rest = block.subarray(0, 512).reduce((sum, byte, at) => sum + (isCounted(at) ? byte : 0), 8 * 0x20);
  for (let at = 0; at < block.length; at += 512) {
    let sum = rest;
    for (let byte = at; byte < at + 9; byte++) sum += block[byte]!;
    block.write(`${sum.toString(8).padStart(6, '0')}\0 `, at + 148, 'latin1');
  }
  return Buffer.from(block);
}

function isCounted(at: number): boolean {
  return at >= 9 && (at < 148 || at >= 156);
}
