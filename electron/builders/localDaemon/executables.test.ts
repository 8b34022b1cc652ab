import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findExecutables } from './executables';

let folder: string;
beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), 'manifold-bin-'))));
afterEach(() => rm(folder, { recursive: true }));

async function program(...names: string[]): Promise<string> {
  const path = join(folder, ...names);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, '#!/bin/sh\n');
  await chmod(path, 0o755);
  return path;
}

const find = (env: Record<string, string> = {}, root = true) =>
  findExecutables({ PATH: join(folder, 'bin'), ...env }, join(folder, 'cache'), root, []);

describe('findExecutables', () => {
  it('prefers the variable, then PATH, then the newest in the cache', async () => {
    await program('bin', 'runc');
    const old = await program('cache', 'go', 'buildkit-v0.9.0', 'buildkitd');
    expect((await find()).buildkitd).toBe(old);
    const cached = await program('cache', 'go', 'buildkit-v0.32.2', 'buildkitd');
    expect((await find()).buildkitd).toBe(cached);
    const onPath = await program('bin', 'buildkitd');
    expect((await find()).buildkitd).toBe(onPath);
    const given = await program('elsewhere', 'bk');
    expect(await find({ MANIFOLD_BUILDKITD: given })).toEqual({
      buildkitd: given,
      path: join(folder, 'bin'),
    });
  });

  it('says what is missing', async () => {
    await expect(find()).rejects.toMatchObject({
      code: 'builder-unavailable',
      message: expect.stringContaining('No buildkitd') as string,
    });
    await program('bin', 'buildkitd');
    await expect(find()).rejects.toMatchObject({
      message: expect.stringContaining('runc is missing') as string,
    });
    await program('bin', 'buildkit-runc');
    await expect(find({}, false)).rejects.toMatchObject({
      message: expect.stringContaining('rootlesskit') as string,
    });
    const rootlesskit = await program('bin', 'rootlesskit');
    expect(await find({}, false)).toMatchObject({ rootlesskit });
    await expect(find({ MANIFOLD_BUILDKITD: join(folder, 'nope') })).rejects.toMatchObject({
      hint: expect.stringContaining('unset') as string,
    });
  });
});
