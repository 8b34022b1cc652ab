import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { createFileWorkers } from './fileWorkers';
import { GoMode } from './goFileMode';
import { PacketType } from './packet';
import { launchSourceWorker } from '../../testing/workers';
import { exportEntries, type ExportOutcome, type ScriptedEntry } from './testing/exportDaemon';
import { scratchFolder, scratchTree } from './testing/scratchFolder';

const workers = createFileWorkers(launchSourceWorker);
afterAll(() => workers.close());

const DIR = (GoMode.directory | 0o755) >>> 0;
const content = (text: string): Uint8Array => Buffer.from(text);
const dir = (path: string, mode = DIR): ScriptedEntry => ({ path, mode });
const file = (path: string, text = 'new', mode = 0o644): ScriptedEntry => ({
  path,
  mode,
  content: content(text),
});
const link = (path: string, linkname: string): ScriptedEntry => ({
  path,
  mode: GoMode.symlink | 0o777,
  linkname,
});

function receive(path: string, entries: readonly ScriptedEntry[]): Promise<ExportOutcome> {
  return exportEntries(workers, { kind: 'directory', path }, entries);
}

describe('a local export', () => {
  it('makes files, folders, links and hard links with their modes and times', async () => {
    const root = join(scratchFolder(), 'made/on/the/way');
    const outcome = await receive(root, [
      { ...dir('closed', (GoMode.directory | 0o500) >>> 0), modTime: 1_600_000_000_000_000_000n },
      file('closed/in', 'inside', 0o400),
      { ...file('empty', ''), modTime: 1_500_000_000_123_456_789n },
      { path: 'hard', mode: 0o755 | GoMode.setuid, linkname: 'closed/in', size: 6n },
      link('soft', '/etc/passwd'),
      file('tool', '#!', 0o755 | GoMode.setuid),
    ]);
    expect(outcome).toMatchObject({ error: undefined, status: undefined, requested: [1, 2, 5] });
    expect(readFileSync(join(root, 'closed/in'), 'utf8')).toBe('inside');
    expect(statSync(join(root, 'closed')).mode & 0o7777).toBe(0o500);
    expect(statSync(join(root, 'closed')).mtimeMs).toBe(1_600_000_000_000);
    expect(statSync(join(root, 'empty'), { bigint: true }).mtimeNs / 1000n).toBe(1_500_000_000_123_456n);
    expect(statSync(join(root, 'hard')).ino).toBe(statSync(join(root, 'closed/in')).ino);
    expect(readlinkSync(join(root, 'soft'))).toBe('/etc/passwd');
    expect(statSync(join(root, 'tool')).mode & 0o7777).toBe(0o4755);
  });

  it('is complete when the daemon ends the call on our FIN', async () => {
    const root = scratchFolder();
    const entries = [file('a', 'whole')];
    const target = { kind: 'directory', path: root } as const;
    const outcome = await exportEntries(workers, target, entries, undefined, { hasty: true });
    expect(outcome).toMatchObject({ error: undefined, status: undefined, told: undefined });
    expect(readFileSync(join(root, 'a'), 'utf8')).toBe('whole');
  });

  it('keeps names that are not UTF-8', async () => {
    const root = scratchFolder();
    await receive(root, [file('\xff\n')]);
    expect(readdirSync(root, { encoding: 'latin1' })).toEqual(['\xff\n']);
  });

  it('merges into what is there: replaces files and links, keeps everything else', async () => {
    const root = scratchTree({ 'a/mine': 'mine', 'a/old': 'old', outside: 'outside' });
    symlinkSync('../outside', join(root, 'a/was-link'));
    const exported = [dir('a'), link('a/now-link', 'old'), file('a/old'), file('a/was-link')];
    for (let run = 0; run < 2; run++) expect((await receive(root, exported)).error).toBeUndefined();
    expect(readdirSync(join(root, 'a')).sort()).toEqual(['mine', 'now-link', 'old', 'was-link']);
    expect(readFileSync(join(root, 'a/mine'), 'utf8')).toBe('mine');
    expect(readFileSync(join(root, 'a/old'), 'utf8')).toBe('new');
    expect(lstatSync(join(root, 'a/was-link')).isFile()).toBe(true);
    expect(readFileSync(join(root, 'outside'), 'utf8')).toBe('outside');
  });

  it('replaces hard links of an earlier run without leaving anything beside them', async () => {
    const root = scratchFolder();
    const exported = [file('a'), { path: 'b', mode: 0o644, linkname: 'a', size: 3n }];
    for (let run = 0; run < 2; run++) expect((await receive(root, exported)).error).toBeUndefined();
    expect(readdirSync(root).sort()).toEqual(['a', 'b']);
    expect(statSync(join(root, 'a')).nlink).toBe(2);
  });
});

describe('a hostile daemon', () => {
  it.each(['../x', '/x', 'a/../../x', '..', '.', '', 'a//b', 'a/', './a', 'a\0b'])(
    "can't write to %j",
    async (path) => {
      const root = scratchFolder();
      const outside = join(root, 'out');
      const outcome = await receive(outside, [{ ...file('placeholder'), path }]);
      expect(outcome.error).toMatchObject({ code: 'refused' });
      expect(outcome.told).toBe(outcome.error!.message);
      expect(readdirSync(root)).toEqual(['out']);
      expect(readdirSync(outside)).toEqual([]);
    },
  );

  it("can't write through a link it made", async () => {
    const root = scratchTree({ 'victim/keep': 'keep' });
    const outcome = await receive(join(root, 'out'), [link('a', '../victim'), file('a/keep')]);
    expect(outcome.error).toMatchObject({ code: 'protocol' });
    const again = await receive(join(root, 'out'), [dir('a'), file('a/keep')]);
    expect(again.error).toMatchObject({ code: 'in-the-way' });
    expect(readFileSync(join(root, 'victim/keep'), 'utf8')).toBe('keep');
  });

  it("can't write through a link that was there", async () => {
    const root = scratchTree({ 'victim/keep': 'keep', 'out/mine': '' });
    symlinkSync('../victim', join(root, 'out/a'));
    symlinkSync('../victim/keep', join(root, 'out/b'));
    symlinkSync('../victim/born', join(root, 'out/c'));
    expect((await receive(join(root, 'out'), [dir('a'), file('a/keep')])).error).toMatchObject({
      code: 'in-the-way',
    });
    expect((await receive(join(root, 'out'), [file('b'), file('c')])).error).toBeUndefined();
    expect(readFileSync(join(root, 'victim/keep'), 'utf8')).toBe('keep');
    expect(existsSync(join(root, 'victim/born'))).toBe(false);
    expect(readFileSync(join(root, 'out/b'), 'utf8')).toBe('new');
  });

  it("can't declare a path twice or out of order", async () => {
    const attacks = [
      [dir('a'), link('a', '/etc')],
      [link('a', '/etc'), dir('a')],
      [file('a'), file('a')],
      [file('b'), file('a')],
      [dir('a'), file('b'), file('a/late')],
      [file('a/no-folder')],
      [file('a'), file('a/below-file')],
    ];
    for (const attack of attacks) {
      const outcome = await receive(scratchFolder(), attack);
      expect(outcome.error, JSON.stringify(attack.map((entry) => entry.path))).toMatchObject({
        code: 'protocol',
      });
    }
  });

  it("can't hard-link to anything but a file of this export", async () => {
    const root = scratchTree({ 'out/mine': 'mine', secret: 'secret' });
    for (const linkname of ['mine', '../secret', '/etc/passwd', 'a']) {
      const entries = [link('a', 'mine'), { path: 'b', mode: 0o644, linkname }];
      const outcome = await receive(join(root, 'out'), entries);
      expect(outcome.error, linkname).toMatchObject({
        code: 'refused',
        message: expect.stringContaining('hard link'),
      });
    }
  });

  it.each([
    ['device', GoMode.device | GoMode.charDevice | 0o666],
    ['pipe', GoMode.namedPipe | 0o666],
    ['socket', GoMode.socket | 0o666],
  ])('gets a refusal with the way out for a %s', async (_name, mode) => {
    const outcome = await receive(scratchFolder(), [{ path: 'null', mode }]);
    expect(outcome.error).toMatchObject({ code: 'refused', message: expect.stringContaining('tar archive') });
  });

  it.each([
    ['more', [{ type: PacketType.data, id: 0, data: content('abcdef') }]],
    [
      'less',
      [
        { type: PacketType.data, id: 0, data: content('ab') },
        { type: PacketType.data, id: 0 },
      ],
    ],
  ])('is found out when it sends %s than it announced; nothing is left of the file', async (how, packets) => {
    const root = scratchFolder();
    const outcome = await exportEntries(
      workers,
      { kind: 'directory', path: root },
      [file('a', 'xyz')],
      () => packets,
    );
    expect(outcome.error).toMatchObject({
      code: 'protocol',
      message: expect.stringContaining(`sent ${how}`),
    });
    expect(readdirSync(root)).toEqual([]);
  });

  it('is refused content that was not asked for, and a finish before everything was sent', async () => {
    const root = scratchFolder();
    const wrongId = await exportEntries(workers, { kind: 'directory', path: root }, [file('a')], () => [
      { type: PacketType.data, id: 7, data: content('x') },
    ]);
    expect(wrongId.error).toMatchObject({
      code: 'protocol',
      message: expect.stringContaining("wasn't asked for"),
    });
    const early = await exportEntries(workers, { kind: 'directory', path: root }, [file('a')], () => [
      { type: PacketType.fin },
    ]);
    expect(early.error).toMatchObject({
      code: 'protocol',
      message: expect.stringContaining('finished before'),
    });
    expect(readdirSync(root)).toEqual([]);
  });
});

describe('a local export that fails', () => {
  it('replaces or removes no folder, and says so', async () => {
    const root = scratchTree({ 'a/mine': 'mine', b: 'mine' });
    const overFolder = await receive(root, [file('a')]);
    expect(overFolder.error).toMatchObject({
      code: 'in-the-way',
      message: expect.stringContaining('nothing was removed'),
    });
    const overFile = await receive(root, [dir('b')]);
    expect(overFile.error).toMatchObject({ code: 'in-the-way' });
    expect(readFileSync(join(root, 'a/mine'), 'utf8')).toBe('mine');
    expect(readFileSync(join(root, 'b'), 'utf8')).toBe('mine');
  });

  it('keeps complete files, removes incomplete ones, leaves the old ones whole, and tells how many stayed', async () => {
    const root = scratchTree({ old: 'old' });
    const entries = [file('done'), file('half', 'xyz'), file('old', 'xyz')];
    const outcome = await exportEntries(workers, { kind: 'directory', path: root }, entries, (id, call) => {
      if (id === 0)
        return [
          { type: PacketType.data, id, data: content('new') },
          { type: PacketType.data, id },
        ];
      if (id === 2) setTimeout(() => call.end(), 50);
      return [{ type: PacketType.data, id, data: content('x') }];
    });
    expect(outcome.error).toMatchObject({
      code: 'protocol',
      message: `The daemon ended the export before it was complete. 1 file was already written to ${root} and stayed there.`,
    });
    expect(readdirSync(root).sort()).toEqual(['done', 'old']);
    expect(readFileSync(join(root, 'old'), 'utf8')).toBe('old');
  });

  it('passes on what the daemon says', async () => {
    const outcome = await exportEntries(
      workers,
      { kind: 'directory', path: scratchFolder() },
      [file('a')],
      () => [{ type: PacketType.error, data: content('snapshot is gone') }],
    );
    expect(outcome.error).toMatchObject({
      code: 'remote',
      message: expect.stringContaining('snapshot is gone'),
    });
    expect(outcome.told).toBeUndefined();
  });

  it('says when a file stands where the folder should be', async () => {
    const root = scratchTree({ taken: '' });
    mkdirSync(join(root, 'x'));
    writeFileSync(join(root, 'x/y'), '');
    expect((await receive(join(root, 'taken'), [])).error).toMatchObject({ code: 'in-the-way' });
    expect((await receive(join(root, 'taken/below'), [])).error).toMatchObject({ code: 'not-a-folder' });
  });
});
