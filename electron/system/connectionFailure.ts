import { explainSshFailure } from './ssh';

/** What Node and OpenSSL say, and what it means for a person. Codes: nodejs errors, OpenSSL's X509_V_ERR_*. */
const reasons: Readonly<Record<string, readonly [reason: string, hint: string]>> = {
  ENOENT: ['there is no such socket', 'Start the daemon, or correct the path.'],
  EACCES: [
    'access to its socket is denied',
    'Let your user read and write the socket, for instance through its group.',
  ],
  ECONNREFUSED: ['nothing listens there', 'Start the daemon, or correct the address.'],
  ECONNRESET: [
    'it closed the connection at once',
    'When the daemon expects TLS, give the builder a CA certificate, a client certificate and its key.',
  ],
  ENOTFOUND: ['the host name is not known', 'Correct the host name, or check the network.'],
  EAI_AGAIN: ['the host name can’t be looked up', 'Check the network.'],
  ETIMEDOUT: ['it did not answer', 'Check the address, the network and firewalls.'],
  EHOSTUNREACH: ['there is no route to the host', 'Check the network.'],
  ENETUNREACH: ['there is no route to its network', 'Check the network.'],
  CERT_HAS_EXPIRED: ['its certificate has expired', 'Renew the daemon’s certificate.'],
  CERT_NOT_YET_VALID: ['its certificate is not valid yet', 'Check both machines’ clocks.'],
  ERR_TLS_CERT_ALTNAME_INVALID: [
    'its certificate is for another host name',
    'Type the name in the certificate as “Server name”.',
  ],
  DEPTH_ZERO_SELF_SIGNED_CERT: [
    'its certificate is not signed by the given CA',
    'Choose the CA certificate that signed the daemon’s certificate.',
  ],
  SELF_SIGNED_CERT_IN_CHAIN: [
    'its certificate is not signed by the given CA',
    'Choose the CA certificate that signed the daemon’s certificate.',
  ],
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: [
    'its certificate is not signed by the given CA',
    'Choose the CA certificate that signed the daemon’s certificate.',
  ],
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: [
    'its certificate is not signed by the given CA',
    'Choose the CA certificate that signed the daemon’s certificate.',
  ],
  CERT_SIGNATURE_FAILURE: [
    'its certificate is not signed by the given CA',
    'Choose the CA certificate that signed the daemon’s certificate.',
  ],
  ERR_OSSL_X509_KEY_VALUES_MISMATCH: [
    'the client key does not belong to the client certificate',
    'Choose the key that was made with the client certificate.',
  ],
  ERR_SSL_WRONG_VERSION_NUMBER: [
    'it does not speak TLS',
    'Leave the certificates empty, or start the daemon with TLS.',
  ],
};

/** Alerts by which a daemon refuses our certificate, as OpenSSL words them. */
const refusedCertificate =
  /ALERT_(?:BAD_CERTIFICATE|UNKNOWN_CA|CERTIFICATE_EXPIRED|CERTIFICATE_UNKNOWN|CERTIFICATE_REVOKED)|CERTIFICATE_REQUIRED|alert (?:bad certificate|unknown ca|certificate)/i;
const unreadableCertificate = /^ERR_OSSL_(?:PEM|ASN1|UNSUPPORTED|X509)/;

/**
 * Why a connection could not be made, as half a sentence, and what to do about it as a whole one.
 *
 * @param cause what was thrown; errors behind it are looked at too
 */
export function explainConnectionFailure(cause: unknown): readonly [reason: string, hint: string] {
  for (let error = cause; error instanceof Error; error = error.cause) {
    const ssh = explainSshFailure(error);
    if (ssh !== undefined) return ssh;
    const code = (error as NodeJS.ErrnoException).code ?? '';
    if (Object.hasOwn(reasons, code)) return reasons[code]!;
    if (refusedCertificate.test(code) || refusedCertificate.test(error.message)) {
      return [
        'it refuses the client certificate',
        'Give a client certificate and key that the daemon’s CA signed and that have not expired.',
      ];
    }
    if (unreadableCertificate.test(code)) {
      return [
        'a certificate or key file is damaged or of an unknown kind',
        'The files must be PEM: a CA certificate, a client certificate and its key.',
      ];
    }
    if (error instanceof AggregateError && error.errors.length > 0)
      return explainConnectionFailure(error.errors[0]);
  }
  const message = cause instanceof Error ? cause.message : 'for an unknown reason';
  return [message.replace(/\.$/, ''), 'Check the address and that the daemon runs.'];
}
