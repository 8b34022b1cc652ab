import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { proxiesFrom, type Proxy } from './proxyEnvironment';
import { ProxyError } from './proxyError';
import { openSocksTunnel } from './socksTunnel';

const never = new AbortController().signal;
const registry = { host: 'registry.test', port: 443 };

/** A proxy whose answers are written down beforehand, each for one thing that it is told. */
let server: Server;
let answers: (readonly number[] | 'hang' | 'hang up')[] = [];
let told: number[][] = [];
const sockets = new Set<Socket>();

beforeAll(async () => {
  server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.once('close', () => sockets.delete(socket));
    socket.on('data', (bytes: Buffer) => {
      told.push([...bytes]);
      const answer = answers.shift() ?? 'hang up';
      if (answer === 'hang up') socket.end();
      else if (answer !== 'hang') for (const byte of answer) socket.write(Buffer.from([byte]));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterEach(() => {
  told = [];
  sockets.forEach((socket) => socket.destroy());
});
afterAll(() => server.close());

function proxy(login = ''): Proxy {
  const { port } = server.address() as AddressInfo;
  const env = { ALL_PROXY: `socks5://${login}127.0.0.1:${port}` };
  return proxiesFrom(env)(new URL('https://registry.test'))!;
}

async function failure(login = '', target = registry): Promise<ProxyError> {
  const error: unknown = await openSocksTunnel(proxy(login), target, never).catch(
    (reason: unknown) => reason,
  );
  expect(error).toBeInstanceOf(ProxyError);
  expect(String((error as Error).stack)).not.toContain('geheim');
  return error as ProxyError;
}

const text = (bytes: readonly number[]): string => Buffer.from(bytes).toString();

describe('a SOCKS proxy', () => {
  it('is told the name and the port, and then leaves the line to others', async () => {
    answers = [
      [5, 0],
      [5, 0, 0, 3, 4, ...Buffer.from('host'), 1, 2],
      [104, 105],
    ];
    const socket = await openSocksTunnel(proxy(), registry, never);
    expect(told).toEqual([
      [5, 1, 0],
      [5, 1, 0, 3, 13, ...Buffer.from('registry.test'), 1, 187],
    ]);
    socket.write('hello');
    expect(text([...((await once(socket, 'data')) as [Buffer])[0]])).toBe('h');
    expect(text(told[2]!)).toBe('hello');
    socket.destroy();
  });

  it('gets the login when it wants one', async () => {
    answers = [
      [5, 2],
      [1, 0],
      [5, 0, 0, 1, 0, 0, 0, 0, 0, 0],
    ];
    (await openSocksTunnel(proxy('anna:geheim@'), registry, never)).destroy();
    expect(told[0]).toEqual([5, 2, 0, 2]);
    expect(told[1]).toEqual([1, 4, ...Buffer.from('anna'), 6, ...Buffer.from('geheim')]);
  });

  it.each([
    ['wants a login', '', [[5, 255]], 'login', 'wants a login'],
    ['wants one that was not offered', '', [[5, 2]], 'login', 'wants a login'],
    ['wants another kind', 'u:geheim@', [[5, 1]], 'login', 'does not accept the login'],
    [
      'knows no such user',
      'u:geheim@',
      [
        [5, 2],
        [1, 1],
      ],
      'login',
      'does not accept the login',
    ],
    ['is a SOCKS4 proxy', '', [[0, 91]], 'no-proxy', 'does not answer as a proxy does'],
    ['is an SSH server', '', [[...Buffer.from('SSH-2.0-x\r\n')]], 'no-proxy', 'does not answer'],
    [
      'answers half',
      '',
      [
        [5, 0],
        [4, 0, 0, 1],
      ],
      'no-proxy',
      'does not answer',
    ],
    [
      'has an address of no kind',
      '',
      [
        [5, 0],
        [5, 0, 0, 9],
      ],
      'no-proxy',
      'does not answer',
    ],
    [
      'does not want to',
      '',
      [
        [5, 0],
        [5, 2, 0, 1],
      ],
      'refused',
      'answers not allowed when asked for registry',
    ],
    [
      'finds nobody',
      '',
      [
        [5, 0],
        [5, 5, 0, 1],
      ],
      'refused',
      'connection refused when asked for registry.test:443',
    ],
    [
      'knows more',
      '',
      [
        [5, 0],
        [5, 77, 0, 1],
      ],
      'refused',
      'error 77',
    ],
    ['hangs up', '', ['hang up'], 'unreachable', 'can’t be reached: it hung up'],
    ['hangs up later', '', [[5, 0], 'hang up'], 'unreachable', 'it hung up'],
  ] as const)('that %s is named', async (_name, login, script, problem, words) => {
    answers = [...script];
    const error = await failure(login);
    expect(error).toMatchObject({ problem, variable: 'ALL_PROXY', label: proxy().label });
    expect(error.message).toContain(words);
  });

  it('is told no more than fits', async () => {
    answers = [[5, 2]];
    expect(await failure(`u:${'x'.repeat(256)}@`)).toMatchObject({ problem: 'login' });
    answers = [[5, 0]];
    const long = { host: `${'a'.repeat(250)}.test`, port: 1 };
    expect((await failure('', { ...long, host: `${long.host}.test` })).problem).toBe('refused');
  });

  it.each(['connecting', 'greeting', 'asking'])('is left when nobody waits any more: %s', async (when) => {
    answers = when === 'greeting' ? ['hang'] : [[5, 0], 'hang'];
    const stop = new AbortController();
    if (when === 'connecting') stop.abort(new Error('stopped'));
    const opening = openSocksTunnel(proxy(), registry, stop.signal).catch((reason: unknown) => reason);
    while (when !== 'connecting' && told.length < (when === 'greeting' ? 1 : 2)) {
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    stop.abort(new Error('stopped'));
    expect(await opening).toMatchObject({ cause: { message: 'stopped' } });
    while (sockets.size > 0) await new Promise((resolve) => setTimeout(resolve, 5));
  });

  it('that is not there is named', async () => {
    const nobody = { ...proxy(), port: 1 };
    await expect(openSocksTunnel(nobody, registry, never)).rejects.toMatchObject({
      problem: 'unreachable',
      message: expect.stringContaining('ECONNREFUSED') as string,
    });
  });

  it('is told addresses as such', async () => {
    await fc.assert(
      fc.asyncProperty(fc.oneof(fc.ipV6(), fc.ipV4()), async (address) => {
        answers = [
          [5, 0],
          [5, 0, 0, 1, 0, 0, 0, 0, 0, 0],
        ];
        told = [];
        const { hostname } = new URL(`http://${address.includes(':') ? `[${address}]` : address}`);
        const host = hostname.replace(/^\[|\]$/g, '');
        (await openSocksTunnel(proxy(), { host, port: 5000 }, never)).destroy();
        const [, , , kind, ...rest] = told[1]!;
        const bytes = rest.slice(0, -2);
        expect(rest.slice(-2)).toEqual([19, 136]);
        const groups = Array.from({ length: bytes.length / 2 }, (_, at) =>
          (bytes[at * 2]! * 256 + bytes[at * 2 + 1]!).toString(16),
        );
        const heard = kind === 1 ? bytes.join('.') : new URL(`http://[${groups.join(':')}]`).hostname;
        expect(kind).toBe(address.includes(':') ? 4 : 1);
        expect(heard).toBe(hostname);
      }),
      { numRuns: 50 },
    );
  });
});
