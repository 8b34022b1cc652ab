import { StudioError } from '../../../shared/contract';
import { BodyError, type HttpAgents, type HttpAnswer, type HttpRequest } from './http';
import { InternalAddressError, isPublicAnswer, publicLookup, refuseInternalHost } from './internalAddress';
import type { ProxyFor } from './proxyEnvironment';
import { ProxyError } from './proxyError';
import { RedirectError, sendFollowing } from './redirects';
import { isLoopback } from './registryAddress';
import { proxyFailed, readAtMost, registryMisleads, registryUnreachable } from './registryError';
import { agentsFor, isUntrusted, type TlsFiles } from './tlsFiles';

const maxTokenBytes = 1024 * 1024;
/** What a connection fails with that was there, or that another try may make. */
const broken = new Set(['ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ERR_STREAM_PREMATURE_CLOSE']);

export interface HostConnectionOptions {
  /** Of the registry, as people know it. */
  readonly domain: string;
  readonly tls: TlsFiles;
  readonly idleMs: number;
  readonly isInternal: (address: string) => boolean;
  readonly proxyFor: ProxyFor;
}

/** What is sent, and how far it may go. */
export interface GuardedRequest extends Pick<HttpRequest, 'method' | 'url' | 'headers' | 'body'> {
  /** Goes to the host of `url` only, see RedirectPolicy. */
  readonly secretHeaders: Readonly<Record<string, string>>;
  readonly isAuthorized: boolean;
  /** Whether `url` is the registry's own: only there our certificate is shown. */
  readonly isOwn: boolean;
  /** Set where already the first address must not be inside of a private network; says what led there. */
  readonly mustBePublic?: string | undefined;
}

/** The way to a host with its certificates, and on to where it sends us. */
export class HostConnection {
  private roots: 'usual' | 'machine' = 'usual';
  private agents: Promise<readonly [own: HttpAgents, foreign: HttpAgents]> | undefined;

  constructor(private readonly options: HostConnectionOptions) {}

  /** Whether an answer came from outside of private networks, see {@link isPublicAnswer}. */
  isPublic(answer: HttpAnswer): boolean {
    return isPublicAnswer(answer, this.options.isInternal);
  }

  /**
   * Sends a request; reads follow redirects.
   *
   * @throws StudioError `registry-unreachable`, or `registry-denied` where we are sent astray; what the body throws; the
   *   signal's reason
   */
  async send(request: GuardedRequest, signal: AbortSignal): Promise<HttpAnswer> {
    const { domain, isInternal } = this.options;
    const { roots } = this;
    try {
      if (request.mustBePublic !== undefined) refuseInternalHost(request.url.hostname, isInternal);
      return await this.sendTrusting(request, signal);
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof BodyError) throw error.cause;
      if (error instanceof StudioError) throw error;
      if (roots === 'usual' && isUntrusted(error)) {
        // The machine may know whoever vouches for it. Nothing was sent yet.
        this.roots = 'machine';
        this.agents = undefined;
        return this.send(request, signal);
      }
      if (error instanceof ProxyError) throw proxyFailed(domain, error);
      if (error instanceof InternalAddressError) {
        throw registryMisleads(domain, request.mustBePublic ?? error.message, error);
      }
      if (error instanceof RedirectError) throw registryMisleads(domain, error.message, error);
      if (isConnectionError(error)) throw registryUnreachable(domain, error);
      throw error;
    }
  }

  /**
   * What `fetch` does for a token server, over connections that have the certificates.
   *
   * @param request without headers and body, which `init` has
   */
  async fetchToken(
    request: Pick<GuardedRequest, 'url' | 'isOwn' | 'mustBePublic'>,
    { method, headers, body }: RequestInit,
    signal: AbortSignal,
  ): Promise<Response> {
    const form = body instanceof URLSearchParams ? Buffer.from(body.toString(), 'utf8') : undefined;
    const { authorization, ...plain } = (headers ?? {}) as Record<string, string>;
    const type = { 'content-type': 'application/x-www-form-urlencoded' };
    const answer = await this.send(
      {
        ...request,
        method: method === 'POST' ? 'POST' : 'GET',
        headers: form === undefined ? plain : { ...plain, ...type },
        ...(form === undefined ? {} : { body: form }),
        secretHeaders: authorization === undefined ? {} : { authorization },
        isAuthorized: true,
      },
      signal,
    );
    const bytes = await readAtMost(answer, maxTokenBytes);
    // No body may come with these statuses.
    const content = [204, 205, 304].includes(answer.status) ? null : new Uint8Array(bytes);
    return new Response(content, { status: answer.status });
  }

  private async sendTrusting(request: GuardedRequest, signal: AbortSignal): Promise<HttpAnswer> {
    const { idleMs, isInternal } = this.options;
    const { method, url, headers, body, secretHeaders, isAuthorized, isOwn, mustBePublic } = request;
    const [own, foreignAgents] = await this.connections();
    return sendFollowing(
      {
        method,
        url,
        headers,
        idleMs,
        agents: isOwn ? own : foreignAgents,
        ...(body === undefined ? {} : { body }),
        ...(mustBePublic === undefined ? {} : { lookup: publicLookup(isInternal) }),
      },
      { secretHeaders, isAuthorized, foreignAgents, isInternal, mayBePlain: isLoopback },
      signal,
    );
  }

  private connections(): Promise<readonly [own: HttpAgents, foreign: HttpAgents]> {
    if (this.agents !== undefined) return this.agents;
    const { tls, proxyFor } = this.options;
    const own = agentsFor(tls, this.roots, proxyFor);
    // Without a certificate of ours there is nothing to keep from others, and trusted roots take long to read.
    const foreign =
      tls.keyPairs.length === 0 ? own : agentsFor({ ...tls, keyPairs: [] }, this.roots, proxyFor);
    const opened = Promise.all([own, foreign]);
    this.agents = opened;
    opened.catch(() => {
      // The files may be put right.
      if (this.agents === opened) this.agents = undefined;
    });
    return opened;
  }
}

/** Whether a connection that was there has broken: by what it failed with, below what we say of it. */
export function isBroken(error: unknown): boolean {
  return chain(error).some(({ code }) => broken.has(code ?? ''));
}

/** Whether the other end did not speak TLS at all; neither a bad certificate nor a bad proxy is a reason to do without it. */
export function isNoTls(error: unknown): boolean {
  const errors = chain(error);
  if (errors.some((inner) => inner instanceof ProxyError)) return false;
  return errors.some(({ code }) => /^(?:ERR_SSL_|EPROTO$|ECONNRESET$)/.test(code ?? ''));
}

function isConnectionError(error: unknown): boolean {
  return chain(error).some(({ code, name }) => code !== undefined || name === 'IdleError');
}

function chain(error: unknown): NodeJS.ErrnoException[] {
  const errors: NodeJS.ErrnoException[] = [];
  for (let inner = error; inner instanceof Error; inner = inner.cause) errors.push(inner);
  return errors;
}
