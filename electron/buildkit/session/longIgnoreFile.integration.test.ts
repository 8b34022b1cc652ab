import { Buffer } from 'node:buffer';
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dialUnix, testEngine } from '../../testing/engine';
import { createContextService, createFileWorkers } from '../filesync';
import { launchSourceWorker } from '../../testing/workers';
import { BuildkitClient, runSolve, SessionError, type SessionService } from '../index';

let client: BuildkitClient;
const workers = createFileWorkers(launchSourceWorker);
beforeAll(async () => {
  client = await BuildkitClient.connect(dialUnix(testEngine().socketPath));
});
afterAll(async () => {
  await client.close();
  await workers.close();
});

/** Builds with a .dockerignore of so many lines and returns the patterns that the daemon asked to leave out. */
async function excludedWith(lines: readonly string[]): Promise<readonly string[]> {
  const files = new Map([
    ['Dockerfile', Buffer.from('FROM scratch\nCOPY . /\n')],
    ['.dockerignore', Buffer.from(lines.join('\n'))],
    ['kept', randomBytes(10)],
  ]);
  const source = { kind: 'files', files } as const;
  const sync = createContextService(
    new Map([
      ['context', source],
      ['dockerfile', source],
    ]),
    { workers },
  );
  let excluded: readonly string[] = [];
  const watched: SessionService = {
    name: sync.name,
    methods: {
      async DiffCopy(call) {
        excluded = call.metadata.get('exclude-patterns') ?? excluded;
        await sync.methods['DiffCopy']!(call);
      },
    },
  };
  const request = { frontend: 'dockerfile.v0', frontendAttrs: {} };
  await runSolve(client, { request, services: [watched], sharedKey: randomBytes(8).toString('hex') });
  return excluded;
}

const lines = (count: number) =>
  Array.from({ length: count }, (_, index) => `packages/package-${index}/**/dist`);

describe('a long .dockerignore', () => {
  it('of 5,000 lines arrives whole and in order', async () => {
    expect(await excludedWith(lines(5_000))).toEqual(lines(5_000));
  });

  it('of more than HTTP/2 carries ends the build with the reason', async () => {
    const failure: unknown = await excludedWith(lines(50_000)).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(SessionError);
    expect((failure as Error).message).toContain('ignore file is too long');
  });
});
