import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { StudioError } from '../../../shared/contract';
import { contentBytes, LayerIndex } from './layerIndex';
import { indexOf, listing } from './testing/indexOf';
import { inBlocks, tarEnd, tarFile, tarHeader, withChecksum, type TarFileEntry } from './testing/tarFile';

const folder = mkdtempSync(join(tmpdir(), 'layers-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Compresses with the zstd program. */
function zstd(bytes: Buffer, ...options: string[]): Buffer {
  return execFileSync('zstd', ['-q', '-c', ...options], { input: bytes, maxBuffer: 2 ** 30 });
}

function sha256(content: string | Buffer): Buffer {
  return createHash('sha256').update(content).digest();
}

/** What the index has of a path. */
function entryOf(index: LayerIndex, path: string | Buffer) {
  const entry = index.find(Buffer.from(path))!;
  const { mode, uid, gid, modifiedMs, size, content } = index.columns;
  return {
    kind: index.kindOf(entry),
    size: size[entry],
    mode: mode[entry],
    owner: [uid[entry], gid[entry]],
    modifiedMs: modifiedMs[entry],
    target: index.targetBytes(entry).toString('latin1'),
    digest: Buffer.from(content.slice(entry * contentBytes, (entry + 1) * contentBytes)).toString('hex'),
  };
}

const part = fc.stringMatching(/^[a-zé.][a-z0-9é _-]{0,12}$/).filter((name) => !/^\.\.?$|^\.wh\./.test(name));
const path = fc.array(part, { minLength: 1, maxLength: 5 }).map((parts) => parts.join('/'));
const file = fc.record({
  name: path,
  type: fc.constantFrom('file' as const, 'directory' as const, 'symlink' as const),
  content: fc.string({ maxLength: 2000 }),
  linkname: fc.stringMatching(/^[a-z./]{1,200}$/),
  mode: fc.integer({ min: 1, max: 0o7777 }),
  uid: fc.nat(0o777777),
  gid: fc.nat(70_000),
  mtime: fc.date({ min: new Date(0), max: new Date('2037-01-01'), noInvalidDate: true }),
});

/** Trees in which no path is both a file and a folder. */
const tree = fc.uniqueArray(file, { selector: ({ name }) => name, maxLength: 30 }).map((files) =>
  files.map((one) => ({
    ...one,
    type: files.some(({ name }) => name.startsWith(`${one.name}/`)) ? ('directory' as const) : one.type,
  })),
);

describe('indexing a layer', () => {
  it('finds what was put into any archive, however it is compressed and cut into pieces', async () => {
    await fc.assert(
      fc.asyncProperty(
        tree,
        fc.integer({ min: 1, max: 5000 }),
        fc.constantFrom('none', 'gzip', 'members'),
        async (files, pieceBytes, how) => {
          const tar = await tarFile(
            files.map(({ content, linkname, ...headers }): TarFileEntry =>
              headers.type === 'file'
                ? { ...headers, content }
                : headers.type === 'symlink'
                  ? { ...headers, linkname }
                  : headers,
            ),
          );
          const half = tar.length / 2;
          const layer =
            how === 'none'
              ? tar
              : how === 'gzip'
                ? gzipSync(tar)
                : Buffer.concat([gzipSync(tar.subarray(0, half)), gzipSync(tar.subarray(half))]);
          const index = await indexOf(layer, { pieceBytes });
          for (const one of files) {
            expect(entryOf(index, one.name)).toMatchObject({
              kind: one.type,
              mode: one.mode,
              owner: [one.uid, one.gid],
              modifiedMs: Math.floor(one.mtime.getTime() / 1000) * 1000,
              ...(one.type === 'symlink' ? { target: Buffer.from(one.linkname).toString('latin1') } : {}),
              ...(one.type === 'file'
                ? {
                    size: Buffer.byteLength(one.content),
                    digest: sha256(one.content).subarray(0, contentBytes).toString('hex'),
                  }
                : {}),
            });
          }
          const paths = new Set(
            files.flatMap(({ name }) => name.split('/').map((_, at, all) => all.slice(0, at + 1).join('/'))),
          );
          expect(index.count).toBe(paths.size + 1);
          expect(index.facts.diffId).toBe(`sha256:${sha256(tar).toString('hex')}`);
          const again = LayerIndex.open(index.bytes);
          expect(listing(again)).toEqual(listing(index));
        },
      ),
      { numRuns: 60 },
    );
  }, 20_000);

  it('keeps the order of a walk, and knows where each folder ends', async () => {
    const names = ['b', 'a/c', 'a-b/x', 'a/b/z', 'a.txt', 'a/b/y'];
    const index = await indexOf(await tarFile(names.map((name) => ({ name, content: name }))));
    expect(listing(index).map(([name]) => name)).toEqual([
      ...['a', 'a/b', 'a/b/y', 'a/b/z', 'a/c', 'a-b', 'a-b/x', 'a.txt', 'b'],
    ]);
    const { end } = index.columns;
    expect([end[index.find(Buffer.from('a'))!], end[index.find(Buffer.from('a/b'))!]]).toEqual([6, 5]);
  });

  it.each(['gnu', 'pax', 'ustar', 'v7'])('reads what GNU tar writes in the format %s', async (format) => {
    const long =
      format === 'gnu' || format === 'pax' ? `${'long-name-'.repeat(9)}/${'x'.repeat(200)}` : 'short';
    const root = mkdtempSync(join(folder, 'tree-'));
    execFileSync(
      'sh',
      ['-c', `mkdir -p "$(dirname "$1")" && echo hello > "$1" && ln "$1" link && ln -s "$1" soft`, '-', long],
      { cwd: root },
    );
    if (format !== 'v7') execFileSync('mkfifo', [join(root, 'pipe')]);
    execFileSync('tar', ['--format', format, '--sort=name', '-cf', '../a.tar', '.'], { cwd: root });
    const index = await indexOf(execFileSync('cat', [join(folder, 'a.tar')]));
    const [first, second] = ['link', long].sort();
    expect(entryOf(index, first!)).toMatchObject({ kind: 'file', size: 6 });
    expect(entryOf(index, second!)).toMatchObject({ kind: 'hardlink', target: first });
    expect(index.columns.link[index.find(Buffer.from(second!))!]).toBe(index.find(Buffer.from(first!)));
    expect(entryOf(index, 'soft')).toMatchObject({ kind: 'symlink', target: long });
    if (format !== 'v7') expect(entryOf(index, 'pipe').kind).toBe('fifo');
    expect(index.facts.warnings).toEqual([]);
  });

  it.each(['gnu', 'posix --sparse-version=0.0', 'posix --sparse-version=0.1', 'posix --sparse-version=1.0'])(
    'reads sparse files of the format %s',
    async (format) => {
      const name = join(folder, 'sparse');
      writeFileSync(name, 'begin');
      truncateSync(name, 3_000_000);
      writeFileSync(name, 'end', { flag: 'a' });
      const archive = join(folder, 'sparse.tar');
      execFileSync('tar', ['-S', ...`--format=${format}`.split(' '), '-cf', archive, 'sparse'], {
        cwd: folder,
      });
      const index = await indexOf(execFileSync('cat', [archive]));
      expect(entryOf(index, 'sparse')).toMatchObject({ kind: 'file', size: 3_000_003 });
      const [[, map]] = index.facts.sparse as [[number, [number, number][]]];
      expect(map[0]![0]).toBe(0);
      expect(map.at(-1)![0] + map.at(-1)![1]).toBe(3_000_003);
    },
  );

  it('reads zstd, in one frame and in many, and with skippable ones', async () => {
    const tar = await tarFile([{ name: 'a', content: Buffer.alloc(3_000_000, 'manifold') }]);
    const skippable = Buffer.from('522a4d1803000000616263', 'hex');
    const frames = Array.from({ length: 400 }, (_, at) =>
      zstd(tar.subarray(at * 512, at === 399 ? undefined : (at + 1) * 512)),
    );
    for (const layer of [
      zstd(tar),
      zstd(tar, '-19', '--long=27'),
      Buffer.concat([skippable, ...frames, skippable]),
    ]) {
      for (const pieceBytes of [1000, 1 << 20]) {
        const index = await indexOf(layer, { pieceBytes });
        expect(entryOf(index, 'a').size).toBe(3_000_000);
      }
    }
  });

  it('tells names apart that are no UTF-8', async () => {
    const names = [Buffer.from('caf\xe9', 'latin1'), Buffer.from('caf\xe8', 'latin1'), Buffer.from('café')];
    const layer = Buffer.concat([...names.map((name) => tarHeader(name)), tarEnd]);
    const index = await indexOf(layer);
    expect(index.count).toBe(4);
    for (const name of names) expect(entryOf(index, name).kind).toBe('file');
  });

  it('marks what whiteouts hide', async () => {
    const names = ['d/.wh.gone', 'd/.wh..wh..opq', '.wh..wh.plnk/x', 'e/.wh..wh.aufs', '.wh.again', 'again'];
    const index = await indexOf(await tarFile(names.map((name) => ({ name, content: '' }))));
    const flagsOf = (path: string) => index.columns.flags[index.find(Buffer.from(path))!];
    expect(entryOf(index, 'd/gone').kind).toBe('whiteout');
    expect([flagsOf('d/gone'), flagsOf('d'), flagsOf('again'), flagsOf('e')]).toEqual([1, 2, 1, 0]);
    expect(entryOf(index, 'again').kind).toBe('file');
  });

  it('shows hostile names inside of the image, and says so', async () => {
    const entries = [
      tarHeader('../../etc/passwd'),
      tarHeader('/absolute'),
      tarHeader('in/../../out'),
      tarHeader('hard', { type: '1', target: '../../../etc/shadow' }),
      tarHeader('disk', { type: '4' }),
      tarHeader('.wh..'),
      tarHeader('..'),
      tarHeader('odd', { type: 'Q', size: 3 }),
      inBlocks('odd'),
    ];
    const index = await indexOf(Buffer.concat([...entries, tarEnd]));
    expect(listing(index)).toEqual([
      ['absolute', 'file'],
      ['disk', 'block-device'],
      ['etc', 'implied-directory'],
      ['etc/passwd', 'file'],
      ['hard', 'hardlink'],
      ['in', 'implied-directory'],
      ['out', 'file'],
    ]);
    expect(entryOf(index, 'hard').target).toBe('etc/shadow');
    expect(index.facts.warnings).toEqual([
      '4 names lead out of the image, such as "../../etc/passwd"; shown as if “..” stayed at the root.',
      '1 name is absolute, such as "/absolute"; shown without the slash.',
      '1 hard link leads out of the image, such as "hard"; not followed there.',
      '1 whiteout hides nothing, such as ".wh.."; left out.',
      '1 entry is in the place of the root folder, such as ".."; left out.',
      '1 entry is of an unknown type, such as "odd (Q)"; left out.',
    ]);
  });

  it('lets later entries of one archive replace earlier ones', async () => {
    const index = await indexOf(
      await tarFile([
        { name: 'a/b/c', content: 'c' },
        { name: 'a', content: 'now a file' },
        { name: 'f', content: 'old' },
        { name: 'f', content: 'newer' },
        { name: 'x', content: 'file' },
        { name: 'x/y', content: 'below a file' },
        { name: 'k/l/m', content: '' },
        { name: 'k', content: '' },
        { name: 'k/l/n', content: '' },
      ]),
    );
    expect(listing(index).map(([path]) => path)).toEqual(['a', 'f', 'k', 'k/l', 'k/l/n', 'x', 'x/y']);
    expect(entryOf(index, 'f').size).toBe(5);
  });

  it('follows hard links to links, and not in circles', async () => {
    const index = await indexOf(
      Buffer.concat([
        tarHeader('file'),
        tarHeader('one', { type: '1', target: './file' }),
        tarHeader('two', { type: '1', target: '/one' }),
        tarHeader('ring', { type: '1', target: 'gnir' }),
        tarHeader('gnir', { type: '1', target: 'ring' }),
        tarHeader('nowhere', { type: '1', target: 'missing/file' }),
        tarEnd,
      ]),
    );
    const linkOf = (path: string) => index.columns.link[index.find(Buffer.from(path))!];
    const target = index.find(Buffer.from('file'));
    expect(['one', 'two', 'ring', 'nowhere'].map(linkOf)).toEqual([target, target, -1, -1]);
  });
});

describe('a layer that is damaged, hostile or over a limit', () => {
  const whole = tarFile([{ name: 'a', content: Buffer.alloc(100_000, 'x') }]);
  const cut = async (bytes: Buffer | Promise<Buffer>, at: number) => (await bytes).subarray(0, at);
  const cases: [string, () => Promise<Buffer>, RegExp][] = [
    ['tar cut off in a file', () => cut(whole, 5000), /cut off after 5000 bytes/],
    ['tar cut off in a header', () => cut(whole, 300), /cut off/],
    ['gzip cut off', async () => cut(gzipSync(await whole), 100), /cut off: its gzip/],
    ['zstd cut off', async () => cut(zstd(await whole), 30), /cut off: its zstd/],
    ['damaged gzip', async () => damage(gzipSync(await whole), 30), /gzip compression is damaged/],
    [
      'damaged zstd',
      async () => Buffer.concat([zstd(await whole), Buffer.alloc(20, 1)]),
      /zstd compression is damaged/,
    ],
    ['zip', async () => Buffer.concat([Buffer.from('PK\x03\x04'), Buffer.alloc(600, 1)]), /zip archive/],
    ['text', async () => Buffer.alloc(2000, 'no tar '), /no tar archive/],
    ['a wrong checksum', async () => Buffer.concat([tarHeader('a'), Buffer.alloc(512, 'b')]), /checksum/],
    [
      'an entry after the end',
      async () => Buffer.concat([Buffer.alloc(512), tarHeader('a')]),
      /after the sign/,
    ],
    ['a negative size', async () => withSize(Buffer.alloc(12, 0xff)), /no valid size/],
    [
      'a size beyond numbers',
      async () => withSize(Buffer.from('80ffffffffffffffffffffff', 'hex')),
      /no valid size/,
    ],
    [
      'a huge pax header',
      async () => tarHeader('x', { type: 'x', size: 2 ** 30 }),
      /attributes of an entry .* 1073741824 bytes/,
    ],
    ['a huge long name', async () => tarHeader('x', { type: 'L', size: 2 ** 30 }), /name or the attributes/],
    ['damaged pax', async () => pax('99 path=a\n'), /pax attributes/],
    ['pax without a newline', async () => pax('8 path=ab'), /pax attributes/],
    ['a path that is too long', async () => pax(record('path', 'a'.repeat(5000))), /longer than 4096 bytes/],
    ['a path that is too deep', async () => pax(record('path', 'a/'.repeat(2000))), /1024 folders/],
    [
      'sparse map out of the file',
      async () => pax(record('GNU.sparse.map', '0,10,5,10') + record('GNU.sparse.size', '100')),
      /sparse file makes no sense/,
    ],
  ];
  it.each(cases)('%s', async (_name, layer, message) => {
    const error = await indexOf(await layer()).catch((error: unknown) => error);
    expect(error).toBeInstanceOf(StudioError);
    expect(error).toMatchObject({ code: 'image-invalid', message: expect.stringMatching(message) as string });
  });

  it('has another uncompressed digest than the configuration says', async () => {
    const wrong = `sha256:${'0'.repeat(64)}`;
    await expect(indexOf(await whole, { diffId: wrong })).rejects.toThrow(
      /not what the image’s configuration/,
    );
    const right = `sha512:${createHash('sha512')
      .update(await whole)
      .digest('hex')}`;
    expect((await indexOf(gzipSync(await whole), { diffId: right })).facts.diffId).toBe(right);
  });

  it('is larger than allowed, grows too much, or has too many entries', async () => {
    const zeros = gzipSync(Buffer.concat([tarHeader('a', { size: 20_000_000 }), Buffer.alloc(20_000_000)]));
    await expect(indexOf(zeros, { limits: { uncompressedBytes: 1_000_000 } })).rejects.toThrow(
      /1000000 bytes/,
    );
    await expect(indexOf(zeros, { limits: { ratioFromBytes: 10_000_000 } })).rejects.toThrow(/bomb/);
    const bomb = zstd(Buffer.concat([tarHeader('a', { size: 20_000_000 }), Buffer.alloc(20_000_000)]));
    await expect(indexOf(bomb, { limits: { ratioFromBytes: 10_000_000 } })).rejects.toThrow(/bomb/);
    const many = Buffer.concat(Array.from({ length: 11 }, (_, at) => tarHeader(`f${at}`)));
    await expect(indexOf(many, { limits: { entries: 10 } })).rejects.toThrow(/more than 10 entries/);
  });

  it('fills the memory with few entries', async () => {
    const deep = tarHeader('a/b/c/d/e');
    await expect(indexOf(deep, { limits: { paths: 4 } })).rejects.toThrow(/more than 4 paths/);
    await expect(indexOf(deep, { limits: { nameBytes: 4 } })).rejects.toThrow(/4 bytes of names/);
    const link = tarHeader('l', { type: '2', target: 'target' });
    await expect(indexOf(link, { limits: { nameBytes: 5 } })).rejects.toThrow(/5 bytes of links/);
    const sparse = pax(record('GNU.sparse.map', '0,10,50,10') + record('GNU.sparse.size', '100'));
    await expect(indexOf(sparse, { limits: { sparseParts: 1 } })).rejects.toThrow(/more than 1 parts/);
  });

  it('asks zstd for more memory than there is', async () => {
    // Magic, a descriptor without anything, a window of 2^41 bytes.
    const layer = Buffer.concat([Buffer.from('28b52ffd00f8', 'hex'), Buffer.alloc(100)]);
    await expect(indexOf(layer)).rejects.toThrow(/zstd compression asks for \d+ bytes/);
  });

  it('never fails with anything but a StudioError, whatever the bytes', async () => {
    const bytes = fc.uint8Array({ maxLength: 4000 }).map((array) => Buffer.from(array));
    const mutated = fc
      .tuple(fc.nat(5000), fc.nat(255), fc.nat(3))
      .chain(([at, value, kind]) => fc.constant({ at, value, kind }));
    const tar = await tarFile([
      { name: `${'n'.repeat(150)}/${'m'.repeat(150)}`, content: 'abc', pax: { comment: 'x' } },
      { name: 'b', type: 'link', linkname: 'a' },
    ]);
    const survives = async (layer: Buffer): Promise<void> => {
      const error = await indexOf(layer, { pieceBytes: 700 }).catch((error: unknown) => error);
      if (error instanceof Error && !(error instanceof StudioError)) throw error;
    };
    await fc.assert(
      fc.asyncProperty(bytes, mutated, async (any, { at, value, kind }) => {
        await survives(any);
        const changed = Buffer.from(tar);
        changed[at % tar.length] = value;
        // With a right checksum the damage gets further.
        const block = Math.floor((at % tar.length) / 512) * 512;
        withChecksum(changed.subarray(block, block + 512));
        await survives(kind === 0 ? gzipSync(changed) : kind === 1 ? damage(gzipSync(changed), at) : changed);
        await survives(Buffer.concat([Buffer.from('28b52ffd', 'hex'), any]));
      }),
      { numRuns: 300 },
    );
  }, 20_000);
});

function damage(bytes: Buffer, at: number): Buffer {
  const damaged = Buffer.from(bytes);
  damaged.fill(0xa5, at % bytes.length, Math.min(bytes.length, (at % bytes.length) + 8));
  return damaged;
}

function withSize(size: Buffer): Buffer {
  const header = tarHeader('a');
  size.copy(header, 124);
  return withChecksum(header);
}

function record(key: string, value: string): string {
  const rest = ` ${key}=${value}\n`;
  let length = rest.length;
  while (String(length).length + rest.length !== length) length = String(length).length + rest.length;
  return `${length}${rest}`;
}

function pax(records: string): Buffer {
  return Buffer.concat([
    tarHeader('pax', { type: 'x', size: records.length }),
    inBlocks(records),
    tarHeader('a', { size: 20 }),
    inBlocks('x'.repeat(20)),
    tarEnd,
  ]);
}
