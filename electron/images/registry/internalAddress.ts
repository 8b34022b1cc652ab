import { lookup as dnsLookup } from 'node:dns';
import { BlockList, isIP, type LookupFunction } from 'node:net';
import type { HttpAnswer } from './http';

const internal = new BlockList();
// IANA's special-purpose address registries (RFC 6890): this host, private, shared, loopback, link-local, unique local.
for (const [network, prefix] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
] as const) {
  internal.addSubnet(network, prefix, 'ipv4');
}
for (const [network, prefix] of [
  ['::', 127],
  ['fc00::', 7],
  ['fe80::', 10],
] as const) {
  internal.addSubnet(network, prefix, 'ipv6');
}

/** A public host has sent us to an address inside of a private network. */
export class InternalAddressError extends Error {
  override readonly name = 'InternalAddressError';
}

/** Whether an IP address is this machine's, or one of a private network. IPv4 in IPv6 counts as what it stands for. */
export function isInternalAddress(address: string): boolean {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1] ?? address;
  const family = isIP(mapped);
  return family !== 0 && internal.check(mapped, family === 6 ? 'ipv6' : 'ipv4');
}

/**
 * Whether an answer came from outside of private networks. A host that a proxy reaches by its name counts as outside:
 * nobody here knows its address, and hosts inside are mostly reached without (`NO_PROXY`).
 */
export function isPublicAnswer(
  { remoteAddress, isProxied }: Pick<HttpAnswer, 'remoteAddress' | 'isProxied'>,
  isInternal: (address: string) => boolean,
): boolean {
  return remoteAddress === undefined ? isProxied : !isInternal(remoteAddress);
}

/**
 * @param hostname as URLs have it, with brackets around IPv6
 * @throws InternalAddressError when it is an internal address itself; names are looked up with {@link publicLookup}
 */
export function refuseInternalHost(hostname: string, isInternal: (address: string) => boolean): void {
  const address = hostname.replace(/^\[|\]$/g, '');
  if (isIP(address) !== 0 && isInternal(address)) throw refusal(hostname, address);
}

/**
 * Looks names up, and fails with an InternalAddressError when one stands for an internal address. Where a proxy is on the
 * way, it looks names up itself and nothing here is asked: what a name stands for is the proxy's to judge, then.
 */
export function publicLookup(isInternal: (address: string) => boolean): LookupFunction {
  return (hostname, options, callback) => {
    dnsLookup(hostname, { ...options, all: true }, (error, addresses) => {
      const bad = error === null ? addresses.find(({ address }) => isInternal(address)) : undefined;
      const failure = bad === undefined ? error : refusal(hostname, bad.address);
      if (failure !== null) callback(failure, '', 0);
      else if (options.all === true) callback(null, addresses);
      else callback(null, addresses[0]!.address, addresses[0]!.family);
    });
  };
}

function refusal(hostname: string, address: string): InternalAddressError {
  const where = hostname === address ? address : `${hostname} (${address})`;
  return new InternalAddressError(`A public host sends us to ${where}, inside of a private network.`);
}
