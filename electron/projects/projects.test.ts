import { mkdir, mkdtemp, readFile, realpath, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { defaultBuildSettings } from '../../shared/contract';
import { readTextFile, saveTextFile, watchTextFile } from './dockerfileFile';
import { openProjectFolder, pathInProject } from './projectFolder';
import { ProjectStore } from './projectStore';

let folder: string;
beforeEach(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'manifold-project-')));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const write = async (name: string, text = 'FROM scratch\n'): Promise<string> => {
  const path = join(folder, name);
  await mkdir(join(path, '..'), { recursive: true });
  await writeFile(path, text);
  return path;
};

describe('opening a folder', () => {
  it('offers every Dockerfile, the plain one first', async () => {
    for (const name of [
      'web.Dockerfile',
      'Dockerfile',
      'Dockerfile.dev',
      'api/Dockerfile',
      'Dockerfile.dockerignore',
    ]) {
      await write(name);
    }
    await write('node_modules/x/Dockerfile');
    await write('README.md');
    const project = await openProjectFolder(folder, '');
    expect(project.dockerfiles.map(({ path }) => path)).toEqual([
      'Dockerfile',
      'Dockerfile.dev',
      'web.Dockerfile',
      'api/Dockerfile',
    ]);
    expect(project.sample).toBe(false);
  });

  it('opens the folder of a file, with that file chosen', async () => {
    await write('Dockerfile');
    const project = await openProjectFolder(await write('build.me'), '');
    expect(project.path).toBe(folder);
    expect(project.dockerfiles[0]).toEqual({ path: 'build.me' });
  });

  it('opens a folder without a Dockerfile', async () => {
    expect((await openProjectFolder(folder, '')).dockerfiles).toEqual([]);
  });

  it('says that a folder does not exist', async () => {
    await expect(openProjectFolder(join(folder, 'none'), '')).rejects.toMatchObject({ code: 'not-found' });
  });

  it('does not follow folders in a circle', async () => {
    await symlink(folder, join(folder, 'again'));
    await write('Dockerfile');
    expect((await openProjectFolder(folder, '')).dockerfiles).toHaveLength(1);
  });

  it.each(['../Dockerfile', '/etc/passwd', '.', 'a/../../b'])('keeps %s out', (name) => {
    expect(() => pathInProject(folder, name)).toThrow('not inside the project');
  });
});

describe('a Dockerfile', () => {
  it('is not overwritten when it changed on disk', async () => {
    const path = await write('Dockerfile', 'FROM a\n');
    const { revision } = await readTextFile(path);
    await writeFile(path, 'FROM b\n');
    await expect(saveTextFile(path, 'FROM c\n', revision)).rejects.toMatchObject({ code: 'conflict' });
    expect(await readFile(path, 'utf8')).toBe('FROM b\n');
    await saveTextFile(path, 'FROM c\n', undefined);
    expect(await readFile(path, 'utf8')).toBe('FROM c\n');
  });

  it('keeps its mode when saved', async () => {
    const path = await write('Dockerfile');
    const { revision } = await readTextFile(path);
    await saveTextFile(path, 'FROM b\n', revision);
    expect((await stat(path)).mode & 0o777).toBe(0o644);
  });

  it('tells of changes by others', async () => {
    const path = await write('Dockerfile', 'FROM a\n');
    const stop = new AbortController();
    const changes = watchTextFile(path, stop.signal)[Symbol.asyncIterator]();
    const next = changes.next();
    await new Promise((resolve) => setTimeout(resolve, 50));
    await writeFile(path, 'FROM b\n');
    const { value } = (await next) as { value: { revision?: string } };
    expect(value.revision).toBe((await readTextFile(path)).revision);
    const gone = changes.next();
    await rm(path);
    expect((await gone).value).toEqual({});
    stop.abort();
    expect((await changes.next()).done).toBe(true);
  });
});

describe('what is remembered of projects', () => {
  it('survives a restart: recent projects, settings and unsaved text', async () => {
    const data = join(folder, 'data');
    const store = new ProjectStore(data, () => undefined);
    await store.remember('/one');
    await store.remember(folder);
    await store.remember('/one');
    await store.saveSettings(folder, 'Dockerfile', { ...defaultBuildSettings, tags: ['a:b'] }, 'mine');
    await store.saveDraft(folder, 'Dockerfile', 'FROM draft', 'r1');
    await store.settled();

    const later = new ProjectStore(data, () => undefined);
    expect((await later.recentProjects()).map(({ path, available }) => [path, available])).toEqual([
      ['/one', false],
      [folder, true],
    ]);
    expect(await later.state(folder, 'Dockerfile')).toEqual({
      settings: { ...defaultBuildSettings, tags: ['a:b'] },
      builder: 'mine',
      draft: { text: 'FROM draft', revision: 'r1' },
    });
    await later.saveDraft(folder, 'Dockerfile', undefined, 'r1');
    expect((await later.state(folder, 'Dockerfile')).draft).toBeUndefined();
  });
});

it('has no output for a Dockerfile until one was chosen', async () => {
  const data = join(folder, 'choices');
  const store = new ProjectStore(data, () => undefined);
  const { settings } = await store.state(folder, 'Dockerfile');
  expect(settings).not.toHaveProperty('output');
  await store.saveSettings(folder, 'Dockerfile', { ...settings, tags: ['a:b'] });
  await store.settled();
  const later = new ProjectStore(data, () => undefined);
  expect((await later.state(folder, 'Dockerfile')).settings).toEqual({ ...settings, tags: ['a:b'] });
  await later.saveSettings(folder, 'Dockerfile', { ...settings, output: { type: 'oci' } });
  expect((await later.state(folder, 'Dockerfile')).settings.output).toEqual({ type: 'oci' });
});

describe('a Dockerfile that is not quite one', () => {
  it('stays a link when it is saved; what it leads to is replaced', async () => {
    const shared = await write('shared/Dockerfile');
    await symlink(shared, join(folder, 'Dockerfile'));
    await saveTextFile(join(folder, 'Dockerfile'), 'FROM busybox\n', undefined);
    expect(await readFile(shared, 'utf8')).toBe('FROM busybox\n');
    expect(await realpath(join(folder, 'Dockerfile'))).toBe(shared);
  });

  it.each([
    ['a device', (path: string) => symlink('/dev/zero', path), 'is not a file'],
    ['a folder', (path: string) => mkdir(path), 'is not a file'],
    ['no text', (path: string) => writeFile(path, Buffer.from([0x46, 0xff, 0xfe])), 'is not UTF-8'],
  ])('is refused when it is %s', async (_, make, message) => {
    const path = join(folder, 'Dockerfile');
    await make(path);
    await expect(readTextFile(path)).rejects.toMatchObject({
      code: 'invalid-request',
      message: expect.stringContaining(message) as string,
    });
  });

  it('is waited for where its folder is not there', async () => {
    const stop = new AbortController();
    const changes = watchTextFile(join(folder, 'none', 'Dockerfile'), stop.signal)[Symbol.asyncIterator]();
    const next = changes.next();
    stop.abort();
    expect((await next).done).toBe(true);
  });
});
