import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { isAlive, runInFront } from './processGroup.mjs';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'manifold-group-test-'));
});
afterEach(() => rm(folder, { recursive: true }));

const recordedPid = async () => Number(await readFile(path.join(folder, 'pid'), 'utf8').catch(() => ''));

describe.runIf(process.platform !== 'win32')('a program in front', () => {
  test('gives its exit code, and what it left running is ended', async () => {
    const code = await runInFront('sh', ['-c', 'sleep 600 & echo $! > pid; exit 7'], { cwd: folder });
    expect(code).toBe(7);
    expect(await recordedPid()).toBeGreaterThan(0);
    expect(isAlive(await recordedPid())).toBe(false);
  });

  test('that a signal ended gives 128 and the signal', async () => {
    expect(await runInFront('sh', ['-c', 'kill -KILL $$'], { cwd: folder })).toBe(128 + 9);
  });

  test('gets the signals that its starter gets', async () => {
    const script = path.join(folder, 'starter.mjs');
    const module = JSON.stringify(path.join(import.meta.dirname, 'processGroup.mjs'));
    await writeFile(
      script,
      `const { runInFront } = await import(${module});
       const shell = 'trap "exit 5" TERM; echo $$ > pid; sleep 600 & wait';
       process.exitCode = await runInFront('sh', ['-c', shell], { cwd: ${JSON.stringify(folder)} });`,
    );
    const starter = spawn(process.execPath, [script], { stdio: 'ignore' });
    await expect.poll(recordedPid, { timeout: 10_000 }).toBeGreaterThan(0);
    starter.kill('SIGTERM');
    const [code] = (await once(starter, 'exit')) as [number];
    expect(code).toBe(5);
    expect(isAlive(await recordedPid())).toBe(false);
  });
});
