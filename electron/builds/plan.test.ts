import { describe, expect, it } from 'vitest';
import {
  defaultBuildSettings,
  type Builder,
  type BuildRequest,
  type BuildSettings,
} from '../../shared/contract';
import { testBuilder, testNode } from '../testing/testBuilder';
import { planBuild } from './plan';

const builder = testBuilder(testNode());

function request(settings: Partial<BuildSettings> = {}): BuildRequest {
  return {
    project: '/home/me/app',
    dockerfile: 'images/web.Dockerfile',
    dockerfileText: 'FROM scratch\n',
    builder: 'b',
    settings: { ...defaultBuildSettings, ...settings },
  };
}

const plan = (settings: Partial<BuildSettings> = {}) => planBuild(request(settings), builder, '/out/app-1');
const solve = (settings: Partial<BuildSettings> = {}) => plan(settings).parts[0]!.solve;

describe('planBuild', () => {
  it('asks for the plain thing with the plain settings', () => {
    expect(plan()).toEqual({
      platforms: ['linux/amd64'],
      parts: [
        {
          node: 'node0',
          platforms: [],
          solve: {
            frontend: 'dockerfile.v0',
            frontendAttrs: { filename: 'web.Dockerfile', 'attest:provenance': 'mode=min,inline-only=true' },
            exporters: [{ type: 'oci', attrs: {} }],
            cacheImports: [],
            cacheExports: [],
          },
          target: { kind: 'file', path: '/out/app-1' },
        },
      ],
      folders: new Map([['context', '/home/me/app']]),
      references: [],
      sharedKey: expect.stringMatching(/^app:[0-9a-f]{16}$/) as string,
    });
  });

  it('writes platforms canonically, each once, in their order', () => {
    const { platforms, parts } = plan({
      platforms: ['linux/arm64/v8', 'linux/x86_64', 'linux/aarch64', 'linux/arm'],
    });
    expect(platforms).toEqual(['linux/arm64', 'linux/amd64', 'linux/arm/v7']);
    expect(parts[0]!.solve.frontendAttrs['platform']).toBe('linux/arm64,linux/amd64,linux/arm/v7');
  });

  it('names the lane after this machine while the builder’s platforms are not known', () => {
    const stopped: Builder = { ...builder, nodes: [{ ...builder.nodes[0]!, platforms: [] }] };
    expect(planBuild(request(), stopped, '/o').platforms).toEqual([
      expect.stringMatching(/^linux\/[a-z0-9]+/),
    ]);
  });

  it('turns settings into frontend attributes', () => {
    const { frontendAttrs } = solve({
      target: 'web',
      noCache: true,
      pull: true,
      provenance: false,
      sbom: true,
      buildArgs: [{ name: 'A', value: '1=2' }],
      labels: [{ name: 'l', value: 'v' }],
    });
    expect(frontendAttrs).toEqual({
      filename: 'web.Dockerfile',
      target: 'web',
      'no-cache': '',
      'image-resolve-mode': 'pull',
      'attest:sbom': '',
      'build-arg:A': '1=2',
      'label:l': 'v',
    });
  });

  it('takes another frontend from BUILDKIT_SYNTAX and knows the other arguments with a meaning', () => {
    const { frontend, frontendAttrs, cacheExports } = solve({
      buildArgs: [
        { name: 'BUILDKIT_SYNTAX', value: 'docker/dockerfile:1 --x' },
        { name: 'BUILDKIT_MULTI_PLATFORM', value: 'true' },
        { name: 'BUILDKIT_INLINE_CACHE', value: '1' },
      ],
    });
    expect(frontend).toBe('gateway.v0');
    expect(frontendAttrs).toMatchObject({
      source: 'docker/dockerfile:1',
      cmdline: 'docker/dockerfile:1 --x',
      'multi-platform': 'true',
    });
    expect(cacheExports).toEqual([{ type: 'inline', attrs: {} }]);
  });

  it('pushes under canonical names', () => {
    const { parts, references } = plan({ tags: ['app', 'r.example/a/b:2'], output: { type: 'push' } });
    expect(references).toEqual(['docker.io/library/app:latest', 'r.example/a/b:2']);
    expect(parts[0]!.solve.exporters).toEqual([
      { type: 'image', attrs: { name: 'docker.io/library/app:latest,r.example/a/b:2', push: 'true' } },
    ]);
    expect(parts[0]).not.toHaveProperty('target');
  });

  it.each([
    [{ type: 'docker' }, [{ type: 'docker', attrs: {} }], 'file'],
    [{ type: 'tar' }, [{ type: 'tar', attrs: {} }], 'file'],
    [{ type: 'local', path: '/x' }, [{ type: 'local', attrs: {} }], 'directory'],
    [{ type: 'cacheonly' }, [], undefined],
  ] as const)('exports for the output %j', (output, exporters, kind) => {
    const [part] = plan({ output }).parts;
    expect(part!.solve.exporters).toEqual(exporters);
    expect(part!.target?.kind).toBe(kind);
  });

  it('gives cache imports to the frontend', () => {
    const { cacheImports, cacheExports, frontendAttrs } = solve({
      cacheFrom: ['r.example/a:c'],
      cacheTo: ['type=registry,ref=r.example/a:c,mode=max'],
    });
    expect(JSON.parse(frontendAttrs['cache-imports']!)).toEqual([
      { Type: 'registry', Attrs: { ref: 'r.example/a:c' } },
    ]);
    expect(cacheImports).toEqual([{ type: 'registry', attrs: { ref: 'r.example/a:c' } }]);
    expect(cacheExports).toEqual([{ type: 'registry', attrs: { ref: 'r.example/a:c', mode: 'max' } }]);
  });

  it('offers folders of named contexts under names that collide with nothing', () => {
    const { folders, parts } = plan({
      buildContexts: [
        { name: 'lib', value: '../lib' },
        { name: 'context', value: '/abs' },
        { name: 'docker.io/library/alpine:latest', value: 'docker-image://busybox' },
        { name: 'repo', value: 'https://host.example/x.git' },
      ],
    });
    expect([...folders]).toEqual([
      ['context', '/home/me/app'],
      ['lib', '/home/me/lib'],
      ['_context', '/abs'],
    ]);
    expect(parts[0]!.solve.frontendAttrs).toMatchObject({
      'context:lib': 'local:lib',
      'context:context': 'local:_context',
      'context:alpine': 'docker-image://busybox',
      'context:repo': 'https://host.example/x.git',
      'sharedkey:localdir:lib': expect.stringMatching(/^lib:/) as string,
      'frontend.caps': 'moby.buildkit.frontend.contexts+forward',
    });
  });

  it('keeps folders of equal name apart and one folder together', () => {
    const key = (project: string) => planBuild({ ...request(), project }, builder, '/o').sharedKey;
    expect(key('/a/app')).toBe(key('/a/app/'));
    expect(key('/a/app')).not.toBe(key('/b/app'));
  });

  it.each([
    [{ platforms: ['linux//'] }],
    [{ tags: ['UPPER'] }],
    [{ cacheTo: ['type=local'] }],
    [{ output: { type: 'load' } }],
    [{ buildContexts: [{ name: 'x', value: 'oci-layout:///x' }] }],
  ] as Partial<BuildSettings>[][])('refuses %j', (settings) => {
    expect(() => plan(settings)).toThrow(expect.objectContaining({ code: 'invalid-request' }));
  });
});
