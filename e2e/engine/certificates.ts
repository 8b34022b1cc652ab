import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { run } from '../../scripts/setup/command.mjs';

/** Files in PEM form for mutual TLS, all signed by one authority. */
export interface Certificates {
  readonly ca: string;
  readonly server: { readonly cert: string; readonly key: string };
  readonly client: { readonly cert: string; readonly key: string };
}

const CURVE = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-batch'];

/** A certificate that vouches for itself, and its key; valid for a day. */
export async function createSelfSigned(folder: string, name: string, commonName: string) {
  await mkdir(folder, { recursive: true });
  const made = { cert: path.join(folder, `${name}.pem`), key: path.join(folder, `${name}-key.pem`) };
  const subject = ['-subj', `/CN=${commonName}`];
  await run('openssl', [
    'req',
    '-x509',
    ...CURVE,
    '-days',
    '1',
    ...subject,
    '-keyout',
    made.key,
    '-out',
    made.cert,
  ]);
  return made;
}

/**
 * Makes a certificate authority and, signed by it, a certificate for a server on the loopback address and one for
 * a client. They are valid for a day.
 * @param folder gets the files
 * @param names that the server has beside `localhost`
 */
export async function createCertificates(
  folder: string,
  names: readonly string[] = [],
): Promise<Certificates> {
  const file = (name: string) => path.join(folder, name);
  const ca = await createSelfSigned(folder, 'ca', 'Manifold test authority');

  const issue = async (name: string, extensions: string) => {
    const issued = { cert: file(`${name}.pem`), key: file(`${name}-key.pem`) };
    const request = file(`${name}.csr`);
    const extensionFile = file(`${name}.ext`);
    await writeFile(extensionFile, extensions);
    const subject = ['-subj', `/CN=Manifold test ${name}`];
    await run('openssl', ['req', ...CURVE, ...subject, '-keyout', issued.key, '-out', request]);
    const signer = ['-CA', ca.cert, '-CAkey', ca.key, '-CAcreateserial', '-extfile', extensionFile];
    await run('openssl', ['x509', '-req', '-days', '1', '-in', request, ...signer, '-out', issued.cert]);
    return issued;
  };
  const serverNames = ['localhost', ...names].map((name) => `DNS:${name}`).join(',');
  return {
    ca: ca.cert,
    server: await issue(
      'server',
      `subjectAltName=${serverNames},IP:127.0.0.1\nextendedKeyUsage=serverAuth\n`,
    ),
    client: await issue('client', 'extendedKeyUsage=clientAuth\n'),
  };
}
