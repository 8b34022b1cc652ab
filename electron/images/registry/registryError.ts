import { z } from 'zod';
import { StudioError } from '../../../shared/contract';

const maxErrorBytes = 16 * 1024;
const maxMessageLength = 300;

const errorDocumentSchema = z.object({
  errors: z.array(z.object({ code: z.string().optional(), message: z.string().optional() })),
});

/** The registry can't be spoken to. */
export function registryUnreachable(domain: string, cause: unknown): StudioError {
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

/** The registry wants another login, or none helps. */
export function registryDenied(domain: string, why: string, cause?: unknown): StudioError {
  return new StudioError(
    {
      code: 'registry-denied',
      message: `The registry ${domain} refuses access.`,
      hint: 'Log in to it with docker login, and check that your account may read or write the repository.',
      details: { subject: domain, cause: why },
    },
    { cause },
  );
}

/**
 * What an answer that is no success means; reads its body.
 *
 * @param what the image or content that was asked for, for people
 */
export async function registryFailure(
  response: Response,
  domain: string,
  what: string,
): Promise<StudioError> {
  const told = await errorText(response);
  const status = `${response.status} ${response.statusText}`.trim();
  const cause = told === '' ? status : `${status}: ${told}`;
  const details = { subject: domain, cause };
  if (response.status === 401 || response.status === 403) return registryDenied(domain, cause);
  if (response.status === 404) {
    return new StudioError({
      code: 'not-found',
      message: `The registry ${domain} has no ${what}.`,
      hint: 'Check the name and the tag.',
      details,
    });
  }
  if (response.status === 429 || response.status >= 500) {
    return new StudioError({
      code: 'registry-unreachable',
      message: `The registry ${domain} can’t answer now (${status}).`,
      hint: 'Try again in a while.',
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
async function errorText(response: Response): Promise<string> {
  try {
    const text = Buffer.from(await readAtMost(response, maxErrorBytes)).toString('utf8');
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
export async function readAtMost(response: Response, maxBytes: number): Promise<Uint8Array> {
  const parts: Uint8Array[] = [];
  let size = 0;
  // Leaving the loop cancels the body.
  for await (const part of (response.body ?? []) as AsyncIterable<Uint8Array>) {
    size += part.length;
    if (size > maxBytes) throw new RangeError(`more than ${maxBytes} bytes`);
    parts.push(part);
  }
  return Buffer.concat(parts, size);
}

/** `fetch` wraps what went wrong. */
function innermost(error: unknown): string {
  let inner = error;
  while (inner instanceof Error && inner.cause instanceof Error) inner = inner.cause;
  return inner instanceof Error ? inner.message || inner.name : String(inner);
}
