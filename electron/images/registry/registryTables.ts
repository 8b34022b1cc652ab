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
const buildkitdSchema = z.object({ registry: z.record(z.string(), tableSchema).optional() });
const daemonSchema = z.object({
  'registry-mirrors': z.array(z.string()).optional(),
  'insecure-registries': z.array(z.string()).optional(),
});

/** A file that says how registries are reached. */
export interface RegistryTableFile {
  /** Absolute. */
  readonly path: string;
  /** Who else reads it: BuildKit (docs/buildkitd.toml.md), or a Docker Engine (docs.docker.com, "dockerd"). */
  readonly format: 'buildkitd.toml' | 'daemon.json';
}

/**
 * What is set up for registries on this machine, so that Manifold finds an image where its builder or Docker finds it.
 * A registry's first table counts; files that are not there, or are for others' eyes, are left out.
 *
 * @throws StudioError `invalid-request` for a damaged file; the file system's error
 */
export async function readRegistryTables(
  files: readonly RegistryTableFile[],
): Promise<Record<string, RegistryTable>> {
  const tables = new Map<string, RegistryTable>();
  for (const file of files) {
    for (const [host, table] of Object.entries(await readTables(file)))
      if (!tables.has(host)) tables.set(host, table);
  }
  return Object.fromEntries(tables);
}

async function readTables({ path, format }: RegistryTableFile): Promise<Record<string, RegistryTable>> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (['ENOENT', 'ENOTDIR', 'EACCES'].includes((error as NodeJS.ErrnoException).code ?? '')) return {};
    throw error;
  }
  try {
    return format === 'daemon.json'
      ? tablesOfEngine(daemonSchema.parse(JSON.parse(text === '' ? '{}' : text)))
      : (buildkitdSchema.parse(parse(text)).registry ?? {});
  } catch (cause) {
    throw new StudioError(
      {
        code: 'invalid-request',
        message: `The registries in ${path} can’t be understood.`,
        hint: `Correct the file; the documentation of ${format} says how it is written.`,
        details: { subject: path, ...(cause instanceof Error ? { cause: cause.message } : {}) },
      },
      { cause },
    );
  }
}

/** An engine has mirrors for Docker Hub only; a registry that is insecure may have a wrong certificate, or none. */
function tablesOfEngine(settings: z.infer<typeof daemonSchema>): Record<string, RegistryTable> {
  const tables: Record<string, RegistryTable> = {};
  for (const entry of settings['insecure-registries'] ?? []) {
    tables[entry.replace(/^[a-z]+:\/\//i, '')] = { http: true, insecure: true };
  }
  const mirrors = (settings['registry-mirrors'] ?? []).map((mirror) => new URL(mirror));
  for (const { protocol, host } of mirrors) if (protocol === 'http:') tables[host] ??= { http: true };
  if (mirrors.length > 0) {
    const places = mirrors.map(({ host, pathname }) => `${host}${pathname}`);
    tables['docker.io'] = { ...tables['docker.io'], mirrors: places };
  }
  return tables;
}
