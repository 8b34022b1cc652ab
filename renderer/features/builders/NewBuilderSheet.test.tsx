import { act, cleanup, configure, fireEvent, render, screen, waitFor, within } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Builder, DriverDescription } from '../../../shared/contract';
import { StudioError } from '../../../shared/contract';
import { initLocales } from '../../locales';
import { buildersStore } from '../../stores/buildersStore';
import { sampleBuilder, sampleDriver, sampleStudio } from '../../testing/samples';
import type { ScriptedStudio } from '../../testing/scriptedStudio';
import { NewBuilderSheet } from './NewBuilderSheet';

configure({ asyncUtilTimeout: 15_000 });

const container = sampleDriver({
  name: 'docker-container',
  endpoint: { kind: 'docker' },
  takesConfig: true,
  canTest: false,
  options: [
    { name: 'image', kind: 'text', label: 'Image', required: false, default: 'moby/buildkit' },
    {
      ...{ name: 'restart-policy', kind: 'select', label: 'Restart', required: false },
      choices: [{ value: 'always', label: 'Always' }],
    },
    { name: 'default-load', kind: 'boolean', label: 'Load into Docker', required: false },
    { name: 'env.', kind: 'pairs', label: 'Environment', required: false, advanced: true },
  ],
});
const remote = sampleDriver({
  name: 'remote',
  endpoint: { kind: 'address', label: 'Address' },
  options: [{ name: 'cacert', kind: 'file', label: 'CA certificate', required: false }],
});

let core: ScriptedStudio;
let created: Builder[];
let refusal: StudioError | undefined;

beforeEach(() => {
  initLocales('en');
  created = [];
  refusal = undefined;
  buildersStore.setState({ loaded: true, builders: [sampleBuilder()] });
  const answer = (name: string): Builder => {
    if (refusal !== undefined) throw refusal;
    return sampleBuilder({ name, canStart: true });
  };
  core = sampleStudio({
    'builders.drivers': () => [container, remote] satisfies DriverDescription[],
    'builders.dockerContexts': () => [
      { name: 'default', description: 'here', endpoint: 'unix:///var/run/docker.sock', current: true },
      {
        ...{ name: 'broken', description: '', endpoint: 'tcp://far:2376', current: false },
        error: { code: 'builder-unreachable', message: 'Its certificate can’t be read.' },
      },
    ],
    'builders.checkConfig': ({ text }) =>
      text.includes('bad') ? [{ severity: 'error', line: 2, column: 1, message: 'bad is no good.' }] : [],
    'builders.create': ({ name }) => answer(name),
    'builders.append': ({ name }) => answer(name),
    'builders.start': () => undefined,
    'builders.use': () => undefined,
    'dialogs.chooseFile': () => ({ path: '/certs/ca.pem' }),
    'clipboard.write': () => undefined,
  });
});
afterEach(cleanup);

async function open(addTo?: Builder) {
  render(
    <NewBuilderSheet
      {...(addTo === undefined ? {} : { addTo })}
      onClose={() => undefined}
      onCreated={(builder) => created.push(builder)}
    />,
  );
  const dialog = within(await screen.findByRole('dialog'));
  await dialog.findByRole('textbox', { name: 'Create command' });
  return dialog;
}
type Sheet = Awaited<ReturnType<typeof open>>;
const type = (element: HTMLElement, value: string): void =>
  void fireEvent.change(element, { target: { value } });
const press = (sheet: Sheet, name: string): void => void fireEvent.click(sheet.getByRole('button', { name }));
const command = (sheet: Sheet): string =>
  sheet.getByRole<HTMLTextAreaElement>('textbox', { name: 'Create command' }).value.replaceAll(' \\\n ', '');

describe('a new builder', () => {
  it('is described by the form of its driver, and by the equal command', async () => {
    const sheet = await open();
    type(sheet.getByRole('textbox', { name: 'Name' }), 'edge');
    expect(command(sheet)).toBe('docker buildx create --name edge --driver docker-container --bootstrap');
    fireEvent.click(sheet.getByRole('checkbox', { name: 'Load into Docker' }));
    fireEvent.click(sheet.getByRole('checkbox', { name: 'Use for new projects' }));
    fireEvent.click(sheet.getByRole('combobox', { name: 'Restart' }));
    fireEvent.click(await screen.findByRole('option', { name: 'Always' }));
    const platforms = sheet.getByRole('combobox', { name: 'Platforms' });
    type(platforms, 'aarch64, arm/v7');
    fireEvent.keyDown(platforms, { key: 'Enter' });
    press(sheet, 'Remove linux/arm/v7');

    press(sheet, 'Advanced');
    press(sheet, 'Add: Environment');
    const env = within(sheet.getByRole('table', { name: 'Environment' }));
    type(env.getByRole('textbox', { name: 'Name' }), 'NO_PROXY');
    type(env.getByRole('textbox', { name: 'Value' }), 'a,b');
    type(sheet.getByRole('textbox', { name: 'buildkitd flags' }), '--debug\n--trace');
    expect(command(sheet)).toBe(
      'docker buildx create --name edge --driver docker-container --platform linux/arm64 ' +
        `--driver-opt restart-policy=always --driver-opt default-load=true --driver-opt '"env.NO_PROXY=a,b"' ` +
        `--buildkitd-flags '--debug --trace' --use --bootstrap`,
    );
    press(sheet, 'Copy create command');
    expect(core.paramsOf('clipboard.write')[0]?.text).toContain('--bootstrap');

    press(sheet, 'Create builder');
    await waitFor(() => expect(created).toHaveLength(1));
    expect(core.paramsOf('builders.create')).toEqual([
      {
        name: 'edge',
        driver: 'docker-container',
        node: {
          endpoint: '',
          options: { 'restart-policy': 'always', 'default-load': 'true', 'env.NO_PROXY': 'a,b' },
          platforms: ['linux/arm64'],
          flags: ['--debug', '--trace'],
        },
      },
    ]);
    await waitFor(() => expect(core.paramsOf('builders.start')).toEqual([{ name: 'edge' }]));
    expect(core.paramsOf('builders.use')).toEqual([{ name: 'edge' }]);
  });

  it('is at a Docker context or an address, and a broken context says why', async () => {
    const sheet = await open();
    const endpoint = await sheet.findByRole('combobox', { name: 'Docker context' });
    await sheet.findByText('default: unix:///var/run/docker.sock');
    fireEvent.focus(endpoint);
    type(endpoint, 'broken');
    expect(await sheet.findByText('Its certificate can’t be read.')).toBeTruthy();
    type(endpoint, 'ssh://me@far');
    expect(sheet.queryByText('Its certificate can’t be read.')).toBeNull();
    expect(command(sheet)).toMatch(/ssh:\/\/me@far$/);
  });

  it('has its buildkitd.toml checked as it is typed', async () => {
    const sheet = await open();
    press(sheet, 'Advanced');
    const toml = await sheet.findByRole('textbox', { name: 'buildkitd.toml' });
    type(toml, 'debug = true\nbad = 1');
    const problems = sheet.getByRole('list', { name: 'Problems in buildkitd.toml' });
    await waitFor(() => expect(problems.textContent).toContain('Line 2: bad is no good.'));
    expect(command(sheet)).toContain('--buildkitd-config buildkitd.toml');
  });

  it('shows what is wrong at the field, unfolding what is folded away', async () => {
    const sheet = await open();
    press(sheet, 'Create builder');
    expect(await sheet.findByText('Type a name.')).toBeTruthy();
    type(sheet.getByRole('textbox', { name: 'Name' }), 'local');
    expect(sheet.getByText('There is a builder of this name already.')).toBeTruthy();
    type(sheet.getByRole('textbox', { name: 'Name' }), 'edge');
    refusal = new StudioError({
      ...{ code: 'invalid-request', message: 'A name has no spaces.', details: { subject: 'env.A B' } },
    });
    press(sheet, 'Create builder');
    expect(await sheet.findByText('A name has no spaces.')).toBeTruthy();
    expect(sheet.getByRole('table', { name: 'Environment' })).toBeTruthy();
    expect(sheet.queryByRole('alert')).toBeNull();
    refusal = new StudioError({ code: 'disk-full', message: 'No space is left.' });
    press(sheet, 'Create builder');
    expect((await sheet.findByRole('alert')).textContent).toContain('No space is left.');
    expect(created).toEqual([]);
  });

  it('of somebody else’s daemon can be tested, and is not started', async () => {
    const sheet = await open();
    expect(sheet.queryByRole('button', { name: 'Test connection' })).toBeNull();
    fireEvent.click(sheet.getByRole('radio', { name: 'remote' }));
    expect(sheet.getByRole('button', { name: 'Test connection' })).toBeTruthy();
    expect(sheet.queryByRole('checkbox', { name: 'Start it now' })).toBeNull();
    press(sheet, 'Choose: CA certificate');
    await waitFor(() =>
      expect(sheet.getByRole<HTMLInputElement>('textbox', { name: 'CA certificate' }).value).toBe(
        '/certs/ca.pem',
      ),
    );
    type(sheet.getByRole('textbox', { name: 'Address' }), 'tcp://far:1234');
    type(sheet.getByRole('textbox', { name: 'Name' }), 'far');
    press(sheet, 'Create builder');
    await waitFor(() => expect(created).toHaveLength(1));
    await act(() => Promise.resolve());
    expect(core.paramsOf('builders.start')).toEqual([]);
  });
});

it('adds a node with the builder’s driver', async () => {
  const sheet = await open(sampleBuilder({ name: 'pair', driver: 'remote' }));
  expect(screen.getByRole('dialog', { name: 'Add node to pair' })).toBeTruthy();
  expect(sheet.queryByRole('radiogroup')).toBeNull();
  type(sheet.getByRole('textbox', { name: 'Address' }), 'tcp://arm:1234');
  expect(command(sheet)).toBe('docker buildx create --append --name pair --driver remote tcp://arm:1234');
  press(sheet, 'Add node');
  await waitFor(() =>
    expect(core.paramsOf('builders.append')).toEqual([
      { name: 'pair', node: { endpoint: 'tcp://arm:1234', options: {} } },
    ]),
  );
});
