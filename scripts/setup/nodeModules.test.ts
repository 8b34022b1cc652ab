import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { staleness } from './nodeModules.mjs';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'manifold-node-modules-test-'));
});
afterEach(() => rm(folder, { recursive: true }));

async function lockFiles(locked: object, installed?: object): Promise<void> {
  await writeFile(
    path.join(folder, 'package-lock.json'),
    JSON.stringify({ packages: { '': {}, ...locked } }),
  );
  if (installed === undefined) return;
  await mkdir(path.join(folder, 'node_modules'), { recursive: true });
  await writeFile(
    path.join(folder, 'node_modules/.package-lock.json'),
    JSON.stringify({ packages: installed }),
  );
}

const left = { 'node_modules/left': { version: '1.0.0', integrity: 'sha512-a' } };

test('without node_modules an installation is needed', async () => {
  await lockFiles(left);
  expect(await staleness(folder)).toBe('nothing is installed yet');
});

test('what is installed as locked needs nothing, missing optional packages included', async () => {
  await lockFiles({ ...left, 'node_modules/@os/other': { version: '1.0.0', optional: true } }, left);
  expect(await staleness(folder)).toBeUndefined();
});

test.each([
  ['another version', { 'node_modules/left': { version: '1.0.1', integrity: 'sha512-a' } }],
  ['another content', { 'node_modules/left': { version: '1.0.0', integrity: 'sha512-b' } }],
  ['one more package', { ...left, 'node_modules/@scope/right': { version: '2.0.0' } }],
])('%s in the lock file needs an installation', async (_, locked) => {
  await lockFiles(locked, left);
  expect(await staleness(folder)).toMatch(/^(left|@scope\/right) changed in package-lock.json$/);
});
