import { ShellSyntaxError } from './shellSyntaxError';

/** One place of a shell pattern: a character, any one character (`?`), or any number of them (`*`). */
export type PatternToken = { readonly character: string } | 'one' | 'many';

/** Above this product of pattern and text, matching locally is refused instead of blocking the caller. */
const maximumWork = 1_000_000;

/** Reads the pattern of `${name#pattern}` and its like. Bracket expressions have no meaning in it, as in BuildKit. */
export function parsePattern(pattern: string): PatternToken[] {
  const tokens: PatternToken[] = [];
  const characters = [...pattern];
  for (let i = 0; i < characters.length; i += 1) {
    const character = characters[i] ?? '';
    const next = characters[i + 1];
    if (character === '*') tokens.push('many');
    else if (character === '?') tokens.push('one');
    else if (character !== '\\') tokens.push({ character });
    else if (next === '}' || next === '/') continue;
    else if (next === '*' || next === '?' || next === '\\') {
      tokens.push({ character: next });
      i += 1;
    } else throw new ShellSyntaxError(`invalid escape '\\${next ?? ''}' in pattern (${pattern})`);
  }
  return tokens;
}

/** How much of `value` the shortest or longest match takes, where a match starts at its beginning or its end. */
export function trimMatch(
  value: string,
  tokens: readonly PatternToken[],
  side: 'start' | 'end',
  longest: boolean,
): string {
  const characters = [...value];
  const mirrored = side === 'end';
  if (mirrored) characters.reverse();
  const length = matchLength(characters, 0, mirrored ? [...tokens].reverse() : tokens, longest);
  const rest = characters.slice(length ?? 0);
  return (mirrored ? rest.reverse() : rest).join('');
}

/** Replaces the first or every longest match. An empty match directly behind another match does not count. */
export function replaceMatches(
  value: string,
  tokens: readonly PatternToken[],
  replacement: string,
  all: boolean,
): string {
  const characters = [...value];
  const work = characters.length * Math.max(characters.length * (tokens.length + 1), replacement.length);
  if (work > maximumWork) throw tooLong();
  let result = '';
  let lastEnd = -1;
  let at = 0;
  while (at <= characters.length) {
    const length = matchLength(characters, at, tokens, true);
    const matches = length !== undefined && !(length === 0 && at === lastEnd);
    if (matches) result += replacement;
    if (matches && length > 0) {
      at += length;
      lastEnd = at;
    } else {
      result += characters[at] ?? '';
      at += 1;
    }
    if (matches && !all) return result + characters.slice(at).join('');
  }
  return result;
}

/** The length of the shortest or longest match that starts at `from`, or undefined when there is none. */
function matchLength(
  characters: readonly string[],
  from: number,
  tokens: readonly PatternToken[],
  longest: boolean,
): number | undefined {
  const count = characters.length - from;
  if (count * tokens.length > maximumWork) throw tooLong();
  // ends[i]: the tokens so far can match exactly the first i characters.
  let ends = new Array<boolean>(count + 1).fill(false);
  ends[0] = true;
  for (const token of tokens) {
    const next = new Array<boolean>(count + 1).fill(false);
    for (let i = 0; i <= count; i += 1) {
      const character = characters[from + i - 1];
      if (token === 'many') {
        next[i] = ends[i] === true || (i > 0 && character !== '\n' && next[i - 1] === true);
      } else if (i > 0 && ends[i - 1]) {
        next[i] = token === 'one' ? character !== '\n' : character === token.character;
      }
    }
    ends = next;
  }
  const length = longest ? ends.lastIndexOf(true) : ends.indexOf(true);
  return length < 0 ? undefined : length;
}

function tooLong(): ShellSyntaxError {
  return new ShellSyntaxError('the value is too long to be matched against a pattern here');
}
