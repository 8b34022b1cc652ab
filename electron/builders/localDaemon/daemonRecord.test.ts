import { spawn } from 'node:child_process';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readProcessRecord, takeLock, writeProcessRecord } from './daemonRecord';
import { descendantsOf, identifyProcess, isAlive } from './linuxProcess';

let folder: string;
beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), 'manifold-record-'))));
afterEach(() => rm(folder, { recursive: true }));

describe('process records', () => {
  it('finds a process again while it runs', async () => {
    const path = join(folder, 'r.json');
    expect(await readProcessRecord(path)).toBeUndefined();
    const child = spawn('sleep', ['100']);
    const identity = (await identifyProcess(child.pid!))!;
    await writeProcessRecord(path, identity);
    expect(await readProcessRecord(path)).toEqual(identity);
    expect(await isAlive({ ...identity, startTime: '1' })).toBe(false);
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await ended;
    expect(await readProcessRecord(path)).toBeUndefined();
  });

  it('takes a damaged record for none', async () => {
    const path = join(folder, 'r.json');
    for (const text of ['', '{"pid":', '{"pid":-1,"startTime":"1"}', '[]']) {
      await writeFile(path, text);
      expect(await readProcessRecord(path)).toBeUndefined();
    }
  });

  it('knows what a process started', async () => {
    const shell = spawn('sh', ['-c', 'sh -c "sleep 100; :" ; :']);
    const identity = (await identifyProcess(shell.pid!))!;
    let found = await descendantsOf(identity);
    while (found.length < 2) found = await descendantsOf(identity);
    for (const { pid } of found) process.kill(pid, 'SIGKILL');
    shell.kill('SIGKILL');
    expect(found).toHaveLength(2);
  });
});

describe('takeLock', () => {
  it('is held by one, and taken over from the dead', async () => {
    const path = join(folder, 'lock');
    const unlock = await takeLock(path);
    expect(unlock).toBeDefined();
    expect(await takeLock(path)).toBeUndefined();
    await unlock!();
    await writeFile(path, JSON.stringify({ pid: process.pid, startTime: '1' }));
    const again = await takeLock(path);
    expect(again).toBeDefined();
    await again!();
    expect(await readdir(folder)).toEqual([]);
  });
});

it('a lock that several of one process want at once is one’s, and none fails', async () => {
  const path = join(folder, 'lock');
  for (let round = 0; round < 30; round++) {
    const taken = await Promise.all([takeLock(path), takeLock(path), takeLock(path)]);
    const held = taken.filter((release) => release !== undefined);
    expect(held).toHaveLength(1);
    await held[0]!();
    expect(await readdir(folder)).toEqual([]);
  }
});
