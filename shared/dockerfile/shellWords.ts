import { parsePattern, replaceMatches, trimMatch } from './patterns';
import { ShellSyntaxError } from './shellSyntaxError';

export interface ShellWordOptions {
  readonly escape: string;
  /** The value of a variable, or undefined when it is not set. */
  readonly lookup: (name: string) => string | undefined;
  /** Keep quotes in the result. */
  readonly rawQuotes?: boolean;
  /** Keep escape characters in the result. */
  readonly rawEscapes?: boolean;
  /** Leave a variable that is not set as it is written, instead of putting nothing in its place. */
  readonly keepUnset?: boolean;
}

export interface ShellWords {
  /** The whole text, expanded. */
  readonly text: string;
  /** The same, split at the spaces outside of quotes. */
  readonly words: readonly string[];
  /** Variables that were asked for and are not set. */
  readonly unset: readonly string[];
}

/**
 * Expands variables and takes off quotes in the way of BuildKit's Dockerfile frontend: `$name`, `${name}` and the
 * modifiers `:-` `-` `:+` `+` `:?` `?` `#` `##` `%` `%%` `/` `//`.
 *
 * @throws {@link ShellSyntaxError} for what BuildKit refuses, `${name:?message}` included.
 */
export function expandShellWords(source: string, options: ShellWordOptions): ShellWords {
  const reader = new ShellReader(source, options);
  const { text, words } = reader.readUntil(undefined, options.rawEscapes ?? false);
  return { text, words, unset: [...reader.unset] };
}

const plainRun = /[^\\`'"$<}/\s]+/y;
const spaces = /\s+/y;
const nameRun = /\p{Nd}+|[@*#?$!-]|[\p{L}_][\p{L}\p{Nd}_]*/uy;
const heredocSpace = /[\t\r ]*/y;
const maximumDepth = 100;
/** Characters that variables may put in, all in all: a few lines of `ARG A=$A$A` would fill the memory otherwise. */
const maximumExpansion = 1_000_000;

class ShellReader {
  readonly unset = new Set<string>();
  readonly #source: string;
  readonly #options: ShellWordOptions;
  #rawEscapes = false;
  #at = 0;
  #depth = 0;
  #expanded = 0;

  constructor(source: string, options: ShellWordOptions) {
    this.#source = source;
    this.#options = options;
  }

  /** Reads up to and over `stop`, or to the end. */
  readUntil(stop: string | undefined, rawEscapes: boolean): { text: string; words: string[] } {
    const outer = this.#rawEscapes;
    this.#rawEscapes = rawEscapes;
    this.#depth += 1;
    if (this.#depth > maximumDepth) throw new ShellSyntaxError('substitutions are nested too deeply');
    let text = '';
    const words = new WordList();
    let stopped = false;
    while (!stopped && this.#at < this.#source.length) {
      const run = this.#take(plainRun);
      const character = this.#source[this.#at];
      if (run !== '') {
        text += run;
        words.append(run);
      } else if (character === stop) {
        this.#at += 1;
        stopped = true;
      } else if (character === '$') {
        const value = this.#readDollar();
        text += value;
        words.appendSplit(value);
      } else if (character === '<' || character === "'" || character === '"') {
        const part = this.#readSpecial(character);
        text += part;
        words.append(part);
      } else if (character === this.#options.escape) {
        const part = this.#readEscaped();
        text += part;
        words.append(part);
      } else {
        const plain = this.#take(spaces) || this.#source.charAt(this.#at++);
        text += plain;
        words.appendSplit(plain);
      }
    }
    if (stop !== undefined && !stopped) {
      throw new ShellSyntaxError(`unexpected end of statement while looking for matching ${stop}`);
    }
    this.#depth -= 1;
    this.#rawEscapes = outer;
    return { text, words: words.finish() };
  }

  #take(pattern: RegExp): string {
    const start = this.#at;
    pattern.lastIndex = start;
    if (pattern.test(this.#source)) this.#at = pattern.lastIndex;
    return this.#source.slice(start, this.#at);
  }

  /** An escape character at the very end is dropped. */
  #readEscaped(): string {
    const escaped = this.#source[this.#at + 1] ?? '';
    const prefix = this.#rawEscapes ? this.#options.escape : '';
    this.#at += 2;
    return prefix + escaped;
  }

  #readSpecial(character: '<' | "'" | '"'): string {
    if (character === '"') return this.#readDoubleQuoted();
    if (character === "'") return this.#readSingleQuoted();
    if (this.#source[this.#at + 1] !== '<') {
      this.#at += 1;
      return '<';
    }
    this.#at += 2;
    return `<<${this.#take(heredocSpace)}`; // the space belongs to the heredoc's word
  }

  #readSingleQuoted(): string {
    const end = this.#source.indexOf("'", this.#at + 1);
    if (end < 0) {
      this.#at = this.#source.length;
      throw new ShellSyntaxError('unexpected end of statement while looking for matching single-quote');
    }
    const quoted = this.#source.slice(this.#at + 1, end);
    this.#at = end + 1;
    return this.#options.rawQuotes ? `'${quoted}'` : quoted;
  }

  #readDoubleQuoted(): string {
    const { escape, rawQuotes } = this.#options;
    let text = '';
    this.#at += 1;
    for (;;) {
      text += this.#take(plainRun);
      const character = this.#source[this.#at];
      if (character === undefined) {
        throw new ShellSyntaxError('unexpected end of statement while looking for matching double-quote');
      }
      if (character === '$') {
        text += this.#readDollar();
        continue;
      }
      this.#at += 1;
      if (character === '"') return rawQuotes ? `"${text}"` : text;
      const next = this.#source[this.#at];
      if (character === escape && (next === '"' || next === '$' || next === escape)) {
        text += this.#rawEscapes ? character + next : next;
        this.#at += 1;
      } else {
        text += character;
      }
    }
  }

  #readDollar(): string {
    const start = this.#at;
    this.#at += 1;
    if (this.#source[this.#at] !== '{') {
      const name = this.#take(nameRun);
      if (name === '') return '$';
      return this.#get(name) ?? (this.#options.keepUnset ? `$${name}` : '');
    }
    this.#at += 1;
    const first = this.#source[this.#at];
    if (first === undefined) throw missingBrace();
    if (first === '{' || first === '}' || first === ':') {
      throw new ShellSyntaxError('syntax error: bad substitution');
    }
    const name = this.#take(nameRun);
    const value = this.#get(name);
    const result = this.#readModifier(name, value);
    return value === undefined && this.#options.keepUnset ? this.#source.slice(start, this.#at) : result;
  }

  /** Reads from behind the name to behind the closing brace. */
  #readModifier(name: string, value: string | undefined): string {
    if (this.#at >= this.#source.length) throw missingBrace();
    let modifier = this.#source[this.#at] ?? '';
    this.#at += 1;
    if (modifier === '}') return value ?? '';
    if (modifier === '/') return this.#readReplacement(value);
    const nullIsUnset = modifier === ':';
    if (nullIsUnset) {
      modifier = this.#source[this.#at] ?? '';
      this.#at += 1;
    }
    const isTrim = modifier === '#' || modifier === '%';
    const shown = nullIsUnset ? `:${modifier}` : modifier;
    if (nullIsUnset ? isTrim : !['-', '+', '?', '#', '%'].includes(modifier)) throw unsupported(shown);
    const word = this.#readPart('}', isTrim);
    if (value === undefined && this.#options.keepUnset) return '';
    const absent = value === undefined || (nullIsUnset && value === '');
    switch (modifier) {
      case '-':
        return absent ? word : value;
      case '+':
        return absent ? '' : word;
      case '?': {
        const fault = value === undefined ? 'unset' : 'empty';
        if (absent) throw new ShellSyntaxError(`${name}: ${word || `is not allowed to be ${fault}`}`);
        return value;
      }
      case '#':
      case '%': {
        const longest = word.startsWith(modifier);
        const tokens = parsePattern(longest ? word.slice(1) : word);
        return trimMatch(value ?? '', tokens, modifier === '#' ? 'start' : 'end', longest);
      }
      default:
        throw unsupported(shown);
    }
  }

  #readReplacement(value: string | undefined): string {
    const all = this.#source[this.#at] === '/';
    if (all) this.#at += 1;
    const pattern = this.#readPart('/', true);
    const replacement = this.#readPart('}', true);
    if (value === undefined && this.#options.keepUnset) return '';
    return replaceMatches(value ?? '', parsePattern(pattern), replacement, all);
  }

  #readPart(stop: '}' | '/', rawEscapes: boolean): string {
    try {
      return this.readUntil(stop, rawEscapes).text;
    } catch (cause) {
      if (this.#at < this.#source.length) throw cause;
      throw stop === '}' ? missingBrace() : new ShellSyntaxError("syntax error: missing '/' in ${}");
    }
  }

  #get(name: string): string | undefined {
    const value = this.#options.lookup(name);
    if (value === undefined) this.unset.add(name);
    this.#expanded += value?.length ?? 0;
    if (this.#expanded > maximumExpansion) throw new ShellSyntaxError('the value is too long');
    return value;
  }
}

class WordList {
  readonly #words: string[] = [];
  #word = '';

  append(text: string): void {
    this.#word += text;
  }

  appendSplit(text: string): void {
    const [first = '', ...more] = text.split(/\s+/);
    this.#word += first;
    for (const part of more) {
      this.#endWord();
      this.#word = part;
    }
  }

  finish(): string[] {
    this.#endWord();
    return this.#words;
  }

  #endWord(): void {
    if (this.#word !== '') this.#words.push(this.#word);
    this.#word = '';
  }
}

function missingBrace(): ShellSyntaxError {
  return new ShellSyntaxError("syntax error: missing '}'");
}

function unsupported(modifier: string): ShellSyntaxError {
  return new ShellSyntaxError(`unsupported modifier (${modifier}) in substitution`);
}
