import { readdir, readFile } from 'node:fs/promises';
import { BlockList, isIP } from 'node:net';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { StudioError } from '../../../shared/contract';
import { fileError } from '../../system/fileErrors';
import { parseHostsToml, type HostsToml, type TomlHost } from './hostsToml';
import { registryAddress } from './registryAddress';
import { plainTls, type TlsFiles } from './tlsFiles';

/** A registry as a builder's `buildkitd.toml` has it, under `[registry."host"]` (BuildKit, docs/buildkitd.toml.md). */
export interface RegistryTable {
  readonly mirrors?: readonly string[] | undefined;
  readonly http?: boolean | undefined;
  readonly insecure?: boolean | undefined;
  readonly ca?: readonly string[] | undefined;
  readonly keypair?: readonly { readonly key: string; readonly cert: string }[] | undefined;
  readonly tlsconfigdir?: readonly string[] | undefined;
}

/** What people have set up for their registries. */
export interface RegistryConfiguration {
  /** By host, with the port where there is one; or by a range of addresses, such as `10.0.0.0/8`. */
  readonly tables?: Readonly<Record<string, RegistryTable>>;
  /** `certs.d` folders; one folder a host in them. */
  readonly certificateFolders?: readonly string[];
  /** Domains that speak plain HTTP, besides those on this machine. */
  readonly plainHosts?: ReadonlySet<string>;
}

/** One place where a registry's content can be had. */
export interface EndpointSettings {
  /** Host and port. */
  readonly host: string;
  /** In the order in which they are tried. */
  readonly schemes: readonly ('https' | 'http')[];
  /** Path in front of a repository's name. */
  readonly base: string;
  readonly tls: TlsFiles;
  readonly headers: Readonly<Record<string, string>>;
  /** Only read from, and left out when it fails. */
  readonly isMirror: boolean;
}

/** Where Docker (with and without root), containerd and Podman look for certificates. */
export function defaultCertificateFolders(env: Readonly<Record<string, string | undefined>>): string[] {
  const config = env['XDG_CONFIG_HOME'] ?? join(homedir(), '.config');
  return [
    join(config, 'docker', 'certs.d'),
    join(env['DOCKER_CONFIG'] ?? join(homedir(), '.docker'), 'certs.d'),
    join(config, 'containers', 'certs.d'),
    '/etc/docker/certs.d',
    '/etc/containerd/certs.d',
    '/etc/containers/certs.d',
  ];
}

/**
 * The places of a registry: its mirrors in the order in which they are tried, then the registry itself. Fields mean what
 * they mean to BuildKit (util/resolver) and to containerd (docs/hosts.md).
 *
 * @throws StudioError when a file of the configuration can't be read
 */
export async function registryEndpoints(
  domain: string,
  configuration: RegistryConfiguration,
): Promise<EndpointSettings[]> {
  const { tables = {}, certificateFolders = [], plainHosts = new Set() } = configuration;
  const byName = async (name: string, base: string, isMirror: boolean): Promise<EndpointSettings> => {
    const { host, schemes } = registryAddress(name, plainHosts);
    const table = tableOf(name, tables);
    return {
      host,
      schemes: schemesOf(table, schemes),
      base,
      tls: joined(await tlsOf(table), await folderTls(name, certificateFolders)),
      headers: {},
      isMirror,
    };
  };
  const own = tableOf(domain, tables);
  const mirrors = await Promise.all(
    (own?.mirrors ?? []).map((mirror) => {
      const [host = '', ...path] = mirror.replace(/^[a-z]+:\/\//i, '').split('/');
      return byName(host, ['/v2', ...path.filter(Boolean)].join('/'), true);
    }),
  );
  const toml = await hostsToml(domain, certificateFolders);
  const itself = await byName(domain, '/v2', false);
  return [
    ...mirrors,
    ...(toml?.mirrors ?? []).map((mirror) => endpointOf(mirror, true)),
    toml?.server === undefined || toml.server.url.host === domain
      ? { ...itself, tls: joined(itself.tls, toml?.tls ?? plainTls) }
      : endpointOf(toml.server, false),
  ];
}

/** A table of the very host goes before one of a range; a host's name is not looked up to find its range. */
function tableOf(
  host: string,
  tables: NonNullable<RegistryConfiguration['tables']>,
): RegistryTable | undefined {
  if (Object.hasOwn(tables, host)) return tables[host];
  const address = host.replace(/:\d+$/, '').replace(/^\[(.*)\]$/, '$1');
  if (isIP(address) === 0) return undefined;
  return Object.entries(tables).find(([range]) => isInRange(address, range))?.[1];
}

function isInRange(address: string, range: string): boolean {
  const [, network, bits] = /^([0-9a-f.:]+)\/(\d{1,3})$/i.exec(range) ?? [];
  if (network === undefined || isIP(network) === 0 || Number(bits) > (isIP(network) === 4 ? 32 : 128))
    return false;
  const family = (ip: string): 'ipv4' | 'ipv6' => (isIP(ip) === 4 ? 'ipv4' : 'ipv6');
  const block = new BlockList();
  block.addSubnet(network, Number(bits), family(network));
  return block.check(address, family(address));
}

function endpointOf({ url, base, tls, headers }: TomlHost, isMirror: boolean): EndpointSettings {
  const host = url.host === 'docker.io' ? 'registry-1.docker.io' : url.host;
  return { host, schemes: [url.protocol === 'http:' ? 'http' : 'https'], base, tls, headers, isMirror };
}

function schemesOf(
  table: RegistryTable | undefined,
  usual: readonly ('https' | 'http')[],
): readonly ('https' | 'http')[] {
  if (table?.http === true) return table.insecure === true ? ['https', 'http'] : ['http'];
  return table?.http === false ? ['https'] : usual;
}

async function tlsOf(table: RegistryTable | undefined): Promise<TlsFiles> {
  const folders = await Promise.all((table?.tlsconfigdir ?? []).map(filesIn));
  return folders.reduce(joined, {
    ca: table?.ca ?? [],
    keyPairs: table?.keypair ?? [],
    verify: table?.insecure !== true,
  });
}

function joined(one: TlsFiles, other: TlsFiles): TlsFiles {
  return {
    ca: [...one.ca, ...other.ca],
    keyPairs: [...one.keyPairs, ...other.keyPairs],
    verify: one.verify && other.verify,
  };
}

async function folderTls(name: string, folders: readonly string[]): Promise<TlsFiles> {
  const found = await Promise.all(foldersOf(name, folders).map(filesIn));
  return found.reduce(joined, plainTls);
}

/** Colons are no part of folder names on Windows: containerd puts underscores around the port there. */
function foldersOf(name: string, folders: readonly string[]): string[] {
  const windows = name.replace(/:(\d+)$/, '_$1_');
  const names = windows === name ? [name] : [name, windows];
  return folders.flatMap((folder) => names.map((each) => join(folder, each)));
}

/** `*.crt` are authorities, a `*.cert` and its `*.key` are ours (docs.docker.com, "verify repository client"). */
async function filesIn(folder: string): Promise<TlsFiles> {
  const names = (await entriesOf(folder)).sort();
  const ending = (suffix: string): string[] => names.filter((name) => name.endsWith(suffix));
  return {
    ca: ending('.crt').map((name) => join(folder, name)),
    keyPairs: ending('.cert').map((name) => ({
      cert: join(folder, name),
      key: join(folder, name.replace(/\.cert$/, '.key')),
    })),
    verify: true,
  };
}

/** As for Docker and BuildKit, a folder that is not there or may not be read is an empty one. */
async function entriesOf(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    if (['ENOENT', 'ENOTDIR', 'EACCES', 'EPERM'].includes(code)) return [];
    throw fileError(error, folder);
  }
}

async function hostsToml(domain: string, folders: readonly string[]): Promise<HostsToml | undefined> {
  const own = foldersOf(domain, folders);
  for (const folder of [...own, ...folders.map((each) => join(each, '_default'))]) {
    if (!(await entriesOf(folder)).includes('hosts.toml')) continue;
    const path = join(folder, 'hosts.toml');
    try {
      return parseHostsToml(await readFile(path, 'utf8'), path);
    } catch (error) {
      const known = fileError(error, path);
      if (known instanceof StudioError) throw known;
      throw new StudioError(
        {
          code: 'invalid-request',
          message: `The registry settings in ${path} can’t be read.`,
          hint: 'Correct the file; containerd documents it as hosts.toml.',
          details: { subject: path, cause: error instanceof Error ? error.message : String(error) },
        },
        { cause: error },
      );
    }
  }
  return undefined;
}
