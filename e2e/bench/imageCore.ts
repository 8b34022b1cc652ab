import { performance } from 'node:perf_hooks';
import { fileURLToPath } from 'node:url';
import { openImages, type ImageParts, type ImagePartsOptions } from '../../electron/main/images';
import type { FileTreeItem, FileTreeRequest } from '../../shared/contract';

/** Rows that a window of the app shows at most. */
const windowRows = 100;

/** What people do with images, timed. The parts are put together as in the app, with the worker that it ships. */
export class ImageCore {
  private tree: { id: string; items: AsyncGenerator<FileTreeItem, void, undefined> } | undefined;

  private constructor(private readonly parts: ImageParts) {}

  static open(options: Omit<ImagePartsOptions, 'worker'>): ImageCore {
    const worker = fileURLToPath(new URL('../../out/main/layersWorker.js', import.meta.url));
    return new ImageCore(openImages({ ...options, worker }));
  }

  /** Ms until an image in a registry can be shown, and the platforms that it has. */
  async inspect(reference: string): Promise<{ ms: number; platforms: string[] }> {
    const started = performance.now();
    this.parts.layerFiles.prepare();
    const { root } = await this.parts.images.inspection.inspect({ kind: 'registry', reference }, never);
    const ms = performance.now() - started;
    const manifests = root.type === 'index' ? root.children : [root];
    return {
      ms,
      platforms: manifests.flatMap((node) =>
        node.type === 'manifest' && node.image !== undefined ? [node.platform ?? ''] : [],
      ),
    };
  }

  /** Ms until the first rows of a tree can be shown, and how many paths it has. The tree that was open is closed. */
  async openTree(request: FileTreeRequest): Promise<{ ms: number; paths: number }> {
    await this.closeTree();
    const started = performance.now();
    const items = this.parts.layerFiles.open(request, never);
    for (let next = await items.next(); !next.done; next = await items.next()) {
      if (next.value.type === 'progress') continue;
      const { tree, summary } = next.value;
      this.tree = { id: tree, items };
      await this.rows('');
      return { ms: performance.now() - started, paths: summary.paths };
    }
    throw new Error('The tree has not been opened.');
  }

  /** Ms until the first rows that match can be shown, and how many match. */
  async filterTree(text: string): Promise<{ ms: number; matching: number }> {
    const started = performance.now();
    const { matching } = await this.rows(text);
    return { ms: performance.now() - started, matching };
  }

  async close(): Promise<void> {
    await this.closeTree();
    await this.parts.layerFiles.close();
    await this.parts.images.close();
  }

  private rows(text: string): Promise<{ matching: number }> {
    if (this.tree === undefined) throw new Error('There is no tree open.');
    const filter = { text, show: [], differences: [] };
    return this.parts.layerFiles.rows({
      tree: this.tree.id,
      filter,
      toggled: [],
      offset: 0,
      count: windowRows,
    });
  }

  private async closeTree(): Promise<void> {
    await this.tree?.items.return();
    this.tree = undefined;
  }
}

const never = new AbortController().signal;
