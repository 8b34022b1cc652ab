import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer as createPlainServer, type AddressInfo, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createServer as createTlsServer } from 'node:tls';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startBuildkitd, type Buildkitd } from '../../../e2e/engine/buildkitd';
import { createCertificates, type Certificates } from '../../../e2e/engine/certificates';
import type { StudioError } from '../../../shared/contract';
import { BuildkitClient } from '../../buildkit';
import { testEngine } from '../../testing/engine';
import { asStudioError } from '../nodeWatch';
import { describeDriver } from './conformance';
import { createRemoteDriver } from './remote';

const remoteDriver = createRemoteDriver({ env: process.env });
let plain: Buildkitd;
let secured: Buildkitd;
let folder: string;
let strangers: Certificates;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'manifold-remote-'));
  [plain, secured, strangers] = await Promise.all([
    startBuildkitd({ tcp: 'plain' }),
    startBuildkitd({ tcp: 'mutual-tls' }),
    createCertificates(join(folder, 'strangers')),
  ]);
});
afterAll(async () => {
  await Promise.all([plain.stop(), secured.stop()]);
  await rm(folder, { recursive: true });
});

const dispose = async (): Promise<void> => undefined;

describeDriver('remote over a unix socket', async () => ({
  driver: remoteDriver,
  endpoint: testEngine().buildkitAddress,
  options: {},
  dispose,
}));
describeDriver('remote over TCP', async () => ({
  driver: remoteDriver,
  endpoint: plain.address,
  options: {},
  dispose,
}));
describeDriver('remote over mutual TLS', async () => ({
  driver: remoteDriver,
  endpoint: secured.address,
  options: tls(),
  dispose,
}));

function tls(): Record<string, string> {
  const { ca, client } = secured.certificates!;
  return { cacert: ca, cert: client.cert, key: client.key };
}

/** What a person is told when connecting with these options fails. */
async function failureOf(options: Record<string, string>, endpoint = secured.address): Promise<StudioError> {
  const node = remoteDriver.create({
    builder: 'b',
    node: 'n',
    endpoint,
    flags: [],
    files: new Map(),
    options: remoteDriver.optionsSchema.parse(options),
  });
  try {
    const client = await BuildkitClient.connect((signal) => node.dial(signal), { connectTimeoutMs: 4000 });
    await client.close();
  } catch (error) {
    return asStudioError(error, node.endpoint);
  }
  throw new Error('It connected.');
}

describe('what goes wrong with certificates', () => {
  it('a CA that did not sign the daemon’s certificate', async () => {
    const error = await failureOf({ ...tls(), cacert: strangers.ca });
    expect(error.code).toBe('builder-unreachable');
    expect(error.message).toContain('not signed by the given CA');
    expect(error.hint).toContain('CA certificate');
  });

  it('a client certificate that the daemon does not trust', async () => {
    const error = await failureOf({ ...tls(), cert: strangers.client.cert, key: strangers.client.key });
    expect(error.message).toContain('refuses the client certificate');
  });

  it('no client certificate where one is wanted', async () => {
    const { cacert } = tls();
    expect((await failureOf({ cacert: cacert! })).message).toContain('client certificate');
  });

  it('a name that is not in the daemon’s certificate', async () => {
    const error = await failureOf({ ...tls(), servername: 'elsewhere.example' });
    expect(error.message).toContain('another host name');
    expect(error.hint).toContain('Server name');
  });

  it('a key of another certificate', async () => {
    expect((await failureOf({ ...tls(), key: strangers.client.key })).message).toMatch(/does not belong/);
  });

  it('a file that is no certificate', async () => {
    expect((await failureOf({ ...tls(), cert: secured.logFile })).message).toContain(
      'damaged or of an unknown kind',
    );
  });

  it('a certificate file that is not there', async () => {
    const error = await failureOf({ ...tls(), cacert: join(folder, 'gone.pem') });
    expect(error.message).toContain('gone.pem can’t be read');
  });

  it('an expired certificate of the daemon', async () => {
    const { cert, key } = await expiredCertificate();
    const server = createTlsServer({ cert: await readFile(cert), key: await readFile(key) });
    const address = await listen(server);
    const error = await failureOf({ cacert: cert }, address);
    server.close();
    expect(error.message).toContain('has expired');
  });

  it('no TLS where it is wanted, and the other way round', async () => {
    expect((await failureOf({})).code).toBe('builder-unreachable');
    const { ca } = secured.certificates!;
    expect((await failureOf({ cacert: ca }, plain.address)).message).toContain('does not speak TLS');
  });
});

describe('what goes wrong with addresses', () => {
  it('says that nothing is there', async () => {
    expect((await failureOf({}, `unix://${folder}/no.sock`)).message).toContain('no such socket');
    expect((await failureOf({}, 'tcp://127.0.0.1:1')).message).toContain('nothing listens');
  });

  it('does not wait for ever for a port that never answers', async () => {
    const server = createPlainServer(() => undefined);
    const address = await listen(server);
    const before = Date.now();
    expect((await failureOf({}, address)).code).toBe('builder-unreachable');
    expect(Date.now() - before).toBeLessThan(6000);
    server.close();
  });

  it.each([
    [{ cert: '/c.pem' }, 'belong together'],
    [{ cert: '/c.pem', key: '/k.pem' }, 'needs the CA'],
    [{ servername: 'host' }, 'needs the CA'],
    [{ cacert: 'c.pem' }, 'whole path'],
  ])('refuses the options %j', (options, words) => {
    const parsed = remoteDriver.optionsSchema.safeParse(options);
    expect(parsed.success).toBe(false);
    expect(parsed.error?.issues.map(({ message }) => message).join()).toContain(words);
  });

  it.each([
    ['', {}, 'Type the daemon’s address'],
    ['host:1234', {}, 'unix://'],
    ['tcp://host', {}, 'tcp://host:port'],
    ['unix://relative', {}, 'absolute path'],
    ['unix:///a', { cacert: '/c.pem' }, 'has TLS'],
    ['ssh://host', { cacert: '/c.pem' }, 'has TLS'],
    ['ssh://-oProxyCommand=x', {}, 'signs'],
    ['docker-container://-it', {}, 'no name'],
    ['kube-pod://Pod', {}, 'no pod’s name'],
  ])('refuses the address %j with %j', (address, options, words) => {
    expect(remoteDriver.checkEndpoint(address, options)).toContain(words);
  });
});

async function expiredCertificate(): Promise<{ cert: string; key: string }> {
  const [cert, key] = [join(folder, 'expired.pem'), join(folder, 'expired-key.pem')];
  const request = join(folder, 'expired.csr');
  const algorithm = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
  const openssl = (args: string[]) => promisify(execFile)('openssl', args);
  await openssl(['req', ...algorithm, '-subj', '/CN=expired', '-keyout', key, '-out', request]);
  await openssl(['x509', '-req', '-days', '0', '-in', request, '-signkey', key, '-out', cert]);
  await sleep(1100);
  return { cert, key };
}

async function listen(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `tcp://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
