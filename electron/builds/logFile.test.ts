import { mkdtemp, rm, stat, truncate, type FileHandle } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { LogRecordReader, type LogRecord } from '../../shared/model/log/records';
import { LogFile, readLogFile } from './logFile';

const unexpected = (error: Error): void => {
  throw error;
};
const never = new AbortController().signal;
let folder: string;
let path: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'manifold-log-'));
  path = join(folder, 'log.bin');
});
afterEach(() => rm(folder, { recursive: true }));

async function records(chunks: AsyncIterable<Uint8Array>): Promise<LogRecord[]> {
  const all: LogRecord[] = [];
  for await (const chunk of chunks) {
    expect(chunk.length).toBeGreaterThan(0);
    expect(chunk.length).toBeLessThanOrEqual(256 * 1024);
    // A reader of its own for each chunk: chunks hold whole records.
    all.push(...new LogRecordReader().read(chunk));
  }
  return all;
}

describe('LogFile', () => {
  it('gives back what was written, to followers and from the disk', async () => {
    const log = await LogFile.create(path, unexpected);
    const early = records(log.follow(never));
    log.step('sha256:a', 'first');
    log.output('sha256:a', 1, 10.5, Buffer.from('hello'));
    await log.drained();
    const late = records(log.follow(never));
    log.step('sha256:b', 'second');
    log.step('sha256:a', 'announced again');
    log.output('sha256:b', 2, 11, Buffer.from([0, 255]));
    log.output('sha256:b', 2, 11, new Uint8Array(0));
    await log.end();
    await log.end();
    const expected = [
      { type: 'step', step: 0, id: 'sha256:a', name: 'first' },
      { type: 'output', step: 0, stream: 1, timeMs: 10.5, data: new Uint8Array(Buffer.from('hello')) },
      { type: 'step', step: 1, id: 'sha256:b', name: 'second' },
      { type: 'output', step: 1, stream: 2, timeMs: 11, data: new Uint8Array([0, 255]) },
    ];
    for (const got of [await early, await late, await records(readLogFile(path, never))])
      expect(got).toEqual(expected);
  });

  it('cuts long output so that every chunk holds whole records, and makes writers wait', async () => {
    const log = await LogFile.create(path, unexpected);
    const data = Buffer.alloc(20 * 1024 * 1024, 'abcdefghij');
    const reading = records(log.follow(never));
    log.step('a', 'x'.repeat(300_000));
    log.output('a', 1, 0, data);
    let waited = false;
    await log.drained().then(() => (waited = true));
    expect(waited).toBe(true);
    await log.end();
    const got = (await reading).flatMap((record) => (record.type === 'output' ? [record.data] : []));
    expect(Buffer.concat(got).equals(data)).toBe(true);
  });

  it('refuses output of a step that was not announced', async () => {
    const log = await LogFile.create(path, unexpected);
    expect(() => log.output('x', 1, 0, Buffer.from('a'))).toThrow('not announced');
    await log.end();
  });

  it('lets a waiting follower go', async () => {
    const log = await LogFile.create(path, unexpected);
    const abort = new AbortController();
    const waiting = records(log.follow(abort.signal));
    abort.abort();
    expect(await waiting).toEqual([]);
    await log.end();
  });

  it('tells once that it can’t be written, keeps what was, and drops the rest without blocking anybody', async () => {
    const failures: Error[] = [];
    const log = await LogFile.create(path, (error) => failures.push(error));
    log.step('a', 'a');
    log.output('a', 1, 0, Buffer.from('written'));
    const reading = log.follow(never)[Symbol.asyncIterator]();
    await reading.next();
    await (log as unknown as { file: FileHandle }).file.close();
    for (let round = 0; round < 3; round++) {
      log.output('a', 1, 0, Buffer.alloc(5 * 1024 * 1024));
      await log.drained();
    }
    await log.end();
    expect(await reading.next()).toMatchObject({ done: true });
    expect(failures).toHaveLength(1);
    expect(await records(readLogFile(path, never))).toHaveLength(2);
  });

  it('reads a log that was cut off up to its last whole record', async () => {
    const log = await LogFile.create(path, unexpected);
    log.step('a', 'a');
    log.output('a', 1, 0, Buffer.from('whole'));
    log.output('a', 1, 0, Buffer.from('cut off'));
    await log.end();
    await truncate(path, (await stat(path)).size - 3);
    expect(await records(readLogFile(path, never))).toHaveLength(2);
  });
});
