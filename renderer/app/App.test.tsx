import { act, configure, fireEvent, screen, waitFor, within } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { defaultSettings, StudioError } from '../../shared/contract';
import type { BuildResult } from '../../shared/contract';
import { openProject, projectStore, resetProject } from '../stores/projectStore';
import { buildsStore } from '../stores/buildsStore';
import { resetImages } from '../stores/imagesStore';
import { uiStore } from '../stores/uiStore';
import { renderApp } from '../testing/renderApp';
import { sampleBuild, sampleBuilder, sampleStudio } from '../testing/samples';
import { sampleDigest, sampleImage } from '../testing/sampleImages';
import type { ScriptedStudio } from '../testing/scriptedStudio';
import { watchCommands } from './commands';

// The parts of the Build view have tests of their own; the editor needs a real browser.
vi.mock('../features/editor/DockerfileEditor', () => ({
  DockerfileEditor: () => <div className="monaco-editor" />,
}));
vi.mock('../features/graph/StageGraph', () => ({ StageGraph: () => null }));
vi.mock('../features/run/RunPanel', () => ({ RunPanel: () => null }));
vi.mock('../features/configuration/BuildConfiguration', () => ({ BuildConfiguration: () => null }));

const result: BuildResult = {
  outputType: 'oci',
  digest: 'sha256:1111',
  references: [],
  platforms: [
    {
      platform: 'linux/amd64',
      manifestDigest: 'sha256:2222',
      size: 5,
      layers: [{ digest: 'sha256:3333', size: 4 }],
    },
    {
      platform: 'linux/arm64',
      manifestDigest: 'sha256:4444',
      size: 5,
      layers: [{ digest: 'sha256:3333', size: 4 }],
    },
  ],
  cachedSteps: 1,
  totalSteps: 2,
};
const remote = sampleBuilder({
  name: 'ci',
  driver: 'remote',
  current: false,
  canStart: false,
  canStop: false,
});
const builds = [sampleBuild({ id: 'b2', number: 2, result }), sampleBuild({ id: 'b1', status: 'failed' })];

const wideWindow = {
  matches: false,
  addEventListener() {},
  removeEventListener() {},
} as unknown as MediaQueryList;

// Views are loaded when they are first shown, which takes its time on a busy machine.
configure({ asyncUtilTimeout: 15_000 });

let core: ScriptedStudio;
let stop: () => void = () => undefined;

beforeEach(() => {
  // happy-dom lays nothing out; the virtual lists need a height to draw rows.
  vi.spyOn(HTMLElement.prototype, 'clientHeight', 'get').mockReturnValue(600);
  vi.spyOn(HTMLElement.prototype, 'clientWidth', 'get').mockReturnValue(1200);
  vi.spyOn(window, 'matchMedia').mockImplementation(() => wideWindow);
  buildsStore.setState({ loaded: false, builds: [], starting: false }, true);
  resetImages();
  uiStore.setState({ paletteOpen: false, newBuilderOpen: false, view: 'build' });
  core = sampleStudio(
    {
      'builds.start': () => sampleBuild({ id: 'b3', number: 3, status: 'running', startedMs: Date.now() }),
      'builds.cancel': () => undefined,
      'images.inspect': (source) => ({ ...sampleImage(), source }),
      'builders.use': () => undefined,
      'builders.stop': () => {
        throw new StudioError({ code: 'permission-denied', message: 'not yours to stop' });
      },
      'builders.drivers': () => [
        {
          ...{ name: 'local', summary: 'runs here', endpoint: { kind: 'none' }, options: [] },
          ...{ takesConfig: false, severalNodes: false, canTest: false },
        },
        {
          name: 'remote',
          summary: 'runs elsewhere',
          endpoint: { kind: 'address', label: 'Endpoint' },
          options: [],
          ...{ takesConfig: false, severalNodes: true, canTest: true },
        },
      ],
      'builders.test': () => ({ version: 'v0.32.2', platforms: ['linux/amd64'] }),
      'builders.create': ({ name }) => sampleBuilder({ name, current: false }),
      'settings.update': (patch) => ({ ...defaultSettings, language: patch.language ?? 'system' }),
    },
    {
      'builders.watch': () => [[sampleBuilder(), remote]],
      'projects.watch': () => [[{ path: '/src/hello', name: 'hello', lastOpenedMs: 1, available: true }]],
      'builds.watch': () => [{ type: 'snapshot', builds }],
    },
  );
});
afterEach(() => {
  stop();
  resetProject();
  vi.restoreAllMocks();
});

async function open(): Promise<void> {
  ({ stop } = renderApp());
  await act(() => openProject('/src/hello'));
}
const show = async (view: string): Promise<void> => {
  fireEvent.click(screen.getByRole('tab', { name: view }));
  await screen.findByRole('tabpanel', { name: view });
};

describe('the names that people and tests find things by', () => {
  it('rail and toolbar', async () => {
    await open();
    const tabs = within(screen.getByRole('tablist', { name: 'Views' })).getAllByRole('tab');
    expect(tabs.map((tab) => tab.getAttribute('aria-label'))).toEqual([
      'Build',
      'Images',
      'History',
      'Builders',
      'Settings',
    ]);
    expect(screen.getByRole('button', { name: 'Project' })).toBeTruthy();
    expect(screen.getByRole('combobox', { name: 'Dockerfile' }).textContent).toBe('Dockerfile');
    expect(screen.getByRole('combobox', { name: 'Builder' }).textContent).toContain('local');
    expect(screen.getByRole('button', { name: 'Build' })).toBeTruthy();
  });

  it('sidebar', async () => {
    await open();
    const tree = within(screen.getByRole('tree', { name: 'Builders' }));
    expect(tree.getByRole('treeitem', { name: 'local' })).toBeTruthy();
    expect(tree.getByRole('treeitem', { name: 'local0' })).toBeTruthy();
    expect(screen.getByRole('button', { name: 'New builder' })).toBeTruthy();
    expect(
      within(screen.getByRole('tree', { name: 'Projects' })).getByRole('treeitem', { name: 'hello' }),
    ).toBeTruthy();
    expect(screen.getByRole('button', { name: 'Open project' })).toBeTruthy();
    expect(within(screen.getByRole('list', { name: 'Recent builds' })).getAllByRole('listitem')).toHaveLength(
      2,
    );
  });

  it('images', async () => {
    await open();
    await show('Images');
    const tree = within(await screen.findByRole('tree', { name: 'Manifest' }));
    fireEvent.click(tree.getByRole('treeitem', { name: 'linux/arm64' }));
    const details = within(screen.getByRole('region', { name: 'Details' }));
    expect(details.getByRole('tab', { name: 'Summary' })).toBeTruthy();
    expect(details.getByText(sampleDigest('b1'))).toBeTruthy();
    expect(core.paramsOf('images.inspect')).toEqual([{ kind: 'build', buildId: 'b2' }]);
  });

  it('history', async () => {
    await open();
    await show('History');
    const grid = within(await screen.findByRole('grid', { name: 'Builds' }));
    fireEvent.click(grid.getByRole('row', { name: /hello.*#2/ }));
    expect(screen.getByRole('tab', { name: 'Overview' })).toBeTruthy();
    expect(screen.getByRole('tab', { name: 'Logs' })).toBeTruthy();
    expect(screen.getByText('sha256:1111')).toBeTruthy();
  });

  it('builders', async () => {
    await open();
    await show('Builders');
    const region = within(await screen.findByRole('region', { name: 'Builder local' }));
    expect(region.getByRole('table', { name: 'Nodes' })).toBeTruthy();
    for (const name of ['Stop', 'Use', 'Remove']) expect(region.getByRole('button', { name })).toBeTruthy();
  });
});

describe('building', () => {
  it('turns Build into Cancel build while it runs', async () => {
    await open();
    fireEvent.click(screen.getByRole('button', { name: 'Build' }));
    const cancel = await screen.findByRole('button', { name: 'Cancel build' });
    expect(cancel.textContent).toContain('Cancel');
    fireEvent.click(cancel);
    expect(core.paramsOf('builds.cancel')).toEqual([{ id: 'b3' }]);
    act(() =>
      core.push('builds.watch', { type: 'summary', build: sampleBuild({ id: 'b3', status: 'cancelled' }) }),
    );
    expect(screen.getByRole('button', { name: 'Build' })).toBeTruthy();
  });

  it('starts from the keyboard even inside of the editor, and from the menu of the system', async () => {
    await open();
    const stopCommands = watchCommands();
    fireEvent.keyDown(document.querySelector('.monaco-editor')!, { key: 'Enter', ctrlKey: true });
    await waitFor(() => expect(core.paramsOf('builds.start')).toHaveLength(1));
    await waitFor(() => expect(buildsStore.getState().starting).toBe(false));
    act(() => core.push('app.commands', { type: 'command', command: 'build.start' }));
    await waitFor(() => expect(core.paramsOf('builds.start')).toHaveLength(2));
    act(() => core.push('app.commands', { type: 'command', command: 'constructor' }));
    act(() => core.push('app.commands', { type: 'command', command: 'view.history' }));
    expect(uiStore.getState().view).toBe('history');
    stopCommands();
  });
});

it('finds every command in the palette and runs the chosen one', async () => {
  await open();
  fireEvent.keyDown(document.body, { key: 'k', ctrlKey: true });
  const input = await screen.findByRole('combobox', { name: 'Type a command or a project' });
  fireEvent.change(input, { target: { value: 'show hist' } });
  const option = await screen.findByRole('option', { name: /Show History/ });
  expect(screen.getAllByRole('option')).toHaveLength(1);
  fireEvent.click(option);
  expect(uiStore.getState()).toMatchObject({ view: 'history', paletteOpen: false });
});

it('chooses another Dockerfile', async () => {
  await open();
  fireEvent.click(screen.getByRole('combobox', { name: 'Dockerfile' }));
  fireEvent.click(await screen.findByRole('option', { name: 'dev.Dockerfile' }));
  await waitFor(() => expect(projectStore.getState().dockerfile).toBe('dev.Dockerfile'));
});

describe('New builder', () => {
  it('draws the form of the driver, tests the connection and creates the builder', async () => {
    await open();
    fireEvent.click(screen.getByRole('button', { name: 'New builder' }));
    const dialog = within(await screen.findByRole('dialog', { name: 'New builder' }));
    const drivers = within(await dialog.findByRole('radiogroup', { name: 'Driver' }));
    fireEvent.click(drivers.getByRole('radio', { name: 'remote' }));
    fireEvent.click(dialog.getByRole('button', { name: 'Test connection' }));
    expect(await dialog.findByText('Fill this in.')).toBeTruthy();
    expect(core.paramsOf('builders.test')).toEqual([]);

    fireEvent.change(dialog.getByRole('textbox', { name: 'Endpoint' }), {
      target: { value: 'tcp://far:1234' },
    });
    fireEvent.click(dialog.getByRole('button', { name: 'Test connection' }));
    expect(await dialog.findByText(/BuildKit v0.32.2, linux\/amd64/)).toBeTruthy();

    fireEvent.click(dialog.getByRole('button', { name: 'Create builder' }));
    expect(await dialog.findByText('Type a name.')).toBeTruthy();
    fireEvent.change(dialog.getByRole('textbox', { name: 'Name' }), { target: { value: 'far' } });
    fireEvent.click(dialog.getByRole('button', { name: 'Create builder' }));
    await waitFor(() =>
      expect(core.paramsOf('builders.create')).toEqual([
        { name: 'far', driver: 'remote', node: { endpoint: 'tcp://far:1234', options: {} } },
      ]),
    );
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  });
});

it('says where it happened why a builder can not be stopped', async () => {
  await open();
  await show('Builders');
  const region = within(await screen.findByRole('region', { name: 'Builder local' }));
  fireEvent.click(region.getByRole('button', { name: 'Stop' }));
  expect((await region.findByRole('alert')).textContent).toContain('not yours to stop');
});

it('switches to Chinese at once', async () => {
  await open();
  await show('Settings');
  const language = within(await screen.findByRole('radiogroup', { name: 'Language' }));
  fireEvent.click(language.getByRole('radio', { name: '简体中文' }));
  expect(await screen.findByRole('button', { name: '构建' })).toBeTruthy();
  expect(document.documentElement.lang).toBe('zh-CN');
  expect(core.paramsOf('settings.update')).toEqual([{ language: 'zh-CN' }]);
});
