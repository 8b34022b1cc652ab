import { z } from 'zod';
import { StudioError } from '../../../shared/contract';
import type { HttpAnswer } from './http';
import type { ProxyError, ProxyProblem } from './proxyError';
import { parseRetryAfter } from './rateLimit';
import { isUntrusted } from './tlsFiles';

const maxErrorBytes = 16 * 1024;
const maxMessageLength = 300;

const errorDocumentSchema = z.object({
  errors: z.array(z.object({ code: z.string().optional(), message: z.string().optional() })),
});

/** The registry can't be spoken to. */
export function registryUnreachable(domain: string, cause: unknown): StudioError {
  if (isUntrusted(cause)) {
    return new StudioError(
      {
        code: 'registry-unreachable',
        message: `Nobody that this machine trusts vouches for the registry ${domain}.`,
        hint: `If you trust it, put the certificate of its authority into a folder such as ~/.config/docker/certs.d/${domain}, as a .crt file.`,
        details: { subject: domain, cause: innermost(cause) },
      },
      { cause },
    );
  }
  return new StudioError(
    {
      code: 'registry-unreachable',
      message: `The registry ${domain} can’t be reached from this machine.`,
      hint: 'Check its name and your network. Only registries on this machine may do without TLS.',
      details: { subject: domain, cause: innermost(cause) },
    },
    { cause },
  );
}

/** A proxy on the way to the registry, or to where it sends us, lets us not through. */
export function proxyFailed(domain: string, error: ProxyError): StudioError {
  const { problem, variable, label, message } = error;
  return new StudioError(
    {
      code: 'registry-unreachable',
      message: `The registry ${domain} can’t be reached: ${label === undefined ? `${variable} in the environment` : `the proxy ${label} (${variable})`} ${message}.`,
      hint: isUntrusted(error)
        ? 'Add the certificate of the proxy’s authority to those that this machine trusts.'
        : proxyHints[problem](variable, domain),
      details: { subject: label ?? variable, cause: innermost(error) },
    },
    { cause: error },
  );
}

const proxyHints: Record<ProxyProblem, (variable: string, domain: string) => string> = {
  unusable: (variable) =>
    `Set ${variable} to an address such as http://proxy.example:3128, and start Manifold again.`,
  unreachable: (variable) => `Check ${variable} and your network. What needs no proxy belongs into NO_PROXY.`,
  'no-proxy': (variable) => `Check ${variable}: another port, or http:// in place of https://, may be right.`,
  login: (variable) =>
    `Put your login for the proxy into ${variable}, as http://user:password@proxy.example:3128 with %40 for @ and the like, and start Manifold again.`,
  refused: (_variable, domain) =>
    `Ask whoever runs the proxy to let you through. If ${domain} can be reached without it, add it to NO_PROXY.`,
};

/** The registry wants another login, or none helps. */
export function registryDenied(domain: string, why: string, cause?: unknown): StudioError {
  return new StudioError(
    {
      code: 'registry-denied',
      message: `The registry ${domain} refuses access.`,
      hint: `Log in with docker login ${domain}, and check that your account may read or write the repository.`,
      details: { subject: domain, cause: why },
    },
    { cause },
  );
}

/** The registry sends us where it must not. The message says what it did, as a sentence. */
export function registryMisleads(domain: string, what: string, cause?: unknown): StudioError {
  return new StudioError(
    {
      code: 'registry-denied',
      message: `The registry ${domain} was not followed: ${what.charAt(0).toLowerCase()}${what.slice(1)}`,
      hint: 'Nothing was sent there. If you trust this registry, ask whoever runs it to correct its set-up.',
      details: { subject: domain, cause: what },
    },
    { cause },
  );
}

/** The registry can do this, but not here: it is switched off, or only its owner may do it. */
export function registryForbids(domain: string, what: string, cause: string): StudioError {
  return new StudioError({
    code: 'registry-denied',
    message: `The registry ${domain} does not allow ${what}.`,
    hint: 'Ask whoever runs the registry, or do it on its own web page.',
    details: { subject: domain, cause },
  });
}

/**
 * What an answer that is no success means; reads its body.
 *
 * @param what the image or content that was asked for, for people
 */
export async function registryFailure(
  answer: HttpAnswer,
  domain: string,
  what: string,
): Promise<StudioError> {
  const told = await errorText(answer);
  const { status, statusLine } = answer;
  const cause = told === '' ? statusLine : `${statusLine}: ${told}`;
  const details = { subject: domain, cause };
  if (status === 401 || status === 403) return registryDenied(domain, cause);
  if (status === 404) {
    return new StudioError({
      code: 'not-found',
      message: `The registry ${domain} has no ${what}.`,
      hint: 'Check the name and the tag.',
      details,
    });
  }
  const waitMs = parseRetryAfter(answer.header('retry-after'), Date.now());
  const hint = waitMs === undefined ? 'Try again in a while.' : `Try again in ${duration(waitMs)}.`;
  if (status === 429) {
    return new StudioError({
      code: 'registry-unreachable',
      message: `The registry ${domain} takes no more requests from you for now (${statusLine}).`,
      hint: `${hint} Registries often allow more to those who are logged in.`,
      details,
    });
  }
  if (status >= 500) {
    return new StudioError({
      code: 'registry-unreachable',
      message: `The registry ${domain} can’t answer now (${statusLine}).`,
      hint,
      details,
    });
  }
  return new StudioError({
    code: 'registry-denied',
    message: `The registry ${domain} does not accept ${what}: ${cause}`,
    hint: 'Check the name, and that the registry takes multi-platform images and may be written to.',
    details,
  });
}

/** The messages of the distribution specification's error document, or nothing. */
async function errorText(answer: HttpAnswer): Promise<string> {
  try {
    const text = Buffer.from(await readAtMost(answer, maxErrorBytes)).toString('utf8');
    const { errors } = errorDocumentSchema.parse(JSON.parse(text));
    return errors
      .map(({ code, message }) => message ?? code)
      .filter(Boolean)
      .join('; ')
      .slice(0, maxMessageLength);
  } catch {
    // Proxies answer with pages of their own; the status then says it all.
    return '';
  }
}

/**
 * An answer's body.
 *
 * @throws RangeError when it has more than `maxBytes`; the connection's error
 */
export async function readAtMost({ body }: HttpAnswer, maxBytes: number): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let size = 0;
  // Leaving the loop closes the connection.
  for await (const part of body) {
    size += part.length;
    if (size > maxBytes) throw new RangeError(`more than ${maxBytes} bytes`);
    parts.push(part);
  }
  return Buffer.concat(parts, size);
}

function duration(ms: number): string {
  const seconds = Math.ceil(ms / 1000);
  if (seconds < 120) return seconds === 1 ? '1 second' : `${seconds} seconds`;
  const minutes = Math.ceil(seconds / 60);
  return minutes < 120 ? `${minutes} minutes` : `${Math.ceil(minutes / 60)} hours`;
}

/** What is at the bottom of an error. */
function innermost(error: unknown): string {
  let inner = error;
  while (inner instanceof Error && inner.cause instanceof Error) inner = inner.cause;
  if (inner instanceof AggregateError && inner.errors.length > 0) return innermost(inner.errors[0]);
  return inner instanceof Error ? inner.message || inner.name : String(inner);
}
