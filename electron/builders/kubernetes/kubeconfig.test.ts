import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { inspect } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { StudioError } from '../../../shared/contract';
import { ExecCredentials } from './execCredentials';
import { loadCluster, type Cluster } from './kubeconfig';

const never = new AbortController().signal;
let folder: string;
let env: Record<string, string>;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'manifold-kubeconfig-'));
  env = { HOME: folder, PATH: process.env['PATH'] ?? '' };
});
afterEach(async () => {
  await rm(folder, { recursive: true });
});

/** A kubeconfig with one context, all of whose parts have its name. */
async function write(
  file: string,
  name: string,
  user: object = { token: name },
  current = name,
): Promise<string> {
  const path = join(folder, file);
  await writeFile(
    path,
    JSON.stringify({
      'current-context': current,
      clusters: [{ name, cluster: { server: `https://${name}.example` } }],
      users: [{ name, user }],
      contexts: [{ name, context: { cluster: name, user: name, namespace: `${name}-space` } }],
    }),
  );
  return path;
}

const load = (kubeconfig = '', context?: string, credentials = new ExecCredentials(env)): Promise<Cluster> =>
  loadCluster({ kubeconfig, context, env, credentials }, never);
const login = async (cluster: Cluster): Promise<Record<string, unknown>> => {
  const options = {};
  await cluster.config.applyToHTTPSOptions(options);
  return options;
};

describe('a kubeconfig', () => {
  it('is the given one, KUBECONFIG’s or that in the home folder', async () => {
    await mkdir(join(folder, '.kube'));
    await write('.kube/config', 'home');
    expect(await load()).toMatchObject({ server: 'https://home.example', namespace: 'home-space' });
    env['KUBECONFIG'] = await write('other', 'env');
    expect((await load()).server).toBe('https://env.example');
    expect((await load(await write('third', 'given'))).server).toBe('https://given.example');
  });

  it('is merged from several: the first that names a thing wins', async () => {
    const one = await write('one', 'a', undefined, '');
    const two = await write('two', 'b');
    const three = await write('three', 'a', { token: 'late' });
    const files = [join(folder, 'missing'), one, two, three].join(delimiter);
    expect((await load(files)).server).toBe('https://b.example');
    const cluster = await load(files, 'a');
    expect(cluster.server).toBe('https://a.example');
    expect(await login(cluster)).toMatchObject({ headers: { Authorization: 'Bearer a' } });
  });

  it.each([
    ['is missing', undefined, 'There is no kubeconfig'],
    ['is no YAML', '{', 'can’t be read'],
    ['is empty', '', 'can’t be read'],
    ['has no current context', '{"clusters":[],"contexts":[],"users":[]}', 'no current context'],
    [
      'has a context without its cluster',
      '{"current-context":"x","clusters":[],"users":[],"contexts":[{"name":"x","context":{"cluster":"c","user":"u"}}]}',
      'no context x',
    ],
  ])('says so when it %s', async (_what, content, words) => {
    const file = join(folder, 'config');
    if (content !== undefined) await writeFile(file, content);
    const error = await load(file).catch((caught: unknown) => caught);
    expect(error).toMatchObject({
      code: 'builder-unreachable',
      hint: expect.stringMatching(/\.$/) as string,
    });
    expect((error as Error).message).toContain(words);
  });

  it('is not quoted in errors', async () => {
    const file = join(folder, 'config');
    await writeFile(file, 'users:\n- user: {token: hunter2\ncurrent-context: [');
    const error = await load(file).catch((caught: unknown) => caught);
    expect((error as StudioError).details?.cause).toMatch(/^line \d: /);
    expect(inspect(error, { depth: 9 })).not.toContain('hunter2');
  });

  it('says that it has no such context', async () => {
    await expect(load(await write('one', 'a'), 'elsewhere')).rejects.toThrow('no context elsewhere');
  });
});

describe('a login program', () => {
  const script = async (name: string, text: string): Promise<string> => {
    await writeFile(join(folder, name), `#!/bin/sh\n${text}\n`, { mode: 0o755 });
    return name;
  };
  const exec = (command: string, more: object = {}) => ({
    exec: { apiVersion: 'client.authentication.k8s.io/v1', command, ...more },
  });
  const answer = (status: object) => `echo '${JSON.stringify({ kind: 'ExecCredential', status })}'`;

  it('is told about the cluster and gives a token, which is remembered until it expires', async () => {
    const expired = new Date(Date.now() - 1000).toISOString();
    const later = new Date(Date.now() + 60_000).toISOString();
    await script(
      'login',
      `echo "$KUBERNETES_EXEC_INFO $FROM_CONFIG $1" >> ${folder}/calls
      if [ -e ${folder}/second ]; then ${answer({ token: 'two', expirationTimestamp: later })};
      else ${answer({ token: 'one', expirationTimestamp: expired })}; fi`,
    );
    const given = {
      args: ['argument'],
      env: [{ name: 'FROM_CONFIG', value: 'yes' }],
      provideClusterInfo: true,
    };
    const file = await write('config', 'a', exec('./login', given));
    const credentials = new ExecCredentials(env);
    expect(await login(await load(file, undefined, credentials))).toMatchObject({
      headers: { Authorization: 'Bearer one' },
    });
    await writeFile(join(folder, 'second'), '');
    for (const _time of [1, 2]) {
      expect(await login(await load(file, undefined, credentials))).toMatchObject({
        headers: { Authorization: 'Bearer two' },
      });
    }
    const calls = (await readFile(join(folder, 'calls'), 'utf8')).trim().split('\n');
    expect(calls).toHaveLength(2);
    expect(calls[0]).toMatch(/ yes argument$/);
    expect(JSON.parse(calls[0]!.replace(/ yes argument$/, ''))).toEqual({
      apiVersion: 'client.authentication.k8s.io/v1',
      kind: 'ExecCredential',
      spec: { interactive: false, cluster: { server: 'https://a.example' } },
    });
    credentials.forget();
    await load(file, undefined, credentials);
    expect((await readFile(join(folder, 'calls'), 'utf8')).trim().split('\n')).toHaveLength(3);
  });

  it('gives a client certificate', async () => {
    await script('login', answer({ clientCertificateData: 'PEM-C', clientKeyData: 'PEM-K' }));
    const options = await login(await load(await write('config', 'a', exec('./login'))));
    expect(String(options['cert'])).toBe('PEM-C');
    expect(String(options['key'])).toBe('PEM-K');
  });

  it.each([
    ['fails', 'echo "token-of-somebody"; echo "please log in" >&2; exit 3', 'please log in'],
    ['says nothing', 'exit 3', 'without a word'],
    ['answers nonsense', 'echo "token-of-somebody"', 'did not answer with a credential'],
  ])('that %s is told, without what it printed', async (_what, text, words) => {
    await script('login', text);
    const file = await write('config', 'a', exec('./login', { installHint: 'Install it.' }));
    const error = await load(file).catch((caught: unknown) => caught);
    expect(error).toMatchObject({ code: 'builder-unreachable', hint: 'Install it.' });
    expect((error as Error).message).toContain(words);
    expect(inspect(error, { depth: 9 })).not.toContain('token-of');
  });

  it('that is not there is told', async () => {
    const file = await write('config', 'a', exec('no-such-login'));
    await expect(load(file)).rejects.toThrow('no-such-login, by which the kubeconfig logs in to the cluster');
    await expect(load(await write('other', 'a', { exec: {} }))).rejects.toThrow('doesn’t name it rightly');
  });

  it('ends when it is waited for no longer', async () => {
    await script('login', 'exec sleep 60');
    const file = await write('config', 'a', exec('./login'));
    const reason = new Error('enough');
    const abort = new AbortController();
    const source = { kubeconfig: file, env, credentials: new ExecCredentials(env) };
    const loading = loadCluster(source, abort.signal);
    setTimeout(() => abort.abort(reason), 100);
    await expect(loading).rejects.toBe(reason);
  });
});
