import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { run } from '../../scripts/setup/command.mjs';

/** Files in PEM form for mutual TLS, all signed by one authority. */
export interface Certificates {
  readonly ca: string;
  readonly server: { readonly cert: string; readonly key: string };
  readonly client: { readonly cert: string; readonly key: string };
}

/**
 * Makes a certificate authority and, signed by it, a certificate for a server on the loopback address and one for
 * a client. They are valid for a day.
 * @param folder gets the files
 */
export async function createCertificates(folder: string): Promise<Certificates> {
  await mkdir(folder, { recursive: true });
  const file = (name: string) => path.join(folder, name);
  const openssl = (...args: string[]) => run('openssl', args);
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];

  const ca = { cert: file('ca.pem'), key: file('ca-key.pem') };
  await openssl('req', '-x509', ...curve, '-days', '1', '-subj', '/CN=Manifold test authority', '-keyout', ca.key, '-out', ca.cert); // prettier-ignore

  const issue = async (name: string, extensions: string) => {
    const issued = { cert: file(`${name}.pem`), key: file(`${name}-key.pem`) };
    const request = file(`${name}.csr`);
    const extensionFile = file(`${name}.ext`);
    await writeFile(extensionFile, extensions);
    await openssl(
      'req',
      ...curve,
      '-subj',
      `/CN=Manifold test ${name}`,
      '-keyout',
      issued.key,
      '-out',
      request,
    );
    await openssl('x509', '-req', '-days', '1', '-in', request, '-CA', ca.cert, '-CAkey', ca.key, '-CAcreateserial', '-extfile', extensionFile, '-out', issued.cert); // prettier-ignore
    return issued;
  };
  return {
    ca: ca.cert,
    server: await issue('server', 'subjectAltName=DNS:localhost,IP:127.0.0.1\nextendedKeyUsage=serverAuth\n'),
    client: await issue('client', 'extendedKeyUsage=clientAuth\n'),
  };
}
