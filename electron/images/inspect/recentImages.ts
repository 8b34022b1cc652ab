import { join } from 'node:path';
import { z } from 'zod';
import { JsonFile, type CorruptFileReport } from '../../system/jsonFile';

const keptReferences = 20;

const schema = z.object({ version: z.literal(1), references: z.array(z.string()) });

/** The references that were opened last, kept on disk. */
export class RecentImages {
  private readonly file: JsonFile<z.infer<typeof schema>>;

  /** @param folder the app's data folder */
  constructor(folder: string, onCorrupt: CorruptFileReport) {
    this.file = new JsonFile(
      join(folder, 'recent-images.json'),
      schema,
      { version: 1, references: [] },
      onCorrupt,
    );
  }

  /** Newest first. */
  async list(): Promise<string[]> {
    return (await this.file.read()).references;
  }

  /** Puts a reference first. */
  async remember(reference: string): Promise<void> {
    await this.file.update((before) => {
      if (before.references[0] === reference) return before;
      const others = before.references.filter((one) => one !== reference);
      return { ...before, references: [reference, ...others].slice(0, keptReferences) };
    });
  }

  /** Resolves when everything is on disk. */
  settled(): Promise<void> {
    return this.file.settled();
  }
}
