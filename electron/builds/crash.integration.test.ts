import { execFile, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { projectFolder } from '../../e2e/fixtures/project';
import { LogRecordReader } from '../../shared/model/log/records';
import { daemonFiles } from '../builders/localDaemon/files';
import { localCore } from '../testing/localCore';
import { never } from '../testing/testBuilds';

const crashingCore = fileURLToPath(new URL('../testing/crashingCore.ts', import.meta.url));

it('after kill -9 in mid-build: the daemon goes on and is adopted, the build in it ends, its record and log stay', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'manifold-crash-'));
  const project = await projectFolder({ 'hello.txt': 'hello' });
  const seconds = `3${process.pid}`;
  const text = `FROM busybox\nRUN : ${randomUUID()}; echo begun; sleep ${seconds}\n`;
  const app = spawn(process.execPath, ['--import', 'tsx', crashingCore, folder, project.path, text], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(app, 'exit');
  const [printed] = (await once(app.stdout, 'data')) as [Buffer];
  const id = printed.toString().trim();
  expect(await isRunning(`sleep ${seconds}`)).toBe(true);
  const daemon = await daemonRecord(folder);
  // Longer than the interval in which progress is written.
  await sleep(6000);
  app.kill('SIGKILL');
  await ended;

  const core = await localCore(folder, project.path);
  const reopenedMs = Date.now();
  const [interrupted] = core.builds.list();
  expect(interrupted).toMatchObject({ id, status: 'failed', error: { code: 'cancelled' } });
  expect(interrupted!.error!.message).toContain('closed or crashed');
  expect(interrupted!.error!.hint).toContain('Build again');
  expect(interrupted!.endedMs! - interrupted!.startedMs).toBeGreaterThan(4000);
  expect(interrupted!.endedMs).toBeLessThanOrEqual(reopenedMs);
  expect(core.builds.running()).toEqual([]);
  const reader = new LogRecordReader();
  let log = '';
  for await (const chunk of core.builds.log(id, never)) {
    for (const record of reader.read(chunk))
      if (record.type === 'output') log += Buffer.from(record.data).toString();
  }
  expect(log).toContain('begun');

  // The session ended with the app, and that ends the build in the daemon.
  const deadline = Date.now() + 15_000;
  while ((await isRunning(`sleep ${seconds}`)) && Date.now() < deadline) await sleep(100);
  expect(await isRunning(`sleep ${seconds}`)).toBe(false);

  const request = { ...core.request('FROM busybox\nCOPY hello.txt /\n'), builder: 'local' };
  const { summary } = await core.finish((await core.builds.start(request)).id);
  expect(summary.error).toBeUndefined();
  expect(summary).toMatchObject({ status: 'succeeded', number: interrupted!.number + 1 });
  expect(await daemonRecord(folder)).toEqual(daemon);
  await core.dispose();
  await project.remove();
  await rm(folder, { recursive: true, force: true });
});

async function daemonRecord(folder: string): Promise<unknown> {
  return JSON.parse(await readFile(daemonFiles(join(folder, 'local')).record, 'utf8'));
}

async function isRunning(command: string): Promise<boolean> {
  return promisify(execFile)('pgrep', ['-fx', command]).then(
    () => true,
    () => false,
  );
}
