import { FileTransferError } from './fileTransferError';
import { matchGlob } from './goGlob';
import { goRegExp } from './goRegExp';
import { cleanPath, trimSpace } from './goText';

type Match = (path: string) => boolean;

/** One pattern as moby's patternmatcher understands it; a leading `!` takes back what earlier patterns matched. */
export interface IgnorePattern {
  /** Cleaned, without `!`. */
  readonly text: string;
  readonly negated: boolean;
  /** Whether the path itself matches, its parents not considered. Throws code `bad-pattern`. */
  readonly matches: Match;
}

/** Parses patterns; blank ones are dropped. Throws code `bad-pattern` for what Go's filepath.Match calls malformed. */
export function parseIgnorePatterns(patterns: readonly string[]): IgnorePattern[] {
  const parsed: IgnorePattern[] = [];
  for (const pattern of patterns) {
    const trimmed = trimSpace(pattern);
    if (trimmed === '') continue;
    const cleaned = cleanPath(trimmed);
    const negated = cleaned.startsWith('!');
    const text = negated ? cleaned.slice(1) : cleaned;
    if (text === '')
      throw badPattern(pattern, new SyntaxError('an exclamation mark needs a pattern behind it'));
    try {
      matchGlob(text, '.');
    } catch (cause) {
      throw badPattern(pattern, cause);
    }
    parsed.push({ text, negated, matches: compileWhenUsed(text) });
  }
  return parsed;
}

/** moby compiles a pattern at its first use, so that a broken one that is never reached does no harm. */
function compileWhenUsed(text: string): Match {
  let compiled: Match | undefined;
  return (path) => {
    compiled ??= compile(text);
    return compiled(path);
  };
}

function compile(text: string): Match {
  const { kind, source } = classify(text);
  switch (kind) {
    case 'exact':
      return (path) => path === text;
    case 'prefix': {
      const prefix = text.slice(0, -2);
      return (path) => path.startsWith(prefix);
    }
    case 'suffix': {
      const suffix = text.slice(2);
      const name = suffix.startsWith('/') ? suffix.slice(1) : undefined;
      return (path) => path.endsWith(suffix) || path === name;
    }
    case 'regexp': {
      let expression: RegExp;
      try {
        expression = goRegExp(`^${source}$`);
      } catch (cause) {
        throw badPattern(text, cause);
      }
      return (path) => expression.test(path);
    }
  }
}

/**
 * moby's rules: `**` takes any number of components, at the start it is a suffix test and at the end a prefix test as
 * long as nothing else in the pattern is special; `*` and `?` stay within a component; brackets, escapes, `|`, `^` and
 * braces mean what they mean in Go's regular expressions once the pattern has one of the former.
 */
function classify(text: string): { kind: 'exact' | 'prefix' | 'suffix' | 'regexp'; source: string } {
  const chars = [...text];
  let kind: 'exact' | 'prefix' | 'suffix' | 'regexp' = 'exact';
  let source = '';
  let at = 0;
  while (at < chars.length) {
    const start = at;
    const char = chars[at++]!;
    if (char === '*' && chars[at] === '*') {
      at++;
      if (chars[at] === '/') at++;
      if (at < chars.length) {
        source += '(.*/)?';
        kind = 'regexp';
      } else if (kind === 'exact') kind = 'prefix';
      else {
        source += '.*';
        kind = 'regexp';
      }
      if (start === 0) kind = 'suffix';
    } else if (char === '*' || char === '?') {
      source += char === '*' ? '[^/]*' : '[^/]';
      kind = 'regexp';
    } else if (char === '\\') {
      if (at < chars.length) kind = 'regexp';
      source += `\\${chars[at++] ?? '\\'}`;
    } else if (char === '[' || char === ']') {
      source += char;
      kind = 'regexp';
    } else source += '.+()$'.includes(char) ? `\\${char}` : char;
  }
  return { kind, source };
}

function badPattern(pattern: string, cause: unknown): FileTransferError {
  const why = cause instanceof Error ? cause.message : String(cause);
  return new FileTransferError(
    'bad-pattern',
    `The pattern ${JSON.stringify(pattern)} can't be used: ${why}. Correct it in .dockerignore or in the COPY that names it.`,
    { cause },
  );
}
