import { readFile } from 'node:fs/promises';
import { parse } from 'smol-toml';
import { z } from 'zod';
import { StudioError } from '../../../shared/contract';
import type { RegistryTable } from './registryConfiguration';

const tableSchema = z.object({
  mirrors: z.array(z.string()).optional(),
  http: z.boolean().optional(),
  insecure: z.boolean().optional(),
  ca: z.array(z.string()).optional(),
  keypair: z.array(z.object({ key: z.string(), cert: z.string() })).optional(),
  tlsconfigdir: z.array(z.string()).optional(),
});
const fileSchema = z.object({ registry: z.record(z.string(), tableSchema).optional() });

/**
 * What is set up for registries in files as BuildKit reads them (docs/buildkitd.toml.md): so that Manifold finds an image
 * where its builder finds it. A registry's first table counts; files that are not there,
 * or are for others' eyes, are left out.
 *
 * @param files absolute paths
 * @throws StudioError `invalid-request` for a damaged file; the file system's error
 */
export async function readRegistryTables(files: readonly string[]): Promise<Record<string, RegistryTable>> {
  const tables = new Map<string, RegistryTable>();
  for (const file of files) {
    for (const [host, table] of Object.entries(await readTables(file)))
      if (!tables.has(host)) tables.set(host, table);
  }
  return Object.fromEntries(tables);
}

async function readTables(file: string): Promise<Record<string, RegistryTable>> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if (['ENOENT', 'ENOTDIR', 'EACCES'].includes((error as NodeJS.ErrnoException).code ?? '')) return {};
    throw error;
  }
  try {
    return fileSchema.parse(parse(text)).registry ?? {};
  } catch (cause) {
    throw new StudioError(
      {
        code: 'invalid-request',
        message: `The registries in ${file} can’t be understood.`,
        hint: 'Correct the file; BuildKit’s documentation of buildkitd.toml says how it is written.',
        details: { subject: file, ...(cause instanceof Error ? { cause: cause.message } : {}) },
      },
      { cause },
    );
  }
}
