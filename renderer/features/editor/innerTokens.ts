import type { InnerLanguage } from '../../../shared/dockerfile/language';
import type { Token, TokenKind } from './token';

/** A string of the inner language that goes on in the next line, by what ends it; '' outside of one. */
export type InnerState = '' | '"' | "'" | '"""' | "'''";

const words = (text: string): ReadonlySet<string> => new Set(text.split(' '));
const keywords: Record<InnerLanguage, ReadonlySet<string>> = {
  shell: words(
    'if then elif else fi for while until do done case esac in function select time return exit break continue ' +
      'export local readonly set unset shift trap eval exec source',
  ),
  python: words(
    'False None True and as assert async await break class continue def del elif else except finally for from ' +
      'global if import in is lambda nonlocal not or pass raise return try while with yield',
  ),
  json: words('true false null'),
};
const word = /[A-Za-z_]\w*/y;
const variable = /\$(?:[A-Za-z_]\w*|[\d@*#?$!-]|\{[^}\s]*\})/y;
const decorator = /@[A-Za-z_][\w.]*/y;

/** Colours a line of a heredoc's body in its own language. Equal input gives equal output. */
export function innerLine(
  line: string,
  language: InnerLanguage,
  state: InnerState,
): { tokens: Token[]; endState: InnerState } {
  const tokens: Token[] = [];
  let quote: InnerState = state;
  let at = 0;
  const take = (kind: TokenKind, length: number): void => {
    if (tokens.at(-1)?.kind !== kind) tokens.push({ startIndex: at, kind });
    at += length;
  };
  const match = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = at;
    return pattern.exec(line)?.[0];
  };
  while (at < line.length) {
    const character = line.charAt(at);
    const found = language === 'shell' && character === '$' && quote !== "'" ? match(variable) : undefined;
    if (found !== undefined) take('variable', found.length);
    else if (quote !== '') {
      const escapes = character === '\\' && !(language === 'shell' && quote === "'");
      if (escapes) take('string', Math.min(2, line.length - at));
      else if (line.startsWith(quote, at)) {
        take('string', quote.length);
        quote = '';
      } else take('string', 1);
    } else if (character === '#' && language !== 'json' && (at === 0 || /[\s;]/.test(line.charAt(at - 1)))) {
      take('comment', line.length - at);
    } else if (character === '"' || (character === "'" && language !== 'json')) {
      quote = opening(line, at, language);
      take('string', quote.length);
    } else if (character === '\\') take('', Math.min(2, line.length - at));
    else if (character === '@' && language === 'python' && line.slice(0, at).trim() === '') {
      take('flag', (match(decorator) ?? '@').length);
    } else {
      const name = match(word);
      if (name === undefined) take('', 1);
      else take(keywords[language].has(name) ? 'keyword' : '', name.length);
    }
  }
  if (tokens.length === 0) tokens.push({ startIndex: 0, kind: quote === '' ? '' : 'string' });
  const goesOn = language === 'shell' || quote.length === 3;
  return { tokens, endState: goesOn ? quote : '' };
}

function opening(line: string, at: number, language: InnerLanguage): InnerState {
  if (language === 'python' && line.startsWith('"""', at)) return '"""';
  if (language === 'python' && line.startsWith("'''", at)) return "'''";
  return line[at] === '"' ? '"' : "'";
}
