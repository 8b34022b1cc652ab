import { act, cleanup, fireEvent, render, screen, waitFor, within } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { defaultBuildSettings } from '../../../shared/contract';
import type { BuildProgress, Step } from '../../../shared/model/progress/types';
import { initLocales } from '../../locales';
import { initBoot } from '../../stores/bootStore';
import { buildersStore } from '../../stores/buildersStore';
import { buildsStore } from '../../stores/buildsStore';
import { setProblems } from '../../stores/problemsStore';
import { progressStore } from '../../stores/progressStore';
import { projectStore, resetProject } from '../../stores/projectStore';
import { uiStore } from '../../stores/uiStore';
import { sampleBoot, sampleBuild, sampleBuilder } from '../../testing/samples';
import { scriptedStudio } from '../../testing/scriptedStudio';
import type { ScriptedStudio } from '../../testing/scriptedStudio';
import type { GraphQuestion } from './graph.worker';
import { GraphSession } from './graphSession';
import { GraphPacker } from './graphTransfer';
import { StageGraph } from './StageGraph';

/** Happy DOM has no workers: the same session, without a thread. */
class InThread {
  onmessage: (event: { data: unknown }) => void = () => undefined;
  private readonly session = new GraphSession();
  private readonly packer = new GraphPacker();
  postMessage({ number, request }: GraphQuestion): void {
    this.onmessage({ data: { number, graph: this.packer.pack(this.session.graph(request)) } });
  }
  terminate(): void {
    this.onmessage = () => undefined;
  }
}
vi.mock('./graph.worker?worker', () => ({
  default: function GraphWorker() {
    return new InThread();
  },
}));

const text = `FROM golang AS builder
RUN make
FROM alpine AS docs
FROM scratch
COPY --from=builder /a /a
`;
const settings = { ...defaultBuildSettings, platforms: ['linux/amd64', 'linux/arm64'] };
const request = {
  project: '/src/hello',
  dockerfile: 'Dockerfile',
  dockerfileText: text,
  builder: 'local',
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

let studio: ScriptedStudio;
beforeEach(() => {
  initLocales('en');
  studio = scriptedStudio({
    'layout.update': () => undefined,
    'projects.saveBuildSettings': () => undefined,
    'clipboard.write': () => undefined,
    'builds.start': () => sampleBuild(),
    'builds.get': () => ({ request, summary: {} as never }),
    'graph.export': () => ({ path: '/x.svg' }),
  });
  initBoot(sampleBoot);
  resetProject();
  buildersStore.setState({ loaded: true, builders: [sampleBuilder()] });
  buildsStore.setState({ loaded: true, builds: [], starting: false }, true);
  progressStore.setState({}, true);
  uiStore.setState({ cursor: { line: 1, column: 1 } });
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

const button = (name: string): HTMLElement => screen.getByRole('button', { name });
const describes = (name: string): string => {
  const id = button(name).getAttribute('aria-describedby') ?? '';
  return document.getElementById(id)?.textContent ?? '';
};
const stepsOf = (stage: string): string[] =>
  within(screen.getByRole('list', { name: `Steps of ${stage}` }))
    .getAllByRole('listitem')
    .map((item) => item.textContent);
const choose = (item: string): void => {
  fireEvent.click(screen.getByRole('menuitem', { name: item }));
};

describe('StageGraph', () => {
  test('has a button for each stage and image, which shows its line', () => {
    render(<StageGraph />);
    const region = screen.getByRole('region', { name: 'Stage graph' });
    expect(within(region).getByText('3 stages, 2 base images')).toBeTruthy();
    expect(stepsOf('builder')).toEqual(['1/2FROM golang', '2/2RUN make']);
    fireEvent.click(button('Stage stage-2'));
    expect(uiStore.getState().reveal?.line).toBe(4);
    fireEvent.click(button('Image golang'));
    expect(uiStore.getState().reveal?.line).toBe(1);
    fireEvent.click(screen.getByText('RUN make'));
    expect(uiStore.getState().reveal?.line).toBe(2);
  });

  test('follows the text, the platforms and the arguments', () => {
    render(<StageGraph />);
    act(() => projectStore.setState({ text: 'ARG TARGETARCH\nFROM base-$TARGETARCH AS app\n' }));
    expect(describes('Stage app')).toContain(
      'built from base-amd64 (only for linux/amd64) and base-arm64 (only for linux/arm64)',
    );
    expect(describes('Image base-arm64')).toContain('used only for linux/arm64');
    act(() => projectStore.setState({ settings: { ...settings, platforms: ['linux/s390x'] } }));
    expect(button('Image base-s390x')).toBeTruthy();
    expect(screen.queryByRole('button', { name: 'Image base-amd64' })).toBeNull();
  });

  test('says what is wrong in words, and leads to it', () => {
    projectStore.setState({
      text: 'FROM a AS one\nCOPY --from=two x y\nFROM one AS two\nCOPY --from=7 x y\n',
    });
    render(<StageGraph />);
    const problems = screen.getByRole('list', { name: 'Problems of the graph' });
    expect(
      within(problems)
        .getAllByRole('listitem')
        .map((item) => item.textContent),
    ).toEqual([
      'Stages one and two wait for each other in a circle. BuildKit refuses that.',
      'There is no stage 7 to copy from.',
    ]);
    expect(describes('Stage two')).toContain('depends on itself');
    fireEvent.click(within(problems).getByText(/no stage 7/));
    expect(uiStore.getState().reveal?.line).toBe(4);
  });

  test('marks the stages in which something is found', () => {
    render(<StageGraph />);
    const builder = screen.getByRole('button', { name: 'Stage builder' });
    const words = (): string =>
      document.getElementById(builder.getAttribute('aria-describedby') ?? '')?.textContent ?? '';
    expect(words()).not.toContain('found');
    const problem = { message: 'm', source: 'check', rule: 'WorkdirRelativePath' } as const;
    const line = text.split('\n').findIndex((one) => one.includes(' AS builder')) + 1;
    act(() =>
      setProblems('check', [
        { ...problem, severity: 'warning', startLine: line, endLine: line },
        { ...problem, severity: 'error', startLine: line + 1, endLine: line + 1 },
        { ...problem, severity: 'error', startLine: 1000, endLine: 1000 },
      ]),
    );
    expect(words()).toMatch(/^2 problems found; /);
    act(() => setProblems('check', []));
    expect(words()).not.toContain('found');
  });

  test('marks the stage and step of the cursor', () => {
    render(<StageGraph />);
    expect(button('Stage builder').getAttribute('aria-current')).toBe('location');
    act(() => uiStore.setState({ cursor: { line: 5, column: 1 } }));
    expect(button('Stage builder').getAttribute('aria-current')).toBeNull();
    expect(button('Stage stage-2').getAttribute('aria-current')).toBe('location');
  });

  test('is walked through with the arrow keys, one stop for Tab', () => {
    render(<StageGraph />);
    const stops = () =>
      [...document.querySelectorAll<HTMLElement>('[data-card]')].filter(({ tabIndex }) => tabIndex === 0);
    expect(stops()).toEqual([button('Stage builder')]);
    act(() => button('Stage builder').focus());
    const press = (key: string): Element | null => {
      fireEvent.keyDown(document.activeElement!, { key });
      return document.activeElement;
    };
    expect(press('ArrowLeft')).toBe(button('Image golang'));
    expect(press('ArrowRight')).toBe(button('Stage builder'));
    expect(press('ArrowDown')?.textContent).toContain('FROM golang');
    expect(press('ArrowUp')).toBe(button('Stage builder'));
    expect(press('ArrowRight')?.textContent).toContain('COPY /a /a');
    expect(press('ArrowUp')).toBe(button('Stage stage-2'));
    expect(stops()).toHaveLength(1);
    press(' ');
    expect(screen.queryByRole('list', { name: 'Steps of stage-2' })).toBeNull();
  });

  test('the menu builds a stage, makes it the target and copies its name', async () => {
    render(<StageGraph />);
    const open = (name: string): void => {
      act(() => button(name).focus());
      fireEvent.keyDown(button(name), { key: 'F10', shiftKey: true });
    };
    open('Stage builder');
    choose('Copy name');
    expect(studio.paramsOf('clipboard.write')).toEqual([{ text: 'builder' }]);

    open('Stage builder');
    choose('Set as target');
    expect(projectStore.getState().settings.target).toBe('builder');
    expect(describes('Stage builder')).toContain('target');
    expect(describes('Stage stage-2')).toContain('the target does not need it');

    open('Stage docs');
    choose('Build this stage');
    await waitFor(() => expect(studio.paramsOf('builds.start')).toHaveLength(1));
    expect(studio.paramsOf('builds.start')[0]?.settings).toMatchObject({
      target: 'docs',
      output: { type: 'cacheonly' },
    });
    expect(projectStore.getState().settings).toMatchObject({ target: 'builder', output: { type: 'oci' } });
  });

  test('a stage without a name is no target unless it is the last', () => {
    projectStore.setState({ text: 'FROM a\nFROM b\n' });
    render(<StageGraph />);
    fireEvent.contextMenu(button('Stage stage-0'));
    expect(screen.getByRole('menuitem', { name: /Build this stage/ }).getAttribute('aria-disabled')).toBe(
      'true',
    );
    fireEvent.keyDown(screen.getByRole('menu'), { key: 'Escape' });
    fireEvent.contextMenu(button('Stage stage-1'));
    expect(
      screen.getByRole('menuitem', { name: /Build this stage/ }).getAttribute('aria-disabled'),
    ).toBeNull();
  });

  test('shows how each platform of the shown build fares, as long as the text is the built one', async () => {
    buildsStore.setState({ shownId: 'b1' });
    progressStore.setState({ progress });
    render(<StageGraph />);
    expect(await screen.findByText('linux/amd64 running, linux/arm64 done')).toBeTruthy();
    expect(describes('Stage builder')).toContain('linux/amd64 running, linux/arm64 done');
    expect(screen.getByText('sha256:abababab')).toBeTruthy();
    expect(stepsOf('builder')[0]).toBe('1/2FROM golanglinux/amd64 cached, linux/arm64 cached');

    fireEvent.contextMenu(button('Stage builder'));
    choose('Show in logs');
    expect(uiStore.getState().logSteps?.ids).toEqual(['1', '2', '3']);

    act(() => projectStore.setState({ text: `${text}RUN more\n` }));
    expect(screen.queryByText('linux/amd64 running, linux/arm64 done')).toBeNull();
  });

  test('can be read as a list', () => {
    render(<StageGraph />);
    fireEvent.click(button('Show as list'));
    const list = screen.getByRole('list', { name: 'Stages in file order' });
    expect(
      within(list)
        .getAllByRole('button')
        .map((one) => one.getAttribute('aria-label')),
    ).toEqual(['Stage builder', 'Stage docs', 'Stage stage-2']);
    expect(describes('Stage stage-2')).toBe('target; takes files from builder; 1 step');
    fireEvent.click(button('Stage docs'));
    expect(uiStore.getState().reveal?.line).toBe(3);
  });

  test('is saved as a drawing that needs nothing else', async () => {
    projectStore.setState({ text: 'FROM "a<b>&c" AS x\n' });
    render(<StageGraph />);
    fireEvent.click(button('Save the graph'));
    choose('Save as SVG…');
    await waitFor(() => expect(studio.paramsOf('graph.export')).toHaveLength(1));
    const [drawing] = studio.paramsOf('graph.export');
    const svg = drawing?.kind === 'svg' ? drawing.text : '';
    expect(drawing?.suggestedName).toBe('hello-stages');
    const parsed = new DOMParser().parseFromString(svg, 'image/svg+xml');
    expect([...parsed.querySelectorAll('text')].map((one) => one.textContent)).toContain('x');
    expect(svg).not.toMatch(/var\(|<b>|url\(/);
  });

  test('says what to do while there is no stage', () => {
    projectStore.setState({ text: '' });
    render(<StageGraph />);
    expect(screen.getByText(/once the Dockerfile has a FROM/)).toBeTruthy();
  });
});
