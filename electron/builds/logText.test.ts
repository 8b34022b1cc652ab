import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { encodeOutputRecord, encodeStepRecord } from '../../shared/model/log/records';
import { newBuildProgress, reduceBuild } from '../../shared/model/progress/reduce';
import { writeLogText } from './logText';

let folder: string;
beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), 'manifold-log-'))));
afterEach(() => rm(folder, { recursive: true }));

const platforms = ['linux/amd64', 'linux/arm64'];
const vertex = (id: string, name: string, inputs: string[] = []) => ({ id, name, inputs, cached: false });
const progress = reduceBuild(newBuildProgress('id', platforms, 0), {
  type: 'status',
  sequence: 1,
  node: 'n',
  vertexes: [
    vertex('a', '[linux/amd64 2/2] RUN one'),
    vertex('b', '[linux/arm64 2/2] RUN one'),
    vertex('c', '[internal] load build definition'),
  ],
  activities: [],
  warnings: [],
  logged: [],
});

async function* log(): AsyncIterable<Uint8Array> {
  const time = Date.UTC(2026, 0, 2, 3, 4, 5, 678);
  const bytes = Buffer.concat([
    encodeStepRecord(0, 'c', 'first name'),
    encodeOutputRecord(0, 1, time, Buffer.from('shared\n')),
    encodeStepRecord(1, 'a', ''),
    encodeStepRecord(2, 'b', ''),
    encodeOutputRecord(1, 1, time, Buffer.from('\u001b[32mgr')),
    encodeOutputRecord(2, 1, time, Buffer.from('arm\n')),
    encodeOutputRecord(1, 1, time, Buffer.from('een\u001b[0m\nno end')),
  ]);
  for (let at = 0; at < bytes.length; at += 11) yield bytes.subarray(at, at + 11);
}

it('writes every step with a header and times, without colours', async () => {
  const path = join(folder, 'all.log');
  await writeLogText(path, log(), progress, undefined);
  expect(await readFile(path, 'utf8')).toBe(`
#1 [internal] load build definition
#1 2026-01-02T03:04:05.678Z shared

#2 [linux/amd64 2/2] RUN one

#3 [linux/arm64 2/2] RUN one
#3 2026-01-02T03:04:05.678Z arm
#2 2026-01-02T03:04:05.678Z green
#2 2026-01-02T03:04:05.678Z no end
`);
});

it('writes one platform with what it shares', async () => {
  const path = join(folder, 'arm.log');
  await writeLogText(path, log(), progress, 'linux/arm64');
  const text = await readFile(path, 'utf8');
  expect(text).toContain('shared');
  expect(text).toContain('arm\n');
  expect(text).not.toContain('green');
});
