import { displayPath, type BytePath } from './bytePath';
import { ExportFolder, type ExportedFile } from './exportFolder';
import { ExportOrder } from './exportOrder';
import { describeFsError, FileTransferError } from './fileTransferError';
import { isDirectory, isRegular, isSymlink } from './goFileMode';
import { forEachMessage, type JobChannel } from './jobChannel';
import type { JobProgress } from './jobMessages';
import { PacketBatch, PacketType, readPacket, type Packet } from './packet';
import type { Stat } from './stat';

const REQUEST_BATCH = 16 * 1024;

/** Files open at once before the daemon is taken for hostile; fsutil's sender has four under way. */
const MAX_OPEN_FILES = 128;

interface OpenFile extends ExportedFile {
  rest: bigint;
}

/** fsutil's receiving side for one call: writes the tree that the local exporter sends into a folder. */
export class FolderReceiver {
  private readonly packets: PacketBatch;
  private readonly order = new ExportOrder();
  private readonly requested = new Map<number, Stat>();
  private readonly open = new Map<number, OpenFile>();
  private readonly regularFiles = new Set<BytePath>();
  private readonly hardLinks: Stat[] = [];
  private readonly folders: Stat[] = [];
  private target: ExportFolder | undefined;
  private entries = 0;
  private files = 0;
  private bytes = 0;
  private state: 'listing' | 'listed' | 'fin-sent' | 'finished' = 'listing';

  constructor(
    private readonly path: string,
    private readonly channel: JobChannel,
  ) {
    this.packets = new PacketBatch(REQUEST_BATCH, (framed) => channel.send(framed));
  }

  get progress(): JobProgress {
    return { entries: this.entries, files: this.files, bytes: this.bytes };
  }

  /** Resolves after the FIN handshake, or when the daemon ends the call after our part of it. On failure complete files stay, incomplete ones are removed. */
  async run(): Promise<void> {
    try {
      this.target = new ExportFolder(this.path);
      while (this.state !== 'finished') await this.step(this.target);
    } catch (error) {
      // A daemon that has our FIN may end the call at once: everything is written then.
      const complete = this.state === 'fin-sent' || this.state === 'finished';
      if (complete && this.channel.stopReason?.code === 'cancelled') return;
      const failure = this.withWhatStays(describeFsError(error, 'export to', this.path));
      for (const file of this.open.values()) this.target?.abandonFile(file);
      this.open.clear();
      if (!this.channel.stopReason && failure.code !== 'remote') {
        this.packets.error(failure.message);
        this.packets.flush();
      }
      throw failure;
    }
  }

  private async step(target: ExportFolder): Promise<void> {
    const batch = await this.channel.receive();
    if (!batch) {
      if (this.state !== 'fin-sent') {
        throw new FileTransferError('protocol', 'The daemon ended the export before it was complete.');
      }
      this.state = 'finished';
      return;
    }
    forEachMessage(batch, (buffer, start, end) => this.take(target, readPacket(buffer, start, end), buffer));
    if (this.state === 'listed' && this.requested.size === 0 && this.open.size === 0) this.complete(target);
    this.packets.flush();
    this.channel.progress(this.progress);
    await this.channel.turn();
  }

  private take(target: ExportFolder, packet: Packet, buffer: Buffer): void {
    switch (packet.type) {
      case PacketType.stat:
        if (this.state !== 'listing') throw protocolError('described an entry after the end of its list');
        if (packet.stat) this.takeStat(target, packet.stat);
        else this.state = 'listed';
        return;
      case PacketType.data:
        this.takeData(target, packet, buffer);
        return;
      case PacketType.fin:
        if (this.state !== 'fin-sent') throw protocolError('finished before everything had been sent');
        this.state = 'finished';
        return;
      case PacketType.error: {
        const text = buffer.toString('utf8', packet.dataStart, packet.dataEnd);
        throw new FileTransferError('remote', `The daemon couldn't send the export: ${text}`);
      }
      default:
        throw protocolError(`sent a packet of type ${packet.type}`);
    }
  }

  private takeStat(target: ExportFolder, stat: Stat): void {
    const id = this.entries++;
    this.order.next(stat.path, isDirectory(stat.mode));
    if (isDirectory(stat.mode)) {
      target.makeFolder(stat);
      this.folders.push(stat);
    } else if (isSymlink(stat.mode)) target.makeSymlink(stat);
    else if (!isRegular(stat.mode)) throw refuseSpecial(stat.path);
    else if (stat.linkname !== '') this.takeHardLink(stat);
    else {
      this.regularFiles.add(stat.path);
      this.requested.set(id, stat);
      this.packets.request(id);
    }
  }

  private takeHardLink(stat: Stat): void {
    if (!this.regularFiles.has(stat.linkname)) {
      throw new FileTransferError(
        'refused',
        `The daemon wanted ${displayPath(stat.path)} to be a hard link to ${displayPath(stat.linkname)}, which is not a file of this export.`,
        { path: displayPath(stat.path) },
      );
    }
    this.hardLinks.push(stat);
  }

  private takeData(target: ExportFolder, packet: Packet, buffer: Buffer): void {
    const file = this.open.get(packet.id) ?? this.openRequested(target, packet.id);
    const length = packet.dataEnd - packet.dataStart;
    if (length > 0) {
      file.rest -= BigInt(length);
      if (file.rest < 0n) throw wrongSize(file.stat, 'more');
      target.write(file, buffer, packet.dataStart, packet.dataEnd);
      this.bytes += length;
      return;
    }
    if (file.rest !== 0n) throw wrongSize(file.stat, 'less');
    this.open.delete(packet.id);
    target.finishFile(file);
    this.files++;
  }

  private openRequested(target: ExportFolder, id: number): OpenFile {
    const stat = this.requested.get(id);
    if (!stat) throw protocolError(`sent content for ${id}, which wasn't asked for`);
    if (this.open.size >= MAX_OPEN_FILES) throw protocolError('sent too many files at the same time');
    const file: OpenFile = { ...target.createFile(stat), rest: stat.size };
    this.requested.delete(id);
    this.open.set(id, file);
    return file;
  }

  /** Hard links wait for the content of their targets, folders' modes and times for everything that is in them. */
  private complete(target: ExportFolder): void {
    for (const link of this.hardLinks) target.makeHardLink(link);
    for (const folder of this.folders.reverse()) target.finishFolder(folder);
    this.packets.fin();
    this.state = 'fin-sent';
  }

  private withWhatStays(failure: FileTransferError): FileTransferError {
    if (this.files === 0) return failure;
    const options = failure.path === undefined ? { cause: failure } : { path: failure.path, cause: failure };
    return new FileTransferError(
      failure.code,
      `${failure.message} ${this.files === 1 ? '1 file was' : `${this.files} files were`} already written to ${this.path} and stayed there.`,
      options,
    );
  }
}

function protocolError(what: string): FileTransferError {
  return new FileTransferError('protocol', `The daemon broke the transfer protocol: it ${what}.`);
}

function wrongSize(stat: Stat, how: 'more' | 'less'): FileTransferError {
  return new FileTransferError(
    'protocol',
    `The daemon announced ${stat.size} bytes for ${displayPath(stat.path)} and sent ${how}.`,
    { path: displayPath(stat.path) },
  );
}

function refuseSpecial(path: BytePath): FileTransferError {
  return new FileTransferError(
    'refused',
    `${displayPath(path)} is a device node or a named pipe, which is not made in a folder. Export a tar archive instead, or leave it out of the last stage.`,
    { path: displayPath(path) },
  );
}
