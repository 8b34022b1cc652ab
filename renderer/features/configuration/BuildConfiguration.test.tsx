import { act, cleanup, fireEvent, render, screen, waitFor, within } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { defaultBuildSettings } from '../../../shared/contract';
import type { BuildSettings, PreflightFinding } from '../../../shared/contract';
import { initLocales } from '../../locales';
import { buildersStore } from '../../stores/buildersStore';
import { checksStore } from '../../stores/checksStore';
import { projectStore, resetProject } from '../../stores/projectStore';
import { sampleBuilder, sampleNode } from '../../testing/samples';
import { scriptedStudio } from '../../testing/scriptedStudio';
import type { ScriptedStudio } from '../../testing/scriptedStudio';
import { BuildConfiguration } from './BuildConfiguration';

const dockerfile = `ARG VERSION=1.0
FROM alpine AS base
ARG TARGETARCH
ARG TOKEN
FROM scratch
FROM base AS app
`;

const builder = sampleBuilder({
  name: 'workstation',
  driver: 'remote',
  origin: 'store',
  canStart: false,
  canStop: false,
  nodes: [
    sampleNode({
      name: 'workstation0',
      endpoint: 'unix:///run/b.sock',
      platforms: [
        { platform: 'linux/amd64', emulated: false },
        { platform: 'linux/amd64/v2', emulated: false },
        { platform: 'linux/arm64', emulated: true },
      ],
    }),
  ],
});

let studio: ScriptedStudio;
let findings: PreflightFinding[];

beforeEach(() => {
  initLocales('en');
  findings = [];
  studio = scriptedStudio({
    'builds.preflight': () => findings,
    'projects.saveBuildSettings': () => undefined,
    'clipboard.write': () => undefined,
    'dialogs.chooseFolder': () => ({ path: '/tmp/out' }),
  });
  buildersStore.setState({ loaded: true, builders: [builder] });
  resetProject();
  checksStore.setState({ checking: false }, true);
  projectStore.setState({
    status: 'ready',
    project: { path: '/src/hello', name: 'hello', dockerfiles: [{ path: 'Dockerfile' }], sample: false },
    dockerfile: 'Dockerfile',
    text: dockerfile,
    savedText: dockerfile,
    settings: defaultBuildSettings,
  });
});
afterEach(cleanup);

const settings = (): BuildSettings => projectStore.getState().settings;
const show = () => render(<BuildConfiguration />);
const type = (element: HTMLElement, value: string): void =>
  void fireEvent.change(element, { target: { value } });
const description = (element: HTMLElement): string =>
  document.getElementById(element.getAttribute('aria-describedby') ?? '')?.textContent ?? '';

describe('platforms', () => {
  test('are offered with what the builder can do about them', () => {
    show();
    const group = screen.getByRole('group', { name: 'Platforms' });
    const box = (name: string) => within(group).getByRole('checkbox', { name });
    expect(description(box('linux/amd64'))).toBe('native on workstation0');
    expect(description(box('linux/arm64'))).toBe('emulated on workstation0');
    expect(description(box('linux/arm/v7'))).toBe('unavailable: no node runs linux/arm/v7');
    expect(within(group).queryByRole('checkbox', { name: 'linux/amd64/v2' })).toBeNull();
    fireEvent.click(within(group).getByRole('button', { name: 'show all' }));
    expect(box('linux/amd64/v2')).toBeTruthy();
  });

  test('are ticked with one click, in the order of the list', () => {
    show();
    expect(screen.getByText(/the builder’s own platform \(linux\/amd64\) is built/)).toBeTruthy();
    fireEvent.click(screen.getByRole('checkbox', { name: 'linux/arm64' }));
    fireEvent.click(screen.getByRole('checkbox', { name: 'linux/amd64' }));
    expect(settings().platforms).toEqual(['linux/amd64', 'linux/arm64']);
    fireEvent.click(screen.getByRole('checkbox', { name: 'linux/amd64' }));
    expect(settings().platforms).toEqual(['linux/arm64']);
  });

  test('one that nothing runs is emulated by a click where the builder can install emulators', async () => {
    const node = sampleNode({ ...builder.nodes[0]!, canInstallEmulation: true });
    buildersStore.setState({ builders: [{ ...builder, nodes: [node] }] });
    show();
    fireEvent.click(screen.getByRole('checkbox', { name: 'linux/riscv64' }));
    fireEvent.click(screen.getByRole('button', { name: 'Install emulators…' }));
    const dialog = within(await screen.findByRole('dialog', { name: 'Install emulators on workstation0' }));
    fireEvent.click(dialog.getByRole('button', { name: 'Install' }));
    await waitFor(() =>
      expect(studio.paramsOf('builders.installEmulation')).toEqual([
        { name: 'workstation', node: 'workstation0', platforms: ['linux/riscv64'] },
      ]),
    );
    // This core can't; it says so where it was asked.
    expect(await dialog.findByRole('alert')).toBeTruthy();
  });

  test('one that nothing runs comes with the remedy', () => {
    show();
    fireEvent.click(screen.getByRole('checkbox', { name: 'linux/riscv64' }));
    expect(screen.getByText('docker run --privileged --rm tonistiigi/binfmt --install riscv64')).toBeTruthy();
    fireEvent.click(screen.getByRole('button', { name: 'Copy this command' }));
    expect(studio.paramsOf('clipboard.write')).toEqual([
      { text: 'docker run --privileged --rm tonistiigi/binfmt --install riscv64' },
    ]);
  });

  test('others are typed; bad ones are refused with a reason', () => {
    show();
    const field = screen.getByRole('textbox', { name: 'Add platform' });
    type(field, 'linux');
    type(field, 'lin ux/arm');
    fireEvent.submit(field.closest('form')!);
    expect(settings().extraPlatforms).toEqual([]);
    expect(screen.getByText(/"lin ux" is not an operating system/)).toBeTruthy();
    type(field, 'wasi/wasm32');
    fireEvent.submit(field.closest('form')!);
    expect(settings()).toMatchObject({ platforms: ['wasi/wasm32'], extraPlatforms: ['wasi/wasm32'] });
    expect(screen.getByRole<HTMLInputElement>('checkbox', { name: 'wasi/wasm32' }).checked).toBe(true);
    fireEvent.click(screen.getByRole('button', { name: 'Take wasi/wasm32 out of the list' }));
    expect(settings()).toMatchObject({ platforms: [], extraPlatforms: [] });
  });

  test('one that is in the list anyway is only ticked', () => {
    show();
    const field = screen.getByRole('textbox', { name: 'Add platform' });
    type(field, 'aarch64');
    fireEvent.submit(field.closest('form')!);
    expect(settings()).toMatchObject({ platforms: ['linux/arm64'], extraPlatforms: [] });
  });
});

describe('target stage', () => {
  test('is typed, and marked when the preflight does not know it', async () => {
    findings = [{ severity: 'error', field: 'target', message: 'The Dockerfile has no stage named nope.' }];
    show();
    const field = screen.getByRole('combobox', { name: 'Target stage' });
    type(field, 'nope');
    expect(settings().target).toBe('nope');
    await screen.findByText('The Dockerfile has no stage named nope.');
    expect(field.getAttribute('aria-invalid')).toBe('true');
  });

  test('is chosen from the stages; one without a name can not be', async () => {
    show();
    fireEvent.click(screen.getByRole('button', { name: /Show stages/ }));
    const options = await screen.findAllByRole('option');
    expect(options.map((option) => option.textContent)).toEqual([
      'app (last)',
      'base',
      'stage-1has no name, add AS',
      'app',
    ]);
    expect(options[2]!.getAttribute('aria-disabled')).toBe('true');
    fireEvent.click(options[1]!);
    expect(settings().target).toBe('base');
  });
});

test('tags are one a line, and wrong ones are named', () => {
  show();
  const field = screen.getByRole<HTMLTextAreaElement>('textbox', { name: 'Tags' });
  type(field, 'acme/app:1\n\nAcme/App');
  expect(settings().tags).toEqual(['acme/app:1', 'Acme/App']);
  expect(field.value).toBe('acme/app:1\n\nAcme/App');
  expect(screen.getByText(/^Line 3: invalid reference format/)).toBeTruthy();
  act(() => projectStore.setState({ settings: { ...settings(), tags: ['other'] } }));
  expect(field.value).toBe('other');
});

describe('build arguments', () => {
  test('declared ones stand ready with their default, automatic ones with their values', () => {
    projectStore.setState({
      settings: { ...defaultBuildSettings, platforms: ['linux/arm64', 'linux/amd64'] },
    });
    show();
    const table = screen.getByRole('table', { name: 'Build arguments' });
    expect(within(table).getByText('TARGETARCH').closest('tr')!.textContent).toBe(
      'TARGETARCHarm64, amd64auto',
    );
    const version = within(table).getByRole<HTMLInputElement>('textbox', { name: 'VERSION' });
    expect(version.placeholder).toBe('1.0');
    type(version, '2.0');
    expect(settings().buildArgs).toEqual([{ name: 'VERSION', value: '2.0' }]);
    type(version, '');
    expect(settings().buildArgs).toEqual([]);
  });

  test('others are added in rows; an incomplete row is not part of the build', () => {
    show();
    const table = screen.getByRole('table', { name: 'Build arguments' });
    fireEvent.click(within(table).getByRole('button', { name: 'Add build argument' }));
    type(within(table).getByRole('textbox', { name: 'Value' }), 'on');
    expect(settings().buildArgs).toEqual([]);
    type(within(table).getByRole('textbox', { name: 'Name' }), 'DEBUG');
    expect(settings().buildArgs).toEqual([{ name: 'DEBUG', value: 'on' }]);
    fireEvent.click(within(table).getByRole('button', { name: 'Remove' }));
    expect(settings().buildArgs).toEqual([]);
    expect(within(table).queryByRole('textbox', { name: 'Name' })).toBeNull();
  });
});

describe('what BuildKit says of the Dockerfile', () => {
  const both = ['linux/amd64', 'linux/arm64'];
  const outlined = (): void =>
    checksStore.setState({
      outline: {
        args: [
          {
            name: 'VERSION',
            values: [{ value: '1.0-final', platforms: both }],
            description: 'is what it says',
            locations: [],
          },
          { name: 'TARGETARCH', values: [{ value: 'amd64', platforms: both }], locations: [] },
          {
            name: 'ONLY_THE_FRONTEND_KNOWS',
            values: [
              { value: 'a', platforms: ['linux/amd64'] },
              { value: 'b', platforms: ['linux/arm64'] },
            ],
            locations: [],
          },
        ],
        secrets: [
          { id: 'token', required: true },
          { id: 'netrc', required: false },
        ],
        ssh: [{ id: 'default', required: true }],
      },
      targets: [
        { name: 'base', default: false, description: 'holds the tools', base: 'alpine' },
        { default: false, base: 'scratch' },
        { name: 'app', default: true, base: 'base' },
      ],
    });

  test('stands at the arguments: defaults as they come out, descriptions, those of other frontends', () => {
    outlined();
    show();
    const table = screen.getByRole('table', { name: 'Build arguments' });
    const input = (name: string) => within(table).getByRole<HTMLInputElement>('textbox', { name });
    expect(input('VERSION').placeholder).toBe('1.0-final');
    expect(description(input('VERSION'))).toBe('is what it says');
    expect(input('ONLY_THE_FRONTEND_KNOWS').placeholder).toBe('a, b');
    expect(within(table).queryByRole('textbox', { name: 'TARGETARCH' })).toBeNull();
  });

  test('asks for secrets and marks the required ones', () => {
    outlined();
    show();
    const table = screen.getByRole('table', { name: 'Secrets' });
    const row = (id: string) => within(table).getByRole('textbox', { name: id }).closest('tr')!;
    expect(row('token').textContent).toContain('required');
    expect(row('netrc').textContent).toContain('optional');
    type(within(table).getByRole('textbox', { name: 'token' }), '/run/token');
    expect(settings().secrets).toEqual([{ id: 'token', source: { type: 'file', path: '/run/token' } }]);
    // What was typed stays when the Dockerfile no longer asks for it.
    act(() => checksStore.setState({ outline: { args: [], secrets: [], ssh: [] } }));
    expect(within(table).getByRole<HTMLInputElement>('textbox', { name: 'ID' }).value).toBe('token');
    act(outlined);
    type(within(table).getByRole('textbox', { name: 'token' }), '');
    expect(settings().secrets).toEqual([]);
  });

  test('asks for SSH agents until they are given', () => {
    outlined();
    show();
    const table = screen.getByRole('table', { name: 'SSH' });
    expect(table.textContent).toContain('required');
    fireEvent.click(within(table).getByRole('button', { name: 'Give the SSH agent default' }));
    expect(settings().ssh).toEqual([{ id: 'default', socket: '' }]);
    expect(within(table).queryByRole('button', { name: 'Give the SSH agent default' })).toBeNull();
    expect(within(table).getByRole<HTMLInputElement>('textbox', { name: 'ID' }).value).toBe('default');
  });

  test('describes the stages', async () => {
    outlined();
    show();
    fireEvent.click(screen.getByRole('button', { name: /Show stages/ }));
    const options = await screen.findAllByRole('option');
    expect(options.map((option) => option.textContent)).toEqual([
      'app (last)',
      'baseholds the tools',
      'stage-1has no name, add AS',
      'app',
    ]);
  });
});

test.each([
  ['Labels', 'Add label', { Name: 'a', Value: 'b' }, { labels: [{ name: 'a', value: 'b' }] }],
  ['SSH', 'Add SSH agent', { 'Agent socket': '/run/a' }, { ssh: [{ id: 'default', socket: '/run/a' }] }],
  [
    'Secrets',
    'Add secret',
    { ID: 'netrc', Source: '/home/me/.netrc' },
    { secrets: [{ id: 'netrc', source: { type: 'file', path: '/home/me/.netrc' } }] },
  ],
  [
    'Build contexts',
    'Add build context',
    { Name: 'base', Source: 'docker-image://alpine' },
    { buildContexts: [{ name: 'base', value: 'docker-image://alpine' }] },
  ],
  ['Cache from', 'Add cache source', { Location: 'acme/cache' }, { cacheFrom: ['acme/cache'] }],
  ['Cache to', 'Add cache destination', { Location: 'type=inline' }, { cacheTo: ['type=inline'] }],
])('table %s', (name, add, cells, expected) => {
  show();
  const table = screen.getByRole('table', { name });
  fireEvent.click(within(table).getByRole('button', { name: add }));
  for (const [label, value] of Object.entries(cells))
    type(within(table).getByRole('textbox', { name: label }), value);
  expect(settings()).toMatchObject(expected);
});

test('outputs: a folder needs a destination, loading needs an engine', async () => {
  show();
  const group = screen.getByRole('group', { name: 'Outputs' });
  const radio = (name: string) => within(group).getByRole<HTMLInputElement>('radio', { name });
  expect(radio('OCI archive').checked).toBe(true);
  expect(radio('Load into Docker').disabled).toBe(true);
  fireEvent.click(radio('Local folder'));
  expect(settings().output).toEqual({ type: 'local', path: '' });
  fireEvent.click(within(group).getByRole('button', { name: 'Browse…' }));
  await waitFor(() => expect(settings().output).toEqual({ type: 'local', path: '/tmp/out' }));
  fireEvent.click(radio('Push to registry'));
  expect(settings().output).toEqual({ type: 'push' });
  fireEvent.click(radio('Local folder'));
  expect(settings().output).toEqual({ type: 'local', path: '/tmp/out' });

  const full = { multiPlatform: true, ociExport: true, dockerExport: true, cacheExport: true };
  const withLoad = (load: 'archive' | 'none') =>
    act(() => {
      const features = { ...full, load, loadMultiPlatform: true };
      const nodes = builder.nodes.map((node) => ({ ...node, features }));
      buildersStore.setState({ builders: [{ ...builder, nodes }] });
    });
  withLoad('none');
  expect(radio('Load into Docker').disabled).toBe(true);
  withLoad('archive');
  expect(radio('Load into Docker').disabled).toBe(false);
  fireEvent.click(radio('Load into Docker'));
  expect(settings().output).toEqual({ type: 'load' });
});

test('check boxes and the command line that they change', () => {
  show();
  const command = screen.getByRole<HTMLTextAreaElement>('textbox', { name: 'Command line' });
  expect(command.value).toBe(
    'docker buildx build \\\n  --builder workstation \\\n  --output type=oci,dest=/hello.oci.tar \\\n  /src/hello',
  );
  fireEvent.click(screen.getByRole('checkbox', { name: 'Provenance' }));
  fireEvent.click(screen.getByRole('checkbox', { name: 'SBOM' }));
  fireEvent.click(screen.getByRole('checkbox', { name: 'No cache' }));
  fireEvent.click(screen.getByRole('checkbox', { name: 'Pull base images' }));
  expect(settings()).toMatchObject({ provenance: false, sbom: true, noCache: true, pull: true });
  expect(command.value).toContain('--no-cache \\\n  --pull \\\n  --provenance=false \\\n  --sbom=true');
  fireEvent.click(screen.getByRole('button', { name: 'Copy command' }));
  expect(studio.paramsOf('clipboard.write')).toEqual([{ text: command.value }]);
});

test('what the preflight finds stands at its field', async () => {
  findings = [
    { severity: 'error', field: 'tags', message: 'A push needs a tag.', hint: 'Add one.' },
    { severity: 'warning', field: 'somewhere', message: 'Mind the gap.' },
  ];
  show();
  const finding = await screen.findByText('A push needs a tag. Add one.');
  expect(finding.parentElement!.parentElement).toBe(
    screen.getByRole('textbox', { name: 'Tags' }).parentElement,
  );
  expect(screen.getByText('Mind the gap.')).toBeTruthy();
  expect(studio.paramsOf('builds.preflight')).toMatchObject([
    { project: '/src/hello', builder: 'workstation' },
  ]);
});
