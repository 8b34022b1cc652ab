import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { readRegistryTables } from './registryTables';

let folder: string;
beforeEach(async () => (folder = await mkdtemp(join(tmpdir(), 'manifold-tables-'))));
afterEach(() => rm(folder, { recursive: true }));

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
  expect(await readRegistryTables([first, join(folder, 'none.toml'), second])).toEqual({
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
    await expect(readRegistryTables([damaged])).rejects.toMatchObject({
      code: 'invalid-request',
      details: { subject: damaged },
    });
  },
);
