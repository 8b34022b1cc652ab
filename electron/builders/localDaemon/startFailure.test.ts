import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { earlyExitError, lastLines } from './startFailure';

it.each([
  ['buildkitd: failed to find runc binary', 'did not find runc', 'apt install runc'],
  ['could not lock /x/buildkitd.lock, another instance running?', 'Another buildkitd', 'user-data-dir'],
  ['mkdir /x: no space left on device', 'disk is full', 'Free some space'],
  [
    '[rootlesskit:parent] error: failed to setup UID/GID map: newuidmap failed',
    'range of user ids',
    'uidmap',
  ],
  ['failed to mount overlay: operation not permitted', 'lacks a permission', 'root'],
  ['something else failed', 'something else failed', '/log'],
])('%s', (line, message, hint) => {
  const error = earlyExitError(['first', line, 'last'], '/log');
  expect(error.code).toBe('builder-unavailable');
  expect(error.message).toContain(message);
  expect(error.hint).toContain(hint);
  expect(error.details?.lastOutput).toContain(line);
});

it('reads the end of a log', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'manifold-log-'));
  const path = join(folder, 'log');
  expect(await lastLines(path)).toEqual([]);
  await writeFile(path, Array.from({ length: 5000 }, (_, n) => `line ${n}\n`).join('\n'));
  expect(await lastLines(path)).toEqual(Array.from({ length: 20 }, (_, n) => `line ${n + 4980}`));
  await rm(folder, { recursive: true });
});
