import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { basename, isAbsolute, join } from 'node:path';
import { parse, stringify, TomlError } from 'smol-toml';
import { z } from 'zod';
import { StudioError } from '../../shared/contract';
import { invalid } from './driverOptions';

/** The folder of a daemon's configuration inside its container (buildx util/confutil). */
export const daemonConfigFolder = '/etc/buildkit';
const configName = 'buildkitd.toml';

/** The part of buildkitd.toml that names files of this machine. */
const registrySchema = z.looseObject({
  ca: z.array(z.string()).optional(),
  keypair: z.array(z.looseObject({ key: z.string().optional(), cert: z.string().optional() })).optional(),
});
const configSchema = z.looseObject({ registry: z.record(z.string(), registrySchema).optional() });

/**
 * What a new daemon gets into its configuration folder: the buildkitd.toml, and the registry certificates that it names,
 * with their paths in it changed to where they will be (buildx util/confutil/container.go).
 *
 * @param text of a buildkitd.toml; paths in it are of this machine
 * @returns contents by path below {@link daemonConfigFolder}
 * @throws StudioError `invalid-request` with the subject `config` when the text is no buildkitd.toml or a certificate
 *   can't be read
 */
export async function readDaemonFiles(text: string): Promise<Map<string, Uint8Array>> {
  const config = parseConfig(text);
  const files = new Map<string, Uint8Array>();
  const take = async (path: string, folder: string): Promise<string> => {
    const name = `${folder}/${basename(path)}`;
    const bytes = await readCertificate(path);
    const twin = files.get(name);
    if (twin !== undefined && !bytes.equals(twin)) {
      throw invalid('config', `Two different certificates of one registry are named ${basename(path)}.`);
    }
    files.set(name, bytes);
    return `${daemonConfigFolder}/${name}`;
  };
  for (const [host, registry] of Object.entries(config.registry ?? {})) {
    const folder = `certs/${host.replace(/[^a-zA-Z0-9.-]+/g, '_')}`;
    if (registry.ca !== undefined) {
      const taken: string[] = [];
      for (const path of registry.ca) taken.push(await take(path, folder));
      registry.ca = taken;
    }
    for (const pair of registry.keypair ?? []) {
      if (pair.key) pair.key = await take(pair.key, folder);
      if (pair.cert) pair.cert = await take(pair.cert, folder);
    }
  }
  return files.set(configName, Buffer.from(stringify(config), 'utf8'));
}

function parseConfig(text: string): z.infer<typeof configSchema> {
  let document: unknown;
  try {
    document = parse(text);
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    throw invalid('config', `Line ${error.line} of the buildkitd.toml is no TOML.`);
  }
  const parsed = configSchema.safeParse(document);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw invalid(
    'config',
    `${issue?.path.map(String).join('.') ?? ''} in the buildkitd.toml: ${issue?.message ?? ''}`,
  );
}

async function readCertificate(path: string): Promise<Buffer> {
  const whole = path.startsWith('~/') ? join(homedir(), path.slice(2)) : path;
  if (!isAbsolute(whole)) {
    throw invalid('config', `${path} in the buildkitd.toml: write the file’s whole path, from the root.`);
  }
  try {
    return await readFile(whole);
  } catch (cause) {
    throw new StudioError(
      {
        code: 'invalid-request',
        message: `${path}, which the buildkitd.toml names, can’t be read.`,
        hint: 'Correct the path, or let your user read the file.',
        details: { subject: 'config', cause: (cause as Error).message },
      },
      { cause },
    );
  }
}
