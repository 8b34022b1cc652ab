import { dirname, resolve } from 'node:path';
import { parse } from 'smol-toml';
import { z } from 'zod';
import type { TlsFiles } from './tlsFiles';

const texts = z.union([z.string().transform((text) => [text]), z.array(z.string())]);
const hostSchema = z.object({
  capabilities: z.array(z.string()).optional(),
  ca: texts.optional(),
  client: z
    .union([
      z.string().transform((text) => [text]),
      z.array(z.union([z.string(), z.array(z.string()).min(1).max(2)])),
    ])
    .optional(),
  skip_verify: z.boolean().optional(),
  override_path: z.boolean().optional(),
  header: z.record(z.string(), texts).optional(),
});
const fileSchema = hostSchema.extend({
  server: z.string().optional(),
  host: z.record(z.string(), hostSchema).optional(),
});

/** A host as a `hosts.toml` has it. */
export interface TomlHost {
  readonly url: URL;
  /** Path in front of a repository's name, such as `/v2`. */
  readonly base: string;
  readonly tls: TlsFiles;
  readonly headers: Readonly<Record<string, string>>;
}

/** Where a registry's content comes from. */
export interface HostsToml {
  /** For reading, in the order in which they are tried. */
  readonly mirrors: readonly TomlHost[];
  /** The registry itself, where it is not to be found under its name. */
  readonly server?: TomlHost;
  /** Certificates for the registry itself. */
  readonly tls: TlsFiles;
}

/**
 * Reads a `hosts.toml` of a `certs.d` folder (containerd, docs/hosts.md).
 *
 * @param path of the file, which relative paths in it start from
 * @throws Error when it can't be read
 */
export function parseHostsToml(text: string, path: string): HostsToml {
  const file = fileSchema.parse(parse(text));
  const hostOf = (address: string, host: z.infer<typeof hostSchema>): TomlHost => {
    const url = new URL(address.includes('://') ? address : `https://${address}`);
    const folder = url.pathname.replace(/\/+$/, '');
    const base = host.override_path === true || folder.endsWith('/v2') ? folder : `${folder}/v2`;
    const headers = Object.entries(host.header ?? {}).map(([name, values]) => [
      name.toLowerCase(),
      values.join(', '),
    ]);
    return {
      url,
      base,
      tls: tlsOf(host, path),
      headers: Object.fromEntries(headers) as Record<string, string>,
    };
  };
  const mirrors = Object.entries(file.host ?? {})
    .filter(([, { capabilities }]) => capabilities === undefined || capabilities.includes('pull'))
    .map(([address, host]) => hostOf(address, host));
  const server = file.server === undefined || file.server === '' ? undefined : hostOf(file.server, file);
  return { mirrors, tls: tlsOf(file, path), ...(server === undefined ? {} : { server }) };
}

function tlsOf({ ca, client, skip_verify: skipVerify }: z.infer<typeof hostSchema>, path: string): TlsFiles {
  const at = (file: string): string => resolve(dirname(path), file);
  return {
    ca: (ca ?? []).map(at),
    keyPairs: (client ?? []).map((pair) => {
      const [cert, key] = typeof pair === 'string' ? [pair] : pair;
      return { cert: at(cert!), ...(key === undefined ? {} : { key: at(key) }) };
    }),
    verify: skipVerify !== true,
  };
}
