import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, open, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { promisify } from 'node:util';
import { pack } from 'tar-stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { tarHeader } from '../layers/testing/tarFile';
import { indexTar, readExactly, TarError } from './tarIndex';

let folder: string;
beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), 'manifold-tar-'))));
afterEach(() => rm(folder, { recursive: true }));

async function contents(path: string): Promise<Record<string, string>> {
  const file = await open(path, 'r');
  try {
    const read: Record<string, string> = {};
    for (const [name, { offset, size }] of await indexTar(file))
      read[name] = (await readExactly(file, offset, size)).toString();
    return read;
  } finally {
    await file.close();
  }
}

const deep = `${'d'.repeat(90)}/${'e'.repeat(90)}/${'f'.repeat(120)}`;

describe('indexTar', () => {
  it.each(['ustar', 'gnu', 'pax'])('finds the files of a %s archive', async (format) => {
    const long = format === 'ustar' ? `${'d'.repeat(90)}/${'e'.repeat(90)}` : deep;
    await mkdir(join(folder, 'in', long), { recursive: true });
    await writeFile(join(folder, 'in', long, 'ü'), 'long');
    await writeFile(join(folder, 'in', 'a'), '');
    await writeFile(join(folder, 'in', 'b'), 'x'.repeat(1000));
    const path = join(folder, 'out.tar');
    await promisify(execFile)('tar', ['-C', join(folder, 'in'), `--format=${format}`, '-cf', path, '.']);
    expect(await contents(path)).toEqual({ a: '', b: 'x'.repeat(1000), [`${long}/ü`]: 'long' });
  });

  it('reads what tar-stream writes', async () => {
    const archive = pack();
    archive.entry({ name: 'folder', type: 'directory' });
    archive.entry({ name: 'folder/file' }, 'one');
    archive.entry({ name: 'folder/file' }, 'two');
    archive.entry({ name: 'link', type: 'symlink', linkname: 'folder/file' });
    archive.entry({ name: deep }, 'deep');
    archive.finalize();
    const path = join(folder, 'out.tar');
    await writeFile(path, archive as unknown as Readable);
    expect(await contents(path)).toEqual({ 'folder/file': 'two', [deep]: 'deep' });
  });

  it('refuses what is cut off or no archive', async () => {
    const path = join(folder, 'x');
    await writeFile(path, 'no archive at all'.repeat(100));
    await expect(contents(path)).rejects.toBeInstanceOf(TarError);
    const archive = pack();
    archive.entry({ name: 'a' }, 'x'.repeat(2000));
    archive.finalize();
    await writeFile(path, archive as unknown as Readable);
    await truncate(path, 1500);
    await expect(contents(path)).rejects.toThrow('cut off');
  });

  it.each([
    ['12 size=0x1\n', 'cut off or damaged'],
    ['11 size=-1\n', 'cut off or damaged'],
    ['10 size=1', 'damaged attributes'],
    ['what', 'damaged attributes'],
  ])('refuses an entry whose attributes are %j', async (attributes, words) => {
    const path = join(folder, 'odd.tar');
    const pax = Buffer.alloc(512);
    pax.write(attributes);
    await writeFile(
      path,
      Buffer.concat([
        tarHeader('pax', { type: 'x', size: attributes.length }),
        pax,
        tarHeader('a'),
        Buffer.alloc(1024),
      ]),
    );
    await expect(contents(path)).rejects.toThrow(words);
  });

  it('takes the size of an entry from its own header where an attribute is of the next one', async () => {
    const path = join(folder, 'odd.tar');
    const block = (text: string): Buffer =>
      Buffer.concat([Buffer.from(text), Buffer.alloc(512 - text.length)]);
    await writeFile(
      path,
      Buffer.concat([
        ...[tarHeader('pax', { type: 'x', size: 10 }), block('10 size=3\n')],
        ...[tarHeader('long', { type: 'L', size: 5 }), block('name\0')],
        ...[tarHeader('a'), block('abc'), Buffer.alloc(1024)],
      ]),
    );
    expect(await contents(path)).toEqual({ name: 'abc' });
  });

  it('finds nothing in an empty file', async () => {
    const path = join(folder, 'empty');
    await writeFile(path, '');
    expect(await contents(path)).toEqual({});
  });
});
