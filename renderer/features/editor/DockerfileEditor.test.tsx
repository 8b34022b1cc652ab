import { act, cleanup, fireEvent, render, screen, waitFor, within } from '@testing-library/react';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { defaultBuildSettings } from '../../../shared/contract';
import type { BuildProgress } from '../../../shared/model/progress/types';
import { initLocales } from '../../locales';
import { buildsStore } from '../../stores/buildsStore';
import { progressStore } from '../../stores/progressStore';
import { projectStore, resetProject } from '../../stores/projectStore';
import { uiStore } from '../../stores/uiStore';
import { scriptedStudio } from '../../testing/scriptedStudio';
import type { ScriptedStudio } from '../../testing/scriptedStudio';
import { DockerfileEditor } from './DockerfileEditor';

// Monaco needs a real browser; the end-to-end tests drive it there.
vi.mock('./MonacoEditor', () => ({ default: () => null }));

const text = 'FROM alpine\nRUN false\n';
let studio: ScriptedStudio;

beforeEach(() => {
  initLocales('en');
  studio = scriptedStudio({
    'layout.update': () => undefined,
    'projects.saveDraft': () => undefined,
    'projects.saveDockerfile': () => ({ revision: 'r2' }),
    'projects.readDockerfile': () => ({ text: 'FROM disk\n', revision: 'r3' }),
    'builds.get': () => ({
      request: {
        project: '/src/hello',
        dockerfile: 'Dockerfile',
        dockerfileText: text,
        builder: 'b',
        settings: defaultBuildSettings,
      },
      summary: {} as never,
    }),
  });
  resetProject();
  buildsStore.setState({ loaded: true, builds: [], starting: false }, true);
  progressStore.setState({}, true);
  uiStore.setState({ panel: 'run', runOpen: true });
  projectStore.setState({
    status: 'ready',
    project: { path: '/src/hello', name: 'hello', dockerfiles: [{ path: 'Dockerfile' }], sample: false },
    dockerfile: 'Dockerfile',
    text,
    savedText: text,
    revision: 'r1',
  });
});
afterEach(cleanup);

test('says which file it is, how long, and whether it is saved', async () => {
  render(<DockerfileEditor />);
  const region = screen.getByRole('region', { name: 'Dockerfile editor' });
  expect(within(region).getByText('2 lines')).toBeTruthy();
  expect(within(region).queryByRole('img', { name: 'Not saved' })).toBeNull();
  act(() => projectStore.setState({ text: `${text}USER me\n`, dirty: true }));
  expect(within(region).getByText('3 lines')).toBeTruthy();
  expect(within(region).getByRole('img', { name: 'Not saved' })).toBeTruthy();
  fireEvent.click(within(region).getByRole('button', { name: 'Save' }));
  await waitFor(() => expect(within(region).queryByRole('img', { name: 'Not saved' })).toBeNull());
  expect(studio.paramsOf('projects.saveDockerfile')).toMatchObject([
    { text: `${text}USER me\n`, revision: 'r1' },
  ]);
});

test('a file that changed on disk is reloaded, overwritten or left alone', async () => {
  render(<DockerfileEditor />);
  const conflict = () => act(() => projectStore.setState({ text: 'mine', dirty: true, changedOnDisk: true }));
  conflict();
  expect(screen.getByRole('alert').textContent).toContain('The file was changed on disk.');
  fireEvent.click(screen.getByRole('button', { name: 'Keep this text' }));
  expect(projectStore.getState()).toMatchObject({ text: 'mine', changedOnDisk: false });
  conflict();
  fireEvent.click(screen.getByRole('button', { name: 'Compare' }));
  expect(screen.getByRole('button', { name: 'End comparison' })).toBeTruthy();
  fireEvent.click(screen.getByRole('button', { name: 'Overwrite' }));
  await waitFor(() => expect(screen.queryByRole('alert')).toBeNull());
  expect(studio.paramsOf('projects.saveDockerfile').at(-1)).not.toHaveProperty('revision');
  conflict();
  // Another conflict begins without the comparison of the last one.
  expect(screen.getByRole('button', { name: 'Compare' })).toBeTruthy();
  fireEvent.click(screen.getByRole('button', { name: 'Reload' }));
  await waitFor(() => expect(projectStore.getState()).toMatchObject({ text: 'FROM disk\n', dirty: false }));
});

test('lists what the shown build said about the text, and shows the line', async () => {
  const progress: BuildProgress = {
    id: 'b1',
    platforms: [],
    status: 'failed',
    sequence: 1,
    startedMs: 0,
    order: [],
    steps: {},
    warnings: [
      {
        step: 's',
        level: 1,
        message: 'StageNameCasing: lower case (line 1)',
        detail: [],
        location: { file: 'Dockerfile', startLine: 1, endLine: 1 },
      },
    ],
    error: {
      code: 'step-failed',
      message: 'RUN false failed',
      details: { location: { file: 'Dockerfile', startLine: 2, endLine: 2 } },
    },
  };
  buildsStore.setState({ shownId: 'b1' });
  progressStore.setState({ progress });
  render(<DockerfileEditor />);
  const list = await screen.findByRole('list', { name: 'Problems' });
  expect(
    within(list)
      .getAllByRole('listitem')
      .map((item) => item.textContent),
  ).toEqual(['RUN false failedLn 2', 'StageNameCasing lower caseLn 1']);
  fireEvent.click(within(list).getAllByRole('button')[0]!);
  expect(uiStore.getState().reveal?.line).toBe(2);
  act(() => uiStore.setState({ panel: 'problems' }));
  expect(screen.queryByRole('list', { name: 'Problems' })).toBeNull();
});
