import { beforeEach, expect, it } from 'vitest';
import { initLocales } from '../../locales';
import { buildsStore } from '../../stores/buildsStore';
import { openProject, projectStore, resetProject } from '../../stores/projectStore';
import { uiStore } from '../../stores/uiStore';
import { sampleBuild, sampleProject, sampleStudio } from '../../testing/samples';
import { openLine } from './openLine';

beforeEach(() => {
  initLocales('en');
  resetProject();
  sampleStudio();
  buildsStore.setState({
    builds: [
      sampleBuild({ id: 'mine', project: sampleProject.path }),
      sampleBuild({ id: 'other', project: '/elsewhere' }),
    ],
  });
  uiStore.setState({ view: 'images' });
});

it('shows the line in the editor, of another Dockerfile of the project too', async () => {
  await openProject(sampleProject.path);
  expect(await openLine('./dev.Dockerfile', 9, 'mine')).toBeUndefined();
  expect(projectStore.getState().dockerfile).toBe('dev.Dockerfile');
  expect(uiStore.getState()).toMatchObject({ view: 'build', reveal: { line: 9 } });
});

it('says what keeps it from that', async () => {
  expect(await openLine('Dockerfile', 1, undefined)).toBe('no-project');
  await openProject(sampleProject.path);
  expect(await openLine('Dockerfile', 1, 'other')).toBe('other-project');
  expect(await openLine('gone.Dockerfile', 1, undefined)).toBe('no-file');
  expect(uiStore.getState().view).toBe('images');
});
