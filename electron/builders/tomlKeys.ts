/** Where a key of a TOML document stands, 1-based, and how its value is written. */
export interface TomlKey {
  line: number;
  column: number;
  /** The value's text up to the line's end; empty for a table. */
  raw: string;
}

/** A key's place in the document, as `JSON.parse` would index it: names, and numbers in lists. */
export type TomlPath = readonly (string | number)[];

/** The key of a path in the map that {@link findTomlKeys} returns. */
export function tomlPathId(path: TomlPath): string {
  return JSON.stringify(path);
}

/**
 * Finds every key of a TOML document. Parsers hand out values only; to say where something is, the text is walked once
 * more. Ends early on text that is no TOML, and never throws.
 *
 * @returns the first place of each path, by {@link tomlPathId}
 */
export function findTomlKeys(text: string): Map<string, TomlKey> {
  return new KeyWalk(text).run();
}

/** Deeper nesting than any configuration has; keeps the stack safe. */
const deepest = 500;

class KeyWalk {
  private readonly found = new Map<string, TomlKey>();
  /** Length of each list of tables so far, by its path. */
  private readonly lists = new Map<string, number>();
  private at = 0;
  private line = 1;
  private lineStart = 0;
  private table: TomlPath = [];

  constructor(private readonly text: string) {}

  run(): Map<string, TomlKey> {
    for (;;) {
      this.skipBlank();
      if (this.at >= this.text.length) return this.found;
      const before = this.at;
      if (this.text[this.at] === '[') this.header();
      else this.keyValue(this.table, 0);
      if (this.at === before) return this.found;
    }
  }

  private header(): void {
    const place = this.place('');
    const isList = this.text.startsWith('[[', this.at);
    this.at += isList ? 2 : 1;
    const names = this.dottedKey();
    const last = names.pop();
    if (last === undefined) return;
    const owner = this.resolve(names);
    const path = [...owner, last];
    if (isList) {
      const id = tomlPathId(path);
      const index = this.lists.get(id) ?? 0;
      this.lists.set(id, index + 1);
      this.note(path, place);
      this.table = [...path, index];
    } else {
      this.table = path;
    }
    this.note(this.table, place);
    this.skipSpace();
    while (this.text[this.at] === ']') this.at++;
  }

  /** Tables below a list belong to its last entry. */
  private resolve(names: readonly string[]): (string | number)[] {
    const path: (string | number)[] = [];
    for (const name of names) {
      path.push(name);
      const length = this.lists.get(tomlPathId(path));
      if (length !== undefined) path.push(length - 1);
    }
    return path;
  }

  private keyValue(owner: TomlPath, depth: number): void {
    const start = { line: this.line, column: this.at - this.lineStart + 1 };
    const names = this.dottedKey();
    this.skipSpace();
    if (names.length === 0 || this.text[this.at] !== '=') return;
    this.at++;
    this.skipSpace();
    const end = this.text.indexOf('\n', this.at);
    const raw = this.text.slice(this.at, end < 0 ? undefined : end).trimEnd();
    const path: (string | number)[] = [...owner];
    for (const name of names) {
      path.push(name);
      this.note(path, { ...start, raw: path.length === owner.length + names.length ? raw : '' });
    }
    this.value(path, depth);
  }

  private value(path: TomlPath, depth: number): void {
    if (depth > deepest) {
      this.at = this.text.length;
      return;
    }
    const character = this.text[this.at];
    if (character === '"' || character === "'") this.string();
    else if (character === '[') this.list(path, depth);
    else if (character === '{') this.inlineTable(path, depth);
    else while (this.at < this.text.length && !/[,\]}#\n]/.test(this.text[this.at] ?? '')) this.at++;
  }

  private list(path: TomlPath, depth: number): void {
    this.at++;
    for (let index = 0; this.skipBlank(); index++) {
      if (this.text[this.at] === ']') break;
      const before = this.at;
      this.note([...path, index], this.place(''));
      this.value([...path, index], depth + 1);
      this.skipBlank();
      if (this.text[this.at] === ',') this.at++;
      if (this.at === before) return;
    }
    if (this.text[this.at] === ']') this.at++;
  }

  private inlineTable(path: TomlPath, depth: number): void {
    this.at++;
    while (this.skipBlank()) {
      if (this.text[this.at] === '}') break;
      const before = this.at;
      this.keyValue(path, depth + 1);
      this.skipBlank();
      if (this.text[this.at] === ',') this.at++;
      if (this.at === before) return;
    }
    if (this.text[this.at] === '}') this.at++;
  }

  private dottedKey(): string[] {
    const names: string[] = [];
    for (;;) {
      this.skipSpace();
      const character = this.text[this.at];
      if (character === '"' || character === "'") {
        names.push(this.string());
      } else {
        const bare = /[A-Za-z0-9_-]+/y;
        bare.lastIndex = this.at;
        const word = bare.exec(this.text)?.[0];
        if (word === undefined) return names;
        names.push(word);
        this.at += word.length;
      }
      this.skipSpace();
      if (this.text[this.at] !== '.') return names;
      this.at++;
    }
  }

  /** Moves behind a string of any of the four kinds; what it holds matters for keys only, which have no line ends. */
  private string(): string {
    const quote = this.text[this.at] ?? '';
    const isLong = this.text.startsWith(quote.repeat(3), this.at);
    const mark = isLong ? quote.repeat(3) : quote;
    this.at += mark.length;
    let content = '';
    while (this.at < this.text.length && !this.text.startsWith(mark, this.at)) {
      const character = this.text[this.at] ?? '';
      if (character === '\n' && !isLong) return content;
      const width = quote === '"' && character === '\\' ? 2 : 1;
      const part = this.text.slice(this.at, this.at + width);
      content += part;
      for (const one of part) this.step(one);
    }
    this.at = Math.min(this.text.length, this.at + mark.length);
    // A long string may end in up to two quotes of its own.
    while (isLong && this.text[this.at] === quote) this.at++;
    return quote === '"' ? unescaped(content) : content;
  }

  private step(character: string): void {
    this.at += character.length;
    if (character !== '\n') return;
    this.line++;
    this.lineStart = this.at;
  }

  private skipSpace(): void {
    while (this.text[this.at] === ' ' || this.text[this.at] === '\t') this.at++;
  }

  /** Skips space, line ends and comments; false at the text's end. */
  private skipBlank(): boolean {
    for (;;) {
      const character = this.text[this.at];
      if (character === undefined) return false;
      if (character === '#') {
        while (this.at < this.text.length && this.text[this.at] !== '\n') this.at++;
      } else if (/[ \t\r\n]/.test(character)) {
        this.step(character);
      } else return true;
    }
  }

  private place(raw: string): TomlKey {
    return { line: this.line, column: this.at - this.lineStart + 1, raw };
  }

  private note(path: TomlPath, key: TomlKey): void {
    const id = tomlPathId(path);
    if (!this.found.has(id)) this.found.set(id, key);
  }
}

/** JSON's escapes are TOML's, but for those of eight digits and of the escape character itself. */
function unescaped(content: string): string {
  try {
    return JSON.parse(`"${content}"`) as string;
  } catch {
    return content;
  }
}
