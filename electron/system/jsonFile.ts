import { readFile, rename } from 'node:fs/promises';
import type { z } from 'zod';
import { writeFileAtomic } from './atomicWrite';
import { fileError } from './fileErrors';

/** Told when a stored file could not be understood; it was kept under `keptAs`. */
export type CorruptFileReport = (report: { path: string; keptAs: string; cause: unknown }) => void;

/**
 * A value kept in a JSON file. Reads once, writes atomically and one after the other. A file that doesn't parse or
 * doesn't fit its schema is set aside under another name, never overwritten.
 */
export class JsonFile<T> {
  private value: Promise<T> | undefined;
  private writing: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly path: string,
    private readonly schema: z.ZodType<T>,
    private readonly initial: T,
    private readonly onCorrupt: CorruptFileReport,
  ) {}

  read(): Promise<T> {
    if (this.value === undefined) {
      const loading = this.load();
      this.value = loading;
      // What could not be read now may be readable the next time.
      loading.catch(() => {
        if (this.value === loading) this.value = undefined;
      });
    }
    return this.value;
  }

  /**
   * Changes the value and writes it. Resolves when it is on disk.
   *
   * @throws StudioError `disk-full` or `permission-denied`; the changed value then holds until Manifold ends
   */
  update(change: (value: T) => T): Promise<T> {
    const run = async (): Promise<T> => {
      const before = await this.read();
      const after = change(before);
      if (after === before) return after;
      this.value = Promise.resolve(after);
      try {
        await writeFileAtomic(this.path, `${JSON.stringify(after, null, 2)}\n`);
      } catch (error) {
        throw fileError(error, this.path);
      }
      return after;
    };
    const result = this.writing.then(run, run);
    this.writing = result.catch(() => undefined);
    return result;
  }

  /** Resolves when everything asked for so far is on disk. */
  async settled(): Promise<void> {
    await this.writing;
  }

  private async load(): Promise<T> {
    let text: string;
    try {
      text = await readFile(this.path, 'utf8');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return this.initial;
      throw fileError(error, this.path);
    }
    try {
      return this.schema.parse(JSON.parse(text));
    } catch (cause) {
      const keptAs = `${this.path}.corrupt-${Date.now()}`;
      await rename(this.path, keptAs);
      this.onCorrupt({ path: this.path, keptAs, cause });
      return this.initial;
    }
  }
}
