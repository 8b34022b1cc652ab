import type { SessionMetadata } from './service';

/**
 * Reads call metadata from HTTP/2's raw header list (name, value, name, value, ...), so that repeated values stay
 * apart: Node joins them with ", ", which file names may contain. Pseudo-headers are left out.
 */
export function metadataFromRawHeaders(rawHeaders: readonly string[]): SessionMetadata {
  const metadata = new Map<string, string[]>();
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const name = rawHeaders[index]!.toLowerCase();
    if (name.startsWith(':')) continue;
    const values = metadata.get(name);
    if (values === undefined) metadata.set(name, [rawHeaders[index + 1]!]);
    else values.push(rawHeaders[index + 1]!);
  }
  return metadata;
}
