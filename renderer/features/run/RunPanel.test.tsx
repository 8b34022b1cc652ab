import { act, cleanup, fireEvent, render, screen, waitFor, within } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { defaultBuildSettings } from '../../../shared/contract';
import type { BuildResult, BuildSummary } from '../../../shared/contract';
import { encodeOutputRecord, encodeStepRecord } from '../../../shared/model/log/records';
import { newBuildProgress } from '../../../shared/model/progress/reduce';
import type { BuildProgress, Step } from '../../../shared/model/progress/types';
import { initLocales } from '../../locales';
import { buildsStore, showBuild } from '../../stores/buildsStore';
import { problemsStore } from '../../stores/problemsStore';
import { startStores } from '../../stores/startStores';
import { showPanel, uiStore } from '../../stores/uiStore';
import { sampleBuilder, sampleNode } from '../../testing/samples';
import { scriptedStudio } from '../../testing/scriptedStudio';
import type { ScriptedStudio } from '../../testing/scriptedStudio';
import { RunPanel } from './RunPanel';

vi.mock('../configuration/CommandPanel', () => ({ CommandPanel: () => <p>the command</p> }));
vi.mock('../problems/ProblemsPanel', () => ({ ProblemsPanel: () => <p>the problems</p> }));

const platforms = ['linux/amd64', 'linux/arm64'];
const summary: BuildSummary = {
  id: 'b1',
  number: 7,
  project: '/p',
  projectName: 'p',
  dockerfile: 'Dockerfile',
  builder: 'workstation',
  platforms,
  status: 'running',
  startedMs: 1000,
  warnings: 0,
};
const builder = sampleBuilder({
  name: 'workstation',
  driver: 'remote',
  origin: 'store',
  canStart: false,
  canStop: false,
  nodes: [
    sampleNode({
      name: 'workstation0',
      endpoint: 'unix:///b.sock',
      platforms: [
        { platform: 'linux/amd64', emulated: false },
        { platform: 'linux/arm64', emulated: true },
      ],
    }),
  ],
});
const result: BuildResult = {
  outputType: 'oci',
  digest: `sha256:${'a'.repeat(64)}`,
  mediaType: 'application/vnd.oci.image.index.v1+json',
  path: '/out/p.tar',
  references: [],
  writtenBytes: 12_300_000,
  platforms: platforms.map((platform, index) => ({
    platform,
    manifestDigest: `sha256:${String(index + 1).repeat(64)}`,
    configDigest: `sha256:${'c'.repeat(64)}`,
    size: 6_000_000,
    layers: [],
  })),
  cachedSteps: 1,
  totalSteps: 4,
};

function progress(
  parts: Partial<BuildProgress> = {},
  ...steps: (Partial<Step> & { id: string; name: string })[]
): BuildProgress {
  const full = steps.map((step): Step => ({
    node: 'workstation0',
    inputs: [],
    status: 'done',
    activities: [],
    logLines: 0,
    ...step,
  }));
  return {
    ...newBuildProgress('b1', platforms, 1000),
    status: 'running',
    order: full.map(({ id }) => id),
    steps: Object.fromEntries(full.map((step) => [step.id, step])),
    ...parts,
  };
}
const steps = [
  { id: 's0', name: '[internal] load build definition from Dockerfile', startedMs: 1000, completedMs: 1100 },
  {
    id: 's1',
    name: '[linux/amd64 builder 1/2] FROM golang',
    status: 'cached' as const,
    startedMs: 1100,
    completedMs: 1100,
  },
  {
    id: 's2',
    name: '[linux/amd64 builder 2/2] RUN go build',
    inputs: ['s1'],
    startedMs: 1200,
    completedMs: 3200,
  },
  {
    id: 's3',
    name: '[linux/amd64->arm64 builder 2/2] RUN go build',
    inputs: ['s1'],
    startedMs: 1200,
    status: 'running' as const,
  },
  { id: 's4', name: '[linux/amd64 stage-1 1/1] COPY x /', inputs: ['s2'], status: 'queued' as const },
  { id: 's5', name: '[linux/arm64 stage-1 1/1] COPY x /', inputs: ['s3'], status: 'queued' as const },
];

let studio: ScriptedStudio;
let stop: () => void;

beforeEach(() => {
  initLocales('en');
  // happy-dom lays nothing out; lists only render what is in sight.
  vi.spyOn(HTMLElement.prototype, 'clientHeight', 'get').mockReturnValue(600);
  vi.spyOn(HTMLElement.prototype, 'clientWidth', 'get').mockReturnValue(200);
  // The terminal draws marks beside its scroll bar.
  const context = new Proxy({}, { get: () => () => undefined, set: () => true });
  vi.spyOn(HTMLCanvasElement.prototype, 'getContext').mockReturnValue(context as never);
  const observer = { observe: vi.fn(), unobserve: vi.fn(), disconnect: vi.fn() };
  vi.stubGlobal(
    'ResizeObserver',
    vi.fn(function ResizeObserver() {
      return observer;
    }),
  );
  buildsStore.setState({ loaded: false, builds: [], starting: false }, true);
  problemsStore.setState({ problems: [] });
  uiStore.setState({ panel: 'run', runOpen: true });
  studio = scriptedStudio(
    {
      'layout.update': () => undefined,
      'clipboard.write': () => undefined,
      'outputs.reveal': () => undefined,
      'builds.saveLog': () => ({ path: '/log.txt' }),
      'builds.get': () => ({
        summary,
        request: {
          project: '/p',
          dockerfile: 'Dockerfile',
          dockerfileText: 'FROM golang\nRUN false\nCMD ["x"]\n',
          builder: 'workstation',
          settings: defaultBuildSettings,
        },
      }),
    },
    {
      'builders.watch': () => [[builder]],
      'builds.watch': () => [{ type: 'snapshot', builds: [summary] }],
    },
  );
  stop = startStores();
});
afterEach(() => {
  cleanup();
  stop();
  vi.restoreAllMocks();
  vi.unstubAllGlobals();
});

async function show(state: BuildProgress): Promise<void> {
  render(<RunPanel />);
  act(() => showBuild('b1'));
  act(() => studio.push('builds.progress', { type: 'snapshot', progress: state }));
  await screen.findByRole('list', { name: 'Lanes' });
}

describe('RunPanel', () => {
  it('says how to build while there is nothing', () => {
    act(() => buildsStore.setState({ loaded: true, builds: [], starting: false }, true));
    render(<RunPanel />);
    const region = screen.getByRole('region', { name: 'Run' });
    expect(region.textContent).toContain('Nothing built yet');
    expect(region.querySelector('[data-keys="Ctrl+Enter"]')).toBeTruthy();
    expect(within(region).getByRole('tablist', { name: 'Panels' })).toBeTruthy();
  });

  it('switches between its panels and counts the problems', () => {
    render(<RunPanel />);
    act(() =>
      problemsStore.setState({
        problems: [{ severity: 'warning', message: 'x', startLine: 1, endLine: 1, source: 'local' }],
      }),
    );
    expect(screen.getByRole('tab', { name: 'Problems' }).textContent).toContain('1');
    act(() => showPanel('command'));
    expect(screen.getByText('the command')).toBeTruthy();
  });

  it('shows a lane for each platform, with its part of the steps', async () => {
    await show(progress({}, ...steps));
    const lanes = within(screen.getByRole('list', { name: 'Lanes' }));
    const amd = lanes.getByRole('listitem', { name: 'linux/amd64' });
    const arm = lanes.getByRole('listitem', { name: 'linux/arm64' });
    expect(amd.textContent).toContain('2/3');
    expect(arm.textContent).toContain('1/3');
    expect(arm.textContent).toContain('QEMU');
    expect(arm.textContent).toContain('workstation0');
    expect(amd.textContent).not.toContain('QEMU');
    expect(amd.textContent).toContain('2/2 RUN go build · 2.0s');
  });

  it('shows each step once, and which platforms share it', async () => {
    await show(progress({}, ...steps));
    const list = within(screen.getByRole('list', { name: 'Steps' }));
    const shared = list.getAllByRole('listitem').filter((item) => item.textContent?.includes('shared'));
    expect(shared).toHaveLength(1);
    expect(shared[0]?.textContent).toContain('1/2');
    expect(within(shared[0]!).getByRole('button').title).toContain('Shared by linux/amd64, linux/arm64');
    expect(list.getAllByText('RUN go build')).toHaveLength(1);
    expect(list.queryByText('load build definition from Dockerfile')).toBeNull();
    fireEvent.click(list.getByRole('button', { name: /internal/ }));
    expect(list.getByText('load build definition from Dockerfile')).toBeTruthy();
  });

  it('says how the build stands', async () => {
    await show(progress({ status: 'preparing', activity: 'Connecting to workstation' }));
    const status = (): string => screen.getByRole('status', { name: 'Build status' }).textContent ?? '';
    expect(status()).toMatch(/^Preparing .*Connecting to workstation$/);
    act(() =>
      studio.push('builds.progress', { type: 'events', events: [{ type: 'running', sequence: 1, atMs: 1 }] }),
    );
    await waitFor(() => expect(status()).toMatch(/^Running/));
    const elapsed = screen.getByRole('status', { name: 'Build status' }).querySelector('[aria-hidden=true]');
    expect(elapsed?.textContent).toMatch(/\d+(\.\d)?[sm]/);
    act(() =>
      studio.push('builds.progress', {
        type: 'events',
        events: [{ type: 'ended', sequence: 2, atMs: 3500, status: 'cancelled' }],
      }),
    );
    await waitFor(() => expect(status()).toMatch(/^Cancelled 2.5s/));
  });

  it('shows what came out', async () => {
    await show(progress({ status: 'succeeded', endedMs: 22_600, result }, ...steps));
    const region = screen.getByRole('region', { name: 'Result' });
    for (const text of [result.digest ?? '', '/out/p.tar', '12.3 MB', '21.6s', '1 of 4 steps cached (25%)']) {
      expect(region.textContent).toContain(text);
    }
    const table = within(region).getByRole('table', { name: 'Platforms of the result' });
    expect(table.textContent).toContain(result.platforms[1]?.manifestDigest);
    expect(table.textContent).toContain('6.00 MB');
    fireEvent.click(within(region).getByRole('button', { name: 'Show in folder' }));
    fireEvent.click(within(region).getByText(result.digest ?? ''));
    await waitFor(() => expect(studio.paramsOf('outputs.reveal')).toEqual([{ id: 'b1' }]));
    expect(studio.paramsOf('clipboard.write')).toEqual([{ text: result.digest }]);
    fireEvent.click(within(region).getByRole('button', { name: 'Inspect image' }));
    expect(uiStore.getState().inspected).toEqual({ buildId: 'b1' });
  });

  it('shows why a build failed and leads to the line', async () => {
    const error = {
      code: 'step-failed' as const,
      message: 'The step ended with exit code 1.',
      hint: 'Look at its output.',
      details: {
        location: { file: 'Dockerfile', startLine: 2, endLine: 2 },
        stepName: '[linux/arm64 builder 2/2] RUN false',
        exitCode: 1,
        lastOutput: ['one', '\u001b[31mtwo\u001b[0m'],
      },
    };
    await show(progress({ status: 'failed', endedMs: 2000, error }, ...steps));
    const card = screen.getByRole('region', { name: 'Failure' });
    expect(screen.getByRole('status', { name: 'Build status' }).textContent).toMatch(
      /^Failed .*exit code 1\.$/,
    );
    await waitFor(() => expect(card.textContent).toContain('RUN false'));
    expect(card.textContent).toContain('Look at its output.');
    expect(card.textContent).toContain('one\ntwo');
    expect(
      within(within(card).getByRole('list', { name: 'Failing lines' })).getAllByRole('listitem'),
    ).toHaveLength(4);
    fireEvent.click(within(card).getByRole('button', { name: 'Go to line 2' }));
    expect(uiStore.getState().reveal).toMatchObject({ line: 2 });
  });

  it('shows the logs side by side, one alone, and as text', async () => {
    await show(progress({}, ...steps));
    const text = new TextEncoder();
    act(() => {
      studio.push('builds.log', encodeStepRecord(0, 's2', steps[2]!.name));
      studio.push('builds.log', encodeOutputRecord(0, 1, 1500, text.encode('for amd64\n')));
      studio.push('builds.log', encodeStepRecord(1, 's3', steps[3]!.name));
      studio.push('builds.log', encodeOutputRecord(1, 1, 1500, text.encode('for arm64\n')));
    });
    const pane = (name: string): HTMLElement => screen.getByRole('region', { name });
    await waitFor(() => expect(pane('Log linux/amd64').textContent).toContain('for amd64'), {
      timeout: 5000,
    });
    await waitFor(() => expect(pane('Log linux/arm64').textContent).toContain('for arm64'), {
      timeout: 5000,
    });
    expect(pane('Log linux/amd64').textContent).not.toContain('for arm64');

    const tabs = within(screen.getByRole('tablist', { name: 'Logs' }));
    fireEvent.click(screen.getByRole('radio', { name: 'One log' }));
    await waitFor(() => expect(pane('Log All').textContent).toContain('for arm64'), { timeout: 5000 });
    expect(pane('Log All').textContent).toContain('for amd64');
    fireEvent.click(tabs.getByRole('tab', { name: 'linux/arm64' }));
    await waitFor(() => expect(pane('Log linux/arm64').textContent).toContain('for arm64'), {
      timeout: 5000,
    });
    expect(screen.queryByRole('region', { name: 'Log All' })).toBeNull();

    fireEvent.click(screen.getByRole('button', { name: 'Save log' }));
    await waitFor(() =>
      expect(studio.paramsOf('builds.saveLog')).toEqual([{ id: 'b1', platform: 'linux/arm64' }]),
    );
    expect(screen.getByRole('searchbox', { name: 'Search logs' })).toBeTruthy();
  });
});
