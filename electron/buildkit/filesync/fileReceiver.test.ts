import { existsSync, mkdirSync, readFileSync, readdirSync, unlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import { afterAll, describe, expect, it } from 'vitest';
import { GrpcCode } from '../grpcStatus';
import { createExportService, type ExportProgress } from './exportService';
import { createFileWorkers } from './fileWorkers';
import { launchSourceWorker } from '../../testing/workers';
import { MemoryCall } from './testing/memoryCall';
import { scratchFolder } from './testing/scratchFolder';

const workers = createFileWorkers(launchSourceWorker);
afterAll(() => workers.close());

function bytesMessage(data: Uint8Array): Uint8Array {
  return new BinaryWriter().tag(1, WireType.LengthDelimited).bytes(data).finish();
}

/** Starts an archive export to `path`. */
function receive(
  path: string,
  signal?: AbortSignal,
): { call: MemoryCall; done: Promise<void>; progress: ExportProgress[] } {
  const progress: ExportProgress[] = [];
  const call = new MemoryCall({ 'buildkit-attachable-exporter-id': ['1'] }, signal);
  const service = createExportService(new Map([[1, { kind: 'file', path }]]), {
    workers,
    onProgress: (report) => progress.push(report),
  });
  return { call, done: service.methods['DiffCopy']!(call), progress };
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setTimeout(resolve, 5));
}

describe('an archive', () => {
  it('appears under its name when it is complete, in place of an older one, its folder made', async () => {
    const path = join(scratchFolder(), 'made/image.tar');
    mkdirSync(dirname(path));
    writeFileSync(path, 'old');
    const { call, done, progress } = receive(path);
    const parts = Array.from({ length: 300 }, (_, index) => Buffer.alloc(index * 111, index));
    const extra = new BinaryWriter().tag(9, WireType.Varint).uint32(5).finish();
    for (const part of parts) await call.deliver(Buffer.concat([extra, bytesMessage(part)]));
    await until(() => existsSync(`${path}.partial`));
    expect(readFileSync(path, 'utf8')).toBe('old');
    call.end();
    await done;
    expect(readFileSync(path).equals(Buffer.concat(parts))).toBe(true);
    expect(readdirSync(dirname(path))).toEqual(['image.tar']);
    const bytes = parts.reduce((sum, part) => sum + part.length, 0);
    expect(progress.at(-1)).toEqual({ exporterId: 1, files: 1, bytes, done: true });
  });

  it('may be empty, and replaces what a killed run left behind', async () => {
    const path = join(scratchFolder(), 'image.tar');
    writeFileSync(`${path}.partial`, 'left behind');
    const { call, done } = receive(path);
    call.end();
    await done;
    expect(readFileSync(path)).toHaveLength(0);
  });

  it('leaves nothing when the build is cancelled, and the older one whole', async () => {
    const path = join(scratchFolder(), 'image.tar');
    writeFileSync(path, 'old');
    const cancel = new AbortController();
    const { call, done } = receive(path, cancel.signal);
    await call.deliver(bytesMessage(Buffer.alloc(1000)));
    await until(() => existsSync(`${path}.partial`));
    cancel.abort();
    await expect(done).rejects.toMatchObject({ code: GrpcCode.CANCELLED });
    expect(readdirSync(dirname(path))).toEqual(['image.tar']);
    expect(readFileSync(path, 'utf8')).toBe('old');
  });

  it('is not made where a folder stands, nor below a file', async () => {
    const folder = scratchFolder();
    await expect(receive(folder).done).rejects.toMatchObject({ cause: { code: 'in-the-way' } });
    writeFileSync(join(folder, 'file'), '');
    await expect(receive(join(folder, 'file/image.tar')).done).rejects.toMatchObject({
      cause: { code: 'not-a-folder' },
    });
    expect(readdirSync(folder)).toEqual(['file']);
  });

  it('of two builds that write to the same name is not mixed up: the one overtaken fails', async () => {
    const path = join(scratchFolder(), 'image.tar');
    const first = receive(path);
    await until(() => existsSync(`${path}.partial`));
    unlinkSync(`${path}.partial`);
    writeFileSync(`${path}.partial`, "the other's");
    first.call.end();
    await expect(first.done).rejects.toMatchObject({ message: expect.stringContaining('Another build') });
    expect(readFileSync(`${path}.partial`, 'utf8')).toBe("the other's");
  });

  it('is refused for an exporter without a target', async () => {
    const service = createExportService(new Map(), { workers });
    await expect(service.methods['DiffCopy']!(new MemoryCall())).rejects.toMatchObject({
      code: GrpcCode.NOT_FOUND,
      message: 'exporter 0 not found',
    });
  });
});
