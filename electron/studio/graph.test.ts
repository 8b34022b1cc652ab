import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { procedures } from '../../shared/contract';
import { graphProcedures } from './graph';
import type { DesktopPorts } from './ports';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'manifold-graph-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const png = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 1);
const context = { signal: new AbortController().signal };
function exporting(chosen: string | undefined) {
  const chooseSavePath = vi.fn().mockResolvedValue(chosen);
  const desktop = { chooseSavePath } as unknown as DesktopPorts;
  return { export: graphProcedures(desktop, () => '/outputs')['graph.export'], chooseSavePath };
}

it('writes where the user says, over an older drawing too, and leaves nothing beside it', async () => {
  const path = join(folder, 'a.svg');
  await writeFile(path, 'old');
  const { export: run, chooseSavePath } = exporting(path);
  const answer = await run({ kind: 'svg', suggestedName: 'app', text: '<svg />' }, context);
  expect(answer).toEqual({ path });
  expect(chooseSavePath).toHaveBeenCalledWith({ title: 'app.svg', startAt: join('/outputs', 'app.svg') });
  expect(await readFile(path, 'utf8')).toBe('<svg />');
  expect(await readdir(folder)).toEqual(['a.svg']);
  await run({ kind: 'png', suggestedName: 'app', bytes: png }, context);
  expect(new Uint8Array(await readFile(path))).toEqual(png);
});

it('writes nothing when the user cancels, and says when it may not', async () => {
  const drawing = { kind: 'svg' as const, suggestedName: 'app', text: '<svg />' };
  expect(await exporting(undefined).export(drawing, context)).toEqual({});
  await writeFile(join(folder, 'file'), '');
  await expect(exporting(join(folder, 'file', 'x.svg')).export(drawing, context)).rejects.toMatchObject({
    message: expect.stringMatching(/x\.svg|file/),
  });
});

it('takes only drawings, of a bounded size, and only names', () => {
  const { params } = procedures['graph.export'];
  const fits = (value: unknown): boolean => params.safeParse(value).success;
  expect(fits({ kind: 'svg', suggestedName: 'my app', text: '<svg xmlns="x"/>' })).toBe(true);
  expect(fits({ kind: 'png', suggestedName: 'app', bytes: png })).toBe(true);
  for (const suggestedName of ['', '..', 'a/b', 'a\\b', 'a\0', 'C:x', 'x'.repeat(121)]) {
    expect(fits({ kind: 'svg', suggestedName, text: '<svg />' }), suggestedName).toBe(false);
  }
  expect(fits({ kind: 'svg', suggestedName: 'a', text: '#!/bin/sh' })).toBe(false);
  expect(fits({ kind: 'svg', suggestedName: 'a', text: `<svg ${'x'.repeat(32 * 1024 * 1024)}` })).toBe(false);
  expect(fits({ kind: 'png', suggestedName: 'a', bytes: Uint8Array.of(1, 2, 3) })).toBe(false);
  expect(fits({ kind: 'exe', suggestedName: 'a', bytes: png })).toBe(false);
});
