/**
 * Translates the part of Go's regular expression syntax (RE2) that ignore patterns can come out as. Go passes what
 * follows a backslash, and what stands in brackets, on to its regexp package: `\d` in a pattern is a digit.
 * Unicode classes (`\p`) and quoting (`\Q`) are not translated.
 * @throws SyntaxError where Go's parser fails too
 */
export function goRegExp(source: string): RegExp {
  return new RegExp(new Translator(source).translate(), 'u');
}

const PERL_CLASSES: Readonly<Record<string, string>> = {
  d: '0-9',
  s: '\\t\\n\\f\\r ',
  w: '0-9A-Za-z_',
};

const CONTROL_ESCAPES: Readonly<Record<string, number>> = { a: 7, f: 12, n: 10, r: 13, t: 9, v: 11 };

const ASSERTIONS: Readonly<Record<string, string>> = { A: '(?:^)', z: '(?:$)', b: '(?:\\b)', B: '(?:\\B)' };

const POSIX_CLASSES: Readonly<Record<string, string>> = {
  alnum: '0-9A-Za-z',
  alpha: 'A-Za-z',
  ascii: '\\x00-\\x7f',
  blank: '\\t ',
  cntrl: '\\x00-\\x1f\\x7f',
  digit: '0-9',
  graph: '!-~',
  lower: 'a-z',
  print: ' -~',
  punct: '!-\\/:-@\\[-`\\{-~',
  space: '\\t\\n\\v\\f\\r ',
  upper: 'A-Z',
  word: '0-9A-Za-z_',
  xdigit: '0-9A-Fa-f',
};

class Translator {
  private readonly chars: readonly string[];
  private at = 0;

  constructor(source: string) {
    this.chars = [...source];
  }

  translate(): string {
    let out = '';
    while (this.at < this.chars.length) {
      const char = this.chars[this.at]!;
      if (char === '\\') out += this.escapeOutsideBrackets();
      else if (char === '[') out += this.brackets();
      else {
        this.at++;
        if (char === '.') out += '[^\\n]';
        // Go lets a count follow the anchor.
        else if (char === '^') out += '(?:^)';
        else if ('()?*$|'.includes(char)) out += char;
        else if (char === '{') out += this.repetition();
        else out += literal(char);
      }
    }
    return out;
  }

  /** What follows an opening brace: counts, or the brace is just a brace. */
  private repetition(): string {
    const counts = /^(\d+)(,(\d*))?\}/.exec(this.chars.slice(this.at, this.at + 12).join(''));
    if (!counts) return literal('{');
    if (Number(counts[1]) > 1000 || Number(counts[3] ?? 0) > 1000)
      throw new SyntaxError('too many repetitions');
    this.at += counts[0].length;
    return `{${counts[0]}`;
  }

  private escapeOutsideBrackets(): string {
    const next = this.chars[this.at + 1] ?? '';
    const assertion = ASSERTIONS[next];
    if (assertion !== undefined) {
      this.at += 2;
      return assertion;
    }
    const perl = PERL_CLASSES[next.toLowerCase()];
    if (perl !== undefined) {
      this.at += 2;
      return next in PERL_CLASSES ? `[${perl}]` : `[^${perl}]`;
    }
    return literal(this.escapedChar());
  }

  private brackets(): string {
    this.at++;
    let out = '[';
    if (this.chars[this.at] === '^') {
      this.at++;
      out += '^';
    }
    for (let first = true; first || this.chars[this.at] !== ']'; first = false) {
      out += this.bracketItem();
    }
    this.at++;
    return `${out}]`;
  }

  private bracketItem(): string {
    const char = this.chars[this.at];
    if (char === '[' && this.chars[this.at + 1] === ':') {
      const named = /^\[:(\^?)([a-z]+):\]/.exec(this.chars.slice(this.at, this.at + 12).join(''));
      if (named) return this.posixClass(named[0], named[1] === '^', named[2]!);
    }
    if (char === '\\') {
      const next = this.chars[this.at + 1] ?? '';
      if (PERL_CLASSES[next.toLowerCase()] !== undefined) {
        this.at += 2;
        // JavaScript's \s knows more kinds of space than Go's.
        if (next === 's') return PERL_CLASSES['s']!;
        if (next === 'S') return '\\x00-\\x08\\v\\x0e-\\x1f!-\\u{10ffff}';
        return `\\${next}`;
      }
    }
    const low = this.bracketChar();
    if (this.chars[this.at] !== '-' || this.chars[this.at + 1] === ']') return literal(low);
    this.at++;
    const high = this.bracketChar();
    if (high.codePointAt(0)! < low.codePointAt(0)!) throw new SyntaxError(`bad range ${low}-${high}`);
    return `${literal(low)}-${literal(high)}`;
  }

  private posixClass(whole: string, negated: boolean, name: string): string {
    const members = POSIX_CLASSES[name];
    if (members === undefined) throw new SyntaxError(`unknown class ${whole}`);
    this.at += whole.length;
    if (!negated) return members;
    const inside = new RegExp(`[${members}]`, 'u');
    let out = '\\u{80}-\\u{10ffff}';
    for (let code = 0; code < 0x80; code++) {
      const char = String.fromCharCode(code);
      if (!inside.test(char)) out += literal(char);
    }
    return out;
  }

  private bracketChar(): string {
    const char = this.chars[this.at];
    if (char === undefined) throw new SyntaxError('missing closing ]');
    if (char === '\\') return this.escapedChar();
    this.at++;
    return char;
  }

  /** Reads a backslash and what it escapes. */
  private escapedChar(): string {
    this.at++;
    const char = this.chars[this.at++];
    if (char === undefined) throw new SyntaxError('trailing backslash');
    const control = CONTROL_ESCAPES[char];
    if (control !== undefined) return String.fromCharCode(control);
    if (char === 'x') return this.hexEscape();
    if (/[0-7]/.test(char)) return this.octalEscape(char);
    if (char > '\x7f' || /[0-9A-Za-z]/.test(char)) throw new SyntaxError(`invalid escape \\${char}`);
    return char;
  }

  private hexEscape(): string {
    const rest = this.chars.slice(this.at, this.at + 12).join('');
    const match = /^(?:([0-9A-Fa-f]{2})|\{([0-9A-Fa-f]+)\})/.exec(rest);
    const code = match ? parseInt(match[1] ?? match[2]!, 16) : Infinity;
    if (!match || code > 0x10ffff) throw new SyntaxError('invalid escape \\x');
    this.at += match[0].length;
    return String.fromCodePoint(code);
  }

  private octalEscape(first: string): string {
    let digits = first;
    while (digits.length < 3 && /[0-7]/.test(this.chars[this.at] ?? '')) digits += this.chars[this.at++]!;
    // A single digit other than 0 would refer back to a group, which Go doesn't have.
    if (digits.length === 1 && digits !== '0') throw new SyntaxError(`invalid escape \\${digits}`);
    return String.fromCodePoint(parseInt(digits, 8));
  }
}

function literal(char: string): string {
  return /[0-9A-Za-z_]/.test(char) ? char : `\\u{${char.codePointAt(0)!.toString(16)}}`;
}
