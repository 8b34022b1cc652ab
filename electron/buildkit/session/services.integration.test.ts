import { Buffer } from 'node:buffer';
import { execFile, spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { pack } from 'tar-stream';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dialUnix, testEngine } from '../../testing/engine';
import { tarContext } from '../../testing/tarContext';
import {
  BuildkitClient,
  createAuthService,
  createSecretsService,
  createSshService,
  createUploadService,
  runSolve,
  type Exporter,
  type SessionService,
} from '../index';

const engine = testEngine();
let client: BuildkitClient;
beforeAll(async () => {
  client = await BuildkitClient.connect(dialUnix(engine.socketPath));
});
afterAll(() => client.close());

const unique = () => `: ${randomBytes(8).toString('hex')}`;

/** Builds and returns the output of all steps. */
async function build(
  dockerfile: string,
  services: readonly SessionService[],
  exporters: readonly Exporter[] = [],
  files: Readonly<Record<string, Uint8Array>> = {},
): Promise<string> {
  const { service, frontendAttrs } = tarContext({ Dockerfile: dockerfile, ...files });
  let output = '';
  await runSolve(client, {
    request: { frontend: 'dockerfile.v0', frontendAttrs, exporters },
    services: [service, ...services],
    onStatus: ({ logs }) => {
      for (const { data } of logs) output += Buffer.from(data).toString();
    },
  });
  return output;
}

describe('health', () => {
  it('keeps a session alive past the daemon’s two failed checks', async () => {
    const session = await client.openSession([]);
    let ended = false;
    void session.closed.then(() => (ended = true));
    await sleep(12_000);
    expect(ended).toBe(false);
    await session.close();
    expect(await session.closed).toBeUndefined();
  });

  it('tells when the daemon ends the session', async () => {
    const own = await BuildkitClient.connect(dialUnix(engine.socketPath));
    const session = await own.openSession([], { name: 'Überraschung 文', sharedKey: 'ключ' });
    await sleep(50);
    await own.close();
    expect(await session.closed).toMatchObject({ name: 'SessionError' });
  });
});

describe('secrets', () => {
  const secret = randomBytes(200 * 1024);

  it('reach the step as they are', async () => {
    const store = createSecretsService({ get: async (id) => (id === 'key' ? secret : undefined) });
    const output = await build(
      `FROM busybox\nRUN --mount=type=secret,id=key ${unique()}; sha256sum < /run/secrets/key\n`,
      [store],
    );
    expect(output).toContain(createHash('sha256').update(secret).digest('hex'));
  });

  it('fail the build when missing, too large, or broken, with the reason', async () => {
    const step = (id: string) => `FROM busybox\nRUN --mount=type=secret,id=${id},required=true ${unique()}\n`;
    const store = createSecretsService({
      async get(id) {
        if (id === 'broken') throw new Error('the vault is sealed');
        return id === 'large' ? new Uint8Array(500 * 1024 + 1) : undefined;
      },
    });
    await expect(build(step('none'), [store])).rejects.toThrow(/none: not found/);
    await expect(build(step('large'), [store])).rejects.toThrow(/512001 bytes/);
    await expect(build(step('broken'), [store])).rejects.toThrow(/the vault is sealed/);
    await expect(build(step('none'), [])).rejects.toMatchObject({ name: 'SolveError' });
  });

  it('may be missing when the step does not require them', async () => {
    const store = createSecretsService({ get: async () => undefined });
    const step = `FROM busybox\nRUN --mount=type=secret,id=none ${unique()}; ls /run/secrets/none || echo absent\n`;
    expect(await build(step, [store])).toContain('absent');
  });
});

describe('ssh', () => {
  let folder: string;
  let socket: string;
  let agent: ReturnType<typeof spawn>;
  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), 'ssh-'));
    socket = path.join(folder, 'agent');
    agent = spawn('ssh-agent', ['-D', '-a', socket], { stdio: 'ignore' });
    const run = promisify(execFile);
    await run('ssh-keygen', [
      '-q',
      '-t',
      'ed25519',
      '-N',
      '',
      '-C',
      'manifold-test',
      '-f',
      path.join(folder, 'key'),
    ]);
    for (let attempt = 0; ; attempt++) {
      try {
        await run('ssh-add', [path.join(folder, 'key')], { env: { ...process.env, SSH_AUTH_SOCK: socket } });
        return;
      } catch (error) {
        if (attempt === 50) throw error;
        await sleep(50);
      }
    }
  });
  afterAll(async () => {
    agent.kill();
    await rm(folder, { recursive: true, force: true });
  });

  /** Runs a command with this machine's own OpenSSH inside a build step; exit codes are printed. */
  async function runWithOpenSsh(
    command: string,
    agents: Record<string, string>,
    id = 'default',
  ): Promise<string> {
    const files: Record<string, Uint8Array> = {};
    for (const program of ['/usr/bin/ssh-add', '/usr/bin/ssh-keygen']) {
      const { stdout } = await promisify(execFile)('ldd', [program]);
      for (const [library] of stdout.matchAll(/\/\S+/g)) files[`root${library}`] = await readFile(library);
      files[`root${program}`] = await readFile(program);
    }
    const dockerfile = [
      'FROM busybox',
      'COPY root /',
      'RUN mkdir -p /etc && echo root:x:0:0::/:/bin/sh > /etc/passwd',
      `RUN --mount=type=ssh,id=${id},required=true ${unique()}; ${command}; echo exit $?`,
    ].join('\n');
    return build(dockerfile, [createSshService(agents)], [], files);
  }

  it('lets a step list the keys of a real agent and sign with them', async () => {
    const publicKey = await readFile(path.join(folder, 'key.pub'), 'utf8');
    const command = `ssh-add -L && ssh-add -L > /k.pub && echo data | ssh-keygen -Y sign -f /k.pub -n test -`;
    const output = await runWithOpenSsh(command, { default: socket });
    expect(output).toContain(publicKey.split(' ')[1]);
    expect(output).toContain('BEGIN SSH SIGNATURE');
    expect(output).toContain('exit 0');
  });

  it('does not let a step remove them', async () => {
    const output = await runWithOpenSsh('ssh-add -D; ssh-add -l', { work: socket }, 'work');
    expect(output).not.toContain('All identities removed');
    expect(output).toContain('manifold-test');
    const { stdout } = await promisify(execFile)('ssh-add', ['-l'], {
      env: { ...process.env, SSH_AUTH_SOCK: socket },
    });
    expect(stdout).toContain('manifold-test');
  });

  it('fails the build when the agent is not offered, and the step when it is not running', async () => {
    await expect(runWithOpenSsh('true', { default: socket }, 'other')).rejects.toThrow(
      /No SSH agent "other"/,
    );
    const output = await runWithOpenSsh('ssh-add -l', { gone: path.join(folder, 'nobody') }, 'gone');
    expect(output).not.toContain('manifold-test');
    expect(output).not.toContain('exit 0');
  });
});

describe('upload', () => {
  it('serves a context of many megabytes, once', async () => {
    const upload = createUploadService();
    const archive = pack();
    const content = randomBytes(40 * 1024 * 1024);
    archive.entry({ name: 'Dockerfile' }, `FROM busybox\nCOPY blob /\nRUN ${unique()}; sha256sum /blob\n`);
    archive.entry({ name: 'blob' }, content);
    archive.finalize();
    const context = upload.add(Readable.from(archive));
    let output = '';
    const request = { frontend: 'dockerfile.v0', frontendAttrs: { context } };
    await runSolve(client, {
      request,
      services: [upload],
      onStatus: ({ logs }) => logs.forEach(({ data }) => (output += Buffer.from(data).toString())),
    });
    expect(output).toContain(createHash('sha256').update(content).digest('hex'));
    const again = { ...request, frontendAttrs: { context, 'no-cache': '' } };
    await expect(runSolve(client, { request: again, services: [upload] })).rejects.toThrow(/has no upload/);
  });

  it('fails the build with the stream’s own error', async () => {
    const upload = createUploadService();
    const broken = new Readable({
      read() {
        this.destroy(new Error('the archive is damaged'));
      },
    });
    const request = { frontend: 'dockerfile.v0', frontendAttrs: { context: upload.add(broken) } };
    await expect(runSolve(client, { request, services: [upload] })).rejects.toThrow(/the archive is damaged/);
  });
});

describe('auth', () => {
  const { host, username, password } = engine.authRegistry;
  const image = (registry: string): Exporter => ({
    type: 'image',
    attrs: { name: `${registry}/test/${randomBytes(6).toString('hex')}:1`, push: 'true' },
  });
  const dockerfile = () => `FROM busybox\nRUN ${unique()}\n`;
  const login = (name: string, secret: string) => {
    const asked: string[] = [];
    const service = createAuthService({
      credentials: {
        async credentials(registry) {
          asked.push(registry);
          return { username: name, secret };
        },
      },
    });
    return { asked, service };
  };

  it('logs in to a registry with basic authentication', async () => {
    const { asked, service } = login(username, password);
    await build(dockerfile(), [service], [image(host)]);
    expect(asked).toContain(host);
  });

  it('fails with a wrong password, without credentials, and without the service', async () => {
    const wrong = login(username, 'S3CRET-and-wrong');
    const failure = await build(dockerfile(), [wrong.service], [image(host)]).catch(
      (error: unknown) => error,
    );
    expect(failure).toMatchObject({ name: 'SolveError' });
    expect(String((failure as Error).stack)).not.toContain('S3CRET');
    const anonymous = createAuthService({ credentials: { credentials: async () => undefined } });
    await expect(build(dockerfile(), [anonymous], [image(host)])).rejects.toThrow(
      /401|unauthorized|authorization/i,
    );
    await expect(build(dockerfile(), [], [image(host)])).rejects.toMatchObject({ name: 'SolveError' });
  });

  it('fails with the provider’s error', async () => {
    const service = createAuthService({
      credentials: {
        async credentials() {
          throw new Error('the keychain is locked');
        },
      },
    });
    await expect(build(dockerfile(), [service], [image(host)])).rejects.toThrow(/the keychain is locked/);
  });

  it('fetches tokens for a registry with token authentication, so that the daemon never sees the password', async () => {
    const registry = await startTokenRegistry(engine.registryHost, 'robot', 'hunter2');
    try {
      const { asked, service } = login('robot', 'hunter2');
      await build(dockerfile(), [service], [image(registry.host)]);
      expect(asked).toContain(registry.host);
      expect(registry.tokenRequests.length).toBeGreaterThan(0);
      for (const form of registry.tokenRequests) {
        expect(form).toMatchObject({ client_id: 'manifold', grant_type: 'password', service: 'test-tokens' });
      }
      // The daemon keeps tokens for pulling and uses them in a later session, once that has signed its challenge.
      const pushed = image(registry.host);
      await build(dockerfile(), [service], [pushed]);
      const pull = () => build(`FROM ${pushed.attrs['name']}\nRUN ${unique()}\n`, [service]);
      await pull();
      const before = registry.tokenRequests.length;
      await pull();
      expect(registry.tokenRequests.length).toBe(before);
      const wrong = login('robot', 'wrong');
      await expect(build(dockerfile(), [wrong.service], [image(registry.host)])).rejects.toThrow(/401/);
    } finally {
      registry.close();
    }
  });
});

/** The engine's real registry behind a gate that wants a bearer token, and the token server for it. */
async function startTokenRegistry(upstream: string, username: string, password: string) {
  const tokenRequests: Record<string, string>[] = [];
  const token = randomBytes(16).toString('hex');
  const [upstreamHost, upstreamPort] = upstream.split(':');
  const server = http.createServer((request, response) => {
    if (request.url!.startsWith('/token')) {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const form = Object.fromEntries(new URLSearchParams(Buffer.concat(chunks).toString()));
        const good = form['username'] === username && form['password'] === password;
        if (good) tokenRequests.push(form);
        response.writeHead(good ? 200 : 401).end(good ? JSON.stringify({ access_token: token }) : '');
      });
      return;
    }
    if (request.headers.authorization !== `Bearer ${token}`) {
      const [, repository] = /^\/v2\/(.+?)\/(?:blobs|manifests)\//.exec(request.url!) ?? [];
      const scope = repository === undefined ? '' : `,scope="repository:${repository}:pull,push"`;
      const challenge = `Bearer realm="http://${request.headers.host}/token",service="test-tokens"${scope}`;
      request.resume();
      response.writeHead(401, { 'www-authenticate': challenge }).end();
      return;
    }
    const { authorization: _, ...headers } = request.headers;
    const forwarded = http.request(
      { host: upstreamHost, port: upstreamPort, method: request.method, path: request.url, headers },
      (answer) => {
        response.writeHead(answer.statusCode!, answer.headers);
        answer.pipe(response);
      },
    );
    request.pipe(forwarded);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    host: `localhost:${(server.address() as AddressInfo).port}`,
    tokenRequests,
    close: () => (server.closeAllConnections(), server.close()),
  };
}
