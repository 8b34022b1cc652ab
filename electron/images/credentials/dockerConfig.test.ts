import { Buffer } from 'node:buffer';
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { CredentialError } from './credentialError';
import { getFromHelper } from './credentialHelper';
import { DockerConfigCredentials } from './dockerConfig';
import { timeLimit } from '../../system/timeLimit';

const never = new AbortController().signal;
const base64 = (text: string) => Buffer.from(text).toString('base64');

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'docker-config-'));
  await mkdir(path.join(folder, 'bin'));
  vi.stubEnv('PATH', `${path.join(folder, 'bin')}:${process.env['PATH']}`);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true });
});

async function withConfig(config: unknown): Promise<DockerConfigCredentials> {
  const text = typeof config === 'string' ? config : JSON.stringify(config);
  await writeFile(path.join(folder, 'config.json'), text);
  return new DockerConfigCredentials({ folder });
}

/** Installs a helper whose body is a shell script; it appends each server it is asked for to a file. */
async function helper(name: string, body: string): Promise<() => Promise<string[]>> {
  const program = path.join(folder, 'bin', `docker-credential-${name}`);
  const asked = path.join(folder, `${name}.asked`);
  await writeFile(program, `#!/bin/sh\nread -r server\necho "$1 $server" >> ${asked}\n${body}\n`);
  await chmod(program, 0o755);
  return async () => (await readFile(asked, 'utf8').catch(() => '')).split('\n').filter(Boolean);
}

const answer = (username: string, secret: string) =>
  `printf '%s' '${JSON.stringify({ ServerURL: 'x', Username: username, Secret: secret })}'`;

describe('logins in the config file', () => {
  it('are read from auth, identitytoken and clear text', async () => {
    const credentials = await withConfig({
      auths: {
        'a.test': { auth: base64('user:pa:ss') },
        'b.test': { auth: base64('user:old'), identitytoken: 'idt' },
        'c.test': { username: 'clear', password: 'text' },
        'nul.test': { auth: base64('user:pass\0\0') },
        'empty.test': {},
      },
    });
    expect(await credentials.credentials('a.test', never)).toEqual({ username: 'user', secret: 'pa:ss' });
    expect(await credentials.credentials('b.test', never)).toEqual({ username: '', secret: 'idt' });
    expect(await credentials.credentials('c.test', never)).toEqual({ username: 'clear', secret: 'text' });
    expect(await credentials.credentials('nul.test', never)).toEqual({ username: 'user', secret: 'pass' });
    expect(await credentials.credentials('empty.test', never)).toBeUndefined();
    expect(await credentials.credentials('unknown.test', never)).toBeUndefined();
  });

  it('are found for each of Docker Hub’s names and for keys with scheme or path', async () => {
    const credentials = await withConfig({
      auths: {
        'https://index.docker.io/v1/': { auth: base64('hub:pw') },
        'https://reg.test:5000/v2/': { auth: base64('reg:pw') },
      },
    });
    for (const host of ['docker.io', 'index.docker.io', 'registry-1.docker.io']) {
      expect(await credentials.credentials(host, never)).toEqual({ username: 'hub', secret: 'pw' });
    }
    expect(await credentials.credentials('reg.test:5000', never)).toEqual({ username: 'reg', secret: 'pw' });
    expect(await credentials.credentials('reg.test', never)).toBeUndefined();
  });

  it('are read again when the file appears, changes and goes', async () => {
    const credentials = new DockerConfigCredentials({ folder });
    expect(await credentials.credentials('a.test', never)).toBeUndefined();
    const file = path.join(folder, 'config.json');
    await writeFile(file, JSON.stringify({ auths: { 'a.test': { auth: base64('u:one') } } }));
    expect((await credentials.credentials('a.test', never))?.secret).toBe('one');
    await writeFile(file, JSON.stringify({ auths: { 'a.test': { auth: base64('u:three') } } }));
    expect((await credentials.credentials('a.test', never))?.secret).toBe('three');
    await rm(file);
    expect(await credentials.credentials('a.test', never)).toBeUndefined();
  });

  it('come from $DOCKER_CONFIG by default', async () => {
    await withConfig({ auths: { 'a.test': { auth: base64('u:env') } } });
    vi.stubEnv('DOCKER_CONFIG', folder);
    expect((await new DockerConfigCredentials().credentials('a.test', never))?.secret).toBe('env');
  });

  it.each([
    ['broken JSON', '{"auths": {"a.test": {"auth": "S3CRET"'],
    ['a damaged login', { auths: { 'a.test': { auth: base64('S3CRET-without-colon') } } }],
  ])('fail on %s without quoting it', async (_what, config) => {
    const credentials = await withConfig(config);
    const failure: unknown = await credentials.credentials('a.test', never).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(CredentialError);
    expect(JSON.stringify(failure, Object.getOwnPropertyNames(failure))).not.toMatch(/S3CRET|UzNDUkVU/);
  });

  it('ignore a file of another shape', async () => {
    for (const config of ['[]', '{"auths": 5, "credHelpers": "x"}', '{"auths": {"a.test": "x"}}']) {
      expect(await (await withConfig(config)).credentials('a.test', never)).toBeUndefined();
    }
  });
});

describe('credential helpers', () => {
  it('are asked with the stored key, and once for a while', async () => {
    const asked = await helper('store', answer('helper-user', 'helper-secret'));
    const credentials = await withConfig({ credsStore: 'store' });
    for (let times = 0; times < 3; times++) {
      const login = await credentials.credentials('registry-1.docker.io', never);
      expect(login).toEqual({ username: 'helper-user', secret: 'helper-secret' });
    }
    await Promise.all([credentials.credentials('a.test', never), credentials.credentials('a.test', never)]);
    expect(await asked()).toEqual(['get https://index.docker.io/v1/', 'get a.test']);
  });

  it('of one registry come before the one for all', async () => {
    await helper('all', answer('all', 'x'));
    await helper('one', answer('<token>', 'identity'));
    const credentials = await withConfig({ credsStore: 'all', credHelpers: { 'one.test': 'one' } });
    expect(await credentials.credentials('one.test', never)).toEqual({ username: '', secret: 'identity' });
    expect(await credentials.credentials('other.test', never)).toEqual({ username: 'all', secret: 'x' });
  });

  it('that know nothing leave the word to the file', async () => {
    await helper('empty', 'echo "credentials not found in native keychain"; exit 1');
    const credentials = await withConfig({
      credsStore: 'empty',
      auths: { 'a.test': { auth: base64('file:pw') } },
    });
    expect(await credentials.credentials('a.test', never)).toEqual({ username: 'file', secret: 'pw' });
    expect(await credentials.credentials('b.test', never)).toBeUndefined();
  });

  it.each([
    ['fail', 'echo "S3CRET went wrong"; exit 2', /exit code 2/],
    ['don’t answer with JSON', 'echo S3CRET', /did not answer with JSON/],
    ['leave something out', `echo '{"Username":"S3CRET"}'`, /without a user name or a secret/],
  ])('that %s are named, and their output is not quoted', async (_what, body, message) => {
    await helper('bad', body);
    const failure: unknown = await getFromHelper('bad', 'a.test', never).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(CredentialError);
    expect((failure as Error).message).toMatch(message);
    expect(JSON.stringify(failure, Object.getOwnPropertyNames(failure))).not.toContain('S3CRET');
  });

  it('that hang are ended in time, or when nobody waits any more', async () => {
    await helper('slow', 'exec sleep 30');
    const started = Date.now();
    await expect(getFromHelper('slow', 'a.test', never, 200)).rejects.toThrow(/did not answer in time/);
    await expect(getFromHelper('slow', 'a.test', timeLimit(200))).rejects.toBeInstanceOf(CredentialError);
    expect(Date.now() - started).toBeLessThan(5_000);
  });

  it('that are not installed or have a path for a name are refused', async () => {
    await expect(getFromHelper('missing', 'a.test', never)).rejects.toThrow(/not installed/);
    await expect(getFromHelper('../../bin/sh', 'a.test', never)).rejects.toThrow(
      /unusable credential helper/,
    );
  });

  it('that failed are asked again', async () => {
    const asked = await helper('flaky', `[ -f ${folder}/ok ] || exit 3\n${answer('u', 's')}`);
    const credentials = await withConfig({ credsStore: 'flaky' });
    await expect(credentials.credentials('a.test', never)).rejects.toBeInstanceOf(CredentialError);
    await writeFile(path.join(folder, 'ok'), '');
    expect(await credentials.credentials('a.test', never)).toEqual({ username: 'u', secret: 's' });
    expect(await asked()).toHaveLength(2);
  });
});
