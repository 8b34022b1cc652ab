import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { proxiesFrom, type Proxy } from './proxyEnvironment';
import { ProxyError } from './proxyError';

const corp = 'http://proxy.corp:3128';

function proxyOf(env: Record<string, string>, url: string): Proxy | undefined {
  return proxiesFrom(env)(new URL(url));
}

describe('the variable that counts', () => {
  it.each([
    [{ HTTPS_PROXY: 'p:1' }, 'https://r.example', 'HTTPS_PROXY'],
    [{ https_proxy: 'p:1' }, 'https://r.example', 'https_proxy'],
    [{ https_proxy: 'p:1', HTTPS_PROXY: 'p:2' }, 'https://r.example', 'https_proxy'],
    [{ https_proxy: '', HTTPS_PROXY: 'p:2' }, 'https://r.example', 'HTTPS_PROXY'],
    [{ HTTPS_PROXY: 'p:1' }, 'http://r.example', undefined],
    [{ HTTP_PROXY: 'p:1' }, 'https://r.example', undefined],
    [{ HTTP_PROXY: 'p:1' }, 'http://r.example', 'HTTP_PROXY'],
    [{ HTTP_PROXY: 'p:1', REQUEST_METHOD: 'GET' }, 'http://r.example', undefined],
    [{ HTTP_PROXY: 'p:1', REQUEST_METHOD: '' }, 'http://r.example', 'HTTP_PROXY'],
    [{ HTTPS_PROXY: 'p:1', REQUEST_METHOD: 'GET' }, 'https://r.example', 'HTTPS_PROXY'],
    [{ ALL_PROXY: 'p:1' }, 'https://r.example', 'ALL_PROXY'],
    [{ all_proxy: 'p:1', HTTP_PROXY: 'p:2' }, 'http://r.example', 'HTTP_PROXY'],
    [{ all_proxy: 'p:1', HTTP_PROXY: 'p:2' }, 'https://r.example', 'all_proxy'],
    [{ ALL_PROXY: 'p:1', NO_PROXY: 'r.example' }, 'https://r.example', undefined],
    [{ NO_PROXY: '*' }, 'https://r.example', undefined],
    [{}, 'https://r.example', undefined],
  ])('%o for %s is %s', (env, url, expected) => {
    expect(proxyOf(env as Record<string, string>, url)?.variable).toBe(expected);
  });
});

describe('the address of a proxy', () => {
  it.each([
    [corp, 'http:', 'proxy.corp', 3128],
    ['proxy.corp:3128', 'http:', 'proxy.corp', 3128],
    ['proxy.corp', 'http:', 'proxy.corp', 80],
    ['localhost:8080/', 'http:', 'localhost', 8080],
    ['https://proxy.corp', 'https:', 'proxy.corp', 443],
    ['HTTPS://Proxy.Corp:8443/x?y#z', 'https:', 'proxy.corp', 8443],
    ['[2001:db8::1]:3128', 'http:', '2001:db8::1', 3128],
    ['socks5://proxy.corp', 'socks5:', 'proxy.corp', 1080],
    ['socks5h://[2001:db8::1]:9050/', 'socks5:', '2001:db8::1', 9050],
    ['user:secret@proxy.corp:1', 'http:', 'proxy.corp', 1],
  ])('%s', (value, protocol, host, port) => {
    const proxy = proxyOf({ https_proxy: value }, 'https://r.example');
    expect(proxy).toMatchObject({ protocol, host, port });
    expect(proxy!.label).toBe(host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`);
  });

  it.each(['http://', 'http://a b', 'http://p:99999', '://x', 'socks4://p:1', 'ftp://p', 'u:geheim@'])(
    '%s is none that can be used, and the error holds no word of it',
    (value) => {
      const find = () => proxyOf({ HTTPS_PROXY: value }, 'https://r.example');
      expect(find).toThrow(ProxyError);
      try {
        find();
      } catch (error) {
        expect(error).toMatchObject({ problem: 'unusable', variable: 'HTTPS_PROXY', label: undefined });
        expect(String(error)).not.toContain('geheim');
      }
    },
  );

  it('is of no matter to what does without it', () => {
    expect(proxyOf({ HTTPS_PROXY: 'http://', NO_PROXY: 'r.example' }, 'https://r.example')).toBeUndefined();
    expect(proxyOf({ HTTPS_PROXY: 'http://' }, 'https://127.0.0.1')).toBeUndefined();
  });

  it('holds the login, whatever characters are in it', () => {
    const part = fc.string({ unit: 'grapheme', minLength: 1 });
    fc.assert(
      fc.property(part, part, (user, password) => {
        const value = `http://${encodeURIComponent(user)}:${encodeURIComponent(password)}@proxy.corp:3128`;
        const { login, label } = proxyOf({ https_proxy: value }, 'https://r.example')!;
        expect(login).toEqual({ username: user, password });
        expect(label).toBe('proxy.corp:3128');
      }),
    );
  });

  it.each([
    ['http://u@p', 'u:'],
    ['http://:s@p', ':s'],
    ['http://u:100%@p', 'u:100%'],
    ['http://u:a@b@p', 'u:a@b'],
    ['http://p', undefined],
  ])('%s has the login %s', (value, expected) => {
    const { login } = proxyOf({ https_proxy: value }, 'https://r.example')!;
    expect(login && `${login.username}:${login.password}`).toBe(expected);
  });
});

describe('what is reached without a proxy', () => {
  it.each([
    ...['localhost', 'LOCALHOST:5000', '127.0.0.1', '127.9.8.7:5000', '[::1]', '[::1]:5000', '0x7f.1'],
    '[::ffff:127.0.0.1]',
  ])('is this machine: %s', (host) => {
    expect(proxyOf({ http_proxy: corp }, `http://${host}`)).toBeUndefined();
  });

  it.each(['localhost.example', 'foo.localhost', '128.0.0.1', '[::2]', '127.0.0.1.example'])(
    'is not what looks like it: %s',
    (host) => {
      expect(proxyOf({ http_proxy: corp }, `http://${host}`)).toBeDefined();
    },
  );

  it.each([
    ['*', 'https://r.example', true],
    ['a.b, *', 'https://r.example', true],
    ['r.example', 'https://r.example', true],
    ['R.Example', 'https://r.example:5000', true],
    [' x , r.example ', 'https://r.example', true],
    ['r.example', 'https://a.r.example', true],
    ['r.example', 'https://other.example', false],
    ['.example', 'https://r.example', true],
    ['*.example', 'https://a.r.example', true],
    ['.r.example', 'https://r.example', false],
    ['*.r.example', 'https://r.example', false],
    ['ample', 'https://r.example', false],
    ['r.*', 'https://r.example', false],
    ['r.example a.example', 'https://r.example', false],
    ['r.example:443', 'https://r.example', true],
    ['r.example:443', 'https://r.example:5000', false],
    ['r.example:5000', 'https://a.r.example:5000', true],
    ['r.example:80', 'http://r.example', true],
    ['.example:5000', 'https://r.example:5000', true],
    ['r.example:', 'https://r.example:5000', true],
    ['10.1.2.3', 'https://10.1.2.3', true],
    ['10.1.2.3', 'https://10.1.2.4', false],
    ['10.1.2.3:5000', 'https://10.1.2.3:5000', true],
    ['10.1.2.3:5000', 'https://10.1.2.3', false],
    ['10.0.0.0/8', 'https://10.9.9.9', true],
    ['10.1.2.3/8', 'https://10.9.9.9:5000', true],
    ['10.0.0.0/8', 'https://11.0.0.1', false],
    ['0.0.0.0/0', 'https://r.example', false],
    ['0.0.0.0/0', 'https://[2001:db8::1]', false],
    ['::/0', 'https://10.0.0.1', false],
    ['10.0.0.0/33', 'https://10.0.0.1', false],
    ['10.0.0.0/8', 'https://[::ffff:10.1.2.3]', true],
    ['2001:db8::/32', 'https://[2001:db8:1::1]', true],
    ['2001:db8::/32', 'https://[2001:db9::1]', false],
    ['2001:DB8::1', 'https://[2001:db8:0::1]:5000', true],
    ['[2001:db8::1]:5000', 'https://[2001:db8::1]:5000', true],
    ['[2001:db8::1]:5000', 'https://[2001:db8::1]', false],
    ['::ffff:10.1.2.3', 'https://10.1.2.3', true],
    ['::ffff:10.0.0.0/104', 'https://10.1.2.3', true],
    ['::ffff:10.0.0.0/8', 'https://10.1.2.3', false],
    ['bücher.example/8', 'https://bücher.example', false],
    ['3', 'https://10.1.2.3', false],
    ['.3', 'https://10.1.2.3', false],
    ['bücher.example', 'https://xn--bcher-kva.example', true],
    ['xn--bcher-kva.example', 'https://a.bücher.example', true],
    [',, ,:,:80,[]:80,fe80::1%eth0,a:b:c,.', 'https://r.example', false],
  ])('NO_PROXY=%s, %s: %s', (no_proxy, url, isDirect) => {
    expect(proxyOf({ all_proxy: corp, no_proxy }, url) === undefined).toBe(isDirect);
  });

  it('is never made out of what makes no sense', () => {
    const piece = fc.oneof(fc.string({ unit: fc.constantFrom(...'a1.:/[]*%- ,ü') }), fc.string());
    fc.assert(
      fc.property(piece, (no_proxy) => {
        const isAll = no_proxy.split(',').some((each) => each.trim() === '*');
        const isDirect = proxyOf({ all_proxy: corp, no_proxy }, 'https://registry.invalid') === undefined;
        expect(isDirect).toBe(isAll);
      }),
    );
  });

  it('is what its list names, wherever it stands in it', () => {
    const label = fc.stringMatching(/^[a-z][a-z\d]{0,8}$/);
    const name = fc.array(label, { minLength: 2, maxLength: 4 }).map((labels) => labels.join('.'));
    fc.assert(
      fc.property(fc.array(name), name, fc.array(label), fc.array(name), (before, host, below, after) => {
        const no_proxy = [...before, host, ...after].join(',');
        const url = `https://${[...below, host].join('.')}`;
        expect(proxyOf({ all_proxy: corp, no_proxy }, url)).toBeUndefined();
      }),
    );
  });
});
