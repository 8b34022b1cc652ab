const link = /<([^<>]*)>((?:\s*;\s*[^\s;,="]+(?:\s*=\s*(?:"(?:[^"\\]|\\.)*"|[^\s;,"]*))?)*)\s*(?:,|$)/y;
const relation = /;\s*rel\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^\s;,"]*))/i;

/**
 * The target of the first link with the relation `next` in a `Link` header (RFC 8288), by which registries page.
 *
 * @returns a URL that may be relative; undefined when there is none, or the header can't be read up to it
 */
export function nextLink(header: string | undefined): string | undefined {
  const text = header ?? '';
  for (let at = 0; at < text.length;) {
    at += /^[\s,]*/.exec(text.slice(at))![0].length;
    link.lastIndex = at;
    const match = link.exec(text);
    if (match === null) return undefined;
    const [, target = '', parameters = ''] = match;
    const [, quoted, bare] = relation.exec(parameters) ?? [];
    if ((quoted ?? bare ?? '').toLowerCase().split(/\s+/).includes('next')) return target;
    at = link.lastIndex;
  }
  return undefined;
}
