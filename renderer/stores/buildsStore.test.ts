import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { StudioError } from '../../shared/contract';
import { sampleBuild, sampleBuilder, sampleStudio } from '../testing/samples';
import { buildersStore } from './buildersStore';
import {
  buildsStore,
  cancelBuild,
  followBuilds,
  reduceBuilds,
  runningBuild,
  startBuild,
} from './buildsStore';
import { openProject, resetProject, setText } from './projectStore';
import { uiStore } from './uiStore';

beforeEach(() => {
  buildsStore.setState({ loaded: false, builds: [], starting: false }, true);
  buildersStore.setState({ loaded: true, builders: [sampleBuilder()] });
});
afterEach(resetProject);

describe('the list of builds', () => {
  const older = sampleBuild({ id: 'older', startedMs: 10 });
  const newer = sampleBuild({ id: 'newer', startedMs: 20 });

  it('takes a new build in at its place', () => {
    const middle = sampleBuild({ id: 'middle', startedMs: 15 });
    const builds = reduceBuilds([newer, older], { type: 'summary', build: middle });
    expect(builds.map((build) => build.id)).toEqual(['newer', 'middle', 'older']);
  });

  it('replaces a known build where it stands', () => {
    const failed = sampleBuild({ id: 'older', startedMs: 10, status: 'failed' });
    expect(reduceBuilds([newer, older], { type: 'summary', build: failed })).toEqual([newer, failed]);
  });

  it('forgets a removed build', () => {
    expect(reduceBuilds([newer, older], { type: 'removed', id: 'newer' })).toEqual([older]);
  });

  it('shows a build that already runs when the page starts', () => {
    sampleStudio(
      {},
      {
        'builds.watch': () => [
          { type: 'snapshot', builds: [newer, sampleBuild({ id: 'run', status: 'running' })] },
        ],
      },
    );
    const stop = followBuilds();
    expect(buildsStore.getState().shownId).toBe('run');
    stop();
  });
});

describe('Build', () => {
  it('asks for the text on screen with the chosen builder, and shows the build', async () => {
    const core = sampleStudio({ 'builds.start': () => sampleBuild({ id: 'b7', status: 'preparing' }) });
    await openProject('/src/hello');
    setText('FROM screen');
    uiStore.setState({ view: 'history', panel: 'problems', runOpen: false });
    await startBuild();
    expect(core.paramsOf('builds.start')).toMatchObject([
      { project: '/src/hello', dockerfile: 'Dockerfile', dockerfileText: 'FROM screen', builder: 'local' },
    ]);
    expect(buildsStore.getState()).toMatchObject({ shownId: 'b7', starting: false });
    expect(uiStore.getState()).toMatchObject({ view: 'build', panel: 'run', runOpen: true });
  });

  it('builds without cache once, without changing the settings', async () => {
    const core = sampleStudio({ 'builds.start': () => sampleBuild() });
    await openProject('/src/hello');
    await startBuild({ noCache: true });
    await startBuild();
    expect(core.paramsOf('builds.start').map((request) => request.settings.noCache)).toEqual([true, false]);
  });

  it('says why it did not start', async () => {
    sampleStudio({
      'builds.start': () => {
        throw new StudioError({ code: 'builder-unreachable', message: 'nobody there', hint: 'start it' });
      },
    });
    await openProject('/src/hello');
    expect(await startBuild()).toBeUndefined();
    expect(buildsStore.getState().startError).toMatchObject({
      code: 'builder-unreachable',
      hint: 'start it',
    });
  });

  it('does nothing while there is nothing to build', async () => {
    const core = sampleStudio();
    expect(await startBuild()).toBeUndefined();
    expect(core.paramsOf('builds.start')).toEqual([]);
  });
});

describe('Cancel', () => {
  it('means the shown build while it runs, else the newest that runs', () => {
    const one = sampleBuild({ id: 'one', status: 'running' });
    const two = sampleBuild({ id: 'two', status: 'preparing' });
    const done = sampleBuild({ id: 'done' });
    expect(runningBuild({ builds: [one, two, done], shownId: 'two' })?.id).toBe('two');
    expect(runningBuild({ builds: [done, one, two], shownId: 'done' })?.id).toBe('one');
    expect(runningBuild({ builds: [done] })).toBeUndefined();
  });

  it('asks the core to stop it', async () => {
    const core = sampleStudio({ 'builds.cancel': () => undefined });
    buildsStore.setState({ builds: [sampleBuild({ id: 'run', status: 'running' })] });
    await cancelBuild();
    expect(core.paramsOf('builds.cancel')).toEqual([{ id: 'run' }]);
  });
});
