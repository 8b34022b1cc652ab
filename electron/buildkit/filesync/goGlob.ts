/**
 * Go's filepath.Match on Unix: `*`, `?`, `[a-z]`, `[^a]`, `\c`; a wildcard never takes a slash.
 * Throws SyntaxError for a malformed pattern, but like Go only when matching gets as far as the malformed part.
 */
export function matchGlob(pattern: string, name: string): boolean {
  const chunks = splitAtStars(pattern);
  let rest = name;
  for (const [index, { star, text }] of chunks.entries()) {
    if (star && text === '') return !rest.includes('/');
    const last = index === chunks.length - 1;
    const expression = compileChunk(text);
    for (;;) {
      const taken = expression.exec(rest)?.[0].length;
      if (taken !== undefined && (!last || taken === rest.length)) {
        rest = rest.slice(taken);
        break;
      }
      if (!star || rest === '' || rest.startsWith('/')) return false;
      rest = rest.slice(rest.codePointAt(0)! > 0xffff ? 2 : 1);
    }
  }
  return rest === '';
}

/** Whether a name has one of Go's wildcards outside an escape. */
export function hasWildcard(name: string): boolean {
  return /[*?[]/.test(name.replace(/\\[^]/gu, ''));
}

/** Cuts a pattern before each run of stars that isn't in brackets. */
function splitAtStars(pattern: string): { star: boolean; text: string }[] {
  const chunks: { star: boolean; text: string }[] = [];
  for (let at = 0; at < pattern.length;) {
    const start = at;
    while (pattern[at] === '*') at++;
    const textStart = at;
    for (let inBrackets = false; at < pattern.length; at++) {
      const char = pattern[at];
      if (char === '\\') at++;
      else if (char === '[') inBrackets = true;
      else if (char === ']') inBrackets = false;
      else if (char === '*' && !inBrackets) break;
    }
    chunks.push({ star: textStart > start, text: pattern.slice(textStart, at) });
  }
  return chunks;
}

function compileChunk(text: string): RegExp {
  const chars = [...text];
  let source = '^';
  let at = 0;

  const bracketChar = (): string => {
    if (chars[at] === '-' || chars[at] === ']')
      throw new SyntaxError(`${chars[at]} is out of place in brackets`);
    if (chars[at] === '\\') at++;
    const char = chars[at++];
    if (char === undefined || at >= chars.length) throw new SyntaxError('brackets are left open');
    return char;
  };

  while (at < chars.length) {
    const char = chars[at++]!;
    if (char === '?') source += '[^/]';
    else if (char === '\\') {
      const escaped = chars[at++];
      if (escaped === undefined) throw new SyntaxError('a backslash stands at the end');
      source += literal(escaped);
    } else if (char === '[') {
      const negated = chars[at] === '^';
      if (negated) at++;
      let members = '';
      for (let first = true; first || chars[at] !== ']'; first = false) {
        const low = bracketChar();
        let high = low;
        if (chars[at] === '-') {
          at++;
          high = bracketChar();
        }
        // A range that runs backwards is allowed and holds nothing.
        if (low.codePointAt(0)! <= high.codePointAt(0)!) members += `${literal(low)}-${literal(high)}`;
      }
      at++;
      source += `[${negated ? '^' : ''}${members}]`;
    } else source += literal(char);
  }
  return new RegExp(source, 'u');
}

function literal(char: string): string {
  return `\\u{${char.codePointAt(0)!.toString(16)}}`;
}
