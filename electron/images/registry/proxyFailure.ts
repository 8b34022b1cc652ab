import type { Proxy } from './proxyEnvironment';
import { ProxyError } from './proxyError';

const noProxyMessage = 'does not answer as a proxy does';

/** What it means that a connection to a proxy failed. */
export function proxyFailure({ variable, label }: Proxy, cause: NodeJS.ErrnoException): ProxyError {
  if (cause instanceof ProxyError) return cause;
  // Of Node's parser of answers, or of TLS where there is none.
  const isOther = /^(?:HPE_|ERR_SSL_|EPROTO$)/.test(String(cause.code));
  const problem = isOther ? 'no-proxy' : 'unreachable';
  const message = isOther ? noProxyMessage : `can’t be reached: ${cause.message || cause.code}`;
  return new ProxyError(problem, variable, message, label, { cause });
}

/** Something answers where the proxy should be. */
export function noProxy({ variable, label }: Proxy): ProxyError {
  return new ProxyError('no-proxy', variable, noProxyMessage, label);
}

/** The proxy wants a login that it does not get. */
export function loginRefused({ login, variable, label }: Proxy): ProxyError {
  const message = login === undefined ? 'wants a login' : 'does not accept the login';
  return new ProxyError('login', variable, message, label);
}
