import { act, cleanup, fireEvent, render, screen, within } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { defaultBuildSettings } from '../../../shared/contract';
import type { BuildProgress, Step } from '../../../shared/model/progress/types';
import { initLocales } from '../../locales';
import { buildsStore } from '../../stores/buildsStore';
import { progressStore } from '../../stores/progressStore';
import { projectStore, resetProject } from '../../stores/projectStore';
import { uiStore } from '../../stores/uiStore';
import { scriptedStudio } from '../../testing/scriptedStudio';
import { StageGraph } from './StageGraph';

const text = `FROM golang AS builder
RUN make
FROM scratch
COPY --from=builder /a /a
`;
const settings = { ...defaultBuildSettings, platforms: ['linux/amd64', 'linux/arm64'] };
const request = {
  project: '/src/hello',
  dockerfile: 'Dockerfile',
  dockerfileText: text,
  builder: 'b',
  settings,
};

const step = (id: string, name: string, status: Step['status']): Step => ({
  id,
  name,
  node: 'n',
  inputs: [],
  status,
  activities: [],
  logLines: 0,
});
const steps = [
  step('1', `[linux/amd64 builder 1/2] FROM golang@sha256:${'ab'.repeat(32)}`, 'cached'),
  step('2', '[linux/amd64 builder 2/2] RUN make', 'running'),
  step('3', '[linux/arm64 builder 2/2] RUN make', 'done'),
];
steps[1]!.inputs = ['1'];
steps[2]!.inputs = ['1'];
const progress: BuildProgress = {
  id: 'b1',
  platforms: settings.platforms,
  status: 'running',
  sequence: 1,
  startedMs: 0,
  order: steps.map(({ id }) => id),
  steps: Object.fromEntries(steps.map((one) => [one.id, one])),
  warnings: [],
};

beforeEach(() => {
  initLocales('en');
  scriptedStudio({
    'layout.update': () => undefined,
    'builds.get': () => ({ request, summary: {} as never }),
  });
  resetProject();
  buildsStore.setState({ loaded: true, builds: [], starting: false }, true);
  progressStore.setState({}, true);
  projectStore.setState({
    status: 'ready',
    project: { path: '/src/hello', name: 'hello', dockerfiles: [{ path: 'Dockerfile' }], sample: false },
    dockerfile: 'Dockerfile',
    text,
    savedText: text,
    settings,
  });
});
afterEach(cleanup);

const stepsOf = (stage: string): string[] =>
  within(screen.getByRole('list', { name: `Steps of ${stage}` }))
    .getAllByRole('listitem')
    .map((item) => item.textContent);

describe('StageGraph', () => {
  test('has a button for each stage and image, which shows its line', () => {
    render(<StageGraph />);
    const region = screen.getByRole('region', { name: 'Stage graph' });
    expect(within(region).getByText('2 stages, 1 base image')).toBeTruthy();
    expect(stepsOf('builder')).toEqual(['1/2FROM golang', '2/2RUN make']);
    fireEvent.click(within(region).getByRole('button', { name: 'Stage stage-1' }));
    expect(uiStore.getState().reveal?.line).toBe(3);
    fireEvent.click(within(region).getByRole('button', { name: 'Image golang' }));
    expect(uiStore.getState().reveal?.line).toBe(1);
  });

  test('shows how each platform of the shown build fares, as long as the text is the built one', async () => {
    buildsStore.setState({ shownId: 'b1' });
    progressStore.setState({ progress });
    render(<StageGraph />);
    expect(await screen.findByText('linux/amd64 running, linux/arm64 done')).toBeTruthy();
    expect(screen.getByText('sha256:abababab')).toBeTruthy();
    expect(stepsOf('builder')[0]).toBe('1/2FROM golanglinux/amd64 cached, linux/arm64 cached');
    fireEvent.click(screen.getByRole('button', { name: 'Zoom in' }));
    expect(screen.getByText('120%')).toBeTruthy();
    act(() => projectStore.setState({ text: `${text}RUN more\n` }));
    expect(screen.queryByText('linux/amd64 running, linux/arm64 done')).toBeNull();
  });

  test('says what to do while there is no stage', () => {
    projectStore.setState({ text: '' });
    render(<StageGraph />);
    expect(screen.getByText(/once the Dockerfile has a FROM/)).toBeTruthy();
  });
});
