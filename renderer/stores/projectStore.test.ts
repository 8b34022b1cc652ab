import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { StudioError } from '../../shared/contract';
import { sampleProject, sampleStudio } from '../testing/samples';
import { initBoot } from './bootStore';
import { sampleBoot } from '../testing/samples';
import {
  chooseBuilder,
  flushProjectWrites,
  keepText,
  openProject,
  projectStore,
  reloadDockerfile,
  resetProject,
  saveDockerfile,
  selectDockerfile,
  setText,
  updateBuildSettings,
} from './projectStore';

const state = projectStore.getState;

beforeEach(() => {
  vi.useFakeTimers();
  initBoot(sampleBoot);
});
afterEach(() => {
  resetProject();
  vi.useRealTimers();
});

describe('opening a project', () => {
  it('shows its first Dockerfile with the settings kept for it', async () => {
    sampleStudio();
    await openProject('/src/hello');
    expect(state()).toMatchObject({
      status: 'ready',
      dockerfile: 'Dockerfile',
      text: 'FROM scratch # Dockerfile\n',
      dirty: false,
      settings: { platforms: ['linux/amd64'] },
    });
  });

  it('shows the unsaved text of the last run', async () => {
    sampleStudio({
      'projects.readDockerfile': () => ({ text: 'A', revision: 'r1', draft: 'B', draftOutdated: true }),
    });
    await openProject('/src/hello');
    expect(state()).toMatchObject({ text: 'B', savedText: 'A', dirty: true, draftOutdated: true });
  });

  it('is ready without a Dockerfile when the folder holds none', async () => {
    sampleStudio({ 'projects.open': () => ({ ...sampleProject, dockerfiles: [] }) });
    await openProject('/src/hello');
    expect(state()).toMatchObject({ status: 'ready', text: '' });
    expect(state().dockerfile).toBeUndefined();
  });

  it('keeps the open project when another folder can not be read', async () => {
    sampleStudio({
      'projects.open': ({ path }) => {
        if (path === '/root') throw new StudioError({ code: 'permission-denied', message: 'no' });
        return sampleProject;
      },
    });
    await openProject('/src/hello');
    await openProject('/root');
    expect(state()).toMatchObject({
      status: 'ready',
      dockerfile: 'Dockerfile',
      error: { code: 'permission-denied' },
    });
  });

  it('fails when nothing was open before', async () => {
    sampleStudio({
      'projects.open': () => {
        throw new StudioError({ code: 'not-found', message: 'gone' });
      },
    });
    await openProject('/gone');
    expect(state()).toMatchObject({ status: 'failed', error: { code: 'not-found', message: 'gone' } });
  });

  it('drops the answer for a project that was left meanwhile', async () => {
    let answerSlow: (() => void) | undefined;
    sampleStudio({
      'projects.open': ({ path }) =>
        path === '/slow'
          ? new Promise((resolve) => {
              answerSlow = () => resolve({ ...sampleProject, path, name: 'slow' });
            })
          : { ...sampleProject, path, name: 'quick' },
    });
    const slow = openProject('/slow');
    await openProject('/quick');
    answerSlow?.();
    await slow;
    expect(state().project?.name).toBe('quick');
  });

  it('remembers which Dockerfile was shown', async () => {
    sampleStudio();
    await openProject('/src/hello');
    await selectDockerfile('dev.Dockerfile');
    await openProject('/src/hello');
    expect(state().dockerfile).toBe('dev.Dockerfile');
  });
});

describe('typing', () => {
  it('keeps the text as a draft once nothing was typed for a moment', async () => {
    const core = sampleStudio();
    await openProject('/src/hello');
    setText('F');
    setText('FROM a');
    expect(core.paramsOf('projects.saveDraft')).toEqual([]);
    vi.advanceTimersByTime(1000);
    expect(core.paramsOf('projects.saveDraft')).toEqual([
      { project: '/src/hello', dockerfile: 'Dockerfile', revision: 'r1', text: 'FROM a' },
    ]);
  });

  it('drops the draft when the text is as on disk again', async () => {
    const core = sampleStudio();
    await openProject('/src/hello');
    const onDisk = state().text;
    setText('x');
    setText(onDisk);
    vi.advanceTimersByTime(1000);
    expect(core.paramsOf('projects.saveDraft')).toEqual([
      { project: '/src/hello', dockerfile: 'Dockerfile', revision: 'r1' },
    ]);
    expect(state().dirty).toBe(false);
  });

  it('sends what waits before another Dockerfile is shown', async () => {
    const core = sampleStudio();
    await openProject('/src/hello');
    setText('FROM a');
    updateBuildSettings({ target: 'test' });
    await selectDockerfile('dev.Dockerfile');
    expect(core.paramsOf('projects.saveDraft')[0]).toMatchObject({
      dockerfile: 'Dockerfile',
      text: 'FROM a',
    });
    expect(core.paramsOf('projects.saveBuildSettings')[0]).toMatchObject({
      dockerfile: 'Dockerfile',
      settings: { target: 'test' },
    });
  });
});

describe('saving', () => {
  it('hands over the revision it started from and drops the draft', async () => {
    const core = sampleStudio();
    await openProject('/src/hello');
    setText('FROM a');
    await saveDockerfile();
    expect(core.paramsOf('projects.saveDockerfile')).toEqual([
      { project: '/src/hello', dockerfile: 'Dockerfile', text: 'FROM a', revision: 'r1' },
    ]);
    expect(core.paramsOf('projects.saveDraft').at(-1)).not.toHaveProperty('text');
    expect(state()).toMatchObject({ dirty: false, revision: 'r2', savedText: 'FROM a' });
  });

  it('stays dirty when more was typed while it was under way', async () => {
    sampleStudio();
    await openProject('/src/hello');
    setText('FROM a');
    const saving = saveDockerfile();
    setText('FROM ab');
    await saving;
    expect(state()).toMatchObject({ dirty: true, savedText: 'FROM a', text: 'FROM ab' });
  });

  it('does not overwrite a file that somebody else changed, until told to', async () => {
    const core = sampleStudio({
      'projects.saveDockerfile': ({ revision }) => {
        if (revision !== undefined) throw new StudioError({ code: 'conflict', message: 'changed' });
        return { revision: 'r9' };
      },
    });
    await openProject('/src/hello');
    setText('FROM a');
    await saveDockerfile();
    expect(state()).toMatchObject({ changedOnDisk: true, dirty: true, saveError: { code: 'conflict' } });
    await saveDockerfile({ overwrite: true });
    expect(core.paramsOf('projects.saveDockerfile').at(-1)).not.toHaveProperty('revision');
    expect(state()).toMatchObject({ changedOnDisk: false, dirty: false, revision: 'r9' });
    expect(state().saveError).toBeUndefined();
  });
});

describe('a change on disk', () => {
  it('is taken over at once while nothing is unsaved', async () => {
    let text = 'A';
    const core = sampleStudio({ 'projects.readDockerfile': () => ({ text, revision: `r-${text}` }) });
    await openProject('/src/hello');
    text = 'B';
    core.push('projects.dockerfileChanges', { revision: 'r-B' });
    await vi.advanceTimersByTimeAsync(0);
    expect(state()).toMatchObject({ text: 'B', dirty: false, changedOnDisk: false });
  });

  it('is only announced while something is unsaved', async () => {
    const core = sampleStudio();
    await openProject('/src/hello');
    setText('mine');
    core.push('projects.dockerfileChanges', { revision: 'r7' });
    expect(state()).toMatchObject({ text: 'mine', changedOnDisk: true });
    keepText();
    expect(state()).toMatchObject({ text: 'mine', changedOnDisk: false, revision: 'r7' });
  });

  it('can be taken over by hand, dropping what was typed', async () => {
    const core = sampleStudio();
    await openProject('/src/hello');
    setText('mine');
    core.push('projects.dockerfileChanges', { revision: 'r7' });
    await reloadDockerfile();
    expect(state()).toMatchObject({
      text: 'FROM scratch # Dockerfile\n',
      dirty: false,
      changedOnDisk: false,
    });
  });

  it('of our own making is none', async () => {
    const core = sampleStudio();
    await openProject('/src/hello');
    setText('mine');
    await saveDockerfile();
    core.push('projects.dockerfileChanges', { revision: 'r2' });
    expect(state().changedOnDisk).toBe(false);
  });
});

it('keeps the build settings and the builder together, once for many changes', async () => {
  const core = sampleStudio();
  await openProject('/src/hello');
  updateBuildSettings({ tags: ['a'] });
  updateBuildSettings({ noCache: true });
  chooseBuilder('ci');
  flushProjectWrites();
  expect(core.paramsOf('projects.saveBuildSettings')).toMatchObject([
    { builder: 'ci', settings: { tags: ['a'], noCache: true } },
  ]);
});
