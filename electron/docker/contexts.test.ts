import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { completeAddress, parseAddress } from './address';
import { contextId } from './contextStore';
import { currentDockerEndpoint, endpointToStore, listContexts, resolveEngine } from './contexts';

let base: string;
beforeEach(async () => {
  base = await mkdtemp(join(tmpdir(), 'docker-contexts-'));
});
afterEach(() => rm(base, { recursive: true }));

const env = (extra: Record<string, string> = {}) => ({ DOCKER_CONFIG: base, ...extra });

/** Writes a context as Docker does. */
async function addContext(name: string, docker: object | undefined, id = contextId(name)): Promise<void> {
  await mkdir(join(base, 'contexts/meta', id), { recursive: true });
  const meta = {
    Name: name,
    Metadata: { Description: `about ${name}` },
    Endpoints: docker ? { docker } : {},
  };
  await writeFile(join(base, 'contexts/meta', id, 'meta.json'), JSON.stringify(meta));
}
async function addTls(name: string, files: Record<string, string>): Promise<void> {
  const folder = join(base, 'contexts/tls', contextId(name), 'docker');
  await mkdir(folder, { recursive: true });
  for (const [file, text] of Object.entries(files)) await writeFile(join(folder, file), text);
}

describe('the list of contexts', () => {
  it('has the default one where Docker was never used', async () => {
    expect(await listContexts(env())).toEqual([
      { name: 'default', description: '', endpoint: 'unix:///var/run/docker.sock', current: true },
    ]);
  });

  it('has them all, by name, and says which is in use', async () => {
    await addContext('lab', { Host: 'tcp://lab.example:2376', SkipTLSVerify: false });
    await addContext('away', { Host: 'ssh://me@away' });
    await writeFile(join(base, 'config.json'), '{"currentContext":"lab","auths":{}}');
    expect(await listContexts(env({ DOCKER_HOST: '' }))).toEqual([
      { name: 'default', description: '', endpoint: 'unix:///var/run/docker.sock', current: false },
      { name: 'away', description: 'about away', endpoint: 'ssh://me@away', current: false },
      { name: 'lab', description: 'about lab', endpoint: 'tcp://lab.example:2376', current: true },
    ]);
    const [first, , last] = await listContexts(env({ DOCKER_HOST: 'tcp://1.2.3.4' }));
    expect(first).toMatchObject({ endpoint: 'tcp://1.2.3.4:2375', current: true });
    expect(last).toMatchObject({ current: false });
  });

  it('keeps what is wrong with one to that one', async () => {
    await addContext('good', { Host: 'unix:///run/good.sock' });
    await addContext('nowhere', undefined);
    await addContext('secret', { Host: 'ssh://me:hunter2@host' });
    await addContext('../../../etc', { Host: 'unix:///x' });
    await addContext('good', { Host: 'unix:///stolen' }, contextId('other'));
    const damaged = join(base, 'contexts/meta', contextId('damaged'));
    await mkdir(damaged);
    await writeFile(join(damaged, 'meta.json'), '{"Name": "dam');
    await mkdir(join(base, 'contexts/meta', 'empty'));
    await writeFile(join(base, 'contexts/meta', 'stray'), '');
    await mkdir(join(base, 'contexts/meta', 'folder', 'meta.json'), { recursive: true });
    const contexts = await listContexts(env({ DOCKER_CONTEXT: 'gone' }));
    const usable = contexts.filter(({ error }) => error === undefined);
    expect(usable.map(({ name }) => name)).toEqual(['default', 'good']);
    const reasons = Object.fromEntries(contexts.map(({ name, error }) => [name, error?.message ?? '']));
    expect(reasons[contextId('damaged').slice(0, 12)]).toContain('damaged');
    expect(reasons[contextId('nowhere').slice(0, 12)]).toContain('no Docker Engine');
    expect(reasons[contextId('../../../etc').slice(0, 12)]).toContain('another name');
    expect(reasons[contextId('other').slice(0, 12)]).toContain('another name');
    expect(reasons['secret']).toContain('no password');
    expect(reasons['folder']).toBeTruthy();
    expect(reasons['gone']).toContain('no Docker context named gone');
    expect(contexts.filter(({ current }) => current).map(({ name }) => name)).toEqual(['gone']);
    expect(JSON.stringify(contexts)).not.toContain('hunter2');
  });
});

describe('an engine', () => {
  const failure = (name: string, extra = {}) =>
    resolveEngine(name, env(extra)).catch((error: unknown) => error as Error);

  it('is found by a context’s name, an address, or nothing', async () => {
    await addContext('lab', { Host: 'unix:///run/lab.sock' });
    expect(await resolveEngine('lab', env())).toEqual({ kind: 'socket', path: '/run/lab.sock' });
    expect(await resolveEngine('', env({ DOCKER_CONTEXT: 'lab' }))).toMatchObject({ path: '/run/lab.sock' });
    expect(await resolveEngine('', env())).toEqual({ kind: 'socket', path: '/var/run/docker.sock' });
    expect(await resolveEngine('tcp://[::1]:99', env())).toEqual({ kind: 'tcp', host: '::1', port: 99 });
    expect(await resolveEngine('ssh://me@h:2222/run/d.sock', env())).toEqual({
      kind: 'ssh',
      ssh: { user: 'me', host: 'h', port: 2222, path: '/run/d.sock' },
    });
  });

  it('has its context’s certificates', async () => {
    await addContext('lab', { Host: 'tcp://lab:2376' });
    expect(await resolveEngine('lab', env())).toEqual({ kind: 'tcp', host: 'lab', port: 2376 });
    await addTls('lab', { 'ca.pem': 'A', 'cert.pem': 'C', 'key.pem': 'K', 'other.txt': '' });
    expect(await resolveEngine('lab', env())).toMatchObject({
      tls: { skipVerify: false, ca: Buffer.from('A'), cert: Buffer.from('C'), key: Buffer.from('K') },
    });
    await addContext('loose', { Host: 'tcp://loose:2376', SkipTLSVerify: true });
    expect(await resolveEngine('loose', env())).toMatchObject({ tls: { skipVerify: true } });
  });

  it('has the certificates of the environment', async () => {
    const lab = { DOCKER_HOST: 'tcp://lab:2376', DOCKER_CERT_PATH: join(base, 'certs') };
    expect(await resolveEngine('', env(lab))).not.toHaveProperty('tls');
    expect(await failure('', { ...lab, DOCKER_TLS_VERIFY: '1' })).toMatchObject({
      code: 'builder-unreachable',
      message: expect.stringContaining('no ca.pem') as string,
    });
    await mkdir(join(base, 'certs'));
    await writeFile(join(base, 'certs/ca.pem'), 'A');
    expect(await resolveEngine('', env({ ...lab, DOCKER_TLS_VERIFY: '1' }))).toMatchObject({
      tls: { skipVerify: false, ca: Buffer.from('A') },
    });
    expect(await resolveEngine('', env({ ...lab, DOCKER_TLS: '1' }))).toMatchObject({
      tls: { skipVerify: true },
    });
    expect(await currentDockerEndpoint(env({ DOCKER_TLS_VERIFY: '1' }))).toBe('tcp://localhost:2376');
  });

  it('is not looked for outside of the store', async () => {
    await writeFile(join(base, 'meta.json'), '{"Name":"x","Endpoints":{"docker":{"Host":"unix:///x"}}}');
    expect(await failure('../..')).toMatchObject({ code: 'builder-unreachable' });
    expect(await failure('gone')).toMatchObject({ message: expect.stringContaining('named gone') as string });
  });
});

describe('an endpoint to store', () => {
  it('is what buildx would store', async () => {
    await addContext('lab', { Host: 'unix:///run/lab.sock' });
    expect(await endpointToStore('', env())).toBe('unix:///var/run/docker.sock');
    expect(await endpointToStore('default', env({ DOCKER_CONTEXT: 'lab' }))).toBe(
      'unix:///var/run/docker.sock',
    );
    expect(await endpointToStore('', env({ DOCKER_CONTEXT: 'lab' }))).toBe('lab');
    expect(await endpointToStore('lab', env())).toBe('lab');
    expect(await endpointToStore('1.2.3.4:99', env())).toBe('tcp://1.2.3.4:99');
  });

  it.each([
    ['gone', {}, 'no Docker context named gone'],
    ['http://x', {}, 'neither a Docker context'],
    ['unix://relative', {}, 'absolute path'],
    ['ssh://me:pw@h', {}, 'no password'],
    ['', { DOCKER_HOST: 'tcp://h', DOCKER_TLS_VERIFY: '1' }, 'Make a Docker context'],
  ])('refuses %j with %j', async (typed, extra, words) => {
    await expect(endpointToStore(typed, env(extra))).rejects.toMatchObject({
      code: 'invalid-request',
      message: expect.stringContaining(words) as string,
      details: { subject: 'endpoint' },
    });
  });
});

it('reads every completed address of a host, and no nonsense', () => {
  expect(parseAddress(completeAddress('host'))).toEqual({
    ok: true,
    value: { kind: 'tcp', host: 'host', port: 2375 },
  });
  expect(parseAddress('npipe:////./pipe/docker_engine')).toEqual({
    ok: true,
    value: { kind: 'socket', path: '//./pipe/docker_engine' },
  });
  for (const wrong of ['tcp://h:0', 'tcp://h:70000', 'fd://3', 'tcp://h:1/path', 'unix://x', 'tcp://a b:1']) {
    expect(parseAddress(wrong).ok, wrong).toBe(false);
  }
});

describe('the endpoint in use', () => {
  it.runIf(process.platform !== 'win32')(
    'takes the endpoint from the environment, then from Docker’s configuration',
    async () => {
      const endpoint = (env: Record<string, string>) =>
        currentDockerEndpoint({ DOCKER_CONFIG: base, ...env });
      expect(await endpoint({})).toBe('unix:///var/run/docker.sock');
      await writeFile(join(base, 'config.json'), '{"currentContext":"desktop"}');
      expect(await endpoint({})).toBe('desktop');
      expect(await endpoint({ DOCKER_CONTEXT: 'lab' })).toBe('lab');
      expect(await endpoint({ DOCKER_CONTEXT: 'default' })).toBe('unix:///var/run/docker.sock');
      expect(await endpoint({ DOCKER_CONTEXT: 'lab', DOCKER_HOST: 'unix:///q' })).toBe('unix:///q');
      await writeFile(join(base, 'config.json'), '{');
      expect(await endpoint({})).toBe('unix:///var/run/docker.sock');
    },
  );

  // What buildx 0.37 wrote for each.
  it.each([
    ['tcp://1.2.3.4', 'tcp://1.2.3.4:2375'],
    ['1.2.3.4:99', 'tcp://1.2.3.4:99'],
    ['tcp://', 'tcp://localhost:2375'],
    ['unix://', 'unix:///var/run/docker.sock'],
    ['ssh://u@h', 'ssh://u@h'],
    [' tcp://h:9 ', 'tcp://h:9'],
    ['unix:///x/', 'unix:///x/'],
    ['tcp://h:9/p', 'tcp://h:9/p'],
    ['tcp://:99', 'tcp://localhost:99'],
    ['tcp://[::1]:4', 'tcp://[::1]:4'],
    ['h', 'tcp://h:2375'],
    ['tcp://u@h:3', 'tcp://h:3'],
  ])('completes DOCKER_HOST=%j to %j', async (host, expected) => {
    expect(await currentDockerEndpoint({ DOCKER_HOST: host })).toBe(expected);
  });
});
