import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sampleExecutables } from './program';
import { ensureSampleProject } from './sampleProject';

const run = promisify(execFile);
let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'manifold-sample-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe('the sample project', () => {
  it('is made once, and what the user changed in it stays', async () => {
    const target = join(folder, 'hello');
    await ensureSampleProject('assets/sample/hello-platforms', target);
    await writeFile(join(target, 'Dockerfile'), 'FROM mine\n');
    await rm(join(target, 'bin/hello-arm64'));
    await ensureSampleProject('assets/sample/hello-platforms', target);
    expect(await readFile(join(target, 'Dockerfile'), 'utf8')).toBe('FROM mine\n');
    expect((await stat(join(target, 'bin/hello-arm64'))).mode & 0o111).not.toBe(0);
  });

  it.each([
    ['hello-amd64', 62, 2],
    ['hello-arm64', 183, 2],
    ['hello-armv7', 40, 1],
  ])('%s is a static executable for its machine', (name, machine, wordClass) => {
    const file = sampleExecutables().get(name)!;
    const view = new DataView(file.buffer);
    expect(file.length).toBeLessThan(2048);
    expect([...file.subarray(0, 6)]).toEqual([0x7f, 0x45, 0x4c, 0x46, wordClass, 1]);
    expect(view.getUint16(16, true)).toBe(2);
    expect(view.getUint16(18, true)).toBe(machine);
  });

  it('greets when it runs', async () => {
    const own = { x64: 'hello-amd64', arm64: 'hello-arm64', arm: 'hello-armv7' }[process.arch as string]!;
    const path = join(folder, own);
    await writeFile(path, sampleExecutables().get(own)!, { mode: 0o755 });
    const { stdout } = await run(path);
    expect(stdout).toContain('Hello from linux/');
    expect(stdout).toContain('part 5 of 5');
  });
});
