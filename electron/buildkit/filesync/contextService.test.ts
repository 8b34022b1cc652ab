import fc from 'fast-check';
import {
  appendFileSync,
  chmodSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  truncateSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Worker } from 'node:worker_threads';
import { afterAll, describe, expect, it } from 'vitest';
import { GrpcCode } from '../grpcStatus';
import { createContextService, type ContextProgress, type ContextSource } from './contextService';
import { createExportService } from './exportService';
import type { FileTransferError } from './fileTransferError';
import { createFileWorkers, type FileWorkers } from './fileWorkers';
import { WINDOW, type JobOutput } from './jobMessages';
import { PacketType } from './packet';
import { launchSourceWorker } from '../../testing/workers';
import { linkedCalls, MemoryCall } from './testing/memoryCall';
import { decodePacket, encodePacket, type PlainPacket } from './testing/packets';
import { scratchFolder, scratchTree } from './testing/scratchFolder';

const workers = createFileWorkers(launchSourceWorker);
afterAll(() => workers.close());

/** Copies a folder through both services, each the other's daemon. */
async function copy(
  source: ContextSource,
  to: string,
  metadata: Record<string, string[]> = {},
): Promise<ContextProgress[]> {
  const [left, right] = linkedCalls({ 'dir-name': ['context'], ...metadata }, {});
  const progress: ContextProgress[] = [];
  const sender = createContextService(new Map([['context', source]]), {
    workers,
    onProgress: (report) => progress.push(report),
  });
  const receiver = createExportService(new Map([[0, { kind: 'directory', path: to }]]), { workers });
  await Promise.all([sender.methods['DiffCopy']!(left), receiver.methods['DiffCopy']!(right)]);
  return progress;
}

/** Plays a daemon that takes a context; `answer` gets each packet and returns what to send back. */
function offer(
  source: ContextSource,
  answer: (packet: ReturnType<typeof decodePacket>, call: MemoryCall) => PlainPacket[] | void,
  metadata: Record<string, string[]> = { 'dir-name': ['context'] },
  signal?: AbortSignal,
): { call: MemoryCall; status: Promise<unknown>; errors: FileTransferError[] } {
  const call = new MemoryCall(metadata, signal);
  call.onSent = (payload) => {
    for (const reply of answer(decodePacket(payload), call) ?? []) void call.deliver(encodePacket(reply));
  };
  const errors: FileTransferError[] = [];
  const service = createContextService(new Map([['context', source]]), {
    workers,
    onError: (_name, error) => errors.push(error),
  });
  const status = service.methods['DiffCopy']!(call).then(
    () => 'ok',
    (error: unknown) => error,
  );
  return { call, status, errors };
}

function snapshot(root: string): unknown[] {
  const entries: unknown[] = [];
  const visit = (folder: string): void => {
    for (const name of readdirSync(Buffer.from(`${root}/${folder}`, 'latin1'), {
      encoding: 'latin1',
    }).sort()) {
      const path = `${folder}${name}`;
      const at = Buffer.from(`${root}/${path}`, 'latin1');
      const stat = lstatSync(at);
      const content = stat.isFile() ? readFileSync(at, 'hex') : stat.isSymbolicLink() ? readlinkSync(at) : '';
      entries.push([path, stat.mode, stat.isDirectory() ? 0 : Math.trunc(stat.mtimeMs), content]);
      if (stat.isDirectory()) visit(`${path}/`);
    }
  };
  visit('');
  return entries;
}

describe('a context', () => {
  it('arrives as it was, whatever its tree', async () => {
    const name = fc
      .uint8Array({ minLength: 1, maxLength: 12 })
      .map((bytes) =>
        Buffer.from(bytes.map((byte) => (byte === 0 || byte === 47 ? 97 : byte))).toString('latin1'),
      )
      .filter((text) => text !== '.' && text !== '..');
    const entry = fc.record({
      path: fc.array(name, { minLength: 1, maxLength: 4 }),
      content: fc.oneof(fc.uint8Array({ maxLength: 50 }), fc.integer({ min: 0, max: 700_000 })),
      mode: fc.constantFrom(0o644, 0o755, 0o600, 0o4711, 0o444),
      link: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(entry, { maxLength: 15 }), async (entries) => {
        const from = mkdtempSync(join(tmpdir(), 'manifold-from-'));
        const to = mkdtempSync(join(tmpdir(), 'manifold-to-'));
        try {
          for (const { path, content, mode, link } of entries) {
            const folder = [from, ...path.slice(0, -1)].join('/');
            const at = Buffer.from([from, ...path].join('/'), 'latin1');
            try {
              mkdirSync(Buffer.from(folder, 'latin1'), { recursive: true });
              if (link) symlinkSync(Buffer.from('../\xff', 'latin1'), at);
              else {
                writeFileSync(at, typeof content === 'number' ? Buffer.alloc(content, 7) : content);
                chmodSync(at, mode);
              }
            } catch (error) {
              // Two generated paths collided: one a folder, the other not.
              expect(error).toMatchObject({
                code: expect.stringMatching(/EEXIST|ENOTDIR|EISDIR|ENOENT|ELOOP/),
              });
            }
          }
          await copy({ kind: 'folder', path: from }, to);
          expect(snapshot(to)).toEqual(snapshot(from));
        } finally {
          rmSync(from, { recursive: true });
          rmSync(to, { recursive: true });
        }
      }),
      { numRuns: 30 },
    );
  });

  it('of 100,000 files goes through, and reports its progress', { timeout: 120_000 }, async () => {
    const root = scratchFolder();
    for (let folder = 0; folder < 100; folder++) {
      mkdirSync(join(root, `${folder}`));
      for (let file = 0; file < 1000; file++) writeFileSync(join(root, `${folder}/${file}`), '');
    }
    let entries = 0;
    const started = performance.now();
    const { status } = offer({ kind: 'folder', path: root }, (packet) => {
      if (packet.type === PacketType.stat && packet.path === undefined) return [{ type: PacketType.fin }];
      if (packet.type === PacketType.stat) entries++;
      return undefined;
    });
    expect(await status).toBe('ok');
    expect(entries).toBe(100_100);
    console.log(`100,000 unchanged files: ${(performance.now() - started).toFixed(0)} ms`);
    const progress = await copy({ kind: 'folder', path: root }, scratchFolder(), {
      'include-patterns': ['1*'],
    });
    expect(progress.at(-1)).toEqual({
      name: 'context',
      entries: 11_011,
      files: 11_000,
      bytes: 0,
      done: true,
    });
  });

  it('can be text that is only on screen, filtered like any other', async () => {
    const to = scratchFolder();
    const files = new Map([
      ['Dockerfile', Buffer.from('FROM scratch')],
      ['Dockerfile.dockerignore', Buffer.from('*')],
      ['other', Buffer.from('x')],
    ]);
    const followpaths = ['Dockerfile', 'Dockerfile.dockerignore', 'dockerfile'];
    await copy({ kind: 'files', files }, to, { followpaths });
    expect(readdirSync(to).sort()).toEqual(['Dockerfile', 'Dockerfile.dockerignore']);
    expect(readFileSync(join(to, 'Dockerfile'), 'utf8')).toBe('FROM scratch');
  });

  it('honours patterns that arrive escaped', async () => {
    const root = scratchTree({ 'é x': '', '+': '', b: '', 'node_modules/y': '' });
    const to = scratchFolder();
    await copy({ kind: 'folder', path: root }, to, {
      'exclude-patterns': ['%C3%A9+x', '%2B', 'node_modules'],
      'exclude-patterns-encoded': ['1'],
    });
    expect(readdirSync(to)).toEqual(['b']);
  });

  it('is refused under another name', async () => {
    const metadata = { 'dir-name': ['etc'] };
    const { status } = offer({ kind: 'folder', path: '/' }, () => undefined, metadata);
    expect(await status).toMatchObject({
      code: GrpcCode.NOT_FOUND,
      message: 'no access allowed to dir "etc"',
    });
  });
});

describe('files that change while they are sent', () => {
  /** Offers one file, changes it once it is described, and returns what is then sent of it. */
  async function changed(
    change: (path: string) => void,
  ): Promise<{ sent: Buffer; status: unknown; told: string }> {
    const root = scratchTree({ file: 'x'.repeat(1000) });
    const parts: Uint8Array[] = [];
    let told = '';
    const { status } = offer({ kind: 'folder', path: root }, (packet) => {
      if (packet.type === PacketType.error) told = Buffer.from(packet.data).toString();
      if (packet.type === PacketType.data && packet.data.length > 0) parts.push(packet.data);
      else if (packet.type === PacketType.data) return [{ type: PacketType.fin }];
      if (packet.type !== PacketType.stat || packet.path === undefined) return undefined;
      change(join(root, 'file'));
      return [{ type: PacketType.request, id: 0 }];
    });
    return { status: await status, sent: Buffer.concat(parts), told };
  }

  it('are sent up to the size that was told when they grow, and as they are when they shrink', async () => {
    const grown = await changed((path) => appendFileSync(path, 'more'));
    expect(grown).toMatchObject({ status: 'ok', sent: Buffer.from('x'.repeat(1000)) });
    const shrunk = await changed((path) => truncateSync(path, 10));
    expect(shrunk).toMatchObject({ status: 'ok', sent: Buffer.from('x'.repeat(10)) });
  });

  it('end the transfer with an error that names them when they vanish', async () => {
    const gone = await changed((path) => unlinkSync(path));
    expect(gone.status).toMatchObject({
      code: GrpcCode.NOT_FOUND,
      cause: { code: 'not-found', path: '"file"' },
    });
    expect(gone.told).toContain('"file" vanished while the build context was being sent');
  });

  it('are not followed when a link takes their place', async () => {
    const swapped = await changed((path) => {
      unlinkSync(path);
      symlinkSync('/etc/passwd', path);
    });
    expect(swapped.status).toMatchObject({ cause: { code: 'refused' } });
    expect(swapped.sent).toHaveLength(0);
  });
});

describe('a transfer that fails', () => {
  it('says which folder cannot be read, here and to the daemon', async () => {
    let told = '';
    const { status, errors } = offer({ kind: 'folder', path: '/nowhere/at/all' }, (packet) => {
      if (packet.type === PacketType.error) told = Buffer.from(packet.data).toString();
    });
    expect(await status).toMatchObject({ code: GrpcCode.NOT_FOUND });
    expect(errors).toMatchObject([{ code: 'not-found', message: told }]);
    expect(told).toContain('/nowhere/at/all');
  });

  it('names a pattern that cannot be parsed', async () => {
    const { status } = offer({ kind: 'folder', path: scratchTree({ a: '' }) }, () => undefined, {
      'dir-name': ['context'],
      'exclude-patterns': ['ok', '?\\'],
    });
    expect(await status).toMatchObject({
      code: GrpcCode.INVALID_ARGUMENT,
      message: expect.stringContaining('"?\\\\"'),
    });
  });

  it.each([
    ['asks for what was not offered', { type: PacketType.request, id: 9 }, 'protocol', "wasn't offered"],
    ['reports an error', { type: PacketType.error, data: Buffer.from('no space') }, 'remote', 'no space'],
  ])('because the daemon %s', async (_what, packet, code, text) => {
    const { status } = offer({ kind: 'folder', path: scratchTree({ a: '' }) }, (received) =>
      received.type === PacketType.stat && received.path === undefined ? [packet] : undefined,
    );
    expect(await status).toMatchObject({ cause: { code, message: expect.stringContaining(text) } });
  });

  it('because the daemon hangs up early', async () => {
    const { status } = offer({ kind: 'folder', path: scratchTree({ a: '' }) }, (packet, call) => {
      if (packet.path === undefined) call.end();
    });
    expect(await status).toMatchObject({ cause: { code: 'protocol' } });
  });

  it('because the build was cancelled, at once and while content is under way', async () => {
    const root = scratchFolder();
    writeFileSync(join(root, 'big'), Buffer.alloc(64 << 20));
    const cancel = new AbortController();
    let received = 0;
    const { status } = offer(
      { kind: 'folder', path: root },
      (packet) => {
        received += packet.data.length;
        if (packet.path === 'big') return [{ type: PacketType.request, id: 0 }];
        if (received > 1 << 20) cancel.abort();
        return undefined;
      },
      { 'dir-name': ['context'] },
      cancel.signal,
    );
    expect(await status).toMatchObject({ code: GrpcCode.CANCELLED });
    expect(received).toBeLessThan(32 << 20);
    const early = offer(
      { kind: 'folder', path: root },
      () => undefined,
      { 'dir-name': ['context'] },
      AbortSignal.abort(),
    );
    expect(await early.status).toMatchObject({ code: GrpcCode.CANCELLED });
  });

  it('because the connection broke', async () => {
    const call = new MemoryCall({ 'dir-name': ['context'] });
    call.sendFramed = () => Promise.reject(new Error('reset'));
    const source: ContextSource = { kind: 'folder', path: scratchTree({ a: '' }) };
    const service = createContextService(new Map([['context', source]]), { workers });
    await expect(service.methods['DiffCopy']!(call)).rejects.toMatchObject({
      message: 'The connection to the daemon was lost.',
    });
  });

  it('because the worker died; the next one gets a new worker', async () => {
    const started: Worker[] = [];
    const mortal = createFileWorkers(() => {
      started.push(launchSourceWorker());
      return started.at(-1)!;
    });
    const source: ContextSource = { kind: 'folder', path: scratchTree({ a: '' }) };
    const service = createContextService(new Map([['context', source]]), { workers: mortal });
    const call = new MemoryCall({ 'dir-name': ['context'] });
    call.onSent = () => void started[0]!.terminate();
    await expect(service.methods['DiffCopy']!(call)).rejects.toMatchObject({ code: GrpcCode.INTERNAL });
    const next = new MemoryCall({ 'dir-name': ['context'] });
    next.onSent = (payload) => {
      if (payload.length === 0) void next.deliver(encodePacket({ type: PacketType.fin }));
    };
    await service.methods['DiffCopy']!(next);
    expect(started).toHaveLength(2);
    await mortal.close();
    await expect(service.methods['DiffCopy']!(next)).rejects.toMatchObject({
      message: expect.stringContaining('closing'),
    });
  });
});

it('a daemon that does not read stops the worker after a window', async () => {
  const root = scratchFolder();
  writeFileSync(join(root, 'big'), Buffer.alloc(40 << 20));
  const call = new MemoryCall({ 'dir-name': ['context'] });
  let fromWorker = 0;
  const watched: FileWorkers = {
    ...workers,
    open(job) {
      const link = workers.open(job);
      link.port.on('message', (output: JobOutput) => {
        if (output.type === 'frames') fromWorker += output.bytes.length;
      });
      return link;
    },
  };
  const service = createContextService(new Map([['context', { kind: 'folder', path: root }]]), {
    workers: watched,
  });
  let asked = false;
  let open = (): void => undefined;
  const gate = new Promise<void>((resolve) => (open = resolve));
  call.sendFramed = async () => {
    if (asked) return gate;
    asked = true;
    await call.deliver(encodePacket({ type: PacketType.request, id: 0 }));
  };
  const finished = service.methods['DiffCopy']!(call);
  await new Promise((resolve) => setTimeout(resolve, 500));
  expect(fromWorker).toBeGreaterThanOrEqual(WINDOW);
  expect(fromWorker).toBeLessThan(WINDOW + (1 << 20));
  open();
  void call.deliver(encodePacket({ type: PacketType.fin }));
  await finished;
  expect(fromWorker).toBeGreaterThan(40 << 20);
});
