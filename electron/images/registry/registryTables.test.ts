import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { registryEndpoints } from './registryConfiguration';
import { readRegistryTables, type RegistryTableFile } from './registryTables';

let folder: string;
beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), 'manifold-tables-'))));
afterEach(() => rm(folder, { recursive: true }));

const toml = (path: string): RegistryTableFile => ({ path, format: 'buildkitd.toml' });
const json = (path: string): RegistryTableFile => ({ path, format: 'daemon.json' });

async function file(name: string, text: string): Promise<string> {
  await writeFile(join(folder, name), text);
  return join(folder, name);
}

it('reads what BuildKit reads, the first file before the others', async () => {
  const first = await file(
    'first.toml',
    [
      'debug = true',
      '[registry."docker.io"]',
      'mirrors = ["mirror.example:5000"]',
      '[registry."plain.example"]',
      'http = true',
      'ca = ["/ca.pem"]',
      '[[registry."plain.example".keypair]]',
      'key = "/key.pem"',
      'cert = "/cert.pem"',
    ].join('\n'),
  );
  const second = await file(
    'second.toml',
    '[registry."docker.io"]\ninsecure = true\n[registry."other"]\nhttp = true\n',
  );
  const files = [first, join(folder, 'none.toml'), second];
  expect(await readRegistryTables(files.map(toml))).toEqual({
    'docker.io': { mirrors: ['mirror.example:5000'] },
    'plain.example': { http: true, ca: ['/ca.pem'], keypair: [{ key: '/key.pem', cert: '/cert.pem' }] },
    other: { http: true },
  });
  expect(await readRegistryTables([])).toEqual({});
});

it.each(['no = [toml', '[registry."a"]\nhttp = "yes"\n', 'registry = 3'])(
  'says which file is damaged: %j',
  async (text) => {
    const damaged = await file('damaged.toml', text);
    await expect(readRegistryTables([toml(damaged)])).rejects.toMatchObject({
      code: 'invalid-request',
      details: { subject: damaged },
    });
  },
);

it('reads what a Docker Engine reads, after what BuildKit reads', async () => {
  const engine = await file(
    'daemon.json',
    JSON.stringify({
      'registry-mirrors': ['https://mirror.example', 'http://plain.example:5000/docker/'],
      'insecure-registries': ['lab.example:5000', '10.1.0.0/16', 'known.example'],
      'log-driver': 'journald',
    }),
  );
  const buildkit = await file('buildkitd.toml', '[registry."known.example"]\nhttp = false\n');
  const tables = await readRegistryTables([toml(buildkit), json(engine)]);
  expect(tables).toEqual({
    'known.example': { http: false },
    'lab.example:5000': { http: true, insecure: true },
    '10.1.0.0/16': { http: true, insecure: true },
    'plain.example:5000': { http: true },
    'docker.io': { mirrors: ['mirror.example/', 'plain.example:5000/docker/'] },
  });
  const reached = async (domain: string) =>
    (await registryEndpoints(domain, { tables })).map(({ host, schemes, base, tls }) => [
      ...[host, schemes.join(), base],
      tls.verify,
    ]);
  expect(await reached('docker.io')).toEqual([
    ['mirror.example', 'https', '/v2', true],
    ['plain.example:5000', 'http', '/v2/docker', true],
    ['registry-1.docker.io', 'https', '/v2', true],
  ]);
  expect(await reached('lab.example:5000')).toEqual([['lab.example:5000', 'https,http', '/v2', false]]);
  expect(await reached('10.1.2.3:5000')).toEqual([['10.1.2.3:5000', 'https,http', '/v2', false]]);
  expect(await reached('10.2.2.3:5000')).toEqual([['10.2.2.3:5000', 'https', '/v2', true]]);
});

it.each(['[]', '{"registry-mirrors": ["no address"]}', '{"insecure-registries": 1}', '{'])(
  'says which engine’s file is damaged: %j',
  async (text) => {
    const damaged = await file('daemon.json', text);
    await expect(readRegistryTables([json(damaged)])).rejects.toMatchObject({
      code: 'invalid-request',
      details: { subject: damaged },
    });
  },
);

it('an engine’s file may be empty', async () => {
  expect(await readRegistryTables([json(await file('daemon.json', ''))])).toEqual({});
});
