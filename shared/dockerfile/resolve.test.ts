import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Platform } from '../model/platform';
import { parseDockerfile, resolveStages, variablesAt, type ResolveOptions } from './index';

const amd64: Platform = { os: 'linux', architecture: 'amd64' };
const armv7: Platform = { os: 'linux', architecture: 'arm', variant: 'v7' };

function resolve(lines: string[], options: Partial<ResolveOptions> = {}) {
  return resolveStages(parseDockerfile(lines.join('\n')), {
    platform: armv7,
    buildPlatform: amd64,
    ...options,
  });
}
const edges = (graph: ReturnType<typeof resolve>) =>
  graph.edges.map(({ from, to, kind }) => `${from} -${kind}-> ${to}`);
const args = (graph: ReturnType<typeof resolve>, stage = 0) =>
  graph.stages[stage]?.args.map(({ name, value, origin }) => `${name}=${value ?? '?'} ${origin}`);

describe('resolveStages', () => {
  it('makes nodes of stages and images, and edges of FROM, COPY and RUN --mount', () => {
    const graph = resolve([
      'ARG TAG=1.2',
      'FROM --platform=$BUILDPLATFORM golang:${TAG:-latest} AS build',
      'RUN --mount=type=bind,from=tools/image,target=/t a',
      'FROM scratch AS assets',
      'COPY --from=BUILD /a /',
      'COPY --from=0 /b /',
      'FROM assets',
      'COPY --from=alpine /c /',
      'COPY --from=scratch /c /',
      'COPY --from=7 /c /',
    ]);
    expect(graph.stages.map(({ label, platform }) => `${label} ${platform}`)).toEqual([
      'build linux/amd64',
      'assets linux/arm/v7',
      'stage-2 linux/arm/v7',
    ]);
    expect(graph.images.map(({ reference, platform }) => `${reference} ${platform}`)).toEqual([
      'golang:1.2 linux/amd64',
      'tools/image linux/arm/v7',
      'alpine linux/arm/v7',
    ]);
    expect(edges(graph)).toEqual([
      'image:golang:1.2 linux/amd64 -base-> stage:0',
      'image:tools/image linux/arm/v7 -mount-> stage:0',
      'stage:0 -copy-> stage:1',
      'stage:1 -base-> stage:2',
      'image:alpine linux/arm/v7 -copy-> stage:2',
      'unknown:7 -copy-> stage:2',
    ]);
    expect(graph.edges[2]?.lines).toEqual([
      { start: 5, end: 5 },
      { start: 6, end: 6 },
    ]);
  });

  it('tells what the target needs', () => {
    const lines = [
      'FROM a AS one',
      'FROM b AS two',
      'FROM one AS three',
      'COPY --from=two x y',
      'FROM c AS four',
    ];
    const needed = (target?: string) => {
      const graph = resolve(lines, target === undefined ? {} : { target });
      return [...graph.images, ...graph.stages]
        .filter((node) => node.needed)
        .map(({ id }) => id.split(' ')[0]);
    };
    expect(needed()).toEqual(['image:c', 'stage:3']);
    expect(needed('Three')).toEqual(['image:a', 'image:b', 'stage:0', 'stage:1', 'stage:2']);
    expect(needed('missing')).toEqual([]);
  });

  it('takes a name for the last stage before it that has it, and only as it is written', () => {
    expect(edges(resolve(['FROM a AS a', 'FROM a AS a', 'FROM a', 'FROM A']))).toEqual([
      'image:a linux/arm/v7 -base-> stage:0',
      'stage:0 -base-> stage:1',
      'stage:1 -base-> stage:2',
      'image:A linux/arm/v7 -base-> stage:3',
    ]);
  });

  it('keeps the platform of the stage that a stage is built on', () => {
    const graph = resolve(['FROM --platform=linux/s390x a AS one', 'FROM --platform=linux/386 one']);
    expect(graph.stages.map(({ platform }) => platform)).toEqual(['linux/s390x', 'linux/s390x']);
  });

  it('applies ONBUILD sources to the stages built directly on their stage', () => {
    const lines = [
      'FROM a AS files',
      'FROM b AS parent',
      'ONBUILD COPY --from=files x y',
      'FROM parent AS child',
      'FROM child',
    ];
    expect(edges(resolve(lines)).filter((edge) => edge.includes('copy'))).toEqual([
      'stage:0 -copy-> stage:2',
    ]);
  });

  it('survives stages that depend on themselves or on later ones', () => {
    const graph = resolve(['FROM a AS one', 'COPY --from=two x y', 'FROM one AS two', 'COPY --from=two x y']);
    expect(edges(graph)).toContain('stage:1 -copy-> stage:0');
    expect(graph.stages.every(({ needed }) => needed)).toBe(true);
  });

  it('finds the stages that depend on themselves', () => {
    const graph = resolve([
      'FROM a AS one',
      'COPY --from=three x y',
      'FROM one AS two',
      'FROM two AS three',
      'FROM three AS four',
      'RUN --mount=from=four x',
      'FROM a',
    ]);
    expect(graph.circles).toEqual([[0, 1, 2], [3]]);
    expect(resolve(['FROM a', 'FROM a AS b', 'COPY --from=0 x y']).circles).toEqual([]);
  });

  it('tells sources that can be neither stage nor image', () => {
    const graph = resolve([
      'FROM a AS one',
      'COPY --from=1 x y',
      'COPY --from=-1 x y',
      'COPY --from=$one x y',
      'RUN --mount=from=$b,target=/b x',
    ]);
    expect(graph.unknown.map(({ text, reason, needed }) => [text, reason, needed])).toEqual([
      ['1', 'no-stage', true],
      ['-1', 'no-stage', true],
      ['$one', 'variable', true],
      ['$b', 'variable', true],
    ]);
    expect(resolve(['FROM a'], { target: 'b' }).hasTarget).toBe(false);
  });

  it('puts named contexts in the place of images and stages', () => {
    const graph = resolve(
      [
        'FROM docker.io/library/alpine:latest AS files',
        'COPY --from=other:1 x y',
        'FROM golang AS Deps',
        'COPY --from=files x y',
        'FROM scratch',
        'COPY --from=deps x y',
        'RUN --mount=from=tools,target=/t x',
        'COPY --from=files x y',
      ],
      {
        buildContexts: {
          alpine: 'docker-image://alpine:edge',
          deps: './deps',
          tools: 'target:x',
          scratch: 'y',
        },
      },
    );
    expect(edges(graph)).toEqual([
      'context:alpine -base-> stage:0',
      'image:other:1 linux/arm/v7 -copy-> stage:0',
      'context:deps -base-> stage:1',
      'stage:1 -copy-> stage:2',
      'context:tools -mount-> stage:2',
      'stage:0 -copy-> stage:2',
    ]);
    expect(graph.contexts.map(({ name, value }) => [name, value])).toEqual([
      ['alpine', 'docker-image://alpine:edge'],
      ['deps', './deps'],
      ['tools', 'target:x'],
    ]);
    expect(graph.stages.map(({ replacedBy }) => replacedBy)).toEqual([undefined, 'deps', undefined]);
    expect(graph.images.map(({ reference }) => reference)).toEqual(['other:1']);
  });

  it('says why a FROM cannot be resolved', () => {
    const graph = resolve([
      'ARG A',
      'FROM $A',
      'FROM ${A:?missing}',
      'FROM ${A',
      'FROM --platform=x/y/z/v b',
    ]);
    expect(graph.stages.map(({ problem }) => problem)).toEqual([
      'The base "$A" is empty.',
      'A: missing',
      "syntax error: missing '}'",
      '"x/y/z/v" has too many parts; write os/architecture/variant.',
    ]);
    expect(graph.images.map(({ reference }) => reference)).toEqual(['$A', '${A:?missing}', '${A', 'b']);
  });
});

describe('arguments', () => {
  const lines = [
    'ARG BASE=alpine',
    'ARG TAG=$BASE-$TARGETARCH$TARGETVARIANT',
    'FROM scratch',
    'ARG TARGETPLATFORM',
    'ARG BUILDPLATFORM',
    'ARG TAG',
    'ARG OWN="a $TAG"',
    'ARG BASE=mine',
    'ARG NOTHING',
  ];

  it('take the platform, the global value or their own default', () => {
    expect(args(resolve(lines))).toEqual([
      'TARGETPLATFORM=linux/arm/v7 automatic',
      'BUILDPLATFORM=linux/amd64 automatic',
      'TAG=alpine-armv7 global',
      'OWN=a alpine-armv7 default',
      'BASE=mine default',
      'NOTHING=? unset',
    ]);
  });

  it('give way to build arguments, wherever they are declared', () => {
    const graph = resolve(lines, { buildArgs: { BASE: 'debian', TARGETPLATFORM: 'x', UNDECLARED: 'y' } });
    expect(graph.globalArgs.map(({ value }) => value)).toEqual(['debian', 'debian-armv7']);
    expect(args(graph)).toContain('TARGETPLATFORM=x build-argument');
    expect(args(graph)).toContain('BASE=debian build-argument');
    expect(args(graph)).toContain('TAG=debian-armv7 global');
  });

  it('see ENV, and what their base stage has set', () => {
    const graph = resolve([
      'FROM scratch AS one',
      'ENV A=1 B=$A',
      'ENV LEGACY some words',
      'ARG C=$A-$B-$LEGACY',
      'FROM one',
      'ARG D=$C',
    ]);
    expect(args(graph, 0)).toEqual(['C=1--some words default']);
    expect(args(graph, 1)).toEqual(['D=1--some words default']);
  });

  it('have no value when it depends on the environment of the base image', () => {
    const graph = resolve([
      'FROM alpine',
      'ARG P=$PATH:/x',
      'ARG Q=$P',
      'ARG R=1',
      'ARG S=$R',
      'ARG T=${HOME:?no}',
    ]);
    expect(args(graph)).toEqual(['P=? default', 'Q=? default', 'R=1 default', 'S=1 default', 'T=? default']);
    expect(resolve(['FROM scratch', 'ARG T=${HOME:?no}']).stages[0]?.args[0]?.problem).toBe('HOME: no');
  });

  it('do not grow without end', () => {
    const doubling = Array.from({ length: 60 }, () => 'ARG A=$A$A');
    const graph = resolve(['ARG A=xxxxxxxx', ...doubling, 'FROM a']);
    expect(graph.globalArgs.some(({ problem }) => problem === 'the value is too long')).toBe(true);
  });

  it('may have any name', () => {
    const graph = resolve([
      'FROM scratch',
      'ARG __proto__=1',
      'ARG constructor',
      'ARG toString=$constructor$__proto__',
    ]);
    expect(args(graph)).toEqual(['__proto__=1 default', 'constructor=? unset', 'toString=1 default']);
  });
});

it('resolves whatever was parsed, and edges join nodes that exist', () => {
  const line = fc
    .array(
      fc.constantFrom(
        'FROM ',
        'a',
        ' AS b',
        '$A',
        '${A:-',
        '}',
        'COPY --from=',
        'b',
        '0',
        'RUN --mount=from=b',
        '\n',
        '\n',
        'ARG A=',
        'ENV A=',
        '--platform=',
        '"',
        ' ',
        'scratch',
        'ONBUILD ',
      ),
      { maxLength: 50 },
    )
    .map((parts) => parts.join(''));
  fc.assert(
    fc.property(
      line,
      fc.dictionary(fc.constantFrom('A', '__proto__', 'TARGETARCH'), fc.string()),
      (source, buildArgs) => {
        const graph = resolve([source], { buildArgs, buildContexts: { a: './a' } });
        const nodes = [...graph.stages, ...graph.images, ...graph.contexts, ...graph.unknown];
        const ids = new Set(nodes.map(({ id }) => id));
        expect(ids.size).toBe(nodes.length);
        for (const { from, to } of graph.edges) expect([ids.has(from), ids.has(to)]).toEqual([true, true]);
      },
    ),
    { numRuns: 1000 },
  );
});

describe('variablesAt', () => {
  const lines = [
    'ARG A=1',
    'ARG B=$A-b',
    'FROM x AS one',
    'ARG A',
    'ENV C=$A',
    'RUN a',
    'ENV C=2',
    'FROM one',
    'RUN b',
  ];
  const at = (line: number) =>
    variablesAt(parseDockerfile(lines.join('\n')), { platform: armv7, buildPlatform: amd64 }, line);

  it('are those above the line, in its stage and in what that is built on', () => {
    expect(at(2).get('A')).toBe('1');
    expect(at(2).has('B')).toBe(false);
    expect(at(3).get('B')).toBe('1-b');
    expect(at(3).get('TARGETARCH')).toBe('arm');
    expect(at(4).has('A')).toBe(false);
    expect(at(6).get('C')).toBe('1');
    expect(at(8).get('B')).toBe('1-b');
    expect(at(9).get('C')).toBe('2');
    expect(at(99).get('C')).toBe('2');
  });
});
