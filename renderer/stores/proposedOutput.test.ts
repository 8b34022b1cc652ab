import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { defaultBuildSettings, type Builder } from '../../shared/contract';
import { initBoot } from './bootStore';
import { sampleBoot, sampleBuilder, sampleNode, sampleStudio } from '../testing/samples';
import { buildersStore } from './buildersStore';
import { followProposedOutput, proposedOutput } from './proposedOutput';
import {
  chooseBuilder,
  flushProjectWrites,
  openProject,
  projectStore,
  resetProject,
  updateBuildSettings,
} from './projectStore';

const loading = (value = 'true', patch: Partial<Builder> = {}): Builder =>
  sampleBuilder({
    ...{ name: 'loading', driver: 'docker-container', current: false },
    nodes: [sampleNode({ driverOptions: { 'default-load': value } })],
    ...patch,
  });
const plain = sampleBuilder({ name: 'plain' });
const { output: _none, ...nothingChosen } = defaultBuildSettings;
const output = () => projectStore.getState().settings.output;

let stop: () => void = () => undefined;
beforeEach(() => {
  vi.useFakeTimers();
  initBoot(sampleBoot);
  buildersStore.setState({ loaded: true, builders: [plain, loading()] });
  stop = followProposedOutput();
});
afterEach(() => {
  stop();
  resetProject();
  buildersStore.setState({ loaded: false, builders: [] });
  vi.useRealTimers();
});

it('loads where buildx does without an output', () => {
  expect(proposedOutput(undefined)).toEqual({ type: 'oci' });
  expect(proposedOutput(plain)).toEqual({ type: 'oci' });
  for (const value of ['true', '1', 'T'])
    expect(proposedOutput(loading(value)), value).toEqual({ type: 'load' });
  expect(proposedOutput(loading('false'))).toEqual({ type: 'oci' });
  expect(proposedOutput(loading('true', { driver: 'kubernetes' }))).toEqual({ type: 'load' });
  expect(proposedOutput(sampleBuilder({ driver: 'docker' }))).toEqual({ type: 'load' });
});

it('follows the builder while nobody has chosen, and keeps no proposal', async () => {
  const core = sampleStudio({
    'projects.buildSettings': () => ({ settings: nothingChosen, builder: 'loading' }),
  });
  await openProject('/src/hello');
  expect(output()).toEqual({ type: 'load' });
  chooseBuilder('plain');
  expect(output()).toEqual({ type: 'oci' });
  buildersStore.setState({ builders: [loading('true', { name: 'plain' })] });
  expect(output()).toEqual({ type: 'load' });
  updateBuildSettings({ tags: ['app:1'] });
  flushProjectWrites();
  expect(core.paramsOf('projects.saveBuildSettings')).toEqual([
    expect.objectContaining({ builder: 'plain', settings: { ...nothingChosen, tags: ['app:1'] } }),
  ]);
});

it('keeps what was chosen here', async () => {
  const core = sampleStudio({
    'projects.buildSettings': () => ({ settings: nothingChosen, builder: 'loading' }),
  });
  await openProject('/src/hello');
  updateBuildSettings({ output: { type: 'oci' } });
  updateBuildSettings({ noCache: true });
  expect(output()).toEqual({ type: 'oci' });
  flushProjectWrites();
  expect(core.paramsOf('projects.saveBuildSettings')).toMatchObject([
    { settings: { output: { type: 'oci' }, noCache: true } },
  ]);
});

it('keeps what was chosen before, also with another builder', async () => {
  const settings = { ...nothingChosen, output: { type: 'push' as const } };
  sampleStudio({ 'projects.buildSettings': () => ({ settings, builder: 'loading' }) });
  await openProject('/src/hello');
  expect(output()).toEqual({ type: 'push' });
  chooseBuilder('plain');
  chooseBuilder('loading');
  expect(output()).toEqual({ type: 'push' });
});
