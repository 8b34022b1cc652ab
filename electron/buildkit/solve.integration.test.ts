import { Buffer } from 'node:buffer';
import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { dialUnix, testEngine } from '../testing/engine';
import { startOwnDaemon, type OwnDaemon } from '../testing/ownDaemon';
import { tarContext } from '../testing/tarContext';
import {
  BuildkitClient,
  CancelledError,
  DaemonGoneError,
  GrpcCode,
  runSolve,
  SolveError,
  type RunSolveOptions,
  type StatusEvent,
} from './index';

const dial = dialUnix(testEngine().socketPath);
let client: BuildkitClient;
beforeAll(async () => {
  client = await BuildkitClient.connect(dial);
});
afterAll(() => client.close());

/** Makes a RUN step that was never built before. */
const unique = () => `: ${randomBytes(8).toString('hex')}`;

function solve(
  dockerfile: string,
  {
    on = client,
    attrs = {},
    ...options
  }: Partial<RunSolveOptions> & { on?: BuildkitClient; attrs?: object } = {},
) {
  const { service, frontendAttrs } = tarContext({ Dockerfile: dockerfile });
  return runSolve(on, {
    request: { frontend: 'dockerfile.v0', frontendAttrs: { ...frontendAttrs, ...attrs } },
    services: [service],
    ...options,
  });
}

async function failureOf(outcome: Promise<unknown>): Promise<SolveError> {
  const error = await outcome.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(SolveError);
  return error as SolveError;
}

const logs = (event: StatusEvent) => event.logs.map(({ data }) => Buffer.from(data).toString()).join('');

describe('runSolve', () => {
  it('builds for three platforms and tells each step', async () => {
    const events: StatusEvent[] = [];
    await solve(`FROM busybox\nRUN ${unique()}; uname -m\n`, {
      attrs: { platform: 'linux/amd64,linux/arm64,linux/arm/v7' },
      onStatus: (event) => void events.push(event),
    });
    const output = events.map(logs).join('');
    for (const machine of ['x86_64', 'aarch64', 'armv7l']) expect(output).toContain(machine);
    const vertexes = events.flatMap((event) => event.vertexes);
    const run = vertexes.findLast(({ name }) => name.startsWith('[linux/arm64 2/2] RUN'))!;
    expect(run.completedMs!).toBeGreaterThan(run.startedMs!);
    expect(vertexes.map(({ digest }) => digest)).toContain(run.inputs[0]);
  });

  it('loses no line of a long output to a slow consumer', async () => {
    let output = '';
    await solve(`FROM busybox\nRUN ${unique()}; seq 1 200000\n`, {
      onStatus: async (event) => {
        output += logs(event);
        await sleep(1);
      },
    });
    const lines = output.trimEnd().split('\n');
    expect(lines.length).toBe(200_000);
    expect(lines.every((line, index) => line === String(index + 1))).toBe(true);
  });

  it('tells source line, vertex, exit code and message of a failed step', async () => {
    const vertexes = new Map<string, string>();
    const error = await failureOf(
      solve('FROM busybox\n\nRUN echo before && \\\n  exit 17\n', {
        onStatus: (event) => event.vertexes.forEach(({ digest, name }) => vertexes.set(digest, name)),
      }),
    );
    expect(error).toMatchObject({ code: GrpcCode.UNKNOWN, exitCode: 17 });
    expect(error.message).toContain('exit code: 17');
    expect(error.sources[0]).toMatchObject({
      file: 'Dockerfile',
      ranges: [{ start: { line: 3 } }, { start: { line: 4 } }],
    });
    expect(Buffer.from(error.sources[0]!.content).toString()).toContain('exit 17');
    expect(vertexes.get(error.vertex!)).toContain('RUN echo before');
  });

  it('tells the line of a Dockerfile that does not parse, and a stage that does not exist', async () => {
    const parse = await failureOf(solve('FROM busybox\nRUNN x\n'));
    expect(parse.message).toContain('RUNN');
    expect(parse.sources[0]!.ranges[0]!.start.line).toBe(2);
    const stage = await failureOf(solve('FROM busybox\n', { attrs: { target: 'nowhere' } }));
    expect(stage.message).toContain('nowhere');
  });

  it('finds the error whose details are too large for a header, and goes on working', async () => {
    const filler = `# ${'filler '.repeat(10)}\n`.repeat(1_500);
    const started = Date.now();
    const error = await failureOf(solve(`FROM busybox\n${filler}RUN exit 18\n`));
    expect(Date.now() - started).toBeLessThan(8_000);
    expect(error).toMatchObject({ exitCode: 18 });
    expect(error.sources[0]!.ranges[0]!.start.line).toBe(1_502);
    expect(error.sources[0]!.content.byteLength).toBeGreaterThan(100_000);
    expect((await client.info()).version).toBeTruthy();
    expect((await failureOf(solve('FROM busybox\nRUN exit 19\n'))).exitCode).toBe(19);
  });

  it('stops the build in the daemon within a second of the abort', async () => {
    const abort = new AbortController();
    const events: StatusEvent[] = [];
    const ref = randomBytes(16).toString('hex');
    const building = solve(`FROM busybox\nRUN ${unique()}; echo started; sleep 60\n`, {
      ref,
      signal: abort.signal,
      onStatus: (event) => {
        events.push(event);
        if (logs(event).includes('started')) abort.abort(new Error('by the test'));
      },
    });
    await expect(building).rejects.toBeInstanceOf(CancelledError);
    const rejectedAt = Date.now();
    const completed = async () => {
      for await (const { record } of client.listenBuildHistory({ ref, earlyExit: true }))
        return record.completedMs;
    };
    while ((await completed()) === undefined) {
      expect(Date.now() - rejectedAt).toBeLessThan(1_000);
      await sleep(20);
    }
    const lastLog = events.flatMap((event) => event.logs).at(-1)!;
    expect((await completed())! - lastLog.timestampMs).toBeLessThan(1_000);
    await expect(building).rejects.toMatchObject({ cause: { message: 'by the test' } });
  });

  it('does not start when the signal has aborted already', async () => {
    await expect(solve('FROM scratch\n', { signal: AbortSignal.abort() })).rejects.toBeInstanceOf(
      CancelledError,
    );
  });

  it('ends the build with the consumer’s own error', async () => {
    const building = solve(`FROM busybox\nRUN ${unique()}; sleep 60\n`, {
      onStatus: () => {
        throw new Error('the disk for logs is full');
      },
    });
    await expect(building).rejects.toThrow('the disk for logs is full');
  });

  it('runs several builds at once on one client', async () => {
    const outcomes = await Promise.allSettled(
      Array.from({ length: 6 }, (_, index) =>
        solve(`FROM busybox\nRUN ${unique()}; exit ${index % 2 === 0 ? 0 : 20 + index}\n`),
      ),
    );
    expect(
      outcomes.map((outcome) =>
        outcome.status === 'fulfilled' ? 0 : (outcome.reason as SolveError).exitCode,
      ),
    ).toEqual([0, 21, 0, 23, 0, 25]);
  });
});

describe('a daemon that goes away', () => {
  let daemon: OwnDaemon | undefined;
  let own: BuildkitClient | undefined;
  afterEach(async () => {
    await own?.close();
    await daemon?.dispose();
  });

  async function buildUntil(harm: (daemon: OwnDaemon) => void) {
    let output = '';
    let harmedAt = 0;
    const building = solve(`FROM busybox\nRUN ${unique()}; echo started; sleep 60\n`, {
      on: own!,
      onStatus: (event) => {
        output += logs(event);
        if (harmedAt !== 0 || !output.includes('started')) return;
        harmedAt = Date.now();
        harm(daemon!);
      },
    });
    await expect(building).rejects.toBeInstanceOf(DaemonGoneError);
    return Date.now() - harmedAt;
  }

  it('ends the build within five seconds of being killed, and says so to listeners', async () => {
    daemon = await startOwnDaemon();
    own = await BuildkitClient.connect(dialUnix(daemon.socketPath));
    const told = new Promise((resolve) => own!.onDisconnect(resolve));
    expect(await buildUntil((victim) => void victim.kill())).toBeLessThan(5_000);
    expect(await told).toBeInstanceOf(DaemonGoneError);
    await expect(own.info()).rejects.toBeInstanceOf(DaemonGoneError);
    await expect(solve('FROM scratch\n', { on: own })).rejects.toBeInstanceOf(DaemonGoneError);
    expect(await new Promise((resolve) => own!.onDisconnect(resolve))).toBeInstanceOf(DaemonGoneError);
  });

  it('is noticed by its silence when its connections stay open', async () => {
    daemon = await startOwnDaemon();
    own = await BuildkitClient.connect(dialUnix(daemon.socketPath), {
      heartbeatIntervalMs: 300,
      heartbeatTimeoutMs: 700,
    });
    expect(await buildUntil((victim) => victim.freeze())).toBeLessThan(5_000);
  });
});
