import { spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import {
  mkdtemp,
  open as openFile,
  readdir,
  readFile,
  rm,
  stat,
  truncate,
  utimes,
  writeFile,
  type FileHandle,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { BlobError } from '../blobSource';
import type { BlobToRead } from '../openImage';
import { ContentStore, type StoredSource } from './contentStore';

const never = new AbortController().signal;
let folder: string;
let problems: unknown[];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'manifold-store-'));
  problems = [];
});
afterEach(async () => {
  vi.restoreAllMocks();
  await rm(folder, { recursive: true, force: true });
});

const open = (maxBytes = 10_000_000) =>
  ContentStore.open({ folder, maxBytes, onProblem: (error) => problems.push(error) });

/** Blobs, and how often each was asked for. */
function source(sizes: readonly number[], fault?: 'breaks') {
  const contents = sizes.map((size) => randomBytes(size));
  const blobs = contents.map((bytes): BlobToRead => ({ digest: digestOf(bytes), size: bytes.length }));
  const asked = new Map<string, number>();
  const find = (digest: string): Buffer => {
    asked.set(digest, (asked.get(digest) ?? 0) + 1);
    return contents[blobs.findIndex((blob) => blob.digest === digest)]!;
  };
  const from: StoredSource = {
    read: async (digest) => find(digest),
    async *stream({ digest }) {
      const bytes = find(digest);
      for (let at = 0; at < bytes.length; at += 1000) {
        if (fault === 'breaks' && at > 0) throw new Error('broken');
        yield new Uint8Array(bytes.subarray(at, at + 1000));
      }
    },
  };
  return { blobs, asked: (index: number) => asked.get(blobs[index]!.digest) ?? 0, from };
}

const digestOf = (bytes: Uint8Array): string => `sha256:${createHash('sha256').update(bytes).digest('hex')}`;

async function readAll(pieces: AsyncIterable<Uint8Array>): Promise<string> {
  const all: Uint8Array[] = [];
  for await (const piece of pieces) {
    all.push(piece.slice());
    // Whoever reads may give the memory away.
    structuredClone(piece, { transfer: [piece.buffer as ArrayBuffer] });
  }
  return digestOf(Buffer.concat(all));
}

const pathOf = ({ digest }: BlobToRead): string => {
  const hex = digest.slice('sha256:'.length);
  return join(folder, 'blobs', 'sha256', hex.slice(0, 2), hex);
};

/** Stands in for a disk that fails, which a real one can't be made to. */
async function fileHandles() {
  const file = await openFile(folder);
  const calls = Object.getPrototypeOf(file) as FileHandle;
  await file.close();
  return { spyOn: (call: 'stat' | 'read' | 'readFile') => vi.spyOn(calls, call) };
}

async function left(): Promise<string[]> {
  return readdir(join(folder, 'incoming'));
}

describe('ContentStore', () => {
  it('keeps what was read once, for the next one and for the next start', async () => {
    const { blobs, asked, from } = source([100_000, 5]);
    const [large, small] = blobs as [BlobToRead, BlobToRead];
    const one = (await open()).caching(from);
    for (const reader of [one, one, (await open()).caching(from)]) {
      expect(await readAll(reader.stream(large, never))).toBe(large.digest);
      expect(digestOf(await reader.read(small.digest, { maxBytes: 10 }))).toBe(small.digest);
    }
    expect([asked(0), asked(1)]).toEqual([1, 1]);
    const store = await open();
    expect(digestOf((await store.read(large.digest, { maxBytes: 100_000 }))!)).toBe(large.digest);
    await expect(store.read(large.digest, { maxBytes: 10 })).rejects.toMatchObject({ reason: 'too-large' });
    expect([await store.has(small.digest), await store.has(digestOf(Buffer.from('other')))]).toEqual([
      true,
      false,
    ]);
    expect(await left()).toEqual([]);
    expect(problems).toEqual([]);
  });

  it('is for nobody else, and takes no name that leads out of it', async () => {
    const store = await open();
    expect((await stat(folder)).mode & 0o777).toBe(0o700);
    const reader = store.caching({
      read: async () => Buffer.from('x'),
      stream: () => source([1]).from.stream({ digest: '', size: 0 }, never),
    });
    for (const digest of ['sha256:../../x', 'sha256:ab', `md5:${'a'.repeat(64)}`, '', 'sha256:']) {
      await reader.read(digest, { maxBytes: 10 });
      expect(await store.has(digest)).toBe(false);
    }
    expect(await readdir(folder)).toEqual(['incoming']);
  });

  it('throws away what is damaged on the disk, and fetches it anew', async () => {
    const { blobs, asked, from } = source([600_000]);
    const [blob] = blobs as [BlobToRead];
    const reader = (await open()).caching(from);
    const flip = async () => {
      const bytes = await readFile(pathOf(blob));
      bytes[bytes.length - 1]! ^= 1;
      await writeFile(pathOf(blob), bytes);
    };
    await readAll(reader.stream(blob, never));
    await truncate(pathOf(blob), 10);
    expect(await readAll(reader.stream(blob, never))).toBe(blob.digest);
    await flip();
    expect(digestOf(await reader.read(blob.digest, { maxBytes: 1_000_000 }))).toBe(blob.digest);
    await flip();
    let bytes = 0;
    const damaged = (async () => {
      for await (const piece of reader.stream(blob, never)) bytes += piece.length;
    })();
    await expect(damaged).rejects.toMatchObject({ name: 'BlobError', reason: 'corrupt' });
    expect(bytes).toBeLessThan(blob.size);
    expect(await readAll(reader.stream(blob, never))).toBe(blob.digest);
    expect(asked(0)).toBe(4);
  });

  it.each(['stat', 'read', 'readFile'] as const)(
    'takes from its source what a failing disk does not give (%s)',
    async (call) => {
      const { blobs, asked, from } = source([600_000, 5]);
      const reader = (await open()).caching(from);
      const readBoth = async (): Promise<void> => {
        expect(await readAll(reader.stream(blobs[0]!, never))).toBe(blobs[0]!.digest);
        expect(digestOf(await reader.read(blobs[1]!.digest, { maxBytes: 10 }))).toBe(blobs[1]!.digest);
      };
      await readBoth();
      expect(problems).toEqual([]);
      const fault = Object.assign(new Error('EIO: i/o error'), { code: 'EIO' });
      const failing = (await fileHandles()).spyOn(call).mockRejectedValue(fault);
      await readBoth();
      failing.mockRestore();
      expect(new Set(problems)).toEqual(new Set([fault]));
      // Kept anew where it was lost.
      const before = [asked(0), asked(1)];
      await readBoth();
      expect([asked(0), asked(1)]).toEqual(before);
    },
  );

  it('says to try again when the disk fails after a part was passed on', async () => {
    const { blobs, asked, from } = source([600_000]);
    const [blob] = blobs as [BlobToRead];
    const reader = (await open()).caching(from);
    const fail = [
      () => truncate(pathOf(blob), 300_000),
      async () => {
        const fault = Object.assign(new Error('EIO: i/o error'), { code: 'EIO' });
        (await fileHandles()).spyOn('read').mockRejectedValueOnce(fault);
      },
    ];
    for (const [index, damage] of fail.entries()) {
      await readAll(reader.stream(blob, never));
      let bytes = 0;
      const damaged = (async () => {
        for await (const piece of reader.stream(blob, never)) {
          if (bytes === 0) await damage();
          bytes += piece.length;
        }
      })();
      const failure = await damaged.catch((error: unknown) => error as BlobError);
      expect(failure).toMatchObject({ name: 'BlobError', reason: 'corrupt' });
      expect(failure?.message).toContain('Try again');
      expect(failure?.cause).toBe(problems[0]);
      expect([bytes > 0, bytes < blob.size]).toEqual([true, true]);
      expect([asked(0), problems.length]).toEqual([index + 1, index]);
    }
    expect(await readAll(reader.stream(blob, never))).toBe(blob.digest);
  });

  it('keeps nothing of what was not read to its end', async () => {
    const { blobs, from } = source([5000]);
    const broken = source([5000], 'breaks');
    const store = await open();
    for await (const piece of store.caching(from).stream(blobs[0]!, never)) {
      expect(piece).toHaveLength(1000);
      break;
    }
    await expect(readAll(store.caching(broken.from).stream(broken.blobs[0]!, never))).rejects.toThrow(
      'broken',
    );
    const lying = { digest: blobs[0]!.digest, size: 6000 };
    await readAll(store.caching(from).stream(lying, never));
    expect(await store.has(blobs[0]!.digest)).toBe(false);
    expect(await left()).toEqual([]);
  });

  it('lets go what was read longest ago, and nothing that is being read', async () => {
    const { blobs, asked, from } = source([30_000, 30_000, 30_000, 30_000]);
    const [first, second, third, fourth] = blobs as [BlobToRead, BlobToRead, BlobToRead, BlobToRead];
    const store = await open(100_000);
    const reader = store.caching(from);
    for (const [age, blob] of [first, second, third].entries()) {
      await readAll(reader.stream(blob, never));
      const time = new Date(Date.now() - 100_000 + age * 1000);
      await utimes(pathOf(blob), time, time);
    }
    // Read again, so that the second is the oldest; the third is being read.
    await readAll(reader.stream(first, never));
    const time = new Date(0);
    const reading = reader.stream(third, never)[Symbol.asyncIterator]();
    await reading.next();
    await utimes(pathOf(third), time, time);
    await readAll(reader.stream(fourth, never));
    const has = await Promise.all(blobs.map(({ digest }) => store.has(digest)));
    expect(has).toEqual([true, false, true, true]);
    await reading.return?.();
    await readAll(reader.stream(second, never));
    expect(asked(1)).toBe(2);
    expect(await store.has(third.digest)).toBe(false);
  });

  it('does not keep what is larger than all it may have', async () => {
    const { blobs, from } = source([5000]);
    const store = await open(4000);
    expect(await readAll(store.caching(from).stream(blobs[0]!, never))).toBe(blobs[0]!.digest);
    expect(await store.has(blobs[0]!.digest)).toBe(false);
  });

  it('shrinks to what it may have when it is opened', async () => {
    const { blobs, from } = source([5000, 5000, 5000]);
    for (const blob of blobs) await readAll((await open()).caching(from).stream(blob, never));
    await open(11_000);
    const names = await readdir(join(folder, 'blobs', 'sha256'), { recursive: true, withFileTypes: true });
    expect(names.filter((entry) => entry.isFile())).toHaveLength(1);
  });

  it('clears away what a killed process has left, and not what a running one writes', async () => {
    await open();
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
    const dead = spawn(process.execPath, ['-e', ''], { stdio: 'ignore' });
    await once(dead, 'exit');
    const names = { alive: `${child.pid}-a`, dead: `${dead.pid}-b`, old: `${process.pid}-c`, odd: 'what' };
    for (const name of Object.values(names)) await writeFile(join(folder, 'incoming', name), 'x');
    const long = new Date(Date.now() - 2 * 24 * 60 * 60 * 1000);
    await utimes(join(folder, 'incoming', names.old), long, long);
    await open();
    expect(await left()).toEqual([names.alive]);
    child.kill('SIGKILL');
  });

  it('serves two at once that know nothing of each other', async () => {
    const { blobs, from } = source(Array.from({ length: 30 }, () => 20_000));
    const stores = [await open(200_000), await open(200_000)];
    const readers = [...stores, ...stores].map(async (store, index) => {
      const own = index % 2 === 0 ? blobs : [...blobs].reverse();
      for (const blob of own)
        expect(await readAll(store.caching(from).stream(blob, never))).toBe(blob.digest);
    });
    await Promise.all(readers);
    const entries = await readdir(join(folder, 'blobs'), { recursive: true, withFileTypes: true });
    const kept = entries.filter((entry) => entry.isFile()).length;
    expect(kept).toBeGreaterThan(0);
    // Each looks at the disk when what it knows of is too much.
    expect(kept * 20_000).toBeLessThanOrEqual(400_000);
    expect(await left()).toEqual([]);
    expect(problems).toEqual([]);
  });

  it('stops when it is told to', async () => {
    const { blobs, from } = source([600_000]);
    const reader = (await open()).caching(from);
    await readAll(reader.stream(blobs[0]!, never));
    const abort = new AbortController();
    const reading = (async () => {
      for await (const piece of reader.stream(blobs[0]!, abort.signal))
        abort.abort(new Error(`${piece.length}`));
    })();
    await expect(reading).rejects.toThrow('262144');
  });
});
