import type { Result } from '../../../shared/model/result';

/** The parts of `scheme://name?query` that BuildKit's connhelpers read. */
export interface HelperUrl {
  name: string;
  /** The values of the known parameters that are there and not empty. */
  query: ReadonlyMap<string, string>;
}

/**
 * Splits such an address. Control characters and spaces are in none of its parts, and none begins with a "-": what is
 * taken for an option by a program on the way is no name.
 *
 * @param parameters the known ones; BuildKit ignores others, here they are an error, as they are typing mistakes
 */
export function parseHelperUrl(
  address: string,
  scheme: string,
  parameters: readonly string[],
): Result<HelperUrl, string> {
  const match = /^[a-z-]+:\/\/([^/?#@:]*)(?:\?([^#]*))?$/i.exec(address);
  const example = `${scheme}://name${parameters.map((name, index) => `${index === 0 ? '?' : '&'}${name}=…`).join('')}`;
  if (match === null) return { ok: false, error: `"${address}" is not ${example}.` };
  const query = new Map<string, string>();
  for (const [name, value] of new URLSearchParams(match[2] ?? '')) {
    if (!parameters.includes(name)) {
      return { ok: false, error: `"${name}" is no parameter of such an address: it is ${example}.` };
    }
    if (value !== '') query.set(name, value);
  }
  const name = match[1] ?? '';
  if (name === '') return { ok: false, error: `The address lacks a name: it is ${example}.` };
  const odd = [name, ...query.values()].find((part) => part.startsWith('-') || /[\s\p{Cc}]/u.test(part));
  if (odd !== undefined) return { ok: false, error: `"${odd}" is no name that such an address can have.` };
  return { ok: true, value: { name, query } };
}
