import { Buffer } from 'node:buffer';
import { create, toBinary } from '@bufbuild/protobuf';
import { describe, expect, it } from 'vitest';
import { StatusSchema } from './gen/google/rpc/status_pb';
import { decodeStatus } from './statusDetails';

function status(details: readonly [typeUrl: string, json: unknown][]): Uint8Array {
  return toBinary(
    StatusSchema,
    create(StatusSchema, {
      code: 2,
      message: 'failed',
      details: details.map(([typeUrl, json]) => ({
        typeUrl,
        value: Buffer.from(typeof json === 'string' ? json : JSON.stringify(json)),
      })),
    }),
  );
}

describe('decodeStatus', () => {
  it('reads sources, vertex and exit code as BuildKit writes them', () => {
    const decoded = decodeStatus(
      status([
        ['github.com/moby/buildkit/stack.Stack+json', { frames: [] }],
        [
          'github.com/moby/buildkit/errdefs.Source+json',
          {
            info: { filename: 'Dockerfile', data: Buffer.from('FROM x').toString('base64') },
            ranges: [{ start: { line: 3 }, end: { line: 4, character: 2 } }],
          },
        ],
        ['github.com/moby/buildkit/errdefs.Vertex+json', { digest: 'sha256:inner' }],
        ['github.com/moby/buildkit/errdefs.Vertex+json', { digest: 'sha256:outer' }],
        ['github.com/moby/buildkit/gatewayapi.ExitMessage+json', { Code: 17 }],
      ]),
    );
    expect(decoded).toMatchObject({ code: 2, message: 'failed' });
    expect(decoded.details).toEqual({
      sources: [
        {
          file: 'Dockerfile',
          content: Buffer.from('FROM x'),
          ranges: [{ start: { line: 3, character: 0 }, end: { line: 4, character: 2 } }],
        },
      ],
      vertex: 'sha256:inner',
      exitCode: 17,
    });
  });

  it('leaves out details that are not what they should be', () => {
    const decoded = decodeStatus(
      status([
        ['github.com/moby/buildkit/errdefs.Source+json', 'not json'],
        ['github.com/moby/buildkit/errdefs.Source+json', { info: 5 }],
        ['github.com/moby/buildkit/errdefs.Vertex+json', { digest: 1 }],
        ['github.com/moby/buildkit/gatewayapi.ExitMessage+json', []],
      ]),
    );
    expect(decoded.details).toEqual({ sources: [] });
  });
});
