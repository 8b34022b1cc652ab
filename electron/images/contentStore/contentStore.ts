import { createHash } from 'node:crypto';
import { open, rm, type FileHandle } from 'node:fs/promises';
import { BlobError, checkDigest, checkSize } from '../blobSource';
import type { BlobToRead, OpenImage } from '../openImage';
import { BlobFiles, fileAt, isAbsent } from './blobFiles';

const chunkBytes = 256 * 1024;
/** After an eviction that much of the limit is in use, so that not every new blob evicts another one. */
const keptShare = 0.9;
/** How long nothing is stored after storing failed. */
const pauseMs = 60_000;

export interface ContentStoreOptions {
  /** Absolute path of a folder of its own; made when it is not there. */
  readonly folder: string;
  /** How many bytes all blobs together may have. */
  readonly maxBytes: number;
  /** Told what keeps the store from working, such as a full or a failing disk; reading goes on without it. */
  readonly onProblem: (error: unknown) => void;
}

/** Where blobs come from that are not stored. */
export type StoredSource = Pick<OpenImage, 'read' | 'stream'>;

/**
 * Verified blobs on disk, by digest; those that were read longest ago go when there are too many. What is damaged on disk
 * is noticed when it is read, and thrown away. Needs no closing, and may be used by several processes at once.
 */
export class ContentStore {
  private storedBytes = 0;
  private pausedUntilMs = 0;
  private readonly reading = new Map<string, number>();
  private evicting: Promise<void> | undefined;

  private constructor(
    private readonly files: BlobFiles,
    private readonly options: ContentStoreOptions,
  ) {}

  /** @throws the file system's error when the folder can't be made or read */
  static async open(options: ContentStoreOptions): Promise<ContentStore> {
    const store = new ContentStore(await BlobFiles.open(options.folder), options);
    store.storedBytes = (await store.files.list()).reduce((sum, { size }) => sum + size, 0);
    if (store.storedBytes > options.maxBytes) await store.evict();
    return store;
  }

  /** Whether there is such a blob; it may be damaged. */
  async has(digest: string): Promise<boolean> {
    const path = this.files.path(digest);
    return path !== undefined && (await fileAt(path)) !== undefined;
  }

  /**
   * A whole blob, checked against its digest.
   *
   * @returns undefined when it is not stored, was damaged, or can't be read
   * @throws BlobError `too-large`, or the signal's reason
   */
  async read(
    digest: string,
    { maxBytes, signal }: { maxBytes: number; signal?: AbortSignal },
  ): Promise<Uint8Array | undefined> {
    signal?.throwIfAborted();
    const path = this.files.path(digest);
    const file = path === undefined ? undefined : await this.openFile(path);
    if (path === undefined || file === undefined) return undefined;
    try {
      checkSize(digest, (await file.stat()).size, maxBytes);
      const bytes = await file.readFile();
      checkDigest(digest, bytes);
      return bytes;
    } catch (error) {
      if (error instanceof BlobError && error.reason === 'too-large') throw error;
      if (!(error instanceof BlobError)) this.options.onProblem(error);
      await this.throwAway(path);
      return undefined;
    } finally {
      await this.closeFile(path, file);
    }
  }

  /**
   * The same source, with what was read from it kept, and read from here the next time. Of what is not read to its end
   * nothing is kept.
   */
  caching(source: StoredSource): StoredSource {
    return {
      read: async (digest, options) => {
        const stored = await this.read(digest, options);
        if (stored !== undefined) return stored;
        const bytes = await source.read(digest, options);
        const writing = await this.startWriting(digest, bytes.length);
        await writing?.write(bytes);
        await writing?.keep();
        return bytes;
      },
      stream: (blob, signal) => this.streamThrough(source, blob, signal),
    };
  }

  private async *streamThrough(
    source: StoredSource,
    blob: BlobToRead,
    signal: AbortSignal,
  ): AsyncGenerator<Uint8Array<ArrayBuffer>, void, undefined> {
    signal.throwIfAborted();
    if (yield* this.streamStored(blob, signal)) return;
    const writing = await this.startWriting(blob.digest, blob.size);
    try {
      for await (const piece of source.stream(blob, signal)) {
        // Before it is passed on: whoever gets it may give its memory away.
        await writing?.write(piece);
        yield piece;
      }
      await writing?.keep();
    } finally {
      await writing?.drop();
    }
  }

  /**
   * @returns whether the blob was there, and in order; the last piece comes when all are known to be right
   * @throws BlobError `corrupt` when it turns out not to be after pieces of it were passed on; or the signal's reason
   */
  private async *streamStored(
    { digest, size }: BlobToRead,
    signal: AbortSignal,
  ): AsyncGenerator<Uint8Array<ArrayBuffer>, boolean, undefined> {
    const path = this.files.path(digest);
    const file = path === undefined ? undefined : await this.openFile(path);
    if (path === undefined || file === undefined) return false;
    try {
      if ((await this.reported(file.stat()))?.size !== size) {
        await this.throwAway(path);
        return false;
      }
      const hash = createHash(digest.slice(0, digest.indexOf(':')));
      for (let at = 0; at < size;) {
        signal.throwIfAborted();
        const chunk = new Uint8Array(Math.min(chunkBytes, size - at));
        let cause: unknown;
        const bytesRead = await file.read(chunk, 0, chunk.length, at).then(
          (read) => read.bytesRead,
          (error: unknown) => {
            this.options.onProblem((cause = error));
            return 0;
          },
        );
        hash.update(chunk.subarray(0, bytesRead));
        const end = at + bytesRead;
        if (bytesRead === 0 || (end === size && hash.digest('hex') !== digest.split(':')[1])) {
          await this.throwAway(path);
          // It can come from its source as long as nobody has seen any of it.
          if (at === 0) return false;
          const message = `The stored copy of ${digest} was damaged and has been thrown away. Try again to fetch it anew.`;
          throw new BlobError('corrupt', digest, message, { cause });
        }
        yield bytesRead === chunk.length ? chunk : chunk.slice(0, bytesRead);
        at = end;
      }
      return true;
    } finally {
      await this.closeFile(path, file);
    }
  }

  private async openFile(path: string): Promise<FileHandle | undefined> {
    this.reading.set(path, (this.reading.get(path) ?? 0) + 1);
    try {
      const file = await open(path, 'r');
      await this.files.touch(path);
      return file;
    } catch (error) {
      this.release(path);
      if (isAbsent(error)) return undefined;
      // A store that can't be read is none; what is wanted comes from its source.
      this.options.onProblem(error);
      return undefined;
    }
  }

  private async closeFile(path: string, file: FileHandle): Promise<void> {
    this.release(path);
    await this.reported(file.close());
  }

  /** @returns undefined when the disk fails, which is told, and no reason to fail too */
  private async reported<T>(work: Promise<T>): Promise<T | undefined> {
    try {
      return await work;
    } catch (error) {
      this.options.onProblem(error);
      return undefined;
    }
  }

  private release(path: string): void {
    const left = (this.reading.get(path) ?? 1) - 1;
    if (left === 0) this.reading.delete(path);
    else this.reading.set(path, left);
  }

  private async throwAway(path: string): Promise<void> {
    const size = (await this.reported(fileAt(path)))?.size ?? 0;
    await this.reported(rm(path, { force: true }));
    this.storedBytes -= size;
  }

  /** @returns undefined where a blob can't be stored; that is no reason not to read it */
  private async startWriting(digest: string, size: number): Promise<BlobWriting | undefined> {
    const path = this.files.path(digest);
    if (path === undefined || size > this.options.maxBytes || Date.now() < this.pausedUntilMs)
      return undefined;
    const incoming = this.files.incomingPath();
    try {
      const file = await open(incoming, 'wx', 0o600);
      return new BlobWriting(file, incoming, {
        keep: async (written) => {
          if (written !== size) return;
          await this.files.keep(incoming, path);
          this.storedBytes += size;
          if (this.storedBytes > this.options.maxBytes) await this.evict();
        },
        onProblem: (error) => this.pause(error),
      });
    } catch (error) {
      this.pause(error);
      return undefined;
    }
  }

  private pause(error: unknown): void {
    if (Date.now() >= this.pausedUntilMs) this.options.onProblem(error);
    this.pausedUntilMs = Date.now() + pauseMs;
  }

  /** Looks at the disk, as other processes store and evict too. */
  private evict(): Promise<void> {
    this.evicting ??= this.evictNow().finally(() => (this.evicting = undefined));
    return this.evicting;
  }

  private async evictNow(): Promise<void> {
    const files = (await this.files.list()).sort((one, other) => one.usedMs - other.usedMs);
    let bytes = files.reduce((sum, { size }) => sum + size, 0);
    const wanted = this.options.maxBytes * keptShare;
    for (const { path, size } of bytes > this.options.maxBytes ? files : []) {
      if (bytes <= wanted) break;
      if (this.reading.has(path)) continue;
      try {
        await rm(path, { force: true });
        bytes -= size;
      } catch (error) {
        // On Windows another process may have it open.
        this.options.onProblem(error);
      }
    }
    this.storedBytes = bytes;
  }
}

/** A blob on its way to the disk. Nothing here fails: what can't be stored is not stored. */
class BlobWriting {
  private state: 'open' | 'failed' | 'closed' = 'open';
  private written = 0;

  constructor(
    private readonly file: FileHandle,
    private readonly path: string,
    private readonly store: { keep(written: number): Promise<void>; onProblem(error: unknown): void },
  ) {}

  async write(bytes: Uint8Array): Promise<void> {
    if (this.state !== 'open') return;
    try {
      await this.file.writeFile(bytes);
      this.written += bytes.length;
    } catch (error) {
      await this.fail(error);
    }
  }

  /**
   * Makes it a stored blob. Not synchronised with the disk first: after a power failure its size or its digest tells
   * what it is not.
   */
  async keep(): Promise<void> {
    if (this.state !== 'open') return;
    try {
      await this.file.close();
      this.state = 'closed';
      await this.store.keep(this.written);
    } catch (error) {
      await this.fail(error);
    }
    await this.remove();
  }

  async drop(): Promise<void> {
    if (this.state !== 'open') return;
    this.state = 'closed';
    await this.file.close().catch((error: unknown) => this.store.onProblem(error));
    await this.remove();
  }

  private async fail(error: unknown): Promise<void> {
    if (this.state === 'open') await this.file.close().catch(() => undefined);
    this.state = 'failed';
    this.store.onProblem(error);
    await this.remove();
  }

  private async remove(): Promise<void> {
    await rm(this.path, { force: true }).catch((error: unknown) => this.store.onProblem(error));
  }
}
