import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  mkdirSync,
  openSync,
  renameSync,
  statSync,
  unlinkSync,
  writevSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { decodeBytesMessage } from '../session/bytesMessage';
import { describeFsError, errnoOf, FileTransferError } from './fileTransferError';
import { forEachMessage, type JobChannel } from './jobChannel';
import type { JobProgress } from './jobMessages';

const CREATE = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL;

/** Receives a stream of BytesMessages (field 1: bytes) into a file that appears under its name when it is complete. */
export class FileReceiver {
  private readonly partial: string;
  private bytes = 0;
  private complete = false;

  constructor(
    private readonly path: string,
    private readonly channel: JobChannel,
  ) {
    this.partial = `${path}.partial`;
  }

  get progress(): JobProgress {
    return { entries: 1, files: this.complete ? 1 : 0, bytes: this.bytes };
  }

  /** Resolves when the daemon has sent everything and the file is in its place. On failure nothing is left of it. */
  async run(): Promise<void> {
    try {
      const descriptor = this.create();
      try {
        await this.fill(descriptor);
        if (!this.isOurs(descriptor)) {
          const message = `Another build is writing to ${this.path} at the same time.`;
          throw new FileTransferError('in-the-way', message, { path: this.path });
        }
        renameSync(this.partial, this.path);
        this.complete = true;
      } finally {
        if (!this.complete && this.isOurs(descriptor)) unlinkSync(this.partial);
        closeSync(descriptor);
      }
    } catch (error) {
      throw describeFsError(error, 'write', this.path);
    }
  }

  private create(): number {
    if (statSync(this.path, { throwIfNoEntry: false })?.isDirectory()) {
      throw new FileTransferError(
        'in-the-way',
        `${this.path} is a folder; choose another name for the archive.`,
        {
          path: this.path,
        },
      );
    }
    mkdirSync(dirname(this.path), { recursive: true });
    try {
      return openSync(this.partial, CREATE, 0o666);
    } catch (error) {
      if (errnoOf(error) !== 'EEXIST') throw error;
    }
    // Left behind by a run that was killed.
    unlinkSync(this.partial);
    return openSync(this.partial, CREATE, 0o666);
  }

  private async fill(descriptor: number): Promise<void> {
    for (let batch = await this.channel.receive(); batch; batch = await this.channel.receive()) {
      const parts: Uint8Array[] = [];
      forEachMessage(batch, (buffer, start, end) => {
        const data = decodeBytesMessage(buffer.subarray(start, end));
        if (data.length > 0) parts.push(data);
      });
      writeAll(descriptor, parts);
      for (const part of parts) this.bytes += part.length;
      this.channel.progress(this.progress);
      await this.channel.turn();
    }
  }

  /** Whether the partial file is the one we made; another build may have put its own there. */
  private isOurs(descriptor: number): boolean {
    const ours = fstatSync(descriptor, { bigint: true });
    const there = lstatSync(this.partial, { bigint: true, throwIfNoEntry: false });
    return there?.ino === ours.ino && there.dev === ours.dev;
  }
}

function writeAll(descriptor: number, parts: readonly Uint8Array[]): void {
  const total = parts.reduce((sum, part) => sum + part.length, 0);
  if (total === 0) return;
  let written = writevSync(descriptor, parts);
  // A short write is rare; what is left is then written in one piece.
  if (written === total) return;
  const rest = Buffer.concat(parts);
  while (written < total) written += writevSync(descriptor, [rest.subarray(written)]);
}
