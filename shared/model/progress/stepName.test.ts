import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { parseStepName } from './stepName';

describe('parseStepName', () => {
  it.each([
    ['[1/3] RUN make', { kind: 'stage', index: 1, total: 3, text: 'RUN make' }],
    ['[ 2/12] WORKDIR /src', { kind: 'stage', index: 2, total: 12, text: 'WORKDIR /src' }],
    ['[builder  2/12] RUN make', { kind: 'stage', stage: 'builder', index: 2, total: 12, text: 'RUN make' }],
    [
      '[stage-1 3/3] ONBUILD COPY . .',
      { kind: 'stage', stage: 'stage-1', index: 3, total: 3, text: 'ONBUILD COPY . .' },
    ],
    [
      '[linux/arm/v7 builder 2/4] RUN make',
      { kind: 'stage', platform: 'linux/arm/v7', stage: 'builder', index: 2, total: 4, text: 'RUN make' },
    ],
    [
      '[linux/arm64 1/1] COPY . /',
      { kind: 'stage', platform: 'linux/arm64', index: 1, total: 1, text: 'COPY . /' },
    ],
    [
      '[linux/amd64->arm64 builder 2/4] RUN go build',
      {
        kind: 'stage',
        runsOn: 'linux/amd64',
        platform: 'linux/arm64',
        stage: 'builder',
        index: 2,
        total: 4,
        text: 'RUN go build',
      },
    ],
    [
      '[linux/amd64->arm/v7 2/4] RUN x',
      { kind: 'stage', runsOn: 'linux/amd64', platform: 'linux/arm/v7', index: 2, total: 4, text: 'RUN x' },
    ],
    [
      '[linux/amd64->windows/amd64 b 1/2] RUN x',
      {
        kind: 'stage',
        runsOn: 'linux/amd64',
        platform: 'windows/amd64',
        stage: 'b',
        index: 1,
        total: 2,
        text: 'RUN x',
      },
    ],
    [
      '[linux/amd64->windows/arm/v7 b 1/2] RUN x',
      {
        kind: 'stage',
        runsOn: 'linux/amd64',
        platform: 'windows/arm/v7',
        stage: 'b',
        index: 1,
        total: 2,
        text: 'RUN x',
      },
    ],
    [
      '[windows(10.0.17763+win32k)/amd64 2/2] RUN dir',
      { kind: 'stage', platform: 'windows(10.0.17763+win32k)/amd64', index: 2, total: 2, text: 'RUN dir' },
    ],
    [
      '[wasi/wasm32 1/1] COPY a /',
      { kind: 'stage', platform: 'wasi/wasm32', index: 1, total: 1, text: 'COPY a /' },
    ],
    [
      '[internal] load build definition from Dockerfile',
      { kind: 'internal', text: 'load build definition from Dockerfile' },
    ],
    [
      '[linux/arm64 internal] load metadata for docker.io/library/busybox:latest',
      {
        kind: 'internal',
        platform: 'linux/arm64',
        text: 'load metadata for docker.io/library/busybox:latest',
      },
    ],
    ['[auth] library/busybox:pull token for x', { kind: 'auth', text: 'library/busybox:pull token for x' }],
    ['[context base] load from client', { kind: 'context', text: 'load from client' }],
    [
      '[context base::linux/arm64] load metadata for x',
      { kind: 'context', platform: 'linux/arm64', text: 'load metadata for x' },
    ],
    [
      '[linux/amd64] generating sbom using x',
      { kind: 'other', platform: 'linux/amd64', text: 'generating sbom using x' },
    ],
    ['exporting to oci image format', { kind: 'other', text: 'exporting to oci image format' }],
    ['[something else] text', { kind: 'other', text: '[something else] text' }],
    ['[] text', { kind: 'other', text: '[] text' }],
    ['', { kind: 'other', text: '' }],
  ])('%s', (name, expected) => {
    expect(parseStepName(name)).toEqual(expected);
  });

  it('reads back what BuildKit writes', () => {
    const word = fc.stringMatching(/^[a-z][a-z0-9-_.]{0,8}$/).filter((text) => text !== 'context');
    const platform = fc.constantFrom(
      'linux/amd64',
      'linux/arm/v7',
      'windows(10.0.1)/amd64',
      'darwin/arm64/v9.1',
    );
    fc.assert(
      fc.property(
        fc.option(platform, { nil: undefined }),
        fc.option(word, { nil: undefined }),
        fc.integer({ min: 1, max: 150 }),
        fc.string().map((text) => `RUN ${text}`),
        (on, stage, total, text) => {
          const number = String(Math.ceil(total / 2)).padStart(String(total).length);
          const words = [on, stage, `${number}/${total}`].filter((part) => part !== undefined);
          expect(parseStepName(`[${words.join(' ')}] ${text}`)).toEqual({
            kind: 'stage',
            ...(on === undefined ? {} : { platform: on }),
            ...(stage === undefined ? {} : { stage }),
            index: Math.ceil(total / 2),
            total,
            text,
          });
        },
      ),
    );
  });

  it('never throws', () => {
    fc.assert(fc.property(fc.string(), (name) => typeof parseStepName(name).text === 'string'));
  });
});
