import { isPublicAnswer, publicLookup, refuseInternalHost } from './internalAddress';
import { sendHttp, type HttpAgents, type HttpAnswer, type HttpRequest } from './http';

const maxRedirects = 10;
const redirects = new Set([301, 302, 303, 307, 308]);

/** The other end sends us where we don't go. The message says why. */
export class RedirectError extends Error {
  override readonly name = 'RedirectError';
}

export interface RedirectPolicy {
  /** Goes to the first request's scheme, host and port only. */
  readonly secretHeaders: Readonly<Record<string, string>>;
  /**
   * Whether the secret headers hold a login. With one, no public host may send us into a private network: neither to an
   * address of one, nor to a name that stands for one. What a name stands for to a proxy on the way is not checked.
   */
  readonly isAuthorized: boolean;
  /** For other hosts than the first: without our certificates. */
  readonly foreignAgents: HttpAgents;
  readonly isInternal: (address: string) => boolean;
  /** Whether a host may be spoken to without TLS although the one before it was spoken to with TLS. */
  readonly mayBePlain: (host: string) => boolean;
}

/**
 * Sends a request; where it is a read, redirects are followed.
 *
 * @throws RedirectError, InternalAddressError, or what {@link sendHttp} throws
 */
export async function sendFollowing(
  request: HttpRequest,
  policy: RedirectPolicy,
  signal: AbortSignal,
): Promise<HttpAnswer> {
  const first = request.url;
  let { url } = request;
  let isPublic = false;
  for (let hop = 0; ; hop++) {
    const isOwn = url.origin === first.origin;
    const answer = await sendHttp(
      {
        ...request,
        url,
        ...(isOwn ? {} : { agents: policy.foreignAgents }),
        headers: { ...request.headers, ...(isOwn ? policy.secretHeaders : {}) },
        ...(isPublic && policy.isAuthorized && !isOwn ? { lookup: publicLookup(policy.isInternal) } : {}),
      },
      signal,
    );
    const location = answer.header('location');
    const isRead = request.method === 'GET' || request.method === 'HEAD';
    if (!isRead || !redirects.has(answer.status) || location === undefined) return answer;
    answer.discard();
    isPublic ||= isPublicAnswer(answer, policy.isInternal);
    if (hop === maxRedirects) throw new RedirectError(`It redirects more than ${maxRedirects} times.`);
    url = target(location, url, policy);
    if (isPublic && policy.isAuthorized && url.origin !== first.origin) {
      refuseInternalHost(url.hostname, policy.isInternal);
    }
  }
}

function target(location: string, from: URL, { mayBePlain }: RedirectPolicy): URL {
  if (!URL.canParse(location, from.href)) throw new RedirectError('It redirects to what is no address.');
  const to = new URL(location, from);
  // A URL's own login is somebody else's secret, or a trick.
  to.username = '';
  to.password = '';
  if (to.protocol !== 'https:' && to.protocol !== 'http:') {
    throw new RedirectError(`It redirects to ${to.protocol}, which is not HTTP.`);
  }
  if (from.protocol === 'https:' && to.protocol === 'http:' && !mayBePlain(to.host)) {
    throw new RedirectError(`It redirects from TLS to ${to.host} without TLS.`);
  }
  return to;
}
