import { act, cleanup, configure, fireEvent, render, screen, waitFor, within } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Builder } from '../../../shared/contract';
import { StudioError } from '../../../shared/contract';
import { initLocales } from '../../locales';
import { buildersStore } from '../../stores/buildersStore';
import { buildsStore } from '../../stores/buildsStore';
import { projectStore, resetProject } from '../../stores/projectStore';
import { sampleBuild, sampleBuilder, sampleNode, sampleProject, sampleStudio } from '../../testing/samples';
import type { ScriptedStudio } from '../../testing/scriptedStudio';
import { BuilderDetail } from './BuilderDetail';

configure({ asyncUtilTimeout: 5000 });

const amd = sampleNode({
  name: 'pair0',
  fixedPlatforms: ['linux/amd64'],
  driverOptions: { image: 'moby/buildkit', 'env.TOKEN': '•••' },
  flags: ['--debug'],
  config: 'debug = true\n',
  devices: [{ name: 'vendor.example/gpu=0', onDemand: true, annotations: {} }],
  labels: { 'org.mobyproject.buildkit.worker.executor': 'oci' },
  cacheBytes: 2_000_000_000,
  platforms: [
    { platform: 'linux/amd64', emulated: false },
    { platform: 'linux/arm64', emulated: true, emulator: 'qemu-aarch64 (/usr/bin/qemu-aarch64-static)' },
    { platform: 'linux/riscv64', emulated: true },
  ],
  features: {
    ...{ multiPlatform: false, ociExport: true, dockerExport: true, cacheExport: false },
    ...{ load: 'archive', loadMultiPlatform: true },
  },
  canInstallEmulation: true,
  gcPolicy: [
    {
      ...{
        all: true,
        filters: ['type==source.local', 'type==exec.cachemount'],
        keepDurationSeconds: 172_800,
      },
      ...{ reservedBytes: 1e9, maxUsedBytes: 2e9, minFreeBytes: 0 },
    },
  ],
});
const arm = sampleNode({
  name: 'pair1',
  endpoint: 'tcp://pi:1234',
  platforms: [{ platform: 'linux/arm64', emulated: false }],
});
const pair = sampleBuilder({
  name: 'pair',
  driver: 'docker-container',
  origin: 'store',
  current: false,
  canAppend: true,
  nodes: [amd, arm],
});

let core: ScriptedStudio;
let finish: () => void;
let removal: () => undefined;

beforeEach(() => {
  removal = () => undefined;
  initLocales('en');
  resetProject();
  buildsStore.setState({ builds: [] });
  core = sampleStudio({
    'builders.start': () => new Promise<void>((resolve) => (finish = resolve)),
    'builders.stop': () => undefined,
    'builders.use': () => undefined,
    'builders.remove': () => removal(),
    'builders.refresh': () => undefined,
    'builders.setPlatforms': () => pair,
    'builders.leave': () => pair,
    'builders.installEmulation': () => new Promise<void>((resolve) => (finish = resolve)),
    'clipboard.write': () => undefined,
  });
});
afterEach(cleanup);

function show(builder: Builder) {
  buildersStore.setState({ loaded: true, builders: [builder] });
  const { rerender } = render(<BuilderDetail builder={builder} />);
  const region = within(screen.getByRole('region', { name: `Builder ${builder.name}` }));
  return { region, update: (next: Builder) => rerender(<BuilderDetail builder={next} />) };
}
const rows = (name: string): string[] =>
  within(screen.getByRole('table', { name }))
    .getAllByRole('row')
    .slice(1)
    .map((row) =>
      [...within(row).getAllByRole('cell')]
        .map((cell) => cell.textContent)
        .filter(Boolean)
        .join(' | '),
    );
const choose = async (trigger: string, item: RegExp): Promise<void> => {
  fireEvent.click(screen.getByRole('button', { name: trigger }));
  fireEvent.click(await screen.findByRole('menuitem', { name: item }));
};

describe('the nodes', () => {
  it('are shown with their platforms, what emulates them, and what they lack', () => {
    show(pair);
    const [first, second] = rows('Nodes');
    expect(first).toMatch(/^pair0 \| unix:\/\/\/run\/buildkitd.sock \| BuildKit v0.32.2 \| running/);
    expect(first).toContain('amd64 (fixed to this node)');
    expect(first).toContain(
      'arm64 (emulated by qemu-aarch64 (/usr/bin/qemu-aarch64-static), built on pair1)',
    );
    expect(first).toContain(
      'Can’t do here: several platforms in one build, exporting caches other than the inline one.',
    );
    expect(second).toContain('Nativearm64');
    expect(second).not.toContain('Can’t');
  });

  it('are mapped, with the reason', () => {
    show({ ...pair, nodes: [amd, { ...arm, status: 'unreachable' }] });
    expect(rows('Platform map')).toEqual([
      'amd64 | pair0 | fixed to it',
      'arm64 | pair0 | emulates it, pair1 does not answer',
      'riscv64 | pair0 | emulates it, pair1 does not answer',
    ]);
  });

  it('show how they are set up, one at a time', () => {
    const { region } = show(pair);
    expect(region.getByText('env.TOKEN')).toBeTruthy();
    expect(region.getByText('vendor.example/gpu=0 (on demand)')).toBeTruthy();
    expect(rows('GC policy of pair0')).toEqual(['1 | local, cache mounts | 2 days | 1.00 GB | 2.00 GB | –']);
    expect(region.queryByText('org.mobyproject.buildkit.worker.executor')).toBeNull();
    fireEvent.click(region.getByRole('button', { name: 'Labels' }));
    expect(region.getByText('org.mobyproject.buildkit.worker.executor')).toBeTruthy();
    fireEvent.click(within(region.getByRole('radiogroup')).getByRole('radio', { name: 'pair1' }));
    expect(region.queryByText('env.TOKEN')).toBeNull();
  });

  it('can be given platforms, and detect them again', async () => {
    show(pair);
    await choose('Menu of node pair1', /Fix platforms/);
    let dialog = within(await screen.findByRole('dialog', { name: 'Fix platforms of pair1' }));
    const input = dialog.getByRole('combobox', { name: 'Fixed platforms' });
    fireEvent.change(input, { target: { value: 'linux/amd64' } });
    fireEvent.keyDown(input, { key: 'Enter' });
    expect(dialog.getByText(/linux\/amd64 leaves pair0/)).toBeTruthy();
    fireEvent.click(dialog.getByRole('button', { name: 'Save' }));
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
    await choose('Menu of node pair0', /Fix platforms/);
    dialog = within(await screen.findByRole('dialog', { name: 'Fix platforms of pair0' }));
    fireEvent.click(dialog.getByRole('button', { name: 'Use detected ones' }));
    fireEvent.click(dialog.getByRole('button', { name: 'Save' }));
    await waitFor(() =>
      expect(core.paramsOf('builders.setPlatforms')).toEqual([
        { name: 'pair', node: 'pair1', platforms: ['linux/amd64'] },
        { name: 'pair', node: 'pair0', platforms: [] },
      ]),
    );
  });

  it('are removed after it was said what is lost, but not the last one', async () => {
    const { update } = show(pair);
    await choose('Menu of node pair0', /Remove node/);
    const question = within(await screen.findByRole('alertdialog', { name: 'Remove pair0 from pair?' }));
    expect(question.getByText('pair0: 2.00 GB build cache')).toBeTruthy();
    expect(question.getByText(/the volume that holds the build cache/)).toBeTruthy();
    fireEvent.click(question.getByRole('button', { name: 'Remove node' }));
    await waitFor(() => expect(core.paramsOf('builders.leave')).toEqual([{ name: 'pair', node: 'pair0' }]));
    await waitFor(() => expect(screen.queryByRole('alertdialog')).toBeNull());
    update({ ...pair, nodes: [arm] });
    fireEvent.click(await screen.findByRole('button', { name: 'Menu of node pair1' }));
    const item = await screen.findByRole('menuitem', { name: /Remove node/ });
    expect(item.getAttribute('aria-disabled')).toBe('true');
  });
});

describe('emulation', () => {
  it('is installed by a click where it can be, with what is being done', async () => {
    const { update } = show(pair);
    const section = within(screen.getByRole('region', { name: 'Emulation' }));
    expect(section.getByText('by qemu-aarch64 (/usr/bin/qemu-aarch64-static)')).toBeTruthy();
    expect(section.getByText('by a handler of the node’s machine')).toBeTruthy();
    fireEvent.click(section.getByRole('button', { name: 'Install emulators…' }));
    const dialog = within(await screen.findByRole('dialog', { name: 'Install emulators on pair0' }));
    expect(dialog.getByText('s390x')).toBeTruthy();
    fireEvent.click(dialog.getByRole('button', { name: 'Install' }));
    expect(core.paramsOf('builders.installEmulation')[0]).toMatchObject({ name: 'pair', node: 'pair0' });
    update({ ...pair, nodes: [{ ...amd, activity: 'pulling tonistiigi/binfmt' }, arm] });
    expect(dialog.getByRole('status', { name: '' }).textContent).toContain('pulling tonistiigi/binfmt');
    act(() => finish());
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
  });

  it('is a command to copy where it can’t', () => {
    show(sampleBuilder({ nodes: [sampleNode()] }));
    const section = within(screen.getByRole('region', { name: 'Emulation' }));
    expect(section.getByText(/run this on this machine/)).toBeTruthy();
    fireEvent.click(section.getByRole('button', { name: 'Copy this command' }));
    expect(core.paramsOf('clipboard.write')[0]?.text).toMatch(
      /^docker run --privileged --rm tonistiigi\/binfmt --install arm,386,riscv64,ppc64le,s390x$/,
    );
  });
});

describe('what is done with a builder', () => {
  it('shows how its start goes, and can be cancelled', async () => {
    const stopped = { ...pair, nodes: [{ ...amd, status: 'stopped' as const }] };
    const { region, update } = show(stopped);
    fireEvent.click(region.getByRole('button', { name: 'Start' }));
    update({
      ...pair,
      nodes: [{ ...amd, status: 'starting', activity: 'pulling moby/buildkit:buildx-stable-1, 42 %' }],
    });
    expect(region.getAllByText('pulling moby/buildkit:buildx-stable-1, 42 %')).toHaveLength(2);
    fireEvent.click(region.getByRole('button', { name: 'Cancel' }));
    await waitFor(() => expect(region.queryByRole('button', { name: 'Cancel' })).toBeNull());
    expect(region.queryByRole('alert')).toBeNull();
  });

  it('says why it could not be done', async () => {
    core = sampleStudio({
      'builders.stop': () => {
        throw new StudioError({ code: 'permission-denied', message: 'not yours to stop' });
      },
    });
    const { region } = show(pair);
    fireEvent.click(region.getByRole('button', { name: 'Restart' }));
    expect((await region.findByRole('alert')).textContent).toContain('not yours to stop');
    fireEvent.click(region.getByRole('button', { name: 'Dismiss' }));
    expect(region.queryByRole('alert')).toBeNull();
  });

  it('says once why a node could not be started, and starts it again', async () => {
    const error = { code: 'builder-unavailable', message: 'the image can’t be pulled' } as const;
    core = sampleStudio({
      'builders.start': () => {
        throw new StudioError(error);
      },
    });
    const stopped = { ...pair, nodes: [{ ...amd, status: 'stopped' as const }] };
    const { region, update } = show(stopped);
    fireEvent.click(region.getByRole('button', { name: 'Start' }));
    await region.findByRole('alert');
    update({ ...pair, nodes: [{ ...amd, status: 'stopped', error }] });
    expect(region.getAllByRole('alert')).toHaveLength(1);
    fireEvent.click(region.getByRole('button', { name: 'Try again' }));
    await waitFor(() => expect(core.paramsOf('builders.start')).toHaveLength(2));
  });

  it('is used for the open project, or for new ones', async () => {
    projectStore.setState({ project: sampleProject, dockerfile: 'Dockerfile', builder: 'other' });
    show({ ...pair, name: 'pair' });
    buildersStore.setState({ builders: [pair, sampleBuilder({ name: 'other' })] });
    await choose('Use', /^Use for hello/);
    expect(projectStore.getState().builder).toBe('pair');
    await choose('Use', /^Use as default/);
    await waitFor(() => expect(core.paramsOf('builders.use')).toEqual([{ name: 'pair' }]));
  });

  it('is removed after it was said what is lost, and can leave its cache', async () => {
    buildsStore.setState({ builds: [sampleBuild({ builder: 'pair', status: 'running' })] });
    const { region } = show(pair);
    fireEvent.click(region.getByRole('button', { name: 'Remove' }));
    const question = within(await screen.findByRole('alertdialog', { name: 'Remove pair?' }));
    expect(question.getByText('pair0: 2.00 GB build cache')).toBeTruthy();
    expect(question.getByText(/how large its cache is, is not known/)).toBeTruthy();
    expect(question.getByText('A build runs on it now. It would fail.')).toBeTruthy();
    expect(question.getByText(/The build cache is lost/)).toBeTruthy();
    fireEvent.click(question.getByRole('checkbox', { name: 'Keep the build cache' }));
    expect(question.getByText(/The build cache stays for a builder/)).toBeTruthy();
    fireEvent.click(question.getByRole('button', { name: 'Remove' }));
    await waitFor(() =>
      expect(core.paramsOf('builders.remove')).toEqual([{ name: 'pair', keepState: true, force: false }]),
    );
  });

  it('can be forgotten when it can’t be removed', async () => {
    removal = () => {
      throw new StudioError({ code: 'builder-unreachable', message: 'Docker is not running.' });
    };
    const { region } = show(pair);
    const ask = async () => {
      fireEvent.click(region.getByRole('button', { name: 'Remove' }));
      return within(await screen.findByRole('alertdialog', { name: 'Remove pair?' }));
    };
    const forget = { name: /^Forget the builder even if/ };
    const first = await ask();
    expect(first.queryByRole('checkbox', forget)).toBeNull();
    fireEvent.click(first.getByRole('button', { name: 'Remove' }));
    expect(await region.findByText('Docker is not running.')).toBeTruthy();
    const second = await ask();
    fireEvent.click(second.getByRole('checkbox', forget));
    removal = () => undefined;
    fireEvent.click(second.getByRole('button', { name: 'Remove' }));
    await waitFor(() =>
      expect(core.paramsOf('builders.remove').at(-1)).toEqual({
        ...{ name: 'pair', keepState: false, force: true },
      }),
    );
  });

  it('is not offered where it can’t be done', () => {
    const fixed = { canAppend: false, canRemove: false, canStart: false, canStop: false };
    const { region } = show({ ...pair, ...fixed, nodes: [arm] });
    for (const name of ['Start', 'Stop', 'Restart', 'Add node', 'Remove', 'Menu of node pair1']) {
      expect(region.queryByRole('button', { name })).toBeNull();
    }
  });
});
