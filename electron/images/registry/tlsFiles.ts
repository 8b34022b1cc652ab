import { readFile } from 'node:fs/promises';
import * as tls from 'node:tls';
import { fileError } from '../../system/fileErrors';
import { createAgents, type HttpAgents } from './http';
import type { ProxyFor } from './proxyEnvironment';

/** Which certificates a host needs. Absolute paths of PEM files. */
export interface TlsFiles {
  /** Trusted beside the system's. */
  readonly ca: readonly string[];
  /** Ours; without `key` the file has both. */
  readonly keyPairs: readonly { readonly cert: string; readonly key?: string }[];
  /** Whether its certificate has to be right. */
  readonly verify: boolean;
}

export const plainTls: TlsFiles = { ca: [], keyPairs: [], verify: true };

/** Where Linux distributions keep the bundle of what the machine trusts; the list is Go's (crypto/x509). */
const bundles = [
  '/etc/ssl/certs/ca-certificates.crt',
  '/etc/pki/tls/certs/ca-bundle.crt',
  '/etc/ssl/ca-bundle.pem',
  '/etc/pki/tls/cacert.pem',
  '/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem',
  '/etc/ssl/cert.pem',
];

/**
 * Connections with the given certificates.
 *
 * @param roots whom to trust beside the files: those that Node brings, or also those that the machine has been told to
 *   trust, which takes a tenth of a second to read; a proxy is trusted by these alone, and shown no certificate of ours
 * @param proxyFor which proxies are on the way
 * @throws StudioError `not-found` or `permission-denied` for a file, or the file system's error
 */
export async function agentsFor(
  { ca, keyPairs, verify }: TlsFiles,
  roots: 'usual' | 'machine',
  proxyFor: ProxyFor,
): Promise<HttpAgents> {
  const [trusted, own, certs, keys] = await Promise.all([
    ca.length === 0 && roots === 'usual' ? [] : trustedRoots(),
    Promise.all(ca.map(readPem)),
    Promise.all(keyPairs.map(({ cert }) => readPem(cert))),
    Promise.all(keyPairs.map(({ cert, key }) => readPem(key ?? cert))),
  ]);
  // Made once, not for each connection: reading many certificates takes long.
  const secureContext = tls.createSecureContext({
    ...(trusted.length === 0 ? {} : { ca: [...trusted, ...own] }),
    ...(certs.length === 0 ? {} : { cert: certs, key: keys }),
  });
  const proxyContext = tls.createSecureContext(trusted.length === 0 ? {} : { ca: [...trusted] });
  return createAgents(
    { secureContext, rejectUnauthorized: verify },
    { proxyFor, secureContext: proxyContext },
  );
}

/** Whether somebody vouches for the other end whom we don't know. */
export function isUntrusted(error: unknown): boolean {
  for (let inner = error; inner instanceof Error; inner = inner.cause) {
    if (untrusted.has((inner as NodeJS.ErrnoException).code ?? '')) return true;
  }
  return false;
}

const untrusted = new Set([
  'SELF_SIGNED_CERT_IN_CHAIN',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
]);

/** What Node brings, and what the machine trusts beside it, as the other tools do. */
async function trustedRoots(): Promise<readonly string[]> {
  // Since Node.js 22.15.
  const { getCACertificates } = tls as { getCACertificates?: (type: 'default' | 'system') => string[] };
  if (getCACertificates !== undefined) {
    return [...new Set([...getCACertificates('default'), ...getCACertificates('system')])];
  }
  const named = process.env['SSL_CERT_FILE'];
  for (const path of named === undefined ? bundles : [named, ...bundles]) {
    try {
      return [...tls.rootCertificates, await readFile(path, 'utf8')];
    } catch {
      // Another distribution's place.
    }
  }
  return tls.rootCertificates;
}

async function readPem(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    throw fileError(error, path);
  }
}
