import { describe, expect, it } from 'vitest';
import { StudioError } from '../../shared/contract';
import {
  CancelledError,
  ConnectError,
  DaemonGoneError,
  GrpcCode,
  GrpcError,
  SessionError,
  SolveError,
  type SourceRange,
} from '../buildkit';
import { FileTransferError, type FileTransferErrorCode } from '../buildkit/filesync';
import { describeFailure, type FailureContext } from './failure';

const context: FailureContext = {
  dockerfile: 'images/app.Dockerfile',
  stepName: (id) => (id === 'sha256:step' ? '[2/3] RUN make' : undefined),
  lastOutput: (id) => (id === 'sha256:step' ? ['one', 'two'] : []),
};

const line = (start: number, end = start): SourceRange => ({
  start: { line: start, character: 0 },
  end: { line: end, character: 0 },
});

function solveError(
  message: string,
  details: Partial<ConstructorParameters<typeof SolveError>[2]> = {},
): SolveError {
  return new SolveError(GrpcCode.UNKNOWN, message, { sources: [], ...details });
}

describe('describeFailure', () => {
  // Messages as BuildKit 0.32 and containerd write them.
  it.each([
    ['failed to copy: write /var/lib/x: no space left on device', 'disk-full'],
    ['process "/bin/sh" could not start: exec /bin/sh: exec format error', 'platform-unsupported'],
    ['busybox: no match for platform in manifest: not found', 'platform-unsupported'],
    [
      'failed to push r.example/app:1: unexpected status from POST request to https://r.example/v2/: 401 Unauthorized',
      'registry-denied',
    ],
    ['server message: insufficient_scope: authorization failed', 'registry-denied'],
    ['pull access denied, repository does not exist or may require authorization', 'registry-denied'],
    [
      'failed to do request: Head "https://r.example/v2/a": dial tcp 10.0.0.1:443: connect: connection refused',
      'registry-unreachable',
    ],
    ['failed to do request: dial tcp: lookup r.example: no such host', 'registry-unreachable'],
    ['http: server gave HTTP response to HTTPS client', 'registry-unreachable'],
    [
      'tls: failed to verify certificate: x509: certificate signed by unknown authority',
      'registry-unreachable',
    ],
    ['target stage "nope" could not be found', 'dockerfile-invalid'],
    [
      'failed to compute cache key: failed to calculate checksum of ref a::b: "/x": not found',
      'context-invalid',
    ],
    [
      'busybox:9: failed to resolve source metadata for docker.io/library/busybox:9: docker.io/library/busybox:9: not found',
      'not-found',
    ],
    ['dockerfile parse error on line 2: unknown instruction: RUNN', 'dockerfile-invalid'],
    ['failed to solve: secret token: not found', 'invalid-request'],
    ['something never seen before', 'internal'],
  ])('%s', (message, code) => {
    const failure = describeFailure(solveError(message), context);
    expect(failure.code).toBe(code);
    expect(failure.hint).toBeTruthy();
    expect(failure.message).not.toMatch(/^failed to solve/);
    expect(failure.details?.cause).toBe(message);
  });

  it('names the registry', () => {
    const message = 'failed to push r.example:5000/app:1: failed to authorize: 403 Forbidden';
    expect(describeFailure(solveError(message), context).message).toContain(' r.example:5000 ');
  });

  it('tells a failed step with everything known of it', () => {
    const sources = [{ file: 'app.Dockerfile', content: new Uint8Array(), ranges: [line(4, 6), line(8)] }];
    const error = solveError('process did not complete', { vertex: 'sha256:step', exitCode: 2, sources });
    expect(describeFailure(error, context)).toEqual({
      code: 'step-failed',
      message: '[2/3] RUN make failed with exit code 2.',
      hint: expect.any(String) as string,
      details: {
        location: { file: 'images/app.Dockerfile', startLine: 4, endLine: 8 },
        step: 'sha256:step',
        stepName: '[2/3] RUN make',
        exitCode: 2,
        lastOutput: ['one', 'two'],
        cause: 'process did not complete',
      },
    });
  });

  it.each([
    [127, 'not found'],
    [126, 'permissions'],
    [137, 'memory'],
  ])('hints at what exit code %i means', (exitCode, words) => {
    const failure = describeFailure(solveError('x', { vertex: 'sha256:step', exitCode }), context);
    expect(failure.hint).toContain(words);
  });

  it('sees in the output why a step failed', () => {
    const error = solveError('exit code 1', { vertex: 'sha256:step', exitCode: 1 });
    const output = (text: string) => ({ ...context, lastOutput: () => [text] });
    expect(describeFailure(error, output('cp: write: No space left on device')).code).toBe('disk-full');
    expect(describeFailure(error, output('/bin/sh: exec format error')).code).toBe('platform-unsupported');
    expect(describeFailure(error, output('dial tcp: no such host')).code).toBe('step-failed');
  });

  it('shortens long commands in the message only', () => {
    const long = { ...context, stepName: () => `[1/1] RUN ${'x'.repeat(500)}` };
    const failure = describeFailure(solveError('x', { vertex: 'sha256:step', exitCode: 1 }), long);
    expect(failure.message.length).toBeLessThan(130);
    expect(failure.details?.stepName).toHaveLength(510);
  });

  it('takes a location without a step for an error of the Dockerfile', () => {
    const sources = [{ file: 'other', content: new Uint8Array(), ranges: [line(3)] }];
    expect(describeFailure(solveError('something about it', { sources }), context)).toMatchObject({
      code: 'dockerfile-invalid',
      details: { location: { file: 'other', startLine: 3, endLine: 3 } },
    });
  });

  it.each([
    [new CancelledError(), 'cancelled'],
    [new DaemonGoneError(), 'builder-lost'],
    [new GrpcError(GrpcCode.UNAVAILABLE, 'gone'), 'builder-lost'],
    [new ConnectError('nothing listens'), 'builder-unreachable'],
    [new StudioError({ code: 'conflict', message: 'm' }), 'conflict'],
    [Object.assign(new Error('write'), { code: 'ENOSPC' }), 'disk-full'],
    [new TypeError('a defect'), 'internal'],
    ['a string', 'internal'],
  ])('%s', (error, code) => {
    expect(describeFailure(error, context).code).toBe(code);
  });

  const transfer = (code: FileTransferErrorCode): FileTransferError =>
    new FileTransferError(code, 'message', { path: '/p' });
  const anySolveError = solveError('rpc error: the client said no');

  it.each([
    ['not-found', 'context-invalid'],
    ['no-permission', 'permission-denied'],
    ['bad-pattern', 'context-invalid'],
    ['worker', 'internal'],
  ] as const)('a context that fails with %s', (code, expected) => {
    const failure = describeFailure(anySolveError, { ...context, contextError: transfer(code) });
    expect(failure).toMatchObject({ code: expected, message: 'message', details: { subject: '/p' } });
  });

  it.each([
    ['disk-full', 'disk-full'],
    ['no-permission', 'permission-denied'],
    ['refused', 'export-refused'],
    ['in-the-way', 'export-failed'],
    ['io', 'export-failed'],
  ] as const)('an export that fails with %s', (code, expected) => {
    expect(describeFailure(anySolveError, { ...context, exportError: transfer(code) }).code).toBe(expected);
  });

  it('tells a session that broke from an ignore file that is too long', () => {
    const broken = new SessionError({ cause: new Error('stream closed') });
    const cancelled = new FileTransferError('cancelled', 'The session ended.');
    expect(describeFailure(broken, { ...context, contextError: cancelled })).toMatchObject({
      code: 'builder-lost',
      hint: expect.stringContaining('Build again') as string,
      details: { cause: 'stream closed' },
    });
    const tooLong = new SessionError({ cause: new Error('too many CONTINUATION frames') });
    expect(describeFailure(tooLong, context)).toMatchObject({
      code: 'context-invalid',
      message: expect.stringContaining('ignore file') as string,
    });
  });

  it('names the destination when the failed file is one inside of it', () => {
    const exportError = new FileTransferError('disk-full', "Can't write a/b: the disk is full.", {
      path: 'a/b',
    });
    const told = describeFailure(solveError('x'), { ...context, exportError, destination: '/out/folder' });
    expect(told).toMatchObject({
      code: 'disk-full',
      message: expect.stringContaining('/out/folder') as string,
    });
  });

  it('names the node when several build, and finds the step by its id there', () => {
    const on = { ...context, node: 'pi', stepId: (digest: string) => `${digest}@1` };
    const failure = describeFailure(solveError('x', { vertex: 'sha256:step', exitCode: 1 }), on);
    expect(failure.message).toMatch(/^On pi: /);
    expect(failure.details?.step).toBe('sha256:step@1');
    const cancelled = describeFailure(new CancelledError(), on);
    expect(cancelled.message).not.toContain('pi');
  });
});
