import { describe, expect, it } from 'vitest';
import {
  defaultBuildSettings,
  type Builder,
  type BuildRequest,
  type BuildSettings,
  type NodeFeatures,
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

/** A builder of two nodes: the second one runs both kinds of ARM. */
const nodes: Builder = {
  ...builder,
  nodes: [
    { ...builder.nodes[0]!, name: 'pc' },
    {
      ...builder.nodes[0]!,
      name: 'pi',
      platforms: ['linux/arm64', 'linux/arm/v7'].map((platform) => ({ platform, emulated: false })),
    },
  ],
};
const three = ['linux/arm64', 'linux/amd64', 'linux/arm/v7'];

function withFeatures(features: Partial<NodeFeatures>, on: Builder = builder): Builder {
  const all = { multiPlatform: true, ociExport: true, dockerExport: true, cacheExport: true };
  const full: NodeFeatures = { load: 'none', loadMultiPlatform: false, ...all, ...features };
  return { ...on, nodes: on.nodes.map((node) => ({ ...node, features: full })) };
}

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

describe('planBuild for several nodes', () => {
  const planned = (settings: Partial<BuildSettings>) =>
    planBuild(request({ platforms: three, ...settings }), nodes, '/out/app-1');

  it('gives each node its platforms and makes it an index of them', () => {
    const { platforms, parts, assembly } = planned({});
    expect(platforms).toEqual(three);
    expect(
      parts.map(({ node, platforms: own, solve: { frontendAttrs } }) => [
        node,
        own,
        frontendAttrs['platform'],
        frontendAttrs['multi-platform'],
      ]),
    ).toEqual([
      ['pi', ['linux/arm64', 'linux/arm/v7'], 'linux/arm64,linux/arm/v7', 'true'],
      ['pc', ['linux/amd64'], 'linux/amd64', 'true'],
    ]);
    expect(parts.map(({ target }) => target)).toEqual([
      { kind: 'file', path: '/out/app-1.manifold-part1' },
      { kind: 'file', path: '/out/app-1.manifold-part2' },
    ]);
    expect(assembly).toEqual({ kind: 'oci', path: '/out/app-1' });
  });

  it('is the plan of one node when one is enough', () => {
    const platforms = ['linux/arm64', 'linux/arm/v7'];
    const [, pi] = nodes.nodes;
    const both = planBuild(request({ platforms }), nodes, '/out/app-1');
    expect(both).toEqual(planBuild(request({ platforms }), { ...builder, nodes: [pi!] }, '/out/app-1'));
    expect(both).not.toHaveProperty('assembly');
  });

  it('pushes the parts by digest, once a repository', () => {
    const { parts, assembly, references } = planned({
      tags: ['r.example/a:1', 'r.example/a:2', 'app'],
      output: { type: 'push' },
    });
    expect(references).toEqual(['r.example/a:1', 'r.example/a:2', 'docker.io/library/app:latest']);
    for (const { solve, target } of parts) {
      const name = 'r.example/a,docker.io/library/app';
      expect(solve.exporters).toEqual([
        { type: 'image', attrs: { name, push: 'true', 'push-by-digest': 'true' } },
      ]);
      expect(target).toBeUndefined();
    }
    expect(assembly).toEqual({ kind: 'index' });
  });

  it.each([
    [
      { type: 'tar' },
      { kind: 'file', path: '/out/app-1.manifold-part1' },
      { kind: 'tar', path: '/out/app-1' },
    ],
    [{ type: 'local', path: '/x' }, { kind: 'directory', path: '/out/app-1' }, undefined],
    [{ type: 'cacheonly' }, undefined, undefined],
  ] as const)('for the output %j', (output, target, assembly) => {
    const plan = planned({ output });
    expect(plan.parts[0]!.target).toEqual(target);
    expect(plan.assembly).toEqual(assembly);
  });

  it('builds the own platform of the first node that can be reached', () => {
    const [pc, pi] = nodes.nodes;
    const half = { ...nodes, nodes: [{ ...pc!, status: 'unreachable' as const }, pi!] };
    const { platforms, parts } = planBuild(request(), half, '/o');
    expect([platforms, parts.map(({ node }) => node)]).toEqual([['linux/arm64'], ['pi']]);
  });

  it('joins the archives of an image that an engine shall load', () => {
    const archive = withFeatures({ load: 'archive', loadMultiPlatform: true }, nodes);
    const { parts, assembly } = planBuild(
      request({ platforms: three, tags: ['app'], output: { type: 'load' } }),
      archive,
      '/o',
    );
    const name = 'docker.io/library/app:latest';
    expect(parts.map(({ solve }) => solve.exporters)).toEqual([
      [{ type: 'oci', attrs: { name } }],
      [{ type: 'oci', attrs: { name } }],
    ]);
    expect(assembly).toEqual({ kind: 'load', path: '/o.manifold-image' });
  });
});

describe('planBuild for a Docker Engine', () => {
  const loaded = (features: Partial<NodeFeatures>, settings: Partial<BuildSettings> = {}) =>
    planBuild(
      request({ tags: ['app'], output: { type: 'load' }, ...settings }),
      withFeatures(features),
      '/o',
    );
  const name = 'docker.io/library/app:latest';

  it.each<[Partial<NodeFeatures>, exporter: string, target: unknown]>([
    [{ load: 'store' }, 'moby', undefined],
    [{ load: 'archive' }, 'docker', { kind: 'load' }],
    [{ load: 'archive', loadMultiPlatform: true }, 'oci', { kind: 'load' }],
  ])('loads with %j', (features, type, target) => {
    const { parts, references } = loaded(features);
    expect(parts[0]!.solve.exporters).toEqual([{ type, attrs: { name } }]);
    expect(parts[0]!.target).toEqual(target);
    expect(references).toEqual([name]);
  });

  it('pushes with the engine’s own exporter', () => {
    const { parts } = loaded({ load: 'store' }, { output: { type: 'push' } });
    expect(parts[0]!.solve.exporters).toEqual([{ type: 'moby', attrs: { name, push: 'true' } }]);
    expect(parts[0]).not.toHaveProperty('enginePush');
  });

  it('builds into a classic store what the engine pushes then, tag by tag', () => {
    const tags = ['app', 'r.example:5000/app:1'];
    const { parts, references } = loaded(
      { load: 'store', multiPlatform: false },
      { tags, output: { type: 'push' } },
    );
    const canonical = [name, 'r.example:5000/app:1'];
    expect(parts[0]!.solve.exporters).toEqual([{ type: 'moby', attrs: { name: canonical.join(',') } }]);
    expect(parts[0]!.enginePush).toEqual(canonical);
    expect(references).toEqual(canonical);
    expect(loaded({ load: 'store', multiPlatform: false }).parts[0]).not.toHaveProperty('enginePush');
  });

  it('asks for no provenance that the store can’t keep', () => {
    const attrs = (multiPlatform: boolean) =>
      loaded({ load: 'store', multiPlatform }).parts[0]!.solve.frontendAttrs;
    expect(attrs(false)).not.toHaveProperty('attest:provenance');
    expect(attrs(true)).toHaveProperty('attest:provenance');
  });

  it('refuses to load without an engine', () => {
    expect(() => loaded({ load: 'none' })).toThrow(expect.objectContaining({ code: 'invalid-request' }));
  });
});
