import { expect, test } from 'vitest';
import { CancelledError, GrpcCode, SolveError, type Gateway } from '../buildkit';
import { askPlatform } from './platformAnswer';

/** A daemon that has what this test run's BuildKit has not: questions it doesn't know, as in Docker Engine 26. */
function gateway(answer: (request: string) => unknown, capabilities = ['frontend.caps']): Gateway {
  return {
    capabilities: new Set(capabilities),
    ask: async ({ frontendAttrs }) => {
      const given = answer(frontendAttrs['requestid'] ?? 'conversion');
      if (given instanceof Error) throw given;
      return new Map(given === undefined ? [] : [['result.json', Buffer.from(JSON.stringify(given))]]);
    },
    sources: async () => new Map(),
  };
}
const unsupported = (name: string): SolveError =>
  new SolveError(GrpcCode.UNKNOWN, `unsupported request ${name}`, { sources: [] });
const question = { frontend: 'dockerfile.v0', frontendAttrs: {} };
const never = new AbortController().signal;
const ask = (from: Gateway, patch: { signal?: AbortSignal; deadline?: AbortSignal } = {}) =>
  askPlatform({
    gateway: from,
    platform: 'linux/amd64',
    questions: { about: question },
    dockerfile: 'Dockerfile',
    limit: (work) => work(),
    signal: never,
    deadline: never,
    deadlineMs: 1000,
    ...patch,
  });

test('a daemon without lint still gives outline and targets', async () => {
  const answers: Record<string, unknown> = {
    'frontend.lint': unsupported('frontend.lint'),
    'frontend.outline': { args: [{ name: 'A' }] },
    'frontend.targets': { targets: [{ name: 'a' }] },
  };
  expect(await ask(gateway((request) => answers[request]))).toMatchObject({
    platform: 'linux/amd64',
    outline: { args: [{ name: 'A' }] },
    targets: [{ name: 'a' }],
  });
  expect(await ask(gateway((request) => answers[request]))).not.toHaveProperty('lint');
});

test('there, a Dockerfile that can’t be read is told at the line of the message', async () => {
  const from = gateway((request) =>
    request === 'frontend.lint'
      ? unsupported(request)
      : new SolveError(GrpcCode.UNKNOWN, 'dockerfile parse error on line 3: unknown instruction: X', {
          sources: [],
        }),
  );
  expect((await ask(from)).lint).toMatchObject({
    warnings: [],
    error: { message: expect.stringContaining('unknown instruction'), ranges: [{ start: { line: 3 } }] },
  });
});

test.each([
  ['whose gateway drops the question', gateway(() => ({}), [])],
  ['whose frontend builds instead of answering', gateway(() => undefined)],
  [
    'whose frontend wants nothing of it',
    gateway(() => new SolveError(GrpcCode.UNIMPLEMENTED, 'no', { sources: [] })),
  ],
])('a daemon %s has no checks', async (_what, from) => {
  expect(await ask(from)).toEqual({ platform: 'linux/amd64' });
});

test('what is given up after the deadline says so; what the user gives up rejects', async () => {
  const from = gateway(() => new CancelledError());
  expect(await ask(from, { deadline: AbortSignal.abort() })).toMatchObject({
    error: { code: 'builder-unavailable', message: expect.stringContaining('1 seconds') },
  });
  await expect(ask(from, { signal: AbortSignal.abort(new Error('enough')) })).rejects.toThrow('enough');
});
