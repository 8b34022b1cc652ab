import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { provenanceSchema } from '../../../shared/contract';
import { ImageError } from '../document';
import { provenanceOf } from './provenance';

const layer = (name: string): object => ({ mediaType: 'x', digest: `sha256:${name}`, size: 1 });
const lines = (...ranges: [number, number][]): object => ({
  locations: [{ ranges: ranges.map(([start, end]) => ({ start: { line: start }, end: { line: end } })) }],
});

/** As BuildKit writes it with mode=max. */
const metadata = {
  vcs: { source: 'https://git.example/app', revision: 'abc' },
  source: {
    infos: [{ filename: 'Dockerfile' }, { filename: 'other.Dockerfile' }],
    locations: {
      step0: lines([1, 1]),
      step1: lines([3, 3], [5, 7]),
      step2: { locations: [{ sourceIndex: 1, ...lines([9, 9]) }] },
      step3: {},
    },
  },
  layers: {
    'step0:0': [[layer('base1'), layer('base2')]],
    'step1:0': [[layer('base1'), layer('base2'), layer('run')]],
    'step3:0': [[layer('nowhere')]],
  },
};

describe('provenanceOf', () => {
  it('reads BuildKit’s SLSA 1 with everything in it', () => {
    const predicate = {
      buildDefinition: {
        buildType: 'https://github.com/moby/buildkit/blob/master/docs/attestations/slsa-definitions.md',
        externalParameters: {
          configSource: { uri: 'https://git.example/app#main', digest: { sha1: 'def' }, path: 'Dockerfile' },
          request: {
            frontend: 'dockerfile.v0',
            args: { 'build-arg:A': '1', 'label:b': '2', target: 'release', filename: 'Dockerfile' },
            secrets: [{ id: 'token' }, { id: 'maybe', optional: true }, null],
            ssh: [{ id: 'default' }],
            locals: [{ name: 'context' }],
          },
        },
        internalParameters: {
          builderPlatform: 'linux/amd64',
          buildConfig: { llbDefinition: [] },
          custom: { a: 1 },
        },
        resolvedDependencies: [{ uri: 'pkg:docker/busybox@1', digest: { sha256: 'aa' } }, {}],
      },
      runDetails: {
        builder: { id: 'https://builder.example' },
        metadata: {
          invocationId: 'i1',
          startedOn: '2024-01-01T00:00:00Z',
          finishedOn: '2024-01-01T00:01:00Z',
          buildkit_reproducible: true,
          buildkit_completeness: { request: true, resolvedDependencies: false },
          buildkit_metadata: metadata,
        },
      },
    };
    expect(provenanceOf({ predicateType: 'https://slsa.dev/provenance/v1', predicate })).toEqual({
      version: '1',
      buildType: predicate.buildDefinition.buildType,
      builderId: 'https://builder.example',
      invocationId: 'i1',
      started: '2024-01-01T00:00:00Z',
      finished: '2024-01-01T00:01:00Z',
      complete: false,
      reproducible: true,
      source: { uri: 'https://git.example/app#main', revision: 'def', entryPoint: 'Dockerfile' },
      frontend: 'dockerfile.v0',
      target: 'release',
      buildArgs: { A: '1' },
      labels: { b: '2' },
      parameters: { builderPlatform: 'linux/amd64', 'custom.a': '1', filename: 'Dockerfile' },
      secrets: [
        { id: 'token', optional: false },
        { id: 'maybe', optional: true },
      ],
      ssh: [{ id: 'default', optional: false }],
      materials: [{ uri: 'pkg:docker/busybox@1', digests: { sha256: 'aa' } }],
      layerLines: [
        { digest: 'sha256:base1', file: 'Dockerfile', startLine: 1, endLine: 1 },
        { digest: 'sha256:base2', file: 'Dockerfile', startLine: 1, endLine: 1 },
        { digest: 'sha256:run', file: 'Dockerfile', startLine: 3, endLine: 7 },
      ],
    });
  });

  it('reads BuildKit’s SLSA 0.2, with the repository that the client told of', () => {
    const predicate = {
      builder: { id: '' },
      buildType: 'https://mobyproject.org/buildkit@v1',
      materials: [{ uri: 'pkg:docker/busybox@1', digest: { sha256: 'aa' } }],
      invocation: {
        configSource: { entryPoint: 'Dockerfile' },
        parameters: { frontend: 'dockerfile.v0', args: { 'build-arg:A': '1' } },
        environment: { platform: 'linux/arm64' },
      },
      metadata: {
        buildInvocationID: 'i2',
        buildStartedOn: 's',
        buildFinishedOn: 'f',
        completeness: { parameters: true, environment: true, materials: true },
        reproducible: false,
        'https://mobyproject.org/buildkit@v1#metadata': metadata,
      },
    };
    const provenance = provenanceOf({ predicateType: 'https://slsa.dev/provenance/v0.2', predicate });
    expect(provenance).toMatchObject({
      version: '0.2',
      invocationId: 'i2',
      complete: true,
      reproducible: false,
      source: { uri: 'https://git.example/app', revision: 'abc', entryPoint: 'Dockerfile' },
      buildArgs: { A: '1' },
      parameters: { platform: 'linux/arm64' },
    });
    expect(provenance.builderId).toBeUndefined();
    expect(provenance.layerLines).toHaveLength(3);
  });

  it('reads what GitHub’s builders write, in an envelope and a bundle', () => {
    const statement = {
      _type: 'https://in-toto.io/Statement/v1',
      predicateType: 'https://slsa.dev/provenance/v1',
      predicate: {
        buildDefinition: {
          buildType: 'https://actions.github.io/buildtypes/workflow/v1',
          externalParameters: {
            workflow: {
              ref: 'refs/heads/main',
              repository: 'https://github.com/o/r',
              path: '.github/workflows/x.yml',
            },
          },
          internalParameters: { github: { event_name: 'push' } },
          resolvedDependencies: [
            { uri: 'git+https://github.com/o/r@refs/heads/main', digest: { gitCommit: 'c0ffee' } },
          ],
        },
        runDetails: { builder: { id: 'https://github.com/actions/runner' }, metadata: { invocationId: 'u' } },
      },
    };
    const envelope = {
      payloadType: 'application/vnd.in-toto+json',
      payload: Buffer.from(JSON.stringify(statement)).toString('base64'),
      signatures: [],
    };
    for (const document of [statement, envelope, { mediaType: 'bundle', dsseEnvelope: envelope }]) {
      expect(provenanceOf(document)).toMatchObject({
        source: { uri: 'https://github.com/o/r', revision: 'c0ffee', entryPoint: '.github/workflows/x.yml' },
        parameters: { 'workflow.ref': 'refs/heads/main', 'github.event_name': 'push' },
        buildArgs: {},
        layerLines: [],
      });
    }
    const old = {
      predicateType: 'https://slsa.dev/provenance/v0.2',
      predicate: {
        invocation: { parameters: { inputs: { a: 'b' } }, environment: null },
        materials: [{ uri: 'u' }],
      },
    };
    expect(provenanceOf(old)).toMatchObject({
      version: '0.2',
      parameters: { 'inputs.a': 'b' },
      materials: [{ uri: 'u', digests: {} }],
    });
  });

  it('never fails otherwise than by saying that it is none', () => {
    const part = fc.oneof(
      fc.anything(),
      fc.constant(metadata),
      fc.constantFrom('', 'x', 1, null, [null], { a: [] }),
    );
    const any = fc.record({
      predicateType: fc.constantFrom(
        'https://slsa.dev/provenance/v1',
        'https://slsa.dev/provenance/v0.2',
        'x',
        3,
      ),
      predicate: fc.record({
        buildDefinition: fc.record({
          externalParameters: part,
          internalParameters: part,
          resolvedDependencies: part,
        }),
        runDetails: fc.record({ builder: part, metadata: fc.record({ buildkit_metadata: part }) }),
        invocation: part,
        materials: part,
        metadata: part,
      }),
    });
    fc.assert(
      fc.property(fc.oneof(any, fc.anything()), (document) => {
        // As it comes out of JSON.
        const text = safeText(document);
        if (text === undefined) return;
        try {
          provenanceSchema.parse(provenanceOf(JSON.parse(text)));
        } catch (error) {
          if (!(error instanceof ImageError)) throw error;
        }
      }),
    );
  });
});

function safeText(value: unknown): string | undefined {
  try {
    return JSON.stringify(value);
  } catch {
    return undefined;
  }
}
