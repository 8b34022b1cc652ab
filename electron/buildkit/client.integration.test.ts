import { Buffer } from 'node:buffer';
import { randomBytes } from 'node:crypto';
import net from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dialUnix, testEngine } from '../testing/engine';
import { tarContext } from '../testing/tarContext';
import {
  BuildkitClient,
  CancelledError,
  ConnectError,
  DaemonGoneError,
  GrpcCode,
  runSolve,
  type BuildHistoryEvent,
  type StatusEvent,
  type UsageRecord,
} from './index';
import { timeLimit } from '../system/timeLimit';

const dial = dialUnix(testEngine().socketPath);
let client: BuildkitClient;
beforeAll(async () => {
  client = await BuildkitClient.connect(dial);
});
afterAll(() => client.close());

async function build(dockerfile: string) {
  const { service, frontendAttrs } = tarContext({ Dockerfile: dockerfile });
  const events: StatusEvent[] = [];
  const outcome = await runSolve(client, {
    request: { frontend: 'dockerfile.v0', frontendAttrs, exporters: [{ type: 'image', attrs: {} }] },
    services: [service],
    onStatus: (event) => void events.push(event),
  });
  return { ...outcome, events };
}

function logText(events: readonly StatusEvent[]): string {
  return Buffer.concat(events.flatMap(({ logs }) => logs.map(({ data }) => data))).toString();
}

async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}

describe('control calls', () => {
  it('tell the version and the workers with their platforms', async () => {
    expect((await client.info()).version).toMatch(/^v\d/);
    const [worker] = await client.listWorkers();
    expect(worker!.platforms[0]).toMatchObject({ os: 'linux' });
    expect(worker!.gcPolicies.length).toBeGreaterThan(0);
    expect(worker!.labels).toHaveProperty(['org.mobyproject.buildkit.worker.executor']);
  });

  it('list the build cache and remove exactly what a filter names', async () => {
    const marker = randomBytes(8).toString('hex');
    await build(`FROM busybox\nRUN echo ${marker} > /marker\n`);
    const mine = (records: readonly UsageRecord[]) =>
      records.filter(({ description }) => description.includes(marker));
    const [record] = mine(await client.diskUsage());
    expect(record).toMatchObject({ recordType: 'regular', inUse: false });
    expect(record!.size).toBeGreaterThan(0);
    expect(record!.createdMs).toBeGreaterThan(Date.now() - 60_000);
    expect(await client.diskUsage([`id==${record!.id}`])).toEqual([
      expect.objectContaining({ id: record!.id }),
    ]);
    const removed = await collect(client.prune({ filters: [`id==${record!.id}`], all: true }));
    expect(removed.map(({ id }) => id)).toEqual([record!.id]);
    expect(mine(await client.diskUsage())).toEqual([]);
  });

  it('refuse with a typed error', async () => {
    await expect(client.diskUsage(['not a filter =='])).rejects.toMatchObject({ name: 'GrpcError' });
    await expect(collect(client.readContent(`sha256:${'0'.repeat(64)}`))).rejects.toMatchObject({
      name: 'GrpcError',
      code: GrpcCode.NOT_FOUND,
    });
  });

  it('end at once when their signal aborts', async () => {
    const abort = new AbortController();
    const listening = collect(client.listenBuildHistory({ signal: abort.signal }));
    setTimeout(() => abort.abort(new Error('enough')), 100);
    await expect(listening).rejects.toBeInstanceOf(CancelledError);
    await expect(client.info(abort.signal)).rejects.toBeInstanceOf(CancelledError);
    const unknownRef = client.status('no-such-ref', { signal: timeLimit(100) });
    await expect(collect(unknownRef)).rejects.toBeInstanceOf(CancelledError);
  });
});

describe('build history', () => {
  it('has the build, replays its status and gives out its result', async () => {
    const { ref, events, exporterResponse } = await build(
      `FROM busybox\nRUN echo line-${randomBytes(8).toString('hex')}\n`,
    );
    expect(exporterResponse['containerimage.digest']).toMatch(/^sha256:/);
    const [event] = await collect(client.listenBuildHistory({ ref, earlyExit: true }));
    expect(event).toMatchObject({
      type: 'complete',
      record: { ref, frontend: 'dockerfile.v0', pinned: false },
    });
    const { record } = event!;
    expect(record.completedMs!).toBeGreaterThanOrEqual(record.createdMs!);
    expect(record.exporters).toEqual([{ type: 'image', attrs: {} }]);

    const replayed = await collect(client.status(ref));
    expect(logText(replayed)).toBe(logText(events));

    const manifest = record.result!.results[0]!;
    const bytes = Buffer.concat(await collect(client.readContent(manifest.digest)));
    expect(bytes.byteLength).toBe(manifest.size);
    expect(JSON.parse(bytes.toString())).toHaveProperty('config');
    const part = await collect(client.readContent(manifest.digest, { offset: 5, length: 7 }));
    expect(Buffer.concat(part)).toEqual(bytes.subarray(5, 12));
  });

  it('pins, unpins and deletes a record, and tells listeners', async () => {
    const { ref } = await build('FROM scratch\nCOPY Dockerfile /\n');
    // Not by `ref`: asking so makes the daemon put the deletion off.
    const record = async () => {
      const events = await collect(client.listenBuildHistory({ earlyExit: true }));
      return events.find((event) => event.record.ref === ref)?.record;
    };
    await client.updateBuildHistory({ ref, pinned: true });
    expect((await record())?.pinned).toBe(true);
    await client.updateBuildHistory({ ref, pinned: false });
    expect((await record())?.pinned).toBe(false);

    const seen: BuildHistoryEvent['type'][] = [];
    for await (const event of client.listenBuildHistory()) {
      if (event.record.ref !== ref) continue;
      seen.push(event.type);
      if (event.type === 'deleted') break;
      if (seen.length === 1) await client.updateBuildHistory({ ref, delete: true });
    }
    expect(seen[0]).toBe('complete');
    expect(seen.at(-1)).toBe('deleted');
    expect(await record()).toBeUndefined();
  });
});

describe('connecting', () => {
  it('rejects with the reason when nobody listens', async () => {
    const failing = BuildkitClient.connect(dialUnix('/nowhere/buildkitd.sock'));
    await expect(failing).rejects.toBeInstanceOf(ConnectError);
    await expect(failing).rejects.toMatchObject({ cause: { code: 'ENOENT' } });
  });

  it.each([
    ['closes at once', (socket: net.Socket) => socket.destroy()],
    ['speaks another protocol', (socket: net.Socket) => socket.end('SSH-2.0-OpenSSH\r\n')],
    ['stays silent', () => undefined],
  ])('rejects in time when the peer %s', async (_what, behave) => {
    const server = net.createServer(behave);
    const sockets: net.Socket[] = [];
    server.on('connection', (socket) => sockets.push(socket.on('error', () => undefined)));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as net.AddressInfo;
    const dialTcp = async () => net.connect(port, '127.0.0.1');
    try {
      await expect(BuildkitClient.connect(dialTcp, { connectTimeoutMs: 500 })).rejects.toBeInstanceOf(
        ConnectError,
      );
    } finally {
      for (const socket of sockets) socket.destroy();
      server.close();
    }
  });

  it('gives up when the signal aborts while the driver dials', async () => {
    const failing = BuildkitClient.connect(() => new Promise(() => undefined), {
      signal: timeLimit(50),
    });
    await expect(failing).rejects.toBeInstanceOf(ConnectError);
  });

  it('fails every pending and later call with a typed error after close', async () => {
    const own = await BuildkitClient.connect(dial);
    const listening = collect(own.listenBuildHistory());
    const waiting = collect(own.status('no-such-ref'));
    setTimeout(() => void own.close(), 50);
    for (const { status, reason } of (await Promise.allSettled([
      listening,
      waiting,
    ])) as PromiseRejectedResult[]) {
      expect(status).toBe('rejected');
      expect(reason).toBeInstanceOf(DaemonGoneError);
    }
    await expect(own.info()).rejects.toBeInstanceOf(DaemonGoneError);
  });
});
