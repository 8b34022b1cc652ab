import { describe, expect, it } from 'vitest';
import {
  defaultBuildSettings,
  type Builder,
  type BuildRequest,
  type BuildSettings,
} from '../../shared/contract';
import { testBuilder, testNode } from '../testing/testBuilder';
import { preflight } from './preflight';

const builder = testBuilder(
  testNode({
    platforms: [
      { platform: 'linux/amd64', emulated: false },
      { platform: 'linux/arm64', emulated: true },
    ],
  }),
);
const dockerfile = 'FROM scratch AS one\nFROM one AS Two\nCOPY a /\n';

function find(
  settings: Partial<BuildSettings>,
  changes: Partial<BuildRequest> = {},
  on: Builder | undefined = builder,
) {
  const request: BuildRequest = {
    project: '/p',
    dockerfile: 'Dockerfile',
    dockerfileText: dockerfile,
    builder: 'b',
    settings: { ...defaultBuildSettings, ...settings },
    ...changes,
  };
  return preflight(request, on);
}

describe('preflight', () => {
  it('finds nothing in a request that is right', () => {
    const settings: Partial<BuildSettings> = {
      platforms: ['linux/amd64', 'linux/386', 'linux/arm64'],
      target: 'two',
      tags: ['r.example/app:1'],
      output: { type: 'push' },
      buildArgs: [{ name: 'A_1', value: '' }],
      labels: [{ name: 'a', value: '' }],
      secrets: [{ id: 's', source: { type: 'env', name: 'S' } }],
      ssh: [{ id: '', socket: '/agent' }],
      buildContexts: [{ name: 'lib', value: '../lib' }],
      cacheFrom: ['r.example/app:cache'],
      cacheTo: ['type=inline'],
    };
    expect(find(settings)).toEqual([]);
  });

  it.each<[Partial<BuildSettings>, field: string, words: string]>([
    [{ platforms: ['linux/*'] }, 'platforms', 'wildcard'],
    [{ platforms: [''] }, 'platforms', 'linux/arm64'],
    [{ target: 'three' }, 'target', 'no stage named three'],
    [{ target: '0' }, 'target', 'no stage named 0'],
    [{ tags: ['Upper'] }, 'tags', 'lowercase'],
    [{ tags: [`a@sha256:${'0'.repeat(64)}`] }, 'tags', 'digest'],
    [{ output: { type: 'push' } }, 'tags', 'no tag'],
    [{ buildArgs: [{ name: '1A', value: '' }] }, 'buildArgs', '1A'],
    [{ buildArgs: [{ name: '', value: '' }] }, 'buildArgs', 'no name'],
    [{ buildArgs: [{ name: 'BUILDKIT_SYNTAX', value: ' ' }] }, 'buildArgs', 'empty'],
    [{ labels: [{ name: ' ', value: '' }] }, 'labels', 'no name'],
    [{ buildContexts: [{ name: 'Bad Name', value: '/x' }] }, 'buildContexts', 'Bad Name'],
    [{ buildContexts: [{ name: 'x', value: '' }] }, 'buildContexts', 'no source'],
    [{ buildContexts: [{ name: 'x', value: 'oci-layout:///y' }] }, 'buildContexts', 'not available'],
    [{ cacheFrom: ['type=what'] }, 'cacheFrom', 'no type'],
    [{ cacheTo: ['ref=x'] }, 'cacheTo', 'names no type'],
    [{ secrets: [{ id: '', source: { type: 'env', name: 'A' } }] }, 'secrets', 'no id'],
    [{ secrets: [{ id: 'a', source: { type: 'file', path: '' } }] }, 'secrets', 'no file'],
    [{ ssh: [{ id: 'a', socket: '' }] }, 'ssh', 'no socket'],
    [{ output: { type: 'local', path: '' } }, 'output', 'no folder'],
    [{ output: { type: 'tar', path: 'relative' } }, 'output', 'absolute'],
    [{ output: { type: 'docker' }, platforms: ['linux/amd64', 'linux/arm64'] }, 'output', 'one platform'],
    [{ output: { type: 'load' } }, 'output', 'can’t load'],
  ])('%j', (settings, field, words) => {
    const findings = find(settings);
    expect(findings).toEqual([expect.objectContaining({ severity: 'error', field })]);
    expect(findings[0]!.message).toContain(words);
  });

  it('warns of a platform that the builder can’t run, with the remedy', () => {
    expect(find({ platforms: ['linux/riscv64', 'wasi/wasm32'] })).toEqual([
      {
        severity: 'warning',
        field: 'platforms',
        message: expect.stringContaining('linux/riscv64') as string,
        hint: expect.stringContaining('qemu-user-static') as string,
      },
      {
        severity: 'warning',
        field: 'platforms',
        message: expect.stringContaining('wasi/wasm32') as string,
        hint: expect.any(String) as string,
      },
    ]);
  });

  it('says nothing of platforms while the builder’s are not known', () => {
    const unknown: Builder = { ...builder, nodes: [{ ...builder.nodes[0]!, platforms: [] }] };
    expect(find({ platforms: ['linux/riscv64'] }, {}, unknown)).toEqual([]);
  });

  it('leaves targets to a frontend that is not BuildKit’s own', () => {
    expect(find({ target: 'x' }, { dockerfileText: '# syntax=example/frontend:1\nwhatever\n' })).toEqual([]);
    expect(
      find({ target: 'x' }, { dockerfileText: `# syntax=docker/dockerfile:1\n${dockerfile}` }),
    ).toHaveLength(1);
  });

  it('refuses an empty Dockerfile and an unknown builder', () => {
    expect(find({}, { dockerfileText: '# nothing\n\n' })).toEqual([
      expect.objectContaining({ field: 'dockerfile' }),
    ]);
    expect(
      preflight(
        {
          project: '/p',
          dockerfile: 'D',
          dockerfileText: dockerfile,
          builder: 'x',
          settings: defaultBuildSettings,
        },
        undefined,
      ),
    ).toEqual([expect.objectContaining({ severity: 'error', field: 'builder' })]);
  });

  it('warns of a builder that can’t be reached', () => {
    const error = { code: 'builder-unreachable', message: 'gone', hint: 'start it' } as const;
    const lost: Builder = { ...builder, nodes: [{ ...builder.nodes[0]!, status: 'unreachable', error }] };
    expect(find({}, {}, lost)).toEqual([
      { severity: 'warning', field: 'builder', message: 'gone', hint: 'start it' },
    ]);
  });

  it('looks at the nodes that would build', () => {
    const [node] = builder.nodes;
    const gone = { ...node!, name: 'pi', status: 'unreachable' as const };
    const pi = { ...gone, platforms: [{ platform: 'linux/riscv64', emulated: false }] };
    const both: Builder = { ...builder, nodes: [node!, pi] };
    expect(find({ platforms: ['linux/amd64'] }, {}, both)).toEqual([]);
    expect(find({ platforms: ['linux/amd64', 'linux/riscv64'] }, {}, both)).toEqual([
      expect.objectContaining({
        severity: 'warning',
        field: 'builder',
        message: expect.stringContaining('pi') as string,
      }),
    ]);
    expect(find({ platforms: ['linux/s390x'] }, {}, both)).toMatchObject([{ field: 'platforms' }]);
  });
});
