import { BlockList, isIP } from 'node:net';
import { domainToASCII } from 'node:url';
import type { Environment } from '../../docker';
import { ProxyError } from './proxyError';

/** A proxy on the way to a host. */
export interface Proxy {
  /** How the proxy itself is spoken to. */
  readonly protocol: 'http:' | 'https:' | 'socks5:';
  /** Name or address, without brackets around IPv6. */
  readonly host: string;
  readonly port: number;
  /** Host and port, for people. */
  readonly label: string;
  /** The environment variable that names it. */
  readonly variable: string;
  /** Of the proxy's own: a secret. */
  readonly login: { readonly username: string; readonly password: string } | undefined;
}

/**
 * Which proxy is on the way to an `http:` or `https:` URL; undefined for none.
 *
 * @throws ProxyError when the environment names one that can't be used
 */
export type ProxyFor = (url: URL) => Proxy | undefined;

/** Nothing is reached through a proxy. */
export const noProxies: ProxyFor = () => undefined;

interface Target {
  /** In lower case, IPv6 without brackets. */
  readonly host: string;
  readonly address: Address | undefined;
  readonly port: string;
}

interface Address {
  readonly family: 'ipv4' | 'ipv6';
  readonly text: string;
}

type Rule = (target: Target) => boolean;

const defaultPorts: Readonly<Record<Proxy['protocol'], number>> = {
  'http:': 80,
  'https:': 443,
  'socks5:': 1080,
};
/** Names are the proxy's to look up in both spellings. */
const protocols = new Map<string, Proxy['protocol']>([
  ['http:', 'http:'],
  ['https:', 'https:'],
  ['socks5:', 'socks5:'],
  ['socks5h:', 'socks5:'],
]);

const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8, 'ipv4');
loopback.addAddress('::1', 'ipv6');

/**
 * The proxies that an environment names, by the rules of Go's `golang.org/x/net/http/httpproxy`, so that images are read
 * as buildx, skopeo and crane read them:
 *
 * - `https_proxy` is for TLS, `http_proxy` for plain HTTP; a name in lower case goes before that in upper case, and an
 *   empty value is none. `http_proxy` does not count where `REQUEST_METHOD` is set: it could be a web client's header.
 * - A value is a URL (`http`, `https`, `socks5`, `socks5h`), or a host with or without a port, which is spoken to without
 *   TLS.
 * - `localhost` and loopback addresses are never reached through a proxy, nor is what `no_proxy` has between its commas:
 *   `*`; addresses and networks (`10.0.0.0/8`), which stand for URLs that have an address themselves; `example.com` with
 *   everything below it; `.example.com` or `*.example.com` for what is below only; all but networks also with a port.
 *
 * `all_proxy`, which Go does not know, stands in for either of the others, as it does for curl. Other than in Go a value
 * that can't be used is an error, not a way around the proxy.
 */
export function proxiesFrom(env: Environment): ProxyFor {
  const all = variable(env, 'all_proxy');
  const isCgi = (env['REQUEST_METHOD'] ?? '') !== '';
  const plain = (isCgi ? undefined : variable(env, 'http_proxy')) ?? all;
  const secure = variable(env, 'https_proxy') ?? all;
  if (plain === undefined && secure === undefined) return noProxies;
  const rules = (variable(env, 'no_proxy')?.value ?? '').split(',').flatMap(bypassRules);
  return (url) => {
    const named = url.protocol === 'https:' ? secure : plain;
    if (named === undefined) return undefined;
    const target = targetOf(url);
    const isDirect = isThisMachine(target) || rules.some((rule) => rule(target));
    return isDirect ? undefined : parseProxy(named);
  };
}

interface Variable {
  readonly name: string;
  readonly value: string;
}

function variable(env: Environment, lowerCase: string): Variable | undefined {
  for (const name of [lowerCase, lowerCase.toUpperCase()]) {
    const value = env[name];
    if (value !== undefined && value !== '') return { name, value };
  }
  return undefined;
}

function parseProxy({ name, value }: Variable): Proxy {
  // "host:port" alone would be taken for a scheme and a path.
  const text = /^[a-z][a-z\d+.-]*:\/\//i.test(value) ? value : `http://${value}`;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  // No word of the value: whatever it is, a password may be in it.
  if (url === undefined || url.hostname === '') throw new ProxyError('unusable', name, 'is no address');
  const protocol = protocols.get(url.protocol);
  if (protocol === undefined) {
    const known = 'only http://, https:// and socks5:// can be used';
    throw new ProxyError('unusable', name, `has a ${url.protocol}// address, and ${known}`);
  }
  const { hostname } = url;
  const port = url.port === '' ? defaultPorts[protocol] : Number(url.port);
  const [username, password] = [decoded(url.username), decoded(url.password)];
  return {
    protocol,
    host: hostname.replace(/^\[|\]$/g, ''),
    port,
    label: `${hostname}:${port}`,
    variable: name,
    login: username === '' && password === '' ? undefined : { username, password },
  };
}

/** A password with a percent sign that means itself is taken as it is. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function targetOf(url: URL): Target {
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const port =
    url.port === '' ? String(defaultPorts[url.protocol === 'https:' ? 'https:' : 'http:']) : url.port;
  return { host, port, address: addressOf(host) };
}

function isThisMachine({ host, address }: Target): boolean {
  return host === 'localhost' || (address !== undefined && loopback.check(address.text, address.family));
}

/** As for Go, IPv4 in IPv6 is the IPv4 address. */
function addressOf(text: string): Address | undefined {
  const family = text.includes('%') ? 0 : isIP(text);
  if (family === 0) return undefined;
  if (family === 4) return { family: 'ipv4', text };
  const [, high, low] = /^\[::ffff:([\da-f]+):([\da-f]+)\]$/.exec(new URL(`http://[${text}]`).hostname) ?? [];
  if (high === undefined || low === undefined) return { family: 'ipv6', text };
  const bytes = [high, low].flatMap((part) => [parseInt(part, 16) >> 8, parseInt(part, 16) & 0xff]);
  return { family: 'ipv4', text: bytes.join('.') };
}

/** What one piece of `no_proxy` says; nothing where it makes no sense, as for Go. */
function bypassRules(piece: string): Rule[] {
  const text = piece.trim().toLowerCase();
  if (text === '') return [];
  if (text === '*') return [() => true];
  const network = networkRule(text);
  if (network !== undefined) return [network];
  const [host, port] = splitPort(text);
  if (host === '') return [];
  const fits = (target: Target): boolean => port === '' || port === target.port;
  const address = addressOf(host);
  if (address !== undefined) {
    const list = new BlockList();
    list.addAddress(address.text, address.family);
    return [(target) => isIn(list, address.family, target) && fits(target)];
  }
  const below = host.replace(/^\*\./, '.');
  const isBelowOnly = below.startsWith('.');
  const name = ascii(isBelowOnly ? below.slice(1) : below);
  return [
    (target) =>
      target.address === undefined &&
      (target.host.endsWith(`.${name}`) || (!isBelowOnly && target.host === name)) &&
      fits(target),
  ];
}

function networkRule(text: string): Rule | undefined {
  const [, base = '', digits = ''] = /^(.+)\/(\d{1,3})$/.exec(text) ?? [];
  const address = addressOf(base);
  if (address === undefined) return undefined;
  const isMapped = address.family === 'ipv4' && base.includes(':');
  const prefix = Number(digits) - (isMapped ? 96 : 0);
  if (prefix < 0 || prefix > (address.family === 'ipv4' ? 32 : 128)) return undefined;
  const list = new BlockList();
  list.addSubnet(address.text, prefix, address.family);
  return (target) => isIn(list, address.family, target);
}

function isIn(list: BlockList, family: Address['family'], { address }: Target): boolean {
  return address?.family === family && list.check(address.text, family);
}

/** The port is empty where there is none; an IPv6 address has one only after brackets. */
function splitPort(text: string): readonly [host: string, port: string] {
  const found = /^(?:\[([^[\]]*)\]|([^:[\]]*)):([^:[\]]*)$/.exec(text);
  return found === null ? [text, ''] : [found[1] ?? found[2] ?? '', found[3] ?? ''];
}

/** A name as URLs have it; what else could stand in a URL is no part of a name. */
function ascii(name: string): string {
  return /[^ -~]/.test(name) && !/[/\\?#@%]/.test(name) ? domainToASCII(name) || name : name;
}
