import { displayPath, matchText, type BytePath } from './bytePath';
import { ContextFilter } from './contextFilter';
import type { ContextTree, TreeFile } from './contextTree';
import { walkContext } from './contextWalk';
import { describeFsError, errnoOf, FileTransferError } from './fileTransferError';
import { FolderTree } from './folderTree';
import { includesWithFollowed } from './followLinks';
import { isRegular } from './goFileMode';
import { forEachMessage, type JobChannel } from './jobChannel';
import type { Job, JobProgress } from './jobMessages';
import { MemoryTree } from './memoryTree';
import { PacketBatch, PacketType, readPacket } from './packet';

/** Content in one DATA packet, and bytes collected before they are handed on; see WIRE.md's measurements. */
const DATA_SIZE = 256 * 1024;
const BATCH_SIZE = 2 * DATA_SIZE + 64;

interface WantedFile {
  readonly id: number;
  readonly path: BytePath;
  /** The size that was told to the daemon. */
  readonly size: number;
}

/** fsutil's sending side for one call: tells what is there, sends the content the daemon asks for, ends with FIN. */
export class ContextSender {
  private readonly packets: PacketBatch;
  private readonly known = new Map<number, { path: BytePath; size: number }>();
  private wanted: WantedFile[] = [];
  private finished = false;
  private entries = 0;
  private files = 0;
  private bytes = 0;

  constructor(
    private readonly job: Extract<Job, { kind: 'send' }>,
    private readonly channel: JobChannel,
  ) {
    this.packets = new PacketBatch(BATCH_SIZE, (framed) => channel.send(framed));
    channel.onReuse = (buffer) => this.packets.reuse(buffer);
  }

  get progress(): JobProgress {
    return { entries: this.entries, files: this.files, bytes: this.bytes };
  }

  /** Resolves after the FIN handshake. A failure of ours is also told to the daemon as an ERR packet. */
  async run(): Promise<void> {
    try {
      const { source, includePatterns, excludePatterns, followPaths } = this.job;
      const tree = source.kind === 'folder' ? new FolderTree(source.path) : new MemoryTree(source.files);
      const includes = includesWithFollowed(tree, includePatterns, followPaths);
      const filter = new ContextFilter(includes.map(matchText), excludePatterns.map(matchText));
      await Promise.all([this.tell(tree, filter), this.listen(), this.serve(tree)]);
    } catch (error) {
      const failure = describeFsError(error, 'send', 'the build context');
      if (!this.channel.stopReason && failure.code !== 'remote') {
        this.packets.error(failure.message);
        this.packets.flush();
      }
      this.channel.stop(failure);
      throw failure;
    }
  }

  private async tell(tree: ContextTree, filter: ContextFilter): Promise<void> {
    for (const stat of walkContext(tree, filter)) {
      if (stat) {
        if (isRegular(stat.mode)) this.known.set(this.entries, { path: stat.path, size: Number(stat.size) });
        this.entries++;
        this.packets.stat(stat);
      } else {
        this.channel.progress(this.progress);
        this.packets.flush();
        await this.channel.turn();
      }
    }
    this.packets.endOfStats();
    this.packets.flush();
  }

  private async listen(): Promise<void> {
    while (!this.finished) {
      const batch = await this.channel.receive();
      if (!batch)
        throw new FileTransferError('protocol', 'The daemon ended the transfer before it was complete.');
      forEachMessage(batch, (buffer, start, end) => this.take(buffer, start, end));
      this.channel.nudge();
    }
  }

  private take(buffer: Buffer, start: number, end: number): void {
    const packet = readPacket(buffer, start, end);
    switch (packet.type) {
      case PacketType.request: {
        const file = this.known.get(packet.id);
        if (!file) {
          throw new FileTransferError(
            'protocol',
            `The daemon asked for file ${packet.id}, which it wasn't offered.`,
          );
        }
        this.known.delete(packet.id);
        this.wanted.push({ id: packet.id, ...file });
        return;
      }
      case PacketType.fin:
        this.finished = true;
        this.packets.fin();
        this.packets.flush();
        return;
      case PacketType.error: {
        const text = buffer.toString('utf8', packet.dataStart, packet.dataEnd);
        throw new FileTransferError('remote', `The daemon couldn't take the build context: ${text}`);
      }
    }
  }

  private async serve(tree: ContextTree): Promise<void> {
    while (!this.finished) {
      const batch = this.wanted;
      this.wanted = [];
      for (const file of batch) {
        await this.sendFile(tree, file);
        this.files++;
        this.channel.progress(this.progress);
      }
      this.packets.flush();
      await this.channel.turn();
      while (this.wanted.length === 0 && !this.finished && !this.channel.stopReason)
        await this.channel.something();
    }
  }

  /** At most the size that was told is sent, so that a file that keeps growing ends. */
  private async sendFile(tree: ContextTree, { id, path, size }: WantedFile): Promise<void> {
    const file = openFile(tree, path);
    try {
      // A file that was empty may be one whose size the file system doesn't tell.
      let rest = size === 0 ? Infinity : size;
      while (rest > 0) {
        const count = this.packets.data(id, Math.min(rest, DATA_SIZE), (buffer, offset, length) =>
          readFile(file, path, buffer, offset, length),
        );
        if (count === 0) break;
        rest -= count;
        this.bytes += count;
        if (this.packets.pending >= DATA_SIZE) {
          this.packets.flush();
          this.channel.progress(this.progress);
          await this.channel.turn();
        }
      }
    } finally {
      file.close();
    }
    this.packets.endOfData(id);
  }
}

function openFile(tree: ContextTree, path: BytePath): TreeFile {
  try {
    return tree.open(path);
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') {
      const message = `${displayPath(path)} vanished while the build context was being sent. Build again, or exclude it in .dockerignore.`;
      throw new FileTransferError('not-found', message, { path: displayPath(path), cause: error });
    }
    throw describeFsError(error, 'read', displayPath(path));
  }
}

function readFile(file: TreeFile, path: BytePath, buffer: Buffer, offset: number, length: number): number {
  try {
    return file.read(buffer, offset, length);
  } catch (error) {
    throw describeFsError(error, 'read', displayPath(path));
  }
}
