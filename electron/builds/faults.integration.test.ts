import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises';
import net from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { projectFolder, type ProjectFolder } from '../../e2e/fixtures/project';
import type { BuildOutput } from '../../shared/contract';
import { LogRecordReader } from '../../shared/model/log/records';
import { dialUnix, testEngine } from '../testing/engine';
import { never, testBuilds, type TestBuilds } from '../testing/testBuilds';
import { tinyDisk, type TinyDisk } from '../testing/tinyDisk';

let project: ProjectFolder;
let scratch: string;
const cleanUp: (() => Promise<unknown>)[] = [];

beforeAll(async () => {
  project = await projectFolder({ 'hello.txt': 'hello' });
  // More than a tiny disk holds, and nothing that compresses.
  await writeFile(join(project.path, 'big.bin'), randomBytes(3 * 1024 * 1024));
  scratch = await mkdtemp(join(tmpdir(), 'manifold-faults-'));
});
afterEach(async () => {
  for (const act of cleanUp.splice(0).reverse()) await act();
});
afterAll(async () => {
  await project.remove();
  await rm(scratch, { recursive: true, force: true });
});

async function core(address = testEngine().buildkitAddress, folder?: string): Promise<TestBuilds> {
  const made = await testBuilds(address, project.path, undefined, folder === undefined ? {} : { folder });
  cleanUp.push(() => made.dispose());
  return made;
}

async function mounted(name: string): Promise<TinyDisk> {
  const disk = await tinyDisk(join(scratch, name));
  cleanUp.push(() => disk.unmount());
  return disk;
}

/** Resolves when a step of the build has printed something. */
async function hasPrinted({ builds }: TestBuilds, id: string): Promise<void> {
  for await (const item of builds.progress(id, never)) {
    if (item.type !== 'events') continue;
    if (item.events.some((event) => event.type === 'status' && event.logged.length > 0)) return;
  }
}

function slow(seconds: number): string {
  return `FROM busybox\nRUN : ${randomUUID()}; echo begun; sleep ${seconds}\n`;
}

describe('a connection that breaks in mid-build', () => {
  /** A socket that passes everything on to the daemon, one connection each. */
  async function proxy(): Promise<{ address: string; connections: net.Socket[] }> {
    const path = join(scratch, `${randomUUID().slice(0, 8)}.sock`);
    const connections: net.Socket[] = [];
    const server = net.createServer((socket) => {
      connections.push(socket);
      socket.on('error', () => socket.destroy());
      void dialUnix(testEngine().socketPath)().then((daemon) => {
        socket.pipe(daemon).pipe(socket);
        socket.on('close', () => daemon.destroy());
        daemon.on('close', () => socket.destroy());
        daemon.on('error', () => socket.destroy());
      });
    });
    await new Promise<void>((resolve) => server.listen(path, resolve));
    cleanUp.push(async () => server.close());
    return { address: `unix://${path}`, connections };
  }

  it('ends the build as lost with a hint, whichever of them it is, also the session’s alone', async () => {
    let total = 1;
    // One asked where the steps come from, and waits for the next build to ask.
    let idle = 0;
    for (let broken = 0; broken < total; broken++) {
      const between = await proxy();
      const own = await core(between.address);
      const { id } = await own.builds.start(own.request(slow(300)));
      await hasPrinted(own, id);
      const open = between.connections.filter((socket) => !socket.destroyed);
      total = open.length;
      const before = Date.now();
      open[broken]!.destroy();
      const finished = own.finish(id);
      if ((await Promise.race([finished, sleep(2500)])) === undefined) {
        idle++;
        own.builds.cancel(id);
        await finished;
        continue;
      }
      const { summary } = await finished;
      expect(Date.now() - before).toBeLessThan(5000);
      expect(summary).toMatchObject({ status: 'failed', error: { code: 'builder-lost' } });
      expect(summary.error?.hint).toContain('Build again');
    }
    expect(total - idle).toBeGreaterThan(1);
    expect(idle).toBeLessThanOrEqual(1);
  });
});

describe('no room for what Manifold keeps of a build', () => {
  it('builds on without the log, says so, and records the build when there is room again', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'manifold-full-'));
    const disk = await tinyDisk(join(folder, 'builds'));
    const own = await core(undefined, folder);
    cleanUp.push(() => disk.unmount());
    const built = await own.run(`FROM busybox\nRUN : ${randomUUID()}; seq 1 400000\n`, {
      output: { type: 'cacheonly' },
    });
    expect(built.status).toBe('succeeded');
    expect(built.error).toBeUndefined();
    const { progress, summary } = await own.finish(built.id);
    expect(summary.warnings).toBeGreaterThan(0);
    expect(progress.warnings[0]).toMatchObject({
      message: expect.stringContaining('log is lost') as string,
      detail: [expect.stringContaining('No space left') as string],
    });
    let output = 0;
    const reader = new LogRecordReader();
    for await (const chunk of own.builds.log(built.id, never)) {
      for (const record of reader.read(chunk)) if (record.type === 'output') output += record.data.length;
    }
    expect(output).toBeGreaterThan(500 * 1024);

    await rm(join(folder, 'builds', built.id, 'log.bin'));
    await own.builds.shutdown();
    expect((await own.reopen()).list()).toMatchObject([{ id: built.id, status: 'succeeded' }]);
  });
});

describe('an output that can’t be written', () => {
  const big = 'FROM scratch\nCOPY big.bin /\n';

  it.each(['oci', 'docker', 'tar'] as const)(
    '%s onto a full disk: told with its path, nothing left',
    async (type) => {
      const disk = await mounted(type);
      const path = join(disk.path, 'image.tar');
      const { status, error } = await (await core()).run(big, { output: { type, path } });
      expect(status).toBe('failed');
      expect(error).toMatchObject({ code: 'disk-full', message: expect.stringContaining(path) as string });
      expect(error?.hint).toBeTruthy();
      expect(await readdir(disk.path)).toEqual([]);
    },
  );

  it('a folder onto a full disk', async () => {
    const disk = await mounted('folder');
    const path = join(disk.path, 'exported');
    const { status, error } = await (await core()).run(big, { output: { type: 'local', path } });
    expect(status).toBe('failed');
    expect(error).toMatchObject({ code: 'disk-full', message: expect.stringContaining(path) as string });
  });

  it.each(['oci', 'local'] as const)('%s to a folder that the file system can’t make', async (type) => {
    const path = join(scratch, 'x'.repeat(300), 'output');
    const { error } = await (
      await core()
    ).run('FROM scratch\nCOPY hello.txt /\n', { output: { type, path } });
    expect(error).toMatchObject({ code: 'export-failed', message: expect.stringContaining(path) as string });
    expect(error?.hint).toBeTruthy();
  });

  it.each([
    ['becomes read-only', (disk: TinyDisk) => disk.makeReadOnly(), 'permission-denied'],
    [
      'is replaced by a file',
      async ({ path }: TinyDisk) => {
        await rename(join(path, 'to'), join(path, 'away'));
        await writeFile(join(path, 'to'), '');
      },
      'export-failed',
    ],
  ])('a destination that %s in mid-build', async (name, spoil, code) => {
    const disk = await mounted(name.replaceAll(' ', '-'));
    const own = await core();
    for (const output of [
      { type: 'oci', path: join(disk.path, 'to', 'image.tar') },
      { type: 'local', path: join(disk.path, 'to') },
    ] satisfies BuildOutput[]) {
      for (const name of ['to', 'away']) await rm(join(disk.path, name), { recursive: true, force: true });
      await own.run('FROM scratch\nCOPY hello.txt /\n', {
        output: { type: 'local', path: join(disk.path, 'to') },
      });
      const { id } = await own.builds.start(own.request(slow(1), { output }));
      await hasPrinted(own, id);
      await spoil(disk);
      const { summary } = await own.finish(id);
      expect(summary.error).toMatchObject({ code, message: expect.stringContaining(output.path) as string });
      if (code === 'permission-denied') return;
    }
  });

  it('is told before anything is built, where that can be seen', async () => {
    const file = join(scratch, 'a-file');
    await writeFile(file, '');
    const disk = await mounted('read-only');
    await disk.makeReadOnly();
    const own = await core();
    for (const output of [
      { type: 'oci', path: join(file, 'image.tar') },
      { type: 'local', path: file },
      { type: 'local', path: join(file, 'folder') },
      { type: 'tar', path: join(disk.path, 'image.tar') },
      { type: 'local', path: join(disk.path, 'folder') },
      { type: 'oci', path: disk.path },
    ] satisfies BuildOutput[]) {
      await expect(
        own.builds.start(own.request('FROM scratch\n', { output })),
        output.path,
      ).rejects.toMatchObject({
        code: 'invalid-request',
        details: { subject: 'output' },
      });
    }
    await writeFile(own.outputs, 'in the way of Manifold’s own folder');
    await expect(own.builds.start(own.request('FROM scratch\n'))).rejects.toMatchObject({
      code: 'invalid-request',
      message: expect.stringContaining(own.outputs) as string,
    });
  });
});
