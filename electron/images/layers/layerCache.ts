import { createHash } from 'node:crypto';
import { open, readdir, rm, stat, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { writeFileAtomic } from '../../system/atomicWrite';
import type { Logger } from '../../system/logger';
import { LayerIndex } from './layerIndex';

const checksumBytes = 32;
const suffix = '.layer';

/**
 * Indexes of layers on disk, by the layer's digest. Each file ends with a SHA-256 of its content; one that is damaged,
 * or of another version, is thrown away. When there are too many bytes, those go that were used least lately.
 */
export class LayerCache {
  constructor(
    private readonly options: {
      /** A folder of its own; made when needed. */
      readonly folder: string;
      readonly maxBytes: number;
      readonly logger: Logger;
    },
  ) {}

  /** The index of a layer, when it is there. Never fails: an index can be made again. */
  async get(digest: string): Promise<LayerIndex | undefined> {
    const path = this.pathOf(digest);
    try {
      const bytes = await readShared(path);
      if (bytes === undefined) return undefined;
      const index = LayerIndex.open(bytes);
      const now = new Date();
      await utimes(path, now, now);
      return index;
    } catch (error) {
      this.options.logger.warn({ digest, error: String(error) }, 'a stored index of a layer was thrown away');
      await rm(path, { force: true }).catch(() => undefined);
      return undefined;
    }
  }

  /** Stores an index. Never fails: without room on the disk it will be made again. */
  async put(digest: string, index: LayerIndex): Promise<void> {
    const end = index.bytes.byteLength;
    if (end > this.options.maxBytes) return;
    try {
      const content = new Uint8Array(end + checksumBytes);
      content.set(new Uint8Array(index.bytes));
      content.set(createHash('sha256').update(content.subarray(0, end)).digest(), end);
      await writeFileAtomic(this.pathOf(digest), content);
      await this.tidy();
    } catch (error) {
      this.options.logger.warn({ digest, error: String(error) }, 'the index of a layer could not be stored');
    }
  }

  private pathOf(digest: string): string {
    // A digest comes from an image; its hash is a name that leads nowhere else.
    return join(this.options.folder, `${createHash('sha256').update(digest).digest('hex')}${suffix}`);
  }

  private async tidy(): Promise<void> {
    const names = (await readdir(this.options.folder)).filter((name) => name.endsWith(suffix));
    const files = await Promise.all(
      names.map(async (name) => {
        const path = join(this.options.folder, name);
        const found = await stat(path).catch(() => undefined);
        return { path, size: found?.size ?? 0, usedMs: found?.mtimeMs ?? 0 };
      }),
    );
    files.sort((one, other) => other.usedMs - one.usedMs);
    let total = 0;
    for (const { path, size } of files) {
      total += size;
      if (total > this.options.maxBytes) await rm(path, { force: true });
    }
  }
}

/** @throws Error when the file is cut off or changed */
async function readShared(path: string): Promise<SharedArrayBuffer | undefined> {
  const file = await open(path, 'r').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (file === undefined) return undefined;
  try {
    const content = await file.readFile();
    const end = content.length - checksumBytes;
    if (end < 4) throw new Error('The file is too short.');
    const checksum = createHash('sha256').update(content.subarray(0, end)).digest();
    if (!checksum.equals(content.subarray(end))) throw new Error('The file has another checksum.');
    const bytes = new SharedArrayBuffer(end);
    new Uint8Array(bytes).set(content.subarray(0, end));
    return bytes;
  } finally {
    await file.close();
  }
}
