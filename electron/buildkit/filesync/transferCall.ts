import { GrpcCode, GrpcError } from '../grpcStatus';
import type { SessionCall } from '../session/service';
import { FileTransferError, type FileTransferErrorCode } from './fileTransferError';
import type { FileWorkers } from './fileWorkers';
import { WINDOW, type Job, type JobInput, type JobOutput, type JobProgress } from './jobMessages';

/** Bytes of messages collected before they go to the worker; fewer when the daemon pauses. */
const BATCH_SIZE = 256 * 1024;

const GRPC_CODES: Readonly<Record<FileTransferErrorCode, GrpcCode>> = {
  'not-found': GrpcCode.NOT_FOUND,
  'no-permission': GrpcCode.PERMISSION_DENIED,
  'not-a-folder': GrpcCode.FAILED_PRECONDITION,
  'in-the-way': GrpcCode.ALREADY_EXISTS,
  'disk-full': GrpcCode.RESOURCE_EXHAUSTED,
  'bad-pattern': GrpcCode.INVALID_ARGUMENT,
  refused: GrpcCode.PERMISSION_DENIED,
  protocol: GrpcCode.DATA_LOSS,
  remote: GrpcCode.ABORTED,
  cancelled: GrpcCode.CANCELLED,
  worker: GrpcCode.INTERNAL,
  io: GrpcCode.UNKNOWN,
};

/**
 * Conducts one call by a job on a file worker; this thread only passes bytes on, never more than a window ahead of
 * whoever takes them. Resolves with the job's last progress when it is complete.
 * Throws {@link FileTransferError}, after the worker has released what it had open.
 */
export async function transferCall(
  call: SessionCall,
  workers: FileWorkers,
  job: Job,
  onProgress: (progress: JobProgress) => void,
): Promise<JobProgress> {
  const link = workers.open(job);
  const { port } = link;
  const stop = (failure: FileTransferError): void => {
    const { code, message, path } = failure;
    port.postMessage({ type: 'stop', failure: { code, message, path } } satisfies JobInput);
  };
  const cancel = (): void =>
    stop(new FileTransferError('cancelled', 'The transfer was cancelled.', { cause: call.signal.reason }));

  const input = new InputBatches(port);
  let sending = Promise.resolve();
  try {
    const finished = new Promise<Extract<JobOutput, { type: 'finished' }>>((resolve, reject) => {
      link.onDeath = reject;
      port.on('message', (output: JobOutput) => {
        switch (output.type) {
          case 'frames': {
            const { bytes } = output;
            const { length, buffer } = bytes;
            const giveBack = (): void =>
              port.postMessage({ type: 'reuse', buffer } satisfies JobInput, [buffer]);
            sending = sending.then(async () => {
              await call.sendFramed(bytes, giveBack);
              port.postMessage({ type: 'sent', bytes: length } satisfies JobInput);
            });
            sending.catch((cause: unknown) =>
              stop(new FileTransferError('cancelled', 'The connection to the daemon was lost.', { cause })),
            );
            return;
          }
          case 'taken':
            input.taken(output.bytes);
            return;
          case 'progress':
            onProgress(output.progress);
            return;
          case 'finished':
            resolve(output);
        }
      });
    });
    call.signal.addEventListener('abort', cancel);
    if (call.signal.aborted) cancel();
    input.feed(call.messages).catch((cause: unknown) => {
      stop(new FileTransferError('cancelled', 'The connection to the daemon was lost.', { cause }));
    });
    const { failure, progress } = await finished;
    if (failure) {
      const { code, message, path } = failure;
      throw new FileTransferError(code, message, path === undefined ? undefined : { path });
    }
    await sending;
    return progress;
  } finally {
    call.signal.removeEventListener('abort', cancel);
    input.close();
    link.release();
  }
}

/** The gRPC status that a failed transfer ends with. */
export function grpcErrorOf(error: FileTransferError): GrpcError {
  return new GrpcError(GRPC_CODES[error.code], error.message, { cause: error });
}

/** Collects the daemon's messages into batches for the worker. */
class InputBatches {
  private parts: Uint8Array[] = [];
  private collected = 0;
  private untaken = 0;
  private resume: (() => void) | undefined;
  private closed = false;
  private scheduled: NodeJS.Immediate | undefined;

  constructor(private readonly port: { postMessage(input: JobInput, transfer?: ArrayBuffer[]): void }) {}

  /** Reads until the daemon sends no more, or {@link close}. */
  async feed(messages: AsyncIterable<Uint8Array>): Promise<void> {
    for await (const message of messages) {
      if (this.closed) return;
      this.parts.push(message);
      this.collected += 4 + message.length;
      if (this.collected >= BATCH_SIZE) this.flush();
      else this.scheduled ??= setImmediate(() => this.flush());
      while (this.untaken + this.collected >= WINDOW && !this.closed) {
        await new Promise<void>((resolve) => (this.resume = resolve));
      }
    }
    this.flush();
    this.port.postMessage({ type: 'end' });
  }

  taken(bytes: number): void {
    this.untaken -= bytes;
    this.resume?.();
  }

  close(): void {
    this.closed = true;
    clearImmediate(this.scheduled);
    this.resume?.();
  }

  private flush(): void {
    clearImmediate(this.scheduled);
    this.scheduled = undefined;
    if (this.collected === 0) return;
    const batch = Buffer.allocUnsafeSlow(this.collected);
    let at = 0;
    for (const part of this.parts) {
      at = batch.writeUInt32BE(part.length, at);
      batch.set(part, at);
      at += part.length;
    }
    this.untaken += this.collected;
    this.parts = [];
    this.collected = 0;
    this.port.postMessage({ type: 'messages', bytes: batch }, [batch.buffer]);
  }
}
