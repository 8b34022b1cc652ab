import { describe, expect, it } from 'vitest';
import { sampleDriver } from '../../testing/samples';
import {
  driverForm,
  emptyForm,
  fieldOf,
  findProblems,
  nameProblem,
  newBuilderOf,
  newNodeOf,
  withDriverForm,
} from './newBuilderForm';

const container = sampleDriver({
  name: 'docker-container',
  endpoint: { kind: 'docker' },
  takesConfig: true,
  canTest: false,
  options: [
    { name: 'image', kind: 'text', label: 'Image', required: false, default: 'moby/buildkit' },
    { name: 'memory', kind: 'number', label: 'Memory', required: true },
    { name: 'default-load', kind: 'boolean', label: 'Load', required: false },
    { name: 'env.', kind: 'pairs', label: 'Environment', required: false, advanced: true },
  ],
});
const remote = sampleDriver({ name: 'remote', endpoint: { kind: 'address' } });
const form = { ...emptyForm, name: ' edge ', driver: 'docker-container' };

it('says what is wrong with a name', () => {
  expect(['', '1a', 'a b', 'taken', 'a.b-c_d'].map((name) => nameProblem(name, [{ name: 'taken' }]))).toEqual(
    ['nameEmpty', 'nameBad', 'nameBad', 'nameTaken', undefined],
  );
});

describe('the form', () => {
  it('becomes what the core takes, without what is as it is by default', () => {
    const filled = withDriverForm(
      { ...form, node: 'edge-arm', platforms: ['linux/arm64'] },
      {
        endpoint: ' desktop-linux ',
        options: { image: 'moby/buildkit', memory: ' 4 ', 'default-load': 'false' },
        pairs: {
          'env.': [
            { name: 'A', value: 'b,c' },
            { name: ' ', value: 'x' },
          ],
        },
        flags: '--debug\n\n --oci-worker-labels=a b \n',
        config: 'debug = true\n',
      },
    );
    expect(newBuilderOf(filled, container)).toEqual({
      name: 'edge',
      driver: 'docker-container',
      node: {
        name: 'edge-arm',
        endpoint: 'desktop-linux',
        options: { memory: '4', 'env.A': 'b,c' },
        platforms: ['linux/arm64'],
        flags: ['--debug', '--oci-worker-labels=a b'],
        config: 'debug = true\n',
      },
    });
  });

  it('keeps apart what is typed for each driver', () => {
    const first = withDriverForm({ ...form, driver: 'remote' }, { endpoint: 'tcp://a:1', flags: '--debug' });
    expect(driverForm({ ...first, driver: 'docker-container' }).endpoint).toBe('');
    expect(driverForm(first).endpoint).toBe('tcp://a:1');
    // Flags are nothing that a daemon of somebody else's takes.
    expect(newNodeOf(first, remote)).toEqual({ endpoint: 'tcp://a:1', options: {} });
  });

  it('tells what has to be filled in, by field', () => {
    expect(findProblems({ ...form, name: '' }, container, [])).toEqual({
      name: 'nameEmpty',
      memory: 'required',
    });
    expect(findProblems(withDriverForm(form, { options: { memory: '2g' } }), container, [])).toEqual({
      memory: 'notANumber',
    });
    expect(findProblems({ ...form, name: '' }, remote, undefined)).toEqual({ endpoint: 'required' });
  });

  it('shows an error of the core at its field', () => {
    const about = (subject: string, isNode = false): string | undefined =>
      fieldOf({ code: 'invalid-request', message: '', details: { subject } }, container, isNode);
    expect(['name', 'node', 'endpoint', 'platforms', 'config', 'image'].map((field) => about(field))).toEqual(
      [...['name', 'node', 'endpoint', 'platforms', 'config', 'image']],
    );
    expect(about('env.NO_PROXY')).toBe('env.');
    expect(about('driver')).toBeUndefined();
    expect(about('name', true)).toBeUndefined();
    const unreachable = {
      code: 'builder-unreachable',
      message: '',
      details: { subject: 'endpoint' },
    } as const;
    expect(fieldOf(unreachable, container, false)).toBeUndefined();
  });
});
