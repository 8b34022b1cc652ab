import { act, cleanup, configure, fireEvent, render, screen, waitFor, within } from '@testing-library/react';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Builder } from '../../../shared/contract';
import { initLocales } from '../../locales';
import { buildersStore } from '../../stores/buildersStore';
import { resetProject } from '../../stores/projectStore';
import { uiStore } from '../../stores/uiStore';
import { sampleBuilder, sampleNode, sampleStudio } from '../../testing/samples';
import type { ScriptedStudio } from '../../testing/scriptedStudio';
import { BuilderTree } from './BuilderTree';

configure({ asyncUtilTimeout: 5000 });

let core: ScriptedStudio;
beforeEach(() => {
  initLocales('en');
  resetProject();
  core = sampleStudio({
    'builders.start': () => undefined,
    'builders.stop': () => undefined,
    'builders.use': () => undefined,
    'builders.remove': () => undefined,
    'builders.refresh': () => undefined,
  });
});
afterEach(cleanup);

const dead = (name: string): Builder =>
  sampleBuilder({
    ...{ name, driver: 'remote', current: false, canStart: false, canStop: false },
    nodes: [
      sampleNode({
        ...{ name: `${name}0`, status: 'unreachable', platforms: [] },
        error: { code: 'builder-unreachable', message: `${name} did not answer within 5 seconds` },
      }),
    ],
  });

function show(builders: Builder[]): void {
  buildersStore.setState({ loaded: true, builders });
  render(<BuilderTree scroller={{ current: null }} />);
}
const item = (name: string): HTMLElement => screen.getByRole('treeitem', { name });
const description = (name: string): string =>
  (item(name).getAttribute('aria-describedby') ?? '')
    .split(' ')
    .map((id) => document.getElementById(id)?.textContent ?? '')
    .join(' ');

it('says how each builder and node is, what it runs, and what it is doing', () => {
  const starting = sampleBuilder({
    ...{ name: 'edge', driver: 'docker-container', current: false },
    nodes: [sampleNode({ name: 'edge0', status: 'starting', platforms: [], activity: 'pulling, 42 %' })],
  });
  show([sampleBuilder(), starting, dead('ci')]);
  expect(description('local')).toContain('defaultlocal');
  expect(description('local0')).toContain('amd64+1 emulated');
  expect(description('edge')).toContain('docker-container pulling, 42 %');
  expect(description('ci')).toContain('ci did not answer within 5 seconds');
  fireEvent.click(screen.getByRole('button', { name: 'Retry' }));
  expect(core.paramsOf('builders.refresh')).toEqual([{ name: 'ci' }]);
});

it('shows a live builder among ten dead ones at once, and each change alone', () => {
  const deadOnes = Array.from({ length: 10 }, (_unused, index) => dead(`dead-${index}`));
  const waiting = sampleBuilder({
    name: 'slow',
    current: false,
    nodes: [sampleNode({ status: 'starting', platforms: [] })],
  });
  show([...deadOnes, waiting, sampleBuilder()]);
  expect(description('local')).toContain('local');
  expect(description('local0')).toContain('amd64');
  const first = item('dead-0');
  act(() =>
    buildersStore.setState({
      builders: [...deadOnes, sampleBuilder({ name: 'slow', current: false }), sampleBuilder()],
    }),
  );
  expect(description('slow')).toContain('running');
  expect(item('dead-0')).toBe(first);
});

it('has a menu for each builder, opened by pointer or keys', async () => {
  show([sampleBuilder(), sampleBuilder({ name: 'edge', current: false })]);
  fireEvent.contextMenu(item('edge'));
  let menu = within(await screen.findByRole('menu', { name: 'Menu of edge' }));
  expect(menu.getAllByRole('menuitem').map((one) => one.textContent)).toEqual([
    'Show',
    'Use for this project',
    'Use as default for new projects',
    'Stop',
    'Remove…',
  ]);
  fireEvent.click(menu.getByRole('menuitem', { name: 'Stop' }));
  await waitFor(() => expect(core.paramsOf('builders.stop')).toEqual([{ name: 'edge' }]));
  await waitFor(() => expect(screen.queryByRole('menu')).toBeNull());

  act(() => item('edge').focus());
  fireEvent.keyDown(item('edge'), { key: 'F10', shiftKey: true });
  menu = within(await screen.findByRole('menu', { name: 'Menu of edge' }));
  fireEvent.click(menu.getByRole('menuitem', { name: 'Remove…' }));
  const question = within(await screen.findByRole('alertdialog'));
  fireEvent.click(question.getByRole('button', { name: 'Remove' }));
  await waitFor(() =>
    expect(core.paramsOf('builders.remove')).toEqual([{ name: 'edge', keepState: false, force: false }]),
  );
});

it('has its buttons inside of items, and a press on them selects nothing', async () => {
  uiStore.setState({ view: 'build' });
  show([sampleBuilder(), dead('ci')]);
  const tree = screen.getByRole('tree', { name: 'Builders' });
  const buttons = within(tree).getAllByRole('button');
  expect(buttons.length).toBeGreaterThan(2);
  for (const button of buttons) expect(button.closest('[role=treeitem]')).not.toBeNull();
  fireEvent.click(within(tree).getByRole('button', { name: 'Menu of ci' }));
  const menu = within(await screen.findByRole('menu', { name: 'Menu of ci' }));
  fireEvent.keyDown(menu.getAllByRole('menuitem')[0]!, { key: 'ArrowDown' });
  fireEvent.click(menu.getByRole('menuitem', { name: 'Use for this project' }));
  expect(uiStore.getState().view).toBe('build');
});

it('leads to a builder’s page', () => {
  show([sampleBuilder(), dead('ci')]);
  fireEvent.click(item('ci'));
  expect(uiStore.getState()).toMatchObject({ view: 'builders', shownBuilder: 'ci' });
});
