import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { JsonFile } from './jsonFile';

const schema = z.object({ count: z.number() });
let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'manifold-json-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const open = (reports: { path: string; keptAs: string }[] = []): JsonFile<{ count: number }> =>
  new JsonFile(join(folder, 'deep', 'value.json'), schema, { count: 0 }, (report) => reports.push(report));

describe('a value in a JSON file', () => {
  it('is the initial one until something is written', async () => {
    expect(await open().read()).toEqual({ count: 0 });
  });

  it('makes changes one after the other, and they are there after a restart', async () => {
    const file = open();
    await Promise.all(Array.from({ length: 20 }, () => file.update(({ count }) => ({ count: count + 1 }))));
    expect(await open().read()).toEqual({ count: 20 });
    expect(await readdir(join(folder, 'deep'))).toEqual(['value.json']);
  });

  it('goes on after a change that threw', async () => {
    const file = open();
    await expect(
      file.update(() => {
        throw new Error('no');
      }),
    ).rejects.toThrow('no');
    expect(await file.update(() => ({ count: 3 }))).toEqual({ count: 3 });
  });

  it.each(['{', '{"count":"many"}', ''])('sets %j aside and tells so', async (text) => {
    await open().update(() => ({ count: 1 }));
    const path = join(folder, 'deep', 'value.json');
    await writeFile(path, text);
    const reports: { path: string; keptAs: string }[] = [];
    expect(await open(reports).read()).toEqual({ count: 0 });
    expect(reports).toHaveLength(1);
    expect(await readFile(reports[0]!.keptAs, 'utf8')).toBe(text);
  });
});
