import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { tinyDisk } from '../../testing/tinyDisk';
import { ContentStore } from './contentStore';

const never = new AbortController().signal;

it('reads on without storing when the disk is full or read-only, and says so once', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'manifold-full-'));
  const disk = await tinyDisk(join(folder, 'disk'));
  try {
    const problems: NodeJS.ErrnoException[] = [];
    const onProblem = (error: unknown): void => void problems.push(error as NodeJS.ErrnoException);
    const store = await ContentStore.open({ folder: join(disk.path, 'store'), maxBytes: 1e9, onProblem });
    const bytes = randomBytes(3_000_000);
    const digest = `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
    const reader = store.caching({
      read: async () => bytes,
      async *stream() {
        for (let at = 0; at < bytes.length; at += 65_536)
          yield new Uint8Array(bytes.subarray(at, at + 65_536));
      },
    });
    const read = async (): Promise<string> => {
      const hash = createHash('sha256');
      for await (const piece of reader.stream({ digest, size: bytes.length }, never)) hash.update(piece);
      return `sha256:${hash.digest('hex')}`;
    };
    expect(await read()).toBe(digest);
    expect(await read()).toBe(digest);
    expect(problems.map(({ code }) => code)).toEqual(['ENOSPC']);
    expect(await store.has(digest)).toBe(false);
    expect(await readdir(join(disk.path, 'store', 'incoming'))).toEqual([]);

    const other = await ContentStore.open({ folder: join(disk.path, 'store'), maxBytes: 1e9, onProblem });
    await disk.makeReadOnly();
    const small = await other
      .caching({
        read: async () => Buffer.from('x'),
        stream: () => reader.stream({ digest, size: 1 }, never),
      })
      .read(`sha256:${createHash('sha256').update('x').digest('hex')}`, { maxBytes: 10 });
    expect(Buffer.from(small).toString()).toBe('x');
    expect(problems.map(({ code }) => code)).toEqual(['ENOSPC', 'EROFS']);
  } finally {
    await disk.unmount();
    await rm(folder, { recursive: true, force: true });
  }
});
