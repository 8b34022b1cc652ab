/**
 * What tells a path apart from all others, even from those that look the same because their bytes are no UTF-8: the
 * path behind a slash, or where it is no UTF-8, its bytes behind a colon, one character a byte.
 */
export function idOfPath(path: Uint8Array): string {
  try {
    return `/${strictUtf8.decode(path)}`;
  } catch {
    return `:${Buffer.from(path).toString('latin1')}`;
  }
}

/** The bytes of a path; undefined when it is no id. */
export function pathOfId(id: string): Buffer | undefined {
  if (id.startsWith('/')) return Buffer.from(id.slice(1), 'utf8');
  if (id.startsWith(':')) return Buffer.from(id.slice(1), 'latin1');
  return undefined;
}

const strictUtf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
