import type { Result } from '../../shared/model/result';
import type { CacheLocation } from '../buildkit';

const cacheTypes = new Set(['registry', 'inline', 'gha', 's3', 'azblob']);

/**
 * Reads what is typed for "cache from" and "cache to", in the form of buildx's `--cache-from` and `--cache-to`: a plain
 * reference stands for `type=registry,ref=<reference>`; anything else is a list of `key=value` separated by commas,
 * quoted as in CSV where a value holds a comma.
 *
 * @returns the location, or what is wrong with the text
 */
export function parseCacheLocation(text: string, direction: 'from' | 'to'): Result<CacheLocation, string> {
  const fields = csvFields(text.trim());
  if (fields === undefined) return wrong(`"${text}" has an unfinished quotation.`);
  const [first = ''] = fields;
  if (first === '') return wrong('The cache location is empty.');
  if (fields.length === 1 && !first.includes('='))
    return { ok: true, value: { type: 'registry', attrs: { ref: first } } };

  let type = '';
  const attrs: Record<string, string> = {};
  for (const field of fields) {
    const equals = field.indexOf('=');
    if (equals < 0) return wrong(`"${field}" is no key=value.`);
    const key = field.slice(0, equals).trim().toLowerCase();
    const value = field.slice(equals + 1);
    if (key === 'type') type = value.trim();
    else attrs[key] = value;
  }
  if (type === '') return wrong(`"${text}" names no type, such as type=registry.`);
  if (type === 'local') {
    return wrong('A cache in a local folder (type=local) is not available yet; use a registry.');
  }
  if (!cacheTypes.has(type))
    return wrong(`"${type}" is no type of cache; the types are ${[...cacheTypes].join(', ')}.`);
  if (type === 'registry' && !attrs['ref'])
    return wrong('A cache in a registry needs ref=<image reference>.');
  if (type === 'inline' && direction === 'from') {
    return wrong('An inline cache is read from its image: type=registry,ref=<image reference>.');
  }
  return { ok: true, value: { type, attrs } };
}

function wrong(error: string): Result<never, string> {
  return { ok: false, error };
}

/** The fields of one CSV line (RFC 4180); undefined when a quotation doesn't end. */
function csvFields(line: string): string[] | undefined {
  const fields: string[] = [];
  let field = '';
  let quoted = false;
  for (let at = 0; at < line.length; at++) {
    const character = line[at]!;
    if (quoted && character === '"' && line[at + 1] === '"') {
      field += '"';
      at++;
    } else if (character === '"' && (quoted || field === '')) {
      quoted = !quoted;
    } else if (character === ',' && !quoted) {
      fields.push(field);
      field = '';
    } else {
      field += character;
    }
  }
  return quoted ? undefined : [...fields, field];
}
