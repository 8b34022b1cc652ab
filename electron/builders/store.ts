import { z } from 'zod';
import { JsonFile, type CorruptFileReport } from '../system/jsonFile';

const storedBuilderSchema = z.object({
  name: z.string(),
  driver: z.string(),
  nodes: z.array(z.object({ name: z.string(), options: z.record(z.string(), z.string()) })).min(1),
});
const storedBuildersSchema = z.object({
  builders: z.array(storedBuilderSchema),
  /** Name of the builder that new projects use; absent until one was chosen. */
  current: z.string().optional(),
});

/** A builder as it is kept on disk. Options are the driver's own; secrets are paths, never values. */
export type StoredBuilder = z.infer<typeof storedBuilderSchema>;
export type StoredBuilders = z.infer<typeof storedBuildersSchema>;

/** Where builders are remembered. */
export interface BuilderStore {
  read(): Promise<StoredBuilders>;
  /** Changes the stored value; changes are made one after the other. Resolves when it is on disk. */
  update(change: (stored: StoredBuilders) => StoredBuilders): Promise<StoredBuilders>;
}

/** A store in one JSON file of Manifold's own. A damaged file is set aside and told to `onCorrupt`. */
export function openJsonBuilderStore(path: string, onCorrupt: CorruptFileReport): BuilderStore {
  return new JsonFile<StoredBuilders>(path, storedBuildersSchema, { builders: [] }, onCorrupt);
}
