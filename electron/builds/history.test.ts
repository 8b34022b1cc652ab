import { mkdir, mkdtemp, readdir, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { defaultBuildSettings, type BuildSummary } from '../../shared/contract';
import { newBuildProgress } from '../../shared/model/progress/reduce';
import { BuildHistory, type BuildRecord } from './history';

const logger = pino({ level: 'silent' });
let folder: string;
beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), 'manifold-history-'))));
afterEach(() => rm(folder, { recursive: true }));

function record(id: string, summary: Partial<BuildSummary> = {}): BuildRecord {
  return {
    summary: {
      id: `build-${id}`,
      number: 1,
      project: '/p',
      projectName: 'p',
      dockerfile: 'Dockerfile',
      builder: 'b',
      platforms: ['linux/amd64'],
      status: 'succeeded',
      startedMs: Number(id),
      endedMs: Number(id) + 1,
      warnings: 0,
      ...summary,
    },
    request: {
      project: '/p',
      dockerfile: 'Dockerfile',
      dockerfileText: 'FROM x',
      builder: 'b',
      settings: defaultBuildSettings,
    },
  };
}

async function add(history: BuildHistory, added: BuildRecord): Promise<void> {
  await history.add(added.summary.id);
  await history.save(added);
}

describe('BuildHistory', () => {
  it('finds records again, newest first', async () => {
    const history = await BuildHistory.open(folder, logger);
    for (const id of ['1', '3', '2']) await add(history, record(id));
    await history.saveProgress({
      ...newBuildProgress('build-1', ['linux/amd64'], 1),
      status: 'succeeded',
      endedMs: 2,
    });
    await history.settled();
    const again = await BuildHistory.open(folder, logger);
    expect(again.list().map(({ id }) => id)).toEqual(['build-3', 'build-2', 'build-1']);
    expect(again.get('build-2')).toEqual(record('2'));
    expect(await again.progress('build-1')).toMatchObject({ status: 'succeeded', endedMs: 2 });
  });

  it('ends what ran when Manifold died, with the progress that was saved', async () => {
    const history = await BuildHistory.open(folder, logger);
    const { endedMs: _endedMs, ...running } = record('5', { status: 'running' }).summary;
    await add(history, { ...record('5'), summary: running });
    await history.saveProgress({
      ...newBuildProgress('build-5', ['linux/amd64'], 5),
      status: 'running',
      sequence: 9,
    });
    await history.settled();
    const again = await BuildHistory.open(folder, logger);
    expect(again.list()[0]).toMatchObject({
      status: 'failed',
      error: { message: expect.stringContaining('closed') as string },
    });
    expect(await again.progress('build-5')).toMatchObject({
      status: 'failed',
      sequence: 10,
      error: { code: 'cancelled' },
    });
  });

  it.each(['progress.json', 'log.bin'])(
    'gives an interrupted build the time at which %s was written last',
    async (file) => {
      const history = await BuildHistory.open(folder, logger);
      const startedMs = 1_700_000_000_000;
      const { endedMs: _endedMs, ...running } = record('6', { status: 'running', startedMs }).summary;
      await add(history, { ...record('6'), summary: running });
      const path = join(folder, 'build-6', file);
      await writeFile(path, JSON.stringify(newBuildProgress('build-6', ['linux/amd64'], startedMs)));
      const seconds = startedMs / 1000;
      await utimes(path, seconds + 95, seconds + 95);
      const [interrupted] = (await BuildHistory.open(folder, logger)).list();
      expect(interrupted).toMatchObject({ status: 'failed', endedMs: startedMs + 95_000 });
      expect(interrupted?.error?.hint).toContain('Build again');
      expect((await BuildHistory.open(folder, logger)).list()).toEqual([interrupted]);
    },
  );

  it('opens with a record that can’t be read, and leaves it', async () => {
    const history = await BuildHistory.open(folder, logger);
    await add(history, record('1'));
    await mkdir(join(folder, 'build-9', 'record.json'), { recursive: true });
    expect((await BuildHistory.open(folder, logger)).list().map(({ id }) => id)).toEqual(['build-1']);
    expect(await readdir(join(folder, 'build-9'))).toEqual(['record.json']);
  });

  it('sets a damaged record aside and goes on', async () => {
    const history = await BuildHistory.open(folder, logger);
    await add(history, record('1'));
    await history.settled();
    await mkdir(join(folder, 'build-bad'));
    await writeFile(join(folder, 'build-bad', 'record.json'), '{"version":1,');
    await mkdir(join(folder, 'build-none'));
    await writeFile(join(folder, 'build-1', 'progress.json'), '[]');
    const again = await BuildHistory.open(folder, logger);
    expect(again.list()).toHaveLength(1);
    expect(await readdir(join(folder, 'build-bad'))).toEqual([
      expect.stringMatching(/^record\.json\.corrupt-/),
    ]);
    expect(await again.progress('build-1')).toMatchObject({ status: 'succeeded', order: [] });
  });

  it('never gives a number twice', async () => {
    const history = await BuildHistory.open(folder, logger);
    const numbers = await Promise.all([
      history.nextNumber('/p'),
      history.nextNumber('/p'),
      history.nextNumber('/q'),
    ]);
    expect(numbers).toEqual([1, 2, 1]);
    await history.settled();
    const again = await BuildHistory.open(folder, logger);
    expect(await again.nextNumber('/p')).toBe(3);
    await add(again, record('7', { number: 41 }));
    expect(await again.nextNumber('/p')).toBe(42);
    await again.settled();
  });

  it('removes a record with its files', async () => {
    const history = await BuildHistory.open(folder, logger);
    await add(history, record('1'));
    await history.remove('build-1');
    expect(await readdir(folder)).not.toContain('build-1');
    expect(history.get('build-1')).toBeUndefined();
  });

  it('tells which ended builds are too many', async () => {
    const history = await BuildHistory.open(folder, logger);
    const { endedMs: _endedMs, ...running } = record('1', { status: 'running' }).summary;
    await add(history, { ...record('1'), summary: running });
    for (const id of ['2', '3', '4']) await add(history, record(id));
    expect(history.beyond(2)).toEqual(['build-2']);
    await history.settled();
  });
});
